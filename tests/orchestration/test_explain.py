"""Every cell that is explained comes with rows that sum to it, out of the published copy alone."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from ingestion.settings import ROOT
from orchestration.cli import app
from orchestration.explain import ExplainError, explain
from orchestration.explain_answer import Answer, Question

# Deal 5 paid 100 in March and got 10 back in April; a payment of 7 belongs to no deal. Deal 5 came
# in February, by a search click and a call.
TABLES = """
create schema marts; create schema seeds;
create table seeds.channels as select unnest(['calls', 'paid_search', 'unallocated']) as channel;

create table marts.fct_money_trail as
select
    model, payment_id, deal_id, touch_id, channel,
    case when deal_id = 5 then 'direct:a:1' end as campaign_key,
    case when deal_id is null then 'unallocated_review' else 'allocated' end as bucket,
    'tbank' as payment_source, 'ООО Ромашка' as counterparty_name, 'Счёт 7' as purpose,
    case when deal_id = 5 then 'invoice_sum' end as method, 'Кухня' as deal_name,
    'https://crm/5' as deal_url, 'won' as deal_status, 'paid_search' as deal_channel,
    'deal_utm' as source_rule, 'deal' as evidence_kind, '5' as evidence_id,
    case when touch_id is not null then 'visit' end as touch_kind, 'contact_phone' as stitch_rule,
    'yandex' as utm_source, 'cpc' as utm_medium, '1' as utm_campaign, null as utm_content,
    'кухни' as utm_term, 'счёт 7; сумма = цена' as evidence,
    'raw_tbank.operations' as payment_raw_table, '17.5' as payment_load_id,
    timestamp '2026-04-02 06:00:00' as payment_loaded_at, 'raw_amocrm.leads' as deal_raw_table,
    '18.5' as deal_load_id, timestamp '2026-04-02 06:01:00' as deal_loaded_at,
    'raw_amocrm.leads' as evidence_raw_table, '18.5' as evidence_load_id,
    'raw_yandex_metrica.visits' as touch_raw_table, '19.5' as touch_load_id,
    timestamp '2026-04-02 06:02:00' as touch_loaded_at, 0.95::decimal(3, 2) as score, weight,
    3 as campaign_day_clicks, amount::decimal(18, 2) as amount,
    amount::decimal(18, 2) as payment_amount, amount::decimal(18, 2) as allocated_amount,
    120::decimal(18, 2) as deal_price, 12.5::decimal(18, 2) as campaign_day_spend,
    'RUB' as currency, make_date(2026, paid_in, 10) as booked_on,
    make_date(2026, paid_in, 1) as cash_month, make_date(2026, came_in, 1) as cohort_month,
    date '2026-02-03' as deal_created_on, timestamp '2026-02-03 07:00:00' as touched_at
from (values
    ('deal_source', 'p', 5, null, 'paid_search', 1.0::double, 100, 3, 2),
    ('deal_source', 'r', 5, null, 'paid_search', 1.0, -10, 4, 2),
    ('deal_source', 'q', null, null, 'unallocated', 1.0, 7, 3, 3),
    ('linear', 'p', 5, 'visit:1:1', 'paid_search', 0.5, 50, 3, 2),
    ('linear', 'p', 5, 'inquiry:uis:call:1', 'calls', 0.5, 50, 3, 2),
    ('linear', 'r', 5, 'visit:1:1', 'paid_search', 0.5, -5, 4, 2),
    ('linear', 'r', 5, 'inquiry:uis:call:1', 'calls', 0.5, -5, 4, 2)
) as t (model, payment_id, deal_id, touch_id, channel, weight, amount, paid_in, came_in);

