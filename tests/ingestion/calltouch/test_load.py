"""From a served account through dlt into a real DuckDB file, once and again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import ConfigError, SourceFormatError
from ingestion.guards import VolumeDropError
from ingestion.sources import calltouch
from ingestion.sources.calltouch.rows import call_rows
from sandbox.running import Services
from sandbox.simulation.calls import Contact
from tests.ingestion.calltouch.diary import (
    CALLS,
    DAYS,
    EVERYTHING,
    contacts,
    load,
    query,
    settings_for,
    switches,
)
from tests.ingestion.uis.journal import AS_OF, call
from tests.ingestion.uis.test_load import cause
from tests.sandbox.small_ids import moment

TODAY = date(2026, 10, 31)
PROBLEMS = f"select kind, subject, rows, detail from ({calltouch.SOURCE.problems}) order by all"


def form(number: int, at: str) -> Contact:
    return Contact(number, "form", moment(at), "+79000000009", "missed", subject="Заявка")


def test_first_load_brings_calls_and_requests_in_utc(services: Services, tmp_path: Path) -> None:
    contacts(services).append(form(202, "2026-10-30 00:00:10"))
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, CALLS) == [(101,), (102,), (103,), (104,), (105,)]
    assert query(settings, DAYS) == [(31, date(2026, 10, 1), TODAY)]
    columns = """
        site_id, called_on, called_at, caller_number, talk_seconds, wait_seconds, is_successful,
        is_callback, utm_source, utm_campaign, utm_term, ya_client_id, session_id
    """
    rows = query(settings, f"select {columns} from calls where call_id in (101, 103) order by 3")
    assert rows == [
        ("36418", date(2026, 10, 29), datetime(2026, 10, 29, 7, 0, tzinfo=UTC),
         "+7 900 000-00-01", 60, 9, True, False, "yandex", "700001", "<не указано>",
         "9876543210123456789", "0"),
        ("36418", date(2026, 10, 29), datetime(2026, 10, 29, 15, 30, tzinfo=UTC),
         "7 900 000 00 03", 0, 9, False, False, "<не указано>", "<не указано>", "<не указано>",
         None, "0"),
    ]  # fmt: skip
    forms = """
        select request_id, sent_on, sent_at, sent_at_text, subject, phones, utm_source
        from requests where not is_empty_day order by 1
    """
    assert query(settings, forms) == [
        (201, date(2026, 10, 29), datetime(2026, 10, 29, 9, 0, tzinfo=UTC), "29/10/2026 12:00:00",
         "Заявка с сайта", '[{"phoneNumber": "8 900 000 00 04", "phoneType": "MOBILE"}]', "yandex"),
        # a minute past Moscow's midnight: the day is the account's, not Greenwich's
        (202, date(2026, 10, 30), datetime(2026, 10, 29, 21, 0, 10, tzinfo=UTC),
         "30/10/2026 00:00:10", "Заявка",
         '[{"phoneNumber": "+79000000009", "phoneType": "MOBILE"}]', "<не указано>"),
    ]  # fmt: skip


def test_truths_and_numbers_written_as_text_are_the_same(
    services: Services, tmp_path: Path
) -> None:
    plain = settings_for(services, tmp_path / "plain")
    load(plain)
    switches(services).values_as_text = True
    texts = settings_for(services, tmp_path / "texts")
    load(texts)
    for name in ("calls", "requests"):
        table = EVERYTHING.format(name)
        assert query(texts, table) == query(plain, table)


def test_the_accounts_zone_decides(services: Services, tmp_path: Path) -> None:
    switches(services).timezone = "Asia/Omsk"  # UTC+6
    settings = settings_for(services, tmp_path, timezone="Asia/Omsk")
    load(settings)
    sql = "select called_on, called_at from calls where call_id = 103"
    assert query(settings, sql) == [
        (date(2026, 10, 29), datetime(2026, 10, 29, 15, 30, tzinfo=UTC))
    ]
    # with the wrong zone a form near midnight falls out of the day that was asked for
    contacts(services).append(form(203, "2026-10-28 21:30"))  # 00:30 of the 29th in Omsk
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path / "wrong"))
    assert "sources.calltouch.timezone" in cause(failed.value, SourceFormatError)


def test_second_run_changes_nothing_and_rewritten_days_are_replaced(
    services: Services, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path, minimum_volume_share=0)
    load(settings)
    before = [query(settings, EVERYTHING.format(name)) for name in ("calls", "requests")]
    load(settings)
    assert [query(settings, EVERYTHING.format(name)) for name in ("calls", "requests")] == before
    journal = contacts(services)
    journal[0].talk = 12  # a value lowered
    del journal[3]  # the only call of its day
    load(settings)
    talk = "select call_id, talk_seconds from calls where call_id in (101, 104)"
    assert query(settings, talk) == [(101, 12)]
    assert query(settings, "select is_empty_day from calls where called_on = '2026-10-30'") == [
        (True,)
    ]


def test_a_day_that_lost_its_calls_stops_the_load(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    contacts(services)[0:3] = []
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert "0 rows of calls (36418) for 2026-10-29" in cause(failed.value, VolumeDropError)
    load(replace(settings, accept_less=frozenset({"calltouch"})))
    assert query(settings, CALLS) == [(104,), (105,)]


def test_an_interrupted_history_goes_on_where_it_was(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts(services).append(call(90, "2026-07-02 10:00"))
    more = {"history_months": 4, "request_days": 31}
    settings = settings_for(services, tmp_path, **more)

    def die_in_july(records: Any, span: Any, *rest: Any) -> Any:
        if span[0].month == 7:
            raise KeyboardInterrupt
        return call_rows(records, span, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(calltouch, "call_rows", die_in_july)
        with pytest.raises((PipelineStepFailed, KeyboardInterrupt)):
            load(settings)
    assert query(settings, DAYS) == [(62, date(2026, 8, 31), TODAY)]
    load(settings)
    assert query(settings, DAYS) == [(153, date(2026, 6, 1), TODAY)]
    whole = settings_for(services, tmp_path / "whole", **more)
    load(whole)
    for name in ("calls", "requests"):
        assert query(settings, EVERYTHING.format(name)) == query(whole, EVERYTHING.format(name))


def test_a_broken_record_is_set_aside_and_many_stop_the_load(
    services: Services, tmp_path: Path
) -> None:
    garbled = switches(services).garbled
    garbled[102] = {"successful": "может быть"}
    contacts(services).append(form(202, "2026-10-29 13:00"))
    garbled[202] = {"date": "вчера"}
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, PROBLEMS) == [
        ("malformed_record", "calls 2026-10-29", 1, 'successful "может быть" is not boolean'),
        ("malformed_record", "requests 2026-10-29", 1,
         'date "вчера" is not milliseconds since 1970'),
    ]  # fmt: skip
    for number in (101, 103, 104):
        garbled[number] = {"date": "2026-10-29T10:00:00"}
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert "4 of 5 records" in cause(failed.value, SourceFormatError)


def test_requests_of_other_days_stop_the_load(services: Services, tmp_path: Path) -> None:
    # what a month-first date taken for a day-first one would bring
    switches(services).ignore_dates = True
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path))
    assert "hold a record of 2026-10-29" in cause(failed.value, SourceFormatError)


def test_silent_days_are_reported_and_an_empty_account_is_not(
    services: Services, tmp_path: Path
) -> None:
    journal = contacts(services)
    del journal[3]
    for week in (1, 2, 3, 4):
        day = date(2026, 10, 30) - timedelta(weeks=week)
        journal += [call(400 + 10 * week + n, f"{day} 1{n}:00") for n in range(4)]
    settings = settings_for(services, tmp_path)
    load(settings)
    ((kind, subject, rows, detail),) = query(settings, PROBLEMS)
    assert (kind, subject, rows) == ("silent_day", "calls 36418 2026-10-30", 0)
    assert "4, 4, 4, 4" in str(detail)
    journal.clear()
    empty = settings_for(services, tmp_path / "empty")
    load(empty)
    assert query(empty, PROBLEMS) == []
    assert query(empty, "select count(*), bool_and(is_empty_day) from requests") == [(31, True)]


def test_a_pause_of_weeks_leaves_no_hole(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path, request_days=31)
    load(settings)
    load(settings, AS_OF + timedelta(days=50))
    assert query(settings, DAYS) == [(81, date(2026, 10, 1), date(2026, 12, 20))]


def test_no_site_is_said_in_words(services: Services, tmp_path: Path) -> None:
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path, site_ids=[]))
    assert "sources.calltouch.site_ids" in cause(failed.value, ConfigError)
    assert settings_for(services, tmp_path, site_ids=[36418])  # a number needs no quotes


def test_building_needs_neither_secret_nor_network(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCES__CALLTOUCH__CLIENT_API_ID")
    source = calltouch.build(settings_for(services, tmp_path))
    assert sorted(source.resources) == ["calls", "requests"]
    assert not services.requests
