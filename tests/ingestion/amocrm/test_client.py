"""Paging over real HTTP: where a list ends, and what is asked for once more."""

from typing import Any

import pytest

from ingestion.errors import SourceFormatError
from tests.ingestion.amocrm.conftest import Stand


def ids(stand: Stand, limit: int = 250, **faults: Any) -> list[int]:
    for name, value in faults.items():
        setattr(stand.faults, name, value)
    pages = stand.client().pages("leads", "leads", [("order[id]", "asc")], limit)
    return [item["id"] for page in pages for item in page]


LISTED = [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1011, 1012]


@pytest.mark.parametrize(
    ("faults", "requests"),
    [
        ({}, 1),
        ({"next_on_last_page": True}, 3),  # past the end there is 204, and it is asked twice
        ({"next_on_last_page": True, "empty_as_204": False}, 3),
        ({"page_cap": 3}, 4),
        ({"page_cap": 5}, 4),  # the last page is full: it promises a next one
        ({"page_cap": 3, "next_drops_parameters": True}, 4),
    ],
)
def test_a_walk_ends_where_the_list_does(
    stand: Stand, faults: dict[str, Any], requests: int
) -> None:
    assert ids(stand, **faults) == LISTED
    assert len(stand.asked("leads")) == requests


def test_own_parameters_are_kept_whatever_the_next_link_says(stand: Stand) -> None:
    ids(stand, limit=3, next_drops_parameters=True)
    queries = stand.asked("leads")
    assert [query.split("page=")[1][0] for query in queries] == ["1", "2", "3", "4"]
    assert all("order%5Bid%5D=asc" in query and "limit=3" in query for query in queries)


def test_an_empty_page_in_the_middle_is_asked_for_again(stand: Stand) -> None:
    assert ids(stand, page_cap=3, empty_page_once=2) == LISTED


def test_an_empty_list(stand: Stand) -> None:
    stand.company.leads.clear()
    assert ids(stand) == []
    assert ids(stand, empty_as_204=False) == []
    assert len(stand.asked("leads")) == 2


@pytest.mark.parametrize("body", [{"_embedded": []}, {"_embedded": {"deals": []}}, {}])
def test_an_answer_of_another_shape_is_named(
    stand: Stand, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = stand.client()
    monkeypatch.setattr("ingestion.sources.amocrm.client.parse_json", lambda _: body)
    with pytest.raises(SourceFormatError, match=r"leads answered without _embedded\.leads"):
        list(client.pages("leads", "leads"))


def test_the_account_is_asked_for_once_a_run(stand: Stand) -> None:
    client = stand.client()
    assert client.account() is client.account()
    client.pipelines()
    client.pipelines()
    assert len(stand.asked("account")) == 1
    assert len(stand.asked("leads/pipelines")) == 1
    client._clock.sleep(3600)  # a process that lives on asks anew in its next run
    assert client.account().id == 777
    assert len(stand.asked("account")) == 2
