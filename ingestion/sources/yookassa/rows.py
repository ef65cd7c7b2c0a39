"""Payments and refunds of YooKassa to rows: whole days of them, by the day they were created on."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from ingestion.bank_feed import as_amount, whole_days
from ingestion.columns import Row
from ingestion.days import Span
from ingestion.errors import SourceFormatError
from ingestion.records import (
    BrokenRecordError,
    Fields,
    as_boolean,
    as_json,
    as_moment,
    as_text,
    read_record,
    refuse_if_most_are_broken,
)

_COMMON: Fields = {
    "status": ("status", as_text),
    "amount": ("amount.value", as_amount),
    "currency": ("amount.currency", as_text),
    "description": ("description", as_text),
    "created_at": ("created_at", as_moment),
}
PAYMENT: Fields = {
    "payment_id": ("id", as_text),
    **_COMMON,
    "is_paid": ("paid", as_boolean),
    "is_test": ("test", as_boolean),
    "income_amount": ("income_amount.value", as_amount),
    "income_currency": ("income_amount.currency", as_text),
    "refunded_amount": ("refunded_amount.value", as_amount),
    "metadata": ("metadata", as_json),
    "payment_method": ("payment_method.type", as_text),
    "merchant_customer_id": ("merchant_customer_id", as_text),
    "captured_at": ("captured_at", as_moment),
}
REFUND: Fields = {
    "refund_id": ("id", as_text),
    "payment_id": ("payment_id", as_text),
    **_COMMON,
}


def day_rows(
    records: Iterable[Any], fields: Fields, shop: str, span: Span, requested_at: datetime
) -> list[Row]:
    """Rows of every day of a span; a day with nothing is one row with ``is_empty_day``.

    Raises:
        SourceFormatError: an object is of another day or of none, or most cannot be read.
    """
    key = next(iter(fields))
    rows: dict[str, Row] = {}
    broken: list[Row] = []
    total = 0
    for record in records:
        total += 1
        day = {"created_on": _day_of(record, shop, span)}
        try:
            row = _read(record, fields, key) | day
        except BrokenRecordError as error:
            broken.append({"malformed_reason": str(error), "raw_json": as_json(record), **day})
            continue
        rows.setdefault(row[key], row)  # pages may overlap
    where = f"yookassa: shop {shop}, {span[0]} to {span[1]}"
    refuse_if_most_are_broken(where, [row["malformed_reason"] for row in broken], total)
    common = {"shop_id": shop, "requested_at": requested_at}
    return whole_days([*rows.values()], broken, span, common, "created_on")


def _read(record: Any, fields: Fields, key: str) -> Row:
    row = read_record(record, fields)
    if not row[key]:
        raise BrokenRecordError("id is missing")
    if not row["amount"] or row["amount"] < 0 or not row["currency"]:
        raise BrokenRecordError(f'amount "{row["amount"]}" is not an amount above zero')
    if "captured_at" in row and row["status"] == "succeeded" and row["captured_at"] is None:
        raise BrokenRecordError("captured_at of a succeeded payment is missing")
    return row | {"raw_json": as_json(record)}


def _day_of(record: Any, shop: str, span: Span) -> date:
    """The UTC day that an object was created on: the partition it stands in, so it must be sure."""
    try:
        created_at = as_moment(record.get("created_at"))
        day = created_at.date() if created_at else None
    except (AttributeError, TypeError, ValueError):
        day = None
    if day is None or not span[0] <= day <= span[1]:
        found = "an object without created_at" if day is None else f"one of {day}"
        raise SourceFormatError(
            f"yookassa: shop {shop}: asked for {span[0]} to {span[1]}, YooKassa sent {found}; "
            "nothing of it is loaded, run again later"
        )
    return day
