"""The demo company's spend files and rates: the same each time, and true to what they say."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.sources.spend_files.config import SpendFilesSection
from ingestion.sources.spend_files.parse import parse
from sandbox.feeds.spend_files import FEED
from sandbox.model import Company, CompanySpec
from sandbox.simulation.currency_rates import in_force, set_rates
from sandbox.simulation.spend_files import true_lines
from sandbox.spend_documents import spend_documents, write_spend_files


@pytest.fixture(scope="module")
def company() -> Company:
    return Company(CompanySpec(seed=11, deals=300, months=4), "ООО", "7700000000", [])


def test_the_same_bytes_each_time(company: Company, tmp_path: Path) -> None:
    first, again = spend_documents(company), spend_documents(company)
    assert first == again
    assert len({document.name for document in first}) == len(first)
    write_spend_files(company, tmp_path)
    saved = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*.*")}
    assert set(saved) == {document.name for document in first}
    # of two files about the same days the later one was saved later
    times = [saved[document.name].stat().st_mtime for document in first]
    assert times == sorted(times)


def test_every_planted_fault_is_there_and_no_other(company: Company) -> None:
    found = []
    for document in spend_documents(company):
        parsed = parse(document.name, document.content, SpendFilesSection())
        rows = sum(row.place.row_number > 0 for row in parsed.rejected)
        sheets = sum(row.place.row_number == 0 and bool(row.place.sheet) for row in parsed.rejected)
        files = len(parsed.rejected) - rows - sheets
        counted = (
            ("unreadable_row", rows),
            ("unreadable_sheet", sheets),
            ("unreadable_file", files),
        )
        found += [(document.name, kind, count) for kind, count in counted if count]
        assert parsed.stated in (None, parsed.cost + parsed.cost_rejected)
    # what one file takes the place of in another is no fault of a file alone
    truth = [
        row
        for row in FEED.truth(company)["spend_file_defects"].to_pylist()
        if row["kind"] != "superseded"
    ]
    assert sorted(found) == sorted((row["file_name"], row["kind"], row["rows"]) for row in truth)
    assert {kind for _, kind, _ in found} == {
        "unreadable_row",
        "unreadable_sheet",
        "unreadable_file",
    }


def test_the_truth_adds_up(company: Company) -> None:
    rows = FEED.truth(company)["file_spend"].to_pylist()
    euros = sum(row["cost_gross_original"] for row in rows if row["currency_original"] == "EUR")
    lines = true_lines(company)
    assert euros == sum(line.cost for line in lines if line.placement.currency == "EUR")
    assert {row["channel"] for row in rows} == {"boards", "paid_social", "offline", "referral"}
    assert any(line.cost < 0 for line in lines)
    spans = [line for line in lines if line.placement.spans]
    assert all(sum(cost for _, cost, _, _ in line.by_day()) == line.cost for line in spans)


def test_the_bank_rests_on_sundays_mondays_and_in_january(company: Company) -> None:
    rates = set_rates(Company(CompanySpec(), "ООО", "7700000000", []))["USD"]
    assert {day.weekday() for day in rates} == {1, 2, 3, 4, 5}
    assert in_force(rates, date(2026, 1, 9)) == (date(2026, 1, 1), rates[date(2026, 1, 1)])
    assert in_force(rates, min(rates) - timedelta(days=1)) is None
    assert all(value == value.quantize(Decimal("0.0001")) for value in rates.values())
