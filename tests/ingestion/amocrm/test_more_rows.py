"""Notes, inquiries, talks and invoices as rows: what other programs write is read loosely."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.amocrm.catalog_rows import element_row, invoice_row
from ingestion.sources.amocrm.customer_rows import transaction_row
from ingestion.sources.amocrm.history import History
from ingestion.sources.amocrm.note_rows import note_row
from ingestion.sources.amocrm.settings_more import MORE_TABLES
from ingestion.sources.amocrm.talk_rows import TalkQueue
from ingestion.sources.amocrm.unsorted_rows import unsorted_row

SEEN = datetime(2026, 10, 31, 20, tzinfo=UTC)


def note(kind: str, params: Any, **more: Any) -> dict[str, Any]:
    item = {"id": 1, "entity_id": 2, "note_type": kind, "params": params, "updated_at": 100}
    row = note_row(item | more, 7, "leads")
    assert row.keys() == MORE_TABLES["notes"].columns.keys()
    return row


def test_a_calls_numbers_may_be_strings_and_its_phone_a_number() -> None:
    row = note("call_in", {"duration": "57", "call_status": "6", "phone": 79000000003})
    assert (row["call_seconds"], row["call_status"], row["phone"]) == (57, 6, "79000000003")
    assert row["unread"] is None


@pytest.mark.parametrize(
    ("value", "user", "text"),
    [(11, 11, "11"), ("12", 12, "12"), ("Оператор", None, "Оператор"), ("", None, None),
     (None, None, None)],
)  # fmt: skip
def test_who_answered_is_a_user_or_a_name(value: Any, user: int | None, text: str | None) -> None:
    row = note("call_out", {"call_responsible": value})
    assert (row["call_responsible_user_id"], row["call_responsible"]) == (user, text)


def test_odd_values_of_telephony_are_named_and_stop_nothing() -> None:
    params = {"duration": "1:05", "link": ["x"], "phone": {"n": 1}, "uniq": "u"}
    row = note("call_in", params)
    assert (row["call_seconds"], row["call_link"], row["phone"], row["call_uniq"]) == (
        *(None, None, None),
        "u",
    )
    assert row["unread"] == "duration='1:05'; phone={'n': 1}; link=['x']"
    assert json.loads(row["params"]) == params


@pytest.mark.parametrize("params", [[], None, {}])
def test_a_note_may_say_nothing(params: Any) -> None:
    row = note("extended_service_message", params, is_pinned=True)
    assert (row["params"], row["text"], row["is_pinned"]) == ("{}", None, True)


def test_letters_and_messages_have_columns_and_every_other_type_its_params() -> None:
    letter = note(
        "amomail_message",
        {
            "thread_id": "12",
            "income": True,
            "from": {"email": "a@b.example", "name": ""},
            "to": [],
            "delivery": {"status": "delivered", "time": 86400},
            "attach_cnt": "2",
        },
    )
    assert (letter["mail_thread_id"], letter["mail_is_incoming"]) == ("12", True)
    assert (letter["mail_from_email"], letter["mail_to_email"]) == ("a@b.example", None)
    assert letter["mail_delivered_at"] == datetime(1970, 1, 2, tzinfo=UTC)
    assert letter["mail_attachments"] == 2
    sms = note("sms_out", {"text": "Готово", "phone": 89000000002})
    assert (sms["text"], sms["phone"], sms["call_seconds"]) == ("Готово", "89000000002", None)
    other = note("zoom_meeting", {"a": [Decimal("1.5")]}, _links={"self": {"href": "?q"}})
    assert other["params"] == '{"a":[1.5]}'
    assert "_links" not in other["raw_json"]
    assert "params" not in other["raw_json"]


def test_a_note_without_id_or_with_a_flipped_author_stops_the_load() -> None:
    with pytest.raises(SourceFormatError, match="note of leads: id is None"):
        note_row({"note_type": "common"}, 7, "leads")
    with pytest.raises(SourceFormatError, match="created_by is 'Анна'"):
        note("common", {}, created_by="Анна")


def inquiry(category: str, metadata: Any, **more: Any) -> dict[str, Any]:
    row = unsorted_row({"uid": "u1", "category": category, "metadata": metadata} | more, 7, SEEN)
    assert row.keys() == MORE_TABLES["unsorted"].columns.keys()
    return row


def test_inquiries_are_typed_by_what_brought_them() -> None:
    form = inquiry("forms", {"form_id": 12, "form_sent_at": "86400", "form_page": "https://s/?a=1"})
    assert (form["form_id"], form["form_page"]) == ("12", "https://s/?a=1")
    assert form["form_sent_at"] == datetime(1970, 1, 2, tzinfo=UTC)
    call = inquiry("sip", {"phone": 79000000004, "duration": "0", "from": "7900", "called_at": 5})
    assert (call["phone"], call["call_seconds"], call["sender_name"]) == ("79000000004", 0, "7900")
    chat = inquiry(
        "chats",
        {
            "client": {"name": "Олег"},
            "origin": {"chat_id": "c", "ref": "r", "visitor_uid": "v"},
            "last_message_text": "?",
            "service": "telegram",
        },
    )
    assert (chat["chat_id"], chat["chat_ref"], chat["visitor_uid"]) == ("c", "r", "v")
    assert (chat["client_name"], chat["service"], chat["message_text"]) == ("Олег", "telegram", "?")
    mail = inquiry("mail", {"from": {"email": "a@b.example", "name": "А"}, "thread_id": 5})
    assert (mail["sender_email"], mail["sender_name"], mail["thread_id"]) == (
        "a@b.example",
        "А",
        "5",
    )


def test_a_new_category_and_odd_metadata_pass() -> None:
    row = inquiry("holograms", {"called_at": "вчера"}, pipeline_id="101")
    assert (row["category"], row["pipeline_id"], row["called_at"]) == ("holograms", 101, None)
    assert row["unread"] == "called_at='вчера'"
    assert inquiry("forms", [])["metadata"] == {}
    with pytest.raises(SourceFormatError, match="no uid"):
        unsorted_row({"category": "sip"}, 7, SEEN)


def field(code: str | None, value: Any, **more: Any) -> dict[str, Any]:
    return {"field_id": 1, "field_code": code, "values": [{"value": value} | more]}


def invoice(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    row = invoice_row({"id": 8, "custom_fields_values": list(fields)} | more, 7, 801, SEEN)
    assert row.keys() == MORE_TABLES["invoices"].columns.keys()
    return row


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("Оплачен", "paid", "paid"),
        ("Деньги пришли", "PAID", "paid"),
        ("Частично  Оплачён", None, "partially_paid"),
        ("Ждём директора", None, None),
        ("Ждём директора", "waiting", None),
        (None, None, None),
    ],
)
def test_an_invoices_status_is_its_code_or_else_its_text(
    text: str | None, code: str | None, status: str | None
) -> None:
    row = invoice(field("BILL_STATUS", text, enum_id=3, enum_code=code))
    assert (row["status"], row["status_text"], row["status_enum_id"]) == (status, text, 3)


def test_an_invoices_sum_payer_and_items() -> None:
    payer = {"name": "Клиент", "vat_id": 7700000016, "kpp": "770001001", "entity_id": 301}
    row = invoice(
        field("BILL_PRICE", "46333.50"),
        field("BILL_PAYMENT_DATE", 86400),
        field("PAYER", payer),
        {"field_id": 4, "field_code": "ITEMS", "values": [{"value": {"sku": 1}}, {"value": {}}]},
        field(None, "своё"),
        is_deleted=None,
    )
    assert row["price"] == Decimal("46333.50")
    assert row["payment_date"] == datetime(1970, 1, 2, tzinfo=UTC)
    assert (row["payer_vat_id"], row["payer_kpp"]) == ("7700000016", "770001001")
    assert (row["items"], row["is_deleted"]) == ([{"sku": 1}, {}], False)


def test_an_invoice_whose_fields_were_deleted_or_are_odd() -> None:
    bare = invoice(**{"custom_fields_values": None})
    assert (bare["status"], bare["price"], bare["items"]) == (None, None, [])
    row = invoice(field("BILL_PAYMENT_DATE", "19.09.2026"), field("PAYER", "Иванов"))
    assert row["payment_date"] is None
    assert row["unread"] == "BILL_PAYMENT_DATE.value='19.09.2026'"
    assert row["custom_fields_values"][1]["values"] == [{"value": "Иванов"}]


def test_an_element_and_a_transaction() -> None:
    row = element_row({"id": "9", "custom_fields_values": None}, 7, 802, SEEN)
    assert (row["element_id"], row["custom_fields_values"], row["is_deleted"]) == (9, [], False)
    assert row.keys() == MORE_TABLES["catalog_elements"].columns.keys()
    item = {"id": 1, "price": 90000, "_embedded": {"customer": {"id": 601}}}
    assert transaction_row(item, 7, SEEN)["customer_id"] == 601


def test_talks_are_due_by_their_news_and_not_twice() -> None:
    state: dict[str, Any] = {}

    def told(talk_id: int, at: int) -> dict[str, Any]:
        return {"created_at": at, "value_after": [{"message": {"talk_id": talk_id}}]}

    queue = TalkQueue(state, now=1000)
    queue.saw([told(1, 10), told(2, 30), told(1, 20), {"created_at": 40, "value_after": []}])
    assert queue.due(5) == [2, 1]
    assert queue.due(1) == [2]
    queue.asked(2)
    again = TalkQueue(state, now=1010)
    again.saw([told(2, 30)])  # the same event, read once more
    assert again.due(5) == [1]
    again.saw([told(2, 31)])
    assert again.due(5) == [2, 1]
    again.asked(2)
    again.asked(1)
    assert state == {"due": {}, "asked": {"2": 31, "1": 20}}
    assert len(TalkQueue(state, now=20 * 86_400)) == 0
    assert state["asked"] == {}


def test_history_tells_what_is_new_changed_gone_and_back() -> None:
    state: dict[str, Any] = {}

    def told(*entries: dict[str, Any]) -> list[tuple[Any, ...]]:
        found = History(state, ("id",)).changes(entries, SEEN)
        return [(row["id"], row["name"], row["is_listed"]) for row in found]

    anna, boris = {"id": 1, "name": "Анна"}, {"id": 2, "name": "Борис"}
    assert told(anna, boris) == [(1, "Анна", True), (2, "Борис", True)]
    assert told(boris, anna) == []
    assert told({"id": 1, "name": "Анна О."}, boris) == [(1, "Анна О.", True)]
    assert told(boris) == [(1, "Анна О.", False)]
    assert told(boris) == []
    assert told(anna, boris) == [(1, "Анна", True)]