create table marts.rpt_revenue_by_channel as
select * from (values
    (date '2026-03-01', 'paid_search', 'cash_date', 100::decimal(18, 2), null, 'RUB'),
    (date '2026-02-01', 'paid_search', 'lead_cohort', 90, 20.50::decimal(18, 2), 'RUB'),
    (date '2026-04-01', 'paid_search', 'cash_date', -10, null, 'RUB'),
    (date '2026-03-01', 'unallocated', 'cash_date', 7, null, 'RUB')
) as t (month, channel, basis, net_revenue, spend, currency);
create table marts.rpt_attribution as
select 'linear' as model, * from (values
    (date '2026-03-01', 'calls', 'cash_date', 50::decimal(18, 2), null::decimal(18, 2), 'RUB'),
    (date '2026-02-01', 'paid_search', 'lead_cohort', 45, 20.50, 'RUB')
) as t (month, channel, basis, net_revenue, spend, currency);
create table marts.rpt_payback_by_lead_cohort as
select 'channel' as dimension, channel as dimension_key, month, net_revenue, spend, currency
from marts.rpt_revenue_by_channel where basis = 'lead_cohort';

create table marts.fct_deals as
select 1 as account_id, *, 'yandex' as utm_source, 'cpc' as utm_medium, '1' as utm_campaign,
    null as utm_content, null as utm_term, 'direct:a:1' as campaign_key,
    'exact_id' as join_method, 'deal_utm' as source_rule,
    'Кухня' as deal_name, 'won' as status, 120 as price, 90 as paid_amount, 'u' as deal_url
from (values
    (5, '5', false, 'paid_search', date '2026-02-03', timestamp '2026-02-03 07:00:00'),
    (6, '6', true, 'paid_search', date '2026-02-03', timestamp '2026-02-03 07:00:00')
) as t (deal_id, source_deal_id, is_deleted, channel, created_on, created_at);
create table marts.rpt_leads_by_source as
select date '2026-02-03' as created_on, 'paid_search' as channel, 1 as leads;
create table marts.fct_record_loads as
select 1 as account_id, 'deal' as record_kind, '5' as record_id, 'raw_amocrm.leads' as raw_table,
    '18.5' as load_id, timestamp '2026-04-02 06:01:00' as loaded_at;

create table marts.fct_spend_entries as
select *, 'direct' as source, 'a' as cabinet, 'Поиск' as campaign_name, 'paid_search' as channel,
    'yandex' as utm_source, 'cpc' as utm_medium, null as utm_campaign, 'cost' as part, 3 as clicks,
    1 as deals, 1 as paid_deals, 'RUB' as currency, 'raw_yandex_direct.campaign_daily' as raw_table,
    '20.5' as load_id, timestamp '2026-04-02 06:03:00' as loaded_at
from (values
    ('direct:a:1', 'paid_deals', 12.50::decimal(18, 2), date '2026-02-03'),
    ('direct:a:2', 'without_deals', 8.00, date '2026-02-04')
) as t (campaign_key, bucket, amount, spend_on);
create table marts.rpt_spend_ledger as
select 'direct' as source, 'a' as cabinet, 'cost' as part, *, 'RUB' as currency,
    'RUB' as currency_original
from (values
    ('paid_deals', 1::bigint, 12.50::decimal(18, 2), 12.50::decimal(18, 2), date '2026-02-03'),
    ('without_deals', 1, 8.00, 7.99, date '2026-02-04'),
    ('rounding', 0, -0.01, 7.99, date '2026-02-04')
) as t (bucket, rows, amount, source_total, spend_on);

create table marts.fct_payment_entries as
select *, 'tbank' as source, 'ООО Ромашка' as counterparty_name, 'Счёт 7' as purpose,
    'RUB' as currency, 'raw_tbank.operations' as raw_table, '17.5' as load_id,
    timestamp '2026-04-02 06:00:00' as loaded_at
from (values
    ('p', 5, 'allocated', 'invoice_sum', 'invoice', 100::decimal(18, 2), date '2026-03-10'),
    ('q', null, 'unallocated_review', null, 'none', 7, date '2026-03-10'),
    ('t', null, 'class_tax', null, 'none', -30, date '2026-03-10'),
    ('r', 5, 'allocated', 'refund_of_payment', 'refund', -10, date '2026-04-10')
) as t (payment_id, deal_id, bucket, method, method_group, amount, booked_on);
create table marts.rpt_payment_ledger as
select source, bucket, method_group, count(*) as rows, sum(amount) as amount,
    case when booked_on = date '2026-03-10' then 77 else -10 end::decimal(18, 2) as source_total,
    currency, 'RUB' as currency_original, booked_on
