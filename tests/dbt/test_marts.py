"""The hand-made company's figures, worked out by hand from ``hand_made_*.py``."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import yaml

from tests.dbt.conftest import PROJECT, Warehouse


def test_every_test_of_the_project_ran_and_none_warned(company: Warehouse) -> None:
    assert "unit tests" in company.log
    assert "WARN=0 ERROR=0 SKIP=0" in company.log


@pytest.mark.parametrize(
    ("deal", "path"),
    [
        (1, "11 12 13 142"),
        (2, "11 13 142"),
        (4, "11 12 13 142"),  # three events of one second, ids against the order
        (5, "142"),
        (8, "11 143 12"),  # reopened; the artefact 12 -> 12 is no stay
        (9, "11 21 22"),
        (10, "11 99 12"),
    ],
)
def test_stage_paths(company: Warehouse, deal: int, path: str) -> None:
    assert (
        company.value(
            f"""select string_agg(stage_id::varchar, ' ' order by visit_number)
            from marts.fct_deal_stage_visits where deal_id = {deal}"""
        )
        == path
    )


def test_what_is_wrong_with_a_history_is_said(company: Warehouse) -> None:
    assert company.rows(
        """select deal_id, stage_id, repair from marts.fct_deal_stage_visits
        where repair is not null order by deal_id"""
    ) == [
        (6, 12, "no_events"),
        (7, 142, "gap"),
        (11, 11, "created_after_event"),
        (14, 13, "unseen_move"),
    ]


def test_an_open_stay_lasts_until_the_data_was_cut(company: Warehouse) -> None:
    entered, cut = datetime(2026, 2, 6, 9, tzinfo=UTC), datetime(2026, 3, 31, 20, tzinfo=UTC)
    assert company.rows(
        """select is_open, dwell_seconds from marts.fct_deal_stage_visits
        where deal_id = 9 and visit_number = 3"""
    ) == [(True, (cut - entered).total_seconds())]


def test_deals_carry_where_they_came_from(company: Warehouse) -> None:
    rows = company.rows(
        """select deal_id, channel, source_rule, utm_source, utm_campaign
        from marts.fct_deals where deal_id in (1, 2, 3, 5, 6, 7, 12, 15) order by deal_id"""
    )
    assert rows == [
        (1, "paid_search", "deal_utm", "yandex", "окна 2026"),
        (2, "paid_social", "deal_utm", "vk", None),
        (3, "calls", "deal_source", None, None),
        (5, "organic_social", "contact_utm", "telegram", None),
        (6, "boards", "deal_source", None, None),
        (7, "unassigned", "deal_utm", "newsite", None),
        (12, "paid_search", "deal_utm", "google", None),
        (15, "unknown", "unknown", None, None),
    ]


def test_a_reopened_deal_has_neither_closing_nor_reason(company: Warehouse) -> None:
    assert company.rows(
        "select status, closed_at, loss_reason from marts.fct_deals where deal_id = 8"
    ) == [("open", None, None)]
    assert company.value("select loss_reason from marts.fct_deals where deal_id = 3") == "Дорого"


def test_deletion_follows_the_last_mark_and_hides_no_money(company: Warehouse) -> None:
    assert company.rows("select deal_id, paid_amount from marts.fct_deals where is_deleted") == [
        (12, Decimal("3000.00"))
    ]
    assert company.value("select count(*) from marts.fct_deals where deal_id = 999") == 0


def test_days_are_the_companys_days(company: Warehouse) -> None:
    assert company.rows(
        "select created_on, created_at from marts.fct_deals where deal_id = 15"
    ) == [(date(2026, 2, 1), datetime(2026, 1, 31, 22, 30))]  # noqa: DTZ001 naive UTC by contract
    assert company.value("select crm_paid_on from marts.fct_deals where deal_id = 1") == date(
        2026, 1, 20
    )


def test_names_outlive_those_who_left_and_what_was_deleted(company: Warehouse) -> None:
    assert company.value("select responsible_name from marts.fct_deals where deal_id = 9") == (
        "Сотрудник 503 (удалён)"
    )
    assert company.value(
        "select stage_name from marts.fct_deal_stage_visits where stage_id = 99"
    ) == ("Этап 99 (удалён)")
    assert company.value("select deal_url from marts.fct_deals where deal_id = 1") == (
        "https://demo.amocrm.ru/leads/detail/1"
    )


def test_of_two_rows_of_one_moment_the_same_one_wins_always(company: Warehouse) -> None:
    assert company.value("select responsible_name from marts.fct_deals where deal_id = 1") == "Анна"


def test_the_hand_over_of_the_same_second_counts_for_the_new_stage(company: Warehouse) -> None:
    assert company.rows(
        """select responsible_user_id from marts.fct_deal_stage_visits
        where deal_id = 9 order by visit_number"""
    ) == [(502,), (503,), (503,)]
    assert company.value("select originator_user_id from marts.fct_deals where deal_id = 9") == 502


def test_money_finds_its_deal_or_stays_unallocated(company: Warehouse) -> None:
    assert company.rows(
        """select payment_id, deal_id, amount from marts.fct_payment_allocations
        order by payment_id"""
    ) == [
        ("p1", 1, Decimal("120000.00")),
        ("p2", 2, Decimal("20000.00")),
        ("p3", 2, Decimal("30000.00")),
        ("p4", 2, Decimal("-5000.00")),
        ("p7", 12, Decimal("3000.00")),
    ]
    assert company.rows(
        "select paid_amount, refunded_amount, first_paid_on from marts.fct_deals where deal_id = 2"
    ) == [(Decimal("50000.00"), Decimal("-5000.00"), date(2026, 1, 26))]


def test_both_bases_sum_to_the_banks_customer_money(company: Warehouse) -> None:
    expected = Decimal("120000") + 20000 + 30000 - 5000 + Decimal("7000.55") + 1000 + 3000
    for basis in ("lead_cohort", "cash_date"):
        assert (
            company.money(
                f"""select sum(net_revenue) from marts.rpt_revenue_by_channel
                where basis = '{basis}'"""
            )
            == expected
        )


def test_revenue_by_channel(company: Warehouse) -> None:
    rows = company.rows(
        """select month, leads, won, paying_deals, net_revenue, spend
        from marts.rpt_revenue_by_channel
        where basis = 'lead_cohort' and channel in ('paid_search', 'paid_social')
        order by month, channel"""
    )
    zero = Decimal("0.00")
    assert rows == [
        # the cabinet was asked about December and about February
        (date(2025, 12, 1), 0, 0, 0, zero, Decimal("1200.00")),
        (date(2026, 1, 1), 1, 1, 1, Decimal("120000.00"), Decimal("12000.50")),
        # no feed tells what was spent on social networks
        (date(2026, 1, 1), 1, 1, 1, Decimal("45000.00"), None),
        # deal 12 is deleted: its money stays, the lead does not
        (date(2026, 2, 1), 0, 0, 1, Decimal("3000.00"), zero),
    ]


def test_ratios_rest_on_enough_money_or_are_withheld(company: Warehouse) -> None:
    january, february = company.rows(
        """select roas, drr, coverage from marts.rpt_revenue_by_channel
        where basis = 'lead_cohort' and channel = 'paid_search' and month >= '2026-01-01'
        order by month"""
    )
    assert january == (pytest.approx(120000 / 12000.5), pytest.approx(12000.5 / 120000), 1)
    assert february == (None, None, pytest.approx(3000 / 11000.55))


def test_conversion_of_all_views(company: Warehouse) -> None:
    # January, pipeline 1: deals 1-4 entered "Новая", deal 5 was created in the won stage; deal 2
    # jumped over "Встреча", deal 3 was lost there in February
    rows = company.rows(
        """select stage_name, view, entered, advanced, lost_here, skip_share
        from marts.rpt_stage_conversion
        where pipeline_id = 1 and cohort_month = '2026-01-01'
        order by stage_order, view"""
    )
    assert rows == [
        ("__all__", "imputed", 5, 5, 0, 0.0),
        ("__all__", "strict", 5, 5, 0, 0.0),
        ("__all__", "visited", 5, 5, 0, 0.0),
        ("Новая", "imputed", 5, 5, 0, 0.2),
        ("Новая", "strict", 4, 4, 0, 0.2),
        ("Новая", "visited", 4, 4, 0, 0.2),
        ("Встреча", "imputed", 5, 4, 1, 0.4),
        ("Встреча", "strict", 3, 2, 1, 0.4),
        ("Встреча", "visited", 3, 2, 1, 0.4),
        ("Договор", "imputed", 4, 4, 0, 0.25),
        ("Договор", "strict", 2, 2, 0, 0.25),
        ("Договор", "visited", 3, 3, 0, 0.25),
        ("Деньги пришли", "imputed", 4, 0, 0, 0.0),
        ("Деньги пришли", "strict", 2, 0, 0, 0.0),
        ("Деньги пришли", "visited", 4, 0, 0, 0.0),
    ]


def test_all_pipelines_together_count_each_deal_once(company: Warehouse) -> None:
    # deal 8 was lost and came back, deal 9 moved to the other pipeline
    assert company.rows(
        """select stage_name, cohort_month, entered, advanced, lost_here, still_here, reactivated
        from marts.rpt_stage_conversion
        where pipeline_id = 0 and view = 'visited' and cohort_month >= '2026-01-01'
        order by stage_order, cohort_month"""
    ) == [
        ("__all__", date(2026, 1, 1), 5, 4, 1, 0, 0),
        ("__all__", date(2026, 2, 1), 8, 1, 0, 7, 1),
        ("__won__", date(2026, 1, 1), 4, 0, 0, 4, 0),
        ("__won__", date(2026, 2, 1), 1, 0, 0, 1, 0),
    ]


def test_what_histories_lack_is_listed(company: Warehouse) -> None:
    assert company.rows(
        """select deal_id, event_id, visit_number, kind, action from marts.fct_history_repairs
        order by deal_id, kind"""
    ) == [
        (6, None, 1, "no_events", "flagged"),
        (7, None, 3, "gap", "flagged"),
        (8, "h3", None, "change_to_itself", "left_out"),
        (8, None, None, "closed_at_of_open_deal", "left_out"),
        (10, None, 2, "unlisted_stage", "flagged"),
        (11, None, 1, "created_after_event", "flagged"),
        (12, "l1", 1, "deleted", "flagged"),
        (13, "m1", 1, "deleted_and_restored", "flagged"),
        (14, None, 3, "unseen_move", "flagged"),
        (999, "x1", None, "unknown_deal", "left_out"),
    ]


def test_every_deal_of_a_cohort_has_one_outcome(company: Warehouse) -> None:
    # deal 10 stood in a stage deleted before the first load and went on; deal 9 was handed over to
    # the other pipeline from "Новая"; deal 8 was lost from it, reopened and stands in "Встреча"
    rows = company.rows(
        """select stage_name, cohort_month, entered, advanced, lost_here, still_here, moved_on
        from marts.rpt_stage_conversion
        where pipeline_id = 1 and view = 'visited' and cohort_month >= '2026-02-01'
            and stage_id in (0, 11, 99)
        order by stage_order nulls last"""
    )
    february = date(2026, 2, 1)
    assert rows == [
        ("__all__", february, 8, 7, 0, 1, 0),
        ("Новая", february, 7, 5, 0, 1, 1),
        ("Этап 99 (удалён)", february, 1, 1, 0, 0, 0),
    ]


def test_marts_have_exactly_the_types_of_their_contracts(company: Warehouse) -> None:
    promised = {
        (model["name"], column["name"]): column["data_type"].upper().replace(" ", "")
        for file in (PROJECT / "models/marts").rglob("*.yml")
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
        for column in model["columns"]
    }
    found = {
        (table, column): kind
        for table, column, kind in company.rows(
            """select table_name, column_name, data_type from information_schema.columns
            where table_schema in ('marts', 'quality')"""
        )
    }
    assert found == promised


def test_discipline_facts(company: Warehouse) -> None:
    rows = company.rows(
        """select deal_id, has_source, has_price, has_payment_date, is_paid, money_at_stake
        from quality.fct_deal_discipline where is_won order by deal_id"""
    )
    assert rows == [
        (1, True, True, True, True, Decimal("120000.00")),
        (2, True, True, True, True, Decimal("45000.00")),
        (4, False, False, False, False, Decimal("0.00")),
        (5, True, True, False, False, Decimal("9000.00")),
        (7, True, True, False, False, Decimal("1000.00")),
    ]
    assert company.value("select count(*) from quality.fct_deal_discipline where deal_id = 12") == 0


def test_breaches_of_a_small_company(company: Warehouse) -> None:
    def breached(flag: str) -> list[int]:
        frame = "quality.fct_deal_discipline"
        rows = company.rows(f"select deal_id from {frame} where {flag} order by 1")
        return [deal for (deal,) in rows]

    # 4 and 5 were won before the bank's history begins; 7 costs 1 000.00, a placeholder
    assert breached("is_won_unpaid") == [7]
    assert breached("is_placeholder_price") == [7]
    assert breached("is_won_in_one_jump") == [5]
    # 9 is a user's who is not listed
    assert breached("is_responsible_dismissed") == [9]
    assert breached("is_sla_breach") == breached("should_be_closed") == [14, 15]
    assert breached("is_without_task") == breached("is_working") == [6, 8, 9, 10, 11, 13, 14, 15]
    # 14 stands in the stage of contracts, which asks for the number of an invoice
    fields = "select deal_id, field_name, is_filled from quality.fct_field_discipline"
    assert company.rows(fields) == [(14, "Номер счёта", False)]
