"""The marts equal the simulated company's truth."""

import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import psutil
import pytest

from orchestration.scoreboard import compare
from tests.unbroken import NEVER, RARE, unbroken
from tests.workplace import Workplace

pytestmark = pytest.mark.e2e


def query(place: Workplace, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(place.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_comparison_with_the_truth_is_perfect(finished: Workplace) -> None:
    scores = compare(finished.published, finished.truth)
    assert [score for score in scores if not score.is_perfect] == []
    planted = {score.subject: score.planted for score in scores}
    nothing_in_truth = {subject for subject, count in planted.items() if not count}
    # a comparison with nothing on the truth's side proves nothing
    assert nothing_in_truth <= unbroken(NEVER, RARE)
    assert {"defect deal_no_source", "defect won_no_price", "defect won_no_payment_date"} <= set(
        planted
    )


def test_every_ruble_is_somewhere(finished: Workplace) -> None:
    ((paid,),) = query(
        finished,
        """select sum(amount) from marts.fct_payments
           where payment_class in ('customer_payment', 'customer_refund')""",
    )
    by_basis = query(
        finished,
        """select basis, sum(net_revenue), sum(spend)
           from marts.rpt_revenue_by_channel group by basis order by basis""",
    )
    ((spent,),) = query(finished, "select sum(cost_gross) from marts.fct_spend")
    assert isinstance(paid, Decimal)
    assert isinstance(spent, Decimal)
    assert by_basis == [("cash_date", paid, spent), ("lead_cohort", paid, spent)]
    with duckdb.connect() as connection:
        truth = connection.execute(
            f"select sum(amount) from '{finished.truth}/payments.parquet'"
            " where payment_class in ('customer_payment', 'customer_refund')"
        ).fetchone()
    assert truth == (paid,)


def test_planted_bank_defects_are_flagged_and_nothing_else(finished: Workplace) -> None:
    with duckdb.connect(str(finished.warehouse), read_only=True) as connection:
        truth = f"'{finished.truth}/bank_defects.parquet'"
        untied = connection.execute(
            "select distinct file_name from raw_bank_1c.statements where not totals_tie order by 1"
        ).fetchall()
        unreadable = connection.execute(
            "select file_name, line_number from raw_bank_1c.quarantine order by all"
        ).fetchall()
        planted_untied = connection.execute(
            f"select distinct file_name from {truth} where kind = 'totals_do_not_tie' order by 1"
        ).fetchall()
        planted_unreadable = connection.execute(
            f"select file_name, line_number from {truth} where kind = 'unreadable_row' order by all"
        ).fetchall()
    assert planted_untied
    assert planted_unreadable
    assert untied == planted_untied
    assert unreadable == planted_unreadable


def test_the_planted_defects_of_the_bank_are_published(finished: Workplace) -> None:
    with duckdb.connect(str(finished.published), read_only=True) as published:
        found = published.execute(
            "select kind, subject, case when kind = 'unreadable_row' then rows end"
            " from quality.feed_problems where source = 'bank_1c' order by all"
        ).fetchall()
    planted = duckdb.sql(
        "select kind, file_name, case when kind = 'unreadable_row' then count(*) end"
        f" from '{finished.truth}/bank_defects.parquet' group by kind, file_name order by all"
    ).fetchall()
    assert planted
    assert found == planted


def test_findings_say_who_where_and_how_much(finished: Workplace) -> None:
    rows = query(
        finished,
        """select f.deal_url, f.responsible_user_id, f.money_at_stake, d.deal_url,
                  d.responsible_user_id, d.price, d.paid_amount + d.refunded_amount
           from quality.findings as f join marts.fct_deals as d using (account_id, deal_id)
           where f.rule_id in ('deal_no_source', 'won_no_price', 'won_no_payment_date')""",
    )
    assert rows
    for url, responsible, at_stake, deal_url, deal_responsible, price, paid in rows:
        assert url == deal_url
        assert str(url).startswith("http")
        assert responsible == deal_responsible
        assert at_stake == (paid or price)


def test_the_demo_command_ends_with_a_perfect_scoreboard_and_nothing_running(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "demo"
    from tests.workplace import ROOT, SKVOZ

    command = [str(SKVOZ), "demo", "--deals", "150", "--months", "2", "--folder", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Compared with the truth" in done.stdout
    for name in ("reports/report.html", "published/skvoz.duckdb", "warehouse.duckdb"):
        assert (folder / name).exists(), name
        assert Path(name).name in done.stdout
    scores = compare(folder / "published" / "skvoz.duckdb", folder / "truth")
    assert all(score.is_perfect for score in scores)
    left = [p.pid for p in psutil.process_iter(["cmdline"]) if str(folder) in str(p.info)]
    assert left == []
