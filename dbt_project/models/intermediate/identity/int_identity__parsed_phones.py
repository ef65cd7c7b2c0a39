"""Telephone numbers in E.164 where their spelling is not plain, by Google's libphonenumber.

What companies write besides a number: an extension ("доб. 12", "#3"), a second number after a
comma, the prefix of an international call (8~10, 00), or a foreign number with no plus.
"""

import re
from collections.abc import Iterator
from typing import Any

import phonenumbers
import pyarrow as pa
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

_BATCH = 50_000
# the library takes no second number, of extensions not every word, and no name after the number
_TAIL = re.compile(r"(?<=\d)[\s().-]*(доб|вн|ext|или|[#,;/]).*|\D+$", re.DOTALL)
# most of the world dials 00 before a country; what a region dials itself the library knows
_INTERNATIONAL = re.compile(r"^\D*00(?=\D*[1-9](?:\D*\d){9,})")
_SCHEMA = pa.schema([("spelling", pa.string()), ("phone", pa.string()), ("is_valid", pa.bool_())])


def model(dbt: Any, session: Any) -> pa.Table:  # noqa: ARG001 dbt's own signature
    """dbt's entry point: one row per row of int_identity__phone_spellings."""
    spellings = dbt.ref("int_identity__phone_spellings").select("spelling, region")
    return pa.Table.from_batches(_parse_batches(spellings), schema=_SCHEMA)


def _parse_batches(spellings: Any) -> Iterator[pa.RecordBatch]:
    while rows := spellings.fetchmany(_BATCH):
        parsed = [(text, *parse_phone(text, region)) for text, region in rows]
        columns = zip(*parsed, strict=True)
        yield pa.RecordBatch.from_arrays(
            [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)],
            schema=_SCHEMA,
        )


def parse_phone(text: str, region: str) -> tuple[str | None, bool]:
    """The number in E.164, None where there is none, and whether its range is given out.

    ``region`` is the two-letter country whose numbers are written without a country code. A number
    of a range that is not given out still tells people apart; a local one without its area code,
    which many cities have, and an internal one do not.
    """
    number = _INTERNATIONAL.sub("+", _TAIL.sub("", text.lower()))
    readings = [_read(number, region)]
    if "+" not in number:
        # services write foreign numbers as digits, country first
        readings.append(_read("+" + re.sub(r"\D", "", number), region))
    for is_enough in (phonenumbers.is_valid_number, _is_whole):
        for reading in readings:
            if reading is not None and is_enough(reading):
                return (
                    phonenumbers.format_number(reading, PhoneNumberFormat.E164),
                    phonenumbers.is_valid_number(reading),
                )
    return None, False


def _read(text: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None


def _is_whole(number: PhoneNumber) -> bool:
    reason: int = phonenumbers.is_possible_number_with_reason(number)
    return reason == ValidationResult.IS_POSSIBLE
