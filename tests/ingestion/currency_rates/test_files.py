"""Files of rates: pages as saved and tables, through dlt into a real DuckDB file."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.sources.currency_rates import SOURCE
from ingestion.sources.currency_rates.files import parse
from sandbox.model import Company, CompanySpec
from sandbox.servers.currency_rates.app import Pages
from sandbox.servers.currency_rates.faults import RatesFaults
from sandbox.simulation.currency_rates import CURRENCIES, set_rates
from tests.ingestion.currency_rates.bank import drop, load, problems, query, settings_for

COUNTS = """select (select count(*) from file_rates), (select count(*) from files),
    (select count(*) from quarantine), (select count(*) from feed_rates)"""


@pytest.fixture(autouse=True)
def _project_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])


def test_a_table_of_rates(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(
        settings,
        "2026/rates.csv",
        "Курсы банка\nДата;Код валюты;Номинал;Курс\n"
        "31.10.2026;usd;1;92,123\n31.10.2026;KZT;100;17,0051\n"
        "31.10.2026;RUB;1;1\n31.10.2026;USD;1;0\n01.11.2026;EUR;1;\n",
    )
    drop(settings, "letter.txt", "Dear client\n")
    load(settings)
    load(settings)
    assert query(settings, COUNTS) == [(2, 2, 4, 0)]
    assert query(
        settings, "select currency, rate_on, nominal, value, unit_rate from file_rates order by 1"
    ) == [
        ("KZT", date(2026, 10, 31), 100, Decimal("17.0051"), Decimal("0.170051")),
        ("USD", date(2026, 10, 31), 1, Decimal("92.123"), Decimal("92.123")),
    ]
    assert problems(settings) == [
        (
            "unreadable_row",
            "2026/rates.csv",
            3,
            'row 5: column "Код валюты": "RUB" is not a foreign currency; expected e.g. USD',
        ),
        (
            "unreadable_file",
            "letter.txt",
            1,
            "letter.txt: no header in the first 1 rows; expected columns date, currency, rate",
        ),
    ]
    ((at, line),) = [
        (line.status, line.message) for line in SOURCE.doctor(settings) if "letter" in line.message
    ]
    assert (at, line.startswith("letter.txt: no header")) == ("warning", True)


def test_saved_pages_of_the_bank(tmp_path: Path) -> None:
    company = Company(CompanySpec(months=3), "ООО", "7700000000", [])
    pages, rates = Pages(company, RatesFaults()), set_rates(company)
    usd = CURRENCIES[0]
    settings = settings_for(tmp_path)
    head = '<?xml version="1.0" encoding="windows-1251"?>'
    for name, page in (
        ("daily.xml", pages.daily_page(date(2026, 10, 25))),  # a Sunday: Saturday's rates
        ("dynamic.xml", pages.dynamic_page(usd, date(2026, 10, 27), date(2026, 10, 31))),
        ("strange.xml", pages.dynamic_page(usd, date(2026, 9, 1), date(2026, 9, 1))),
    ):
        text = head + (page.replace("R01235", "R09999") if name == "strange.xml" else page)
        drop(settings, name, text.encode("cp1251"))
    load(settings)
    saturday = date(2026, 10, 24)
    assert query(
        settings,
        """select currency, rate_on, value from file_rates where file_name = 'daily.xml'
        order by row_number""",
    ) == [(currency.code, saturday, rates[currency.code][saturday]) for currency in CURRENCIES]
    assert query(
        settings,
        """select currency, rate_on, value from file_rates where file_name = 'dynamic.xml'
        order by row_number""",
    ) == [
        ("USD", day, rates["USD"][day]) for day in rates["USD"] if day.day >= 27 and day.month == 10
    ]
    ((kind, subject, _, detail),) = problems(settings)
    assert (kind, subject) == ("unreadable_row", "strange.xml")
    assert "id R09999 is not known" in detail


def test_a_file_that_is_corrected_or_removed(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    path = drop(settings, "a.csv", "date,currency,rate\n2026-10-31,USD,x\n")
    load(settings)
    drop(settings, "a.csv", "date,currency,rate\n2026-10-31,USD,90\n")
    load(settings)
    assert problems(settings) == []
    path.unlink()
    load(settings)
    assert query(settings, "select value from file_rates") == [(Decimal(90),)]
    assert query(settings, "select load_number from files order by 1") == [(1,), (2,)]


def test_other_xml_is_one_rejected_row() -> None:
    (rejected,) = parse("f.xml", b"<html>hello</html>").rejected
    assert rejected.row_number == 0
    assert rejected.reason == "f.xml: a page of <html>, not of <ValCurs>"