from marts.fct_payment_entries group by all;
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    folder = tmp_path / "published"
    folder.mkdir()
    with duckdb.connect(str(folder / "skvoz.duckdb")) as connection:
        connection.execute(TABLES)
    return folder


Ask = Callable[..., Answer]


@pytest.fixture
def ask(published: Path) -> Ask:
    def run(report: str, **options: str | date) -> Answer:
        return explain(published, "RUB", Question(report, **options))  # type: ignore[arg-type]

    return run


@pytest.fixture
def skvoz(published: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("SKVOZ_DATA_DIR", str(published.parent))
    monkeypatch.setenv("SKVOZ_CONFIG", str(ROOT / "config" / "company.toml"))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, ["explain", *arguments])


@pytest.mark.parametrize(
    ("report", "options", "figures"),
    [
        ("revenue_by_channel", {"channel": "paid_search", "month": "2026-03"}, [100, 100, 100]),
        ("rpt_revenue_by_channel", {"channel": "unallocated", "month": "2026-03"}, [7, 7, 7]),
        (
            "revenue_by_channel",
            {"channel": "paid_search", "month": "2026-02", "basis": "lead_cohort"},
            [90, 90, 90, Decimal("20.50")],
        ),
        ("payback", {"channel": "paid_search", "month": "2026-02"}, [90] * 4 + [Decimal("20.50")]),
        ("attribution", {"model": "linear", "channel": "calls", "month": "2026-03"}, [50] * 4),
        ("leads_by_source", {"channel": "paid_search", "month": "2026-02"}, [1]),
        ("spend_ledger", {"month": "2026-02"}, [Decimal("20.49")] * 3),
        ("spend_ledger", {"day": date(2026, 2, 4), "bucket": "rounding"}, [Decimal("-0.01")] * 2),
        ("payment_ledger", {"month": "2026-03", "bucket": "allocated"}, [100, 100]),
        ("payment_ledger", {"day": date(2026, 3, 10), "source": "tbank"}, [77, 77, 77]),
    ],
)
def test_rows_sum_to_the_cell(
    ask: Ask, report: str, options: dict[str, str | date], figures: list[Decimal | int]
) -> None:
    answer = ask(report, **options)
    assert [check.reported for check in answer.checks] == figures
    assert [check.rows for check in answer.checks] == figures
    assert answer.ties
    assert not answer.is_empty


def test_the_way_leads_from_the_payment_to_the_click(ask: Ask) -> None:
    answer = ask("attribution", model="linear", channel="calls", month="2026-03")
    sections = {section.name: section for section in answer.sections}
    assert list(sections) == ["payments", "allocations", "deals", "touches"]
    found = {name: dict(zip(s.columns, s.rows[0], strict=True)) for name, s in sections.items()}
    assert (found["payments"]["payment_id"], found["payments"]["load_id"]) == ("p", "17.5")
    assert found["allocations"]["method"] == "invoice_sum"
    assert found["allocations"]["evidence"] == "счёт 7; сумма = цена"
    assert (found["deals"]["source_rule"], found["deals"]["load_id"]) == ("deal_utm", "18.5")
    assert found["touches"]["touch_id"] == "inquiry:uis:call:1"
    assert found["touches"]["campaign_day_spend"] == Decimal("12.50")


def test_money_without_a_deal_names_its_bucket(ask: Ask) -> None:
    answer = ask("revenue_by_channel", channel="unallocated", month="2026-03")
    rows = next(section for section in answer.sections if section.name == "allocations")
    assert dict(zip(rows.columns, rows.rows[0], strict=True))["method"] == "unallocated_review"


