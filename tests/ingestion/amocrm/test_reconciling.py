"""The full scan: what edits had missed is found, counted and kept."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.guards import VolumeDropError
from ingestion.sources.amocrm.settings_more import PROBLEMS
from sandbox.model import Event
from tests.ingestion.amocrm.conftest import MakeStand, Stand
from tests.ingestion.amocrm.test_first_load import break_down, large_company
from tests.ingestion.amocrm.test_load_stops import cause_of
from tests.sandbox.small import AS_OF, moment

WEEK = AS_OF + timedelta(days=7)
TABLES = ("leads", "deleted_leads", "events", "reconciliations", "missing_leads")
REPORT = (
    "select list_name, pages, listed, found_new, found_changed, vanished, answered_by_id "
    "from raw.reconciliations order by began_at, list_name"
)
MISSING = (
    "select lead_id, reason, missed_at = last_seen_at, last_seen_at, found_again_at "
    "from raw.missing_leads order by 1"
)


def hide(stand: Stand, lead_id: int) -> None:
    """The lead vanishes without going through the basket, as by a merge or by lost rights."""
    stand.company.leads = [lead for lead in stand.company.leads if lead.id != lead_id]


def test_nothing_was_missed(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ingestion")
    stand.load(*TABLES)
    assert stand.rows(REPORT) == []  # a first load has nothing to compare with
    loaded = stand.at(WEEK).load(*TABLES)
    assert loaded.rounds == 2  # the scan; what it found
    assert stand.rows(REPORT) == [("leads", 1, 10, 0, 0, 0, 0)]
    assert stand.rows(MISSING) == []
    assert "full scan of leads: 10 rows; edits had missed 0 new and 0 changed" in caplog.text
    assert stand.at(WEEK + timedelta(days=6)).load(*TABLES).rounds == 1


@pytest.mark.parametrize("alpha_filter", [True, False])
def test_what_edits_had_not_told_is_found_and_counted(stand: Stand, alpha_filter: bool) -> None:
    stand.faults.alpha_filter = alpha_filter
    leads = {lead.id: lead for lead in stand.company.leads}
    hide(stand, 1007)
    stand.load(*TABLES)
    stand.company.leads.append(leads[1007])  # imported with its old dates, or shown by new rights
    leads[1001].name = "Правка, о которой не сказано"
    leads[1002].updated_at = int(WEEK.timestamp()) - 60  # an ordinary edit
    assert stand.load("leads").rows["leads"] == 2  # that edit, and the latest before it
    stand.at(WEEK).load(*TABLES)
    assert stand.rows(REPORT) == [("leads", 1, 10, 1, 1, 0, 0)]
    assert stand.rows("select name from raw.leads where lead_id = 1001")[0][0].startswith("Правка,")
    assert stand.count("leads") == 10


def test_vanished_deals_are_kept_and_listed_with_a_reason(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    stand.load(*TABLES)
    hide(stand, 1007)
    hide(stand, 1008)
    deleted = next(lead for lead in stand.company.leads if lead.id == 1006)
    deleted.is_deleted, deleted.updated_at = True, moment("2026-11-03 10:00")
    stand.company.events.append(
        Event("merge", "entity_merged", 1008, "lead", 0, moment("2026-11-02 10:00"))
    )
    stand.at(WEEK).load(*TABLES)
    assert stand.rows(REPORT) == [("leads", 1, 7, 0, 0, 2, 0)]
    assert stand.rows(MISSING) == [
        (1007, "unknown", False, AS_OF, None),
        (1008, "merged", False, AS_OF, None),
    ]
    assert stand.count("leads") == 10
    told = f"select kind, subject, rows from ({PROBLEMS}) where kind = 'vanished_deal' order by 2"
    stand.load("notes", "unsorted", "invoices")
    assert stand.rows(told) == [
        ("vanished_deal", "reason merged", 1),
        ("vanished_deal", "reason unknown", 1),
    ]
    assert "2 deals vanished without being deleted (1007, 1008 …)" in caplog.text


def test_a_deal_that_comes_back_is_told(stand: Stand) -> None:
    stand.load(*TABLES)
    lead = next(lead for lead in stand.company.leads if lead.id == 1007)
    hide(stand, 1007)
    stand.at(WEEK).load(*TABLES)
    again = WEEK + timedelta(days=7)
    stand.at(again).load(*TABLES)
    missed = "select missed_at, last_seen_at, found_again_at from raw.missing_leads"
    assert stand.rows(missed) == [(WEEK, AS_OF, None)]  # still, and since then
    stand.company.leads.append(lead)
    last = again + timedelta(days=7)
    stand.at(last).load(*TABLES)
    assert stand.rows(missed) == [(WEEK, AS_OF, last)]
    assert stand.rows(REPORT)[-1] == ("leads", 1, 10, 0, 0, 0, 0)


def test_a_deal_that_slipped_between_pages_answers_by_its_id(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.load(*TABLES)
    listed = type(stand.client()).walk

    def slipping(self: Any, path: str, *args: Any, **more: Any) -> Any:
        for page in listed(self, path, *args, **more):
            page.items[:] = [item for item in page.items if item["id"] != 1007]
            yield page

    monkeypatch.setattr("ingestion.sources.amocrm.client.AmocrmClient.walk", slipping)
    stand.at(WEEK).load(*TABLES)
    assert stand.rows(REPORT) == [("leads", 1, 9, 0, 0, 0, 1)]
    assert stand.rows(MISSING) == []


def test_a_scan_survives_a_crash_and_goes_by_rounds(make_stand: MakeStand) -> None:
    stand = make_stand(large_company(), pages_per_commit=4)
    stand.faults.alpha_filter = False
    stand.faults.page_cap = 5
    stand.load("leads", "reconciliations", "missing_leads")
    later = stand.at(WEEK)
    break_down(stand, 9)
    with pytest.raises(PipelineStepFailed):
        later.load("leads", "reconciliations", "missing_leads")
    assert stand.rows(REPORT) == []
    del stand.faults.take_failure
    hide(stand, 2050)
    stand.faults.changed()
    an_hour_later = stand.at(WEEK + timedelta(hours=1))
    loaded = an_hour_later.load("leads", "reconciliations", "missing_leads")
    assert loaded.rounds >= 3
    report = stand.rows(REPORT)
    assert [row[5] for row in report] == [1]
    assert stand.rows("select began_at from raw.reconciliations") == [(WEEK,)]


def test_a_scan_that_finds_little_stops_the_load(make_stand: MakeStand) -> None:
    stand = make_stand(large_company())
    stand.load("leads", "reconciliations", "missing_leads")
    stand.company.leads = stand.company.leads[:20]
    with pytest.raises(PipelineStepFailed) as raised:
        stand.at(WEEK).load("leads", "reconciliations", "missing_leads")
    assert isinstance(cause_of(raised.value), VolumeDropError)
    assert "--accept-less amocrm" in str(cause_of(raised.value))
    assert stand.rows(REPORT) == []
    accepted = stand.at(WEEK)
    object.__setattr__(accepted.settings, "accept_less", frozenset({"amocrm"}))
    accepted.load("leads", "reconciliations", "missing_leads")
    assert stand.rows(REPORT)[0][2] == 20
    assert stand.count("leads") == 60


def test_dictionaries_are_guarded(stand: Stand) -> None:
    stand.load("users", "pipelines", "statuses", "loss_reasons", "custom_fields")
    stand.company.loss_reasons = []
    with pytest.raises(PipelineStepFailed) as raised:
        stand.load("loss_reasons")
    assert "0 rows of loss_reasons" in str(cause_of(raised.value))
    assert stand.count("loss_reasons") == 2


def test_other_cards_are_scanned_too(stand: Stand) -> None:
    stand.load("contacts", "companies", "reconciliations")
    stand.company.contacts.pop(0)
    stand.at(WEEK).load("contacts", "companies", "reconciliations")
    assert [(row[0], row[5]) for row in stand.rows(REPORT)] == [("companies", 0), ("contacts", 1)]
    assert stand.count("contacts") == 4
