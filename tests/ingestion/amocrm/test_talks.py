"""Talks are known by their messages only: each is asked for once for every news of it."""

from datetime import timedelta

import pytest

from sandbox.servers.amocrm.switches import CrmSwitches
from sandbox.simulation.crm_model import Talk, TalkEvent
from tests.ingestion.amocrm.conftest import MakeStand, Stand
from tests.ingestion.amocrm.reading import Reading, reading
from tests.sandbox import small_records as known
from tests.sandbox.small import AS_OF

__all__ = ["reading"]

NOW = int(AS_OF.timestamp())


def asked(stand: Stand) -> list[int]:
    paths = [seen.path for seen in stand.services.amocrm.log if "/talks/" in seen.path]
    return [int(path.rpartition("/")[2]) for path in paths]


def message(reading: Reading, talk_id: int, at: int) -> None:
    told = [{"message": {"id": f"n{at}", "talk_id": talk_id}}]
    reading.crm.events.append(
        TalkEvent(f"01n{at}", "outgoing_chat_message", 1002, "lead", 11, at, told)
    )


def test_talks_of_events_land(make_stand: MakeStand) -> None:
    stand = make_stand(known.company_with_records())
    stand.load("events", "talks")
    rows = stand.rows("select account_id, talk_id, entity_id, rate, is_in_work from raw.talks")
    assert rows == [(777, known.TALK, 1002, 5, False)]
    assert asked(stand) == [known.TALK, known.GONE_TALK]  # the one with the latest news first


@pytest.mark.parametrize("missing", [404, 204])
def test_a_talk_that_is_gone_is_passed_over(reading: Reading, missing: int) -> None:
    reading.stand.faults.of(CrmSwitches).missing_talk_status = missing
    found = reading.run("events", "talks")["talks"]
    assert [row["talk_id"] for row in found] == [known.TALK]


def test_nothing_is_asked_for_twice_in_vain(reading: Reading) -> None:
    reading.run("events", "talks")
    for later in (timedelta(hours=1), timedelta(days=9)):  # events are read back eight days
        assert reading.run("events", "talks", at=AS_OF + later)["talks"] == []
    assert asked(reading.stand) == [known.TALK, known.GONE_TALK]


def test_a_new_message_is_news_of_its_talk(reading: Reading) -> None:
    reading.run("events", "talks")
    message(reading, known.TALK, NOW + 60)
    reading.crm.talks[0].rate = 1
    (talk,) = reading.run("events", "talks", at=AS_OF + timedelta(hours=1))["talks"]
    assert (talk["talk_id"], talk["rate"]) == (known.TALK, 1)
    assert asked(reading.stand) == [known.TALK, known.GONE_TALK, known.TALK]


def test_a_run_asks_for_so_many_and_the_next_one_for_the_rest(make_stand: MakeStand) -> None:
    reading = Reading(make_stand(known.company_with_records(), talks_per_run=2))
    for n in range(3):
        reading.crm.talks.append(Talk(70_100 + n, 201, f"c{n}", NOW - n, NOW - n, "whatsapp"))
        message(reading, 70_100 + n, NOW - 86_400 - n)
    found = [len(reading.run("events", "talks")["talks"]) for _ in range(4)]
    assert found == [2, 2, 0, 0]  # the third run's is the one that is gone
    assert asked(reading.stand) == [70_100, 70_101, 70_102, known.TALK, known.GONE_TALK]


def test_a_failed_run_asks_again(reading: Reading) -> None:
    reading.stand.faults.fail_next(f"/api/v4/talks/{known.GONE_TALK}", 400)
    with pytest.raises(Exception, match="rejects GET /api/v4/talks"):
        reading.run("events", "talks")
    assert len(reading.run("events", "talks")["talks"]) == 1
    assert asked(reading.stand) == [known.TALK, known.GONE_TALK] * 2