def test_an_empty_cell_says_where_there_is_something(
    ask: Ask, skvoz: Callable[..., Result]
) -> None:
    answer = ask("revenue_by_channel", channel="paid_search", month="2025-01")
    assert answer.is_empty
    assert answer.nearby == ("2026-03", "2026-04")
    printed = skvoz("revenue_by_channel", "--channel", "paid_search", "--month", "2025-01")
    assert printed.exit_code == 0
    assert "Клетка пуста" in printed.output
    assert "2026-03, 2026-04" in printed.output


@pytest.mark.parametrize(
    ("report", "options", "message"),
    [
        ("revenue", {}, "there is no such report; known: revenue_by_channel, leads_by_source"),
        ("leads_by_source", {"month": "2026-02"}, "leads_by_source: --channel is needed; usage"),
        ("spend_ledger", {}, "--month or --day is needed"),
        ("spend_ledger", {"month": "2026-02", "model": "linear"}, "spend_ledger has no --model"),
        ("leads_by_source", {"channel": "calls", "month": "02.2026"}, "is not a month; expected"),
        (
            "revenue_by_channel",
            {"channel": "calls", "month": "2026-02", "basis": "spend"},
            "known: cash_date, lead_cohort",
        ),
        (
            "leads_by_source",
            {"channel": "google", "month": "2026-02"},
            '--channel "google" is unknown; known: calls, paid_search, unallocated',
        ),
        (
            "attribution",
            {"model": "magic", "channel": "calls", "month": "2026-02"},
            '--model "magic" is unknown; known: linear',
        ),
        (
            "payment_ledger",
            {"month": "2026-03", "bucket": "lost"},
            "known: allocated, class_tax, unallocated_review",
        ),
    ],
)
def test_a_wrong_question_names_what_there_is(
    ask: Ask, report: str, options: dict[str, str], message: str
) -> None:
    with pytest.raises(ExplainError, match=r".*") as raised:
        ask(report, **options)
    assert message in str(raised.value)


def test_without_a_published_copy_it_says_what_to_do(tmp_path: Path) -> None:
    question = Question("leads_by_source", channel="calls", month="2026-02")
    with pytest.raises(ExplainError, match="nothing is published yet; run `skvoz run` first"):
        explain(tmp_path, "RUB", question)


def test_a_copy_of_an_older_version_says_what_to_do(published: Path, ask: Ask) -> None:
    with duckdb.connect(str(published / "skvoz.duckdb")) as connection:
        connection.execute("drop table marts.fct_money_trail")
    with pytest.raises(ExplainError, match=r"older version .*run `skvoz run rebuild`"):
        ask("leads_by_source", channel="calls", month="2026-02")


def test_rows_that_do_not_tie_are_an_error(published: Path, skvoz: Callable[..., Result]) -> None:
    with duckdb.connect(str(published / "skvoz.duckdb")) as connection:
        connection.execute("delete from marts.fct_money_trail where payment_id = 'p'")
    printed = skvoz("revenue_by_channel", "--channel", "paid_search", "--month", "2026-03")
    assert printed.exit_code == 1
    assert "Строки не сходятся с отчётом" in printed.output


def test_a_person_reads_russian_tables_and_a_program_json(skvoz: Callable[..., Result]) -> None:
    cell = ["revenue_by_channel", "--channel", "paid_search", "--month", "2026-02"]
    cell += ["--basis", "lead_cohort"]
    printed = skvoz(*cell, "--limit", "1")
    assert printed.exit_code == 0
    assert "Деньги по каналам: канал paid_search, месяц 2026-02" in printed.output
    assert "17.5 02.04.2026 09:00" in printed.output.replace("\n", " ")  # the company's clock
    assert "и ещё строк: 1; все — с --limit 0" in printed.output
    assert "✓ расход" in printed.output

    content = json.loads(skvoz(*cell, "--json").output)
    assert content["cell"] == {
        "channel": "paid_search",
        "month": "2026-02",
        "basis": "lead_cohort",
        "currency": "RUB",
    }
    assert content["ties"] is True
    payments = content["sections"]["payments"]
    assert sum(Decimal(row["amount"]) for row in payments) == Decimal("90.00")
    assert payments[0]["loaded_at"] == "2026-04-02T06:00:00+00:00"
