"""A company with every feed there is: loaded whole, equal to the truth, and no secret anywhere."""

import os
import signal
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.scoreboard import compare
from sandbox import feed
from sandbox.model import CompanySpec
from tests.unbroken import NEVER, RARE, unbroken
from tests.workplace import Workplace, workplace

pytestmark = pytest.mark.e2e

WRONG = "wr0ng-token-nobody-may-see"
REBUILDING = "rebuilding on what was loaded before"
# where a service's own rotated tokens are kept is the one place that has them
KEPT_TOKENS = "state"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    spec = CompanySpec(seed=11, deals=200, months=3)
    feeds = feed.everything()
    folder = tmp_path_factory.mktemp("every_feed")
    # the demo's own run has all data tests over every feed
    with workplace(folder, spec, feeds=feeds, is_lean=True) as place:
        place.run("daily")
        yield place


def query(place: Workplace, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(place.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_feed_is_loaded(place: Workplace) -> None:
    states = dict(query(place, "select source, status from quality.feeds"))
    assert states.pop("files") == "off"
    assert set(states.values()) == {"ok"}
    assert states.keys() == set(feed.everything())


def test_every_comparison_with_the_truth_is_perfect(place: Workplace) -> None:
    scores = compare(place.published, place.truth, place.warehouse)
    assert [score for score in scores if not score.is_perfect] == []
    assert {score.subject for score in scores if not score.planted} <= unbroken(NEVER, RARE)
    assert len(scores) >= 20


def test_every_rule_is_compared(place: Workplace) -> None:
    compared = {score.subject for score in compare(place.published, place.truth)}
    ruled = query(place, "select rule_id from quality.rules where severity <> 'blocker'")
    assert len(ruled) > 50
    assert {f"defect {rule}" for (rule,) in ruled} <= compared


def test_the_second_run_changes_nothing(place: Workplace) -> None:
    before = place.marts()
    place.run("daily", is_lean=True)
    assert place.marts() == before


def test_no_secret_is_written_anywhere(place: Workplace) -> None:
    # tokens that are refused are the ones that errors would quote
    wrong = dict.fromkeys(place.services.environment(), WRONG)
    refused = place.start("run", "daily", **wrong)
    assert refused.stdout is not None
    told = []
    for line in refused.stdout:
        told.append(line)
        if REBUILDING in line:  # every load has failed; what is rebuilt has no token to tell
            os.killpg(refused.pid, signal.SIGINT)
            break
    told.append(refused.communicate(timeout=120)[0])
    output = "".join(told)
    assert REBUILDING in output
    assert output.count("load_amocrm")
    secrets = {*place.services.environment().values(), WRONG}
    for word in secrets:
        assert word not in output
    needles = {word.encode() for word in secrets if len(word) > 6}
    found = [
        str(path.relative_to(place.folder))
        for path in place.folder.rglob("*")
        if path.is_file()
        and path.relative_to(place.folder).parts[0] != KEPT_TOKENS
        and any(needle in path.read_bytes() for needle in needles)
    ]
    assert found == []
