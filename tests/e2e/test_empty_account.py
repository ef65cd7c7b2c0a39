"""An account in which nobody has done anything yet."""

from pathlib import Path

import pytest

from tests.sandbox.small import small_company
from tests.workplace import Workplace, workplace

pytestmark = pytest.mark.e2e


def test_an_empty_account_is_a_company_without_deals(tmp_path: Path, finished: Workplace) -> None:
    company = small_company()
    for rows in (company.leads, company.contacts, company.companies, company.events, company.tasks):
        rows.clear()
    company.spend.clear()
    company.bank.clear()
    artefacts = finished.folder / "dbt"
    with workplace(tmp_path / "place", company, dbt_artefacts=artefacts, is_lean=True) as place:
        output = place.run("daily")
        assert "Traceback" not in output
        assert (place.folder / "reports" / "report.html").exists()
        assert place.marts()["marts.fct_deals"] == []
