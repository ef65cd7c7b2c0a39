"""Items of the small lists to rows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ingestion.sources.amocrm.rows import (
    account_row,
    deleted_lead_row,
    status_rows,
    task_row,
    user_row,
)

SEEN = datetime(2026, 10, 31, tzinfo=UTC)


def test_tombstone_of_a_stub() -> None:
    stub = dict.fromkeys(("name", "price")) | {
        "id": 3,
        "updated_at": "1654014416",
        "updated_by": 12,
    }
    assert deleted_lead_row(stub, 7) == {
        "account_id": 7,
        "lead_id": 3,
        "deleted_at": datetime(2022, 5, 31, 16, 26, 56, tzinfo=UTC),
        "deleted_by": 12,
    }


def test_users_without_rights_and_statuses_of_a_pipeline() -> None:
    assert user_row({"id": 4, "rights": None}, 7, SEEN)["is_admin"] is None
    pipeline = {"id": 2, "_embedded": {"statuses": [{"id": 142, "name": "Успех", "type": 0}]}}
    assert [row["status_id"] for row in status_rows(pipeline, 7, SEEN)] == [142]


def test_account_links_open_in_its_own_host() -> None:
    zone = {"datetime_settings": {"timezone": "Asia/Omsk"}}
    row = account_row({"id": 7, "_embedded": zone}, "https://demo.amocrm.ru/", SEEN)
    assert (row["base_url"], row["timezone"]) == ("https://demo.amocrm.ru", "Asia/Omsk")


@pytest.mark.parametrize(
    ("result", "text"), [([], None), ({"text": "готово"}, "готово"), (None, None)]
)
def test_task_result(result: Any, text: str | None) -> None:
    assert task_row({"id": 4, "result": result}, 7)["result_text"] == text
