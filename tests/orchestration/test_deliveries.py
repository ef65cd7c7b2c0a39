"""Digests from the published copy to people: once, in their scope, outside of quiet hours."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.errors import ConfigError
from ingestion.settings import Settings
from orchestration.deliveries import is_due, preview
from tests.orchestration.post import (
    EVERYBODY,
    HEAD,
    MANAGER,
    MORNING,
    OWNER,
    OWNER_ONLY,
    TECHNICIAN,
    Company,
    company,
)
from tests.published_copy import ANNA, BORIS_DEAL, CUT, FIRST, Found

Start = Callable[..., Company]
NEWS = Found("won_no_price", 503, ANNA, "4000", seen=CUT + timedelta(days=1), name="Новая кухня")


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    opened = []

    def begin(recipients: str = EVERYBODY, delivery: str = "") -> Company:
        context = company(tmp_path, monkeypatch, recipients, delivery)
        opened.append(context)
        return context.__enter__()

    yield begin
    for context in opened:
        context.__exit__(None, None, None)


def test_everybody_gets_their_own_once(start: Start) -> None:
    place = start()
    for _ in range(2):
        place.deliver("daily")
    assert {one.chat for one in place.service.received} == {OWNER, HEAD, MANAGER}
    assert len(place.service.received) == 3
    assert [row[3] for row in place.log()] == ["sent"] * 3
    (words,) = place.service.texts(MANAGER)
    assert BORIS_DEAL in words
    assert "Кухня" not in words
    assert "Кухня" in place.service.texts(HEAD)[0]
    assert BORIS_DEAL not in place.service.texts(HEAD)[0]


def test_the_weeks_files_are_bound_as_their_readers_are(start: Start) -> None:
    place = start()
    place.deliver("weekly")
    assert set(place.service.files(OWNER)) == {"report.png", "report.html", "findings.xlsx"}
    assert set(place.service.files(HEAD)) == {"findings.xlsx"}
    assert set(place.service.files(MANAGER)) == {"72.html", "findings.xlsx"}
    for name, content in place.service.files(MANAGER).items():
        assert BORIS_DEAL in content.decode(), name
        assert "Кухня" not in content.decode(), name
    assert BORIS_DEAL not in place.service.files(HEAD)["findings.xlsx"].decode()
    assert place.service.files(TECHNICIAN) == {}
    assert place.made.count("pages") == 1  # made once, whoever gets them


def test_a_day_without_news_sends_nothing_and_says_so(start: Start) -> None:
    place = start(OWNER_ONLY)
    place.deliver("daily")
    place.at += timedelta(days=1)
    place.deliver("daily")
    assert len(place.service.received) == 1
    assert [row[3] for row in place.log()] == ["nothing_new", "sent"]
    place.at += timedelta(days=1)
    place.publish([*FIRST, NEWS], cut=CUT + timedelta(days=1))
    place.deliver("daily")
    assert "Новая кухня" in place.service.texts(OWNER)[1]
    assert "Кухня</b>" not in place.service.texts(OWNER)[1]


def test_on_the_weeks_day_the_daily_is_left_out(start: Start) -> None:
    place = start(OWNER_ONLY)
    place.at = MORNING - timedelta(days=1)  # Monday
    place.deliver("daily")
    assert place.service.received == []
    place.deliver("weekly")
    assert len(place.service.texts(OWNER)) == 1


def test_quiet_hours_hold_and_their_end_sends_once(start: Start) -> None:
    place = start(OWNER_ONLY, 'quiet_hours = ["21:00", "08:00"]')
    place.at = MORNING.replace(hour=4, minute=59)  # 07:59 in Moscow
    place.deliver("daily")
    assert [row[3] for row in place.log()] == ["held_quiet"]
    assert not is_due(place.settings, place.at)
    place.at += timedelta(minutes=1)
    assert is_due(place.settings, place.at)
    for _ in range(2):
        place.deliver("waiting")
    assert len(place.service.received) == 1
    assert [row[3] for row in place.log()] == ["sent"]
    assert not is_due(place.settings, place.at)
    place.at = MORNING.replace(hour=18)  # 21:00
    place.publish([*FIRST, NEWS], cut=CUT + timedelta(days=1))
    place.at += timedelta(days=1)
    place.deliver("daily")
    assert len(place.service.received) == 1


def test_a_failure_is_tried_later_and_then_told(start: Start) -> None:
    place = start()
    place.service.switches.failing.add(OWNER)
    attempts = "select status, attempts from ops.deliveries where kind = 'daily'"
    place.deliver("daily", to="Хозяин")
    assert is_due(place.settings, place.at + timedelta(minutes=10))
    place.deliver("waiting")  # too early: not even tried
    assert place.sql(attempts) == [("failed", 1)]
    for tries in (2, 3, 3):
        place.at += timedelta(hours=1)
        place.deliver("waiting")
        assert place.sql(attempts) == [("failed", tries)]
    (alert,) = place.service.texts(TECHNICIAN)
    assert "Хозяин, daily 2026-11-03, text: не отправлено: Telegram, sendMessage: 500" in alert
    assert place.service.texts(OWNER) == []


def test_a_failure_that_passes_is_told_to_nobody(start: Start) -> None:
    place = start()
    place.service.switches.failing.add(OWNER)
    place.deliver("daily", to="Хозяин")
    place.service.switches.failing.clear()
    place.at += timedelta(minutes=10)
    place.deliver("waiting")
    assert len(place.service.texts(OWNER)) == 1
    assert place.service.texts(TECHNICIAN) == []


def test_a_person_who_blocked_the_bot_is_told_at_once_and_only_once(start: Start) -> None:
    place = start()
    place.service.switches.blocked.add(HEAD)
    place.deliver("weekly")
    for _ in range(2):
        place.deliver("waiting")
    (alert,) = place.service.texts(TECHNICIAN)
    assert "РОП, weekly 2026-W45, text" in alert
    assert "press Start" in alert
    assert len(place.service.texts(OWNER)) == 1
    lines = (place.folder / "alerts.jsonl").read_text(encoding="utf-8")
    assert "РОП" in lines


def test_an_unknown_one_is_never_sent_by_itself(start: Start) -> None:
    place = start()
    place.service.switches.drops = 1
    place.deliver("daily", to="Хозяин")
    assert len(place.service.texts(OWNER)) == 1
    place.at += timedelta(hours=8)
    place.deliver("waiting")
    assert len(place.service.texts(OWNER)) == 1
    (alert,) = place.service.texts(TECHNICIAN)
    (number,) = (word for word in alert.split() if len(word) == 12 and word.isalnum())
    assert f"skvoz deliver --again {number}" in alert
    done = place.again(number)
    assert done.status == "sent"
    assert len(place.service.texts(OWNER)) == 2
    with pytest.raises(ConfigError, match="is sent"):
        place.again(number)


def test_an_alert_that_fails_is_no_subject_of_another(start: Start) -> None:
    place = start()
    place.service.switches.blocked |= {OWNER, TECHNICIAN}
    place.deliver("daily", to="Хозяин")
    for _ in range(3):
        place.deliver("waiting")
    assert len(place.log()) == 2


def test_a_name_nobody_knows_costs_only_its_own_digest(start: Start) -> None:
    place = start(EVERYBODY.replace("Борис Лис", "Боря"))
    place.deliver("daily")
    assert {one.chat for one in place.service.received} == {OWNER, HEAD, TECHNICIAN}
    assert 'user "Боря" is nobody' in place.service.texts(TECHNICIAN)[0]


def test_a_preview_sends_and_writes_nothing(start: Start) -> None:
    place = start()
    office = place.office()
    with office.opened(5):
        found = preview(office, "weekly", makers=place.makers())
    assert [one.recipient.name for one in found] == ["Хозяин", "РОП", "Борис"]
    assert all(one.prepared and one.prepared.parcel for one in found)
    assert place.service.received == []
    assert place.log() == []
    assert not (place.folder / "outbox").exists()


def test_the_token_reaches_neither_tables_nor_files(start: Start) -> None:
    place = start()
    place.service.switches.quote_token = True
    place.service.switches.blocked |= {OWNER, HEAD}
    place.deliver("weekly")
    token = place.service.bot.token.encode()
    for path in place.folder.rglob("*"):
        assert not path.is_file() or token not in path.read_bytes(), path


def test_a_recipient_who_left_gets_nothing_that_waited(start: Start) -> None:
    place = start(OWNER_ONLY, 'quiet_hours = ["08:00", "10:00"]')
    place.deliver("daily")
    config = place.settings.company_config
    nobody = config.model_copy(
        update={"delivery": config.delivery.model_copy(update={"recipients": ()})}
    )
    place.settings = replace(place.settings, company_config=nobody)
    place.at += timedelta(hours=3)
    place.deliver("waiting")
    assert place.service.received == []
    assert place.log()[0][3] == "failed"


def test_words_too_many_for_one_message_come_in_order(start: Start) -> None:
    place = start(OWNER_ONLY)
    place.publish([Found(f"rule_{n}", 700 + n, ANNA, "5", name="я" * 300) for n in range(6)])
    place.deliver("daily")
    assert all(len(text) <= 4096 for text in place.service.texts(OWNER))
    assert "…" in place.service.texts(OWNER)[0]


def test_nobody_to_deliver_to_is_never_due(start: Start, tmp_path: Path) -> None:
    place = start("")
    assert not is_due(place.settings, MORNING)
    settings: Settings = place.settings
    assert settings.delivery.recipients == ()
