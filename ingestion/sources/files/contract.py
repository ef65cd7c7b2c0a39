"""What files may hold: feeds, their columns, what each column is, and which columns are the key.

``docs/files.md`` tells the same to the people who make the files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

# id: an identifier, kept as text; word: one of a few words, in small letters; moment: a time;
# payment: money that moved, so never zero
Kind = Literal[
    "id", "text", "word", "moment", "day", "money", "whole", "flag", "currency", "payment"
]


@dataclass(frozen=True)
class Column:
    """A column of the contract; ``words`` are those that the models know."""

    kind: Kind = "text"
    is_required: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """A kind of file: its columns by name, and those that tell its rows apart.

    Where the column ``own_key`` is filled it is the whole key.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    own_key: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, column in self.columns.items() if column.is_required)


def _must(column: Column) -> Column:
    return replace(column, is_required=True)


_TEXT, _ID, _MOMENT, _DAY = Column(), Column("id"), Column("moment"), Column("day")
_MONEY, _WHOLE, _FLAG = Column("money"), Column("whole"), Column("flag")
_MARKS = dict.fromkeys(
    ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"), _TEXT
)

FEEDS: Mapping[str, Feed] = {
    feed.name: feed
    for feed in (
        Feed(
            "deals",
            {
                "deal_id": _must(_ID),
                "created_at": _must(_MOMENT),
                "name": _TEXT,
                "pipeline": _TEXT,
                "stage": _TEXT,
                "status": Column("word", words=("open", "won", "lost")),
                "price": _MONEY,
                "currency": Column("currency"),
                "closed_at": _MOMENT,
                "updated_at": _MOMENT,
                "responsible": _TEXT,
                "contact_id": _ID,
                "contact_phone": _ID,
                "contact_email": _TEXT,
                "company_id": _ID,
                "company_inn": _ID,
                "source": _TEXT,
                **_MARKS,
                "yclid": _ID,
                "gclid": _ID,
                "ym_uid": _ID,
                "loss_reason": _TEXT,
                "cogs": _MONEY,
                "invoice_number": _ID,
                "paid_on": _DAY,
                "deal_url": _TEXT,
                "is_deleted": _FLAG,
            },
            key=("deal_id",),
        ),
        Feed(
            "stage_events",
            {
                "deal_id": _must(_ID),
                "entered_at": _must(_MOMENT),
                "stage": _must(_TEXT),
                "pipeline": _TEXT,
                "changed_by": _TEXT,
                "event_id": _ID,
            },
            key=("deal_id", "entered_at", "pipeline", "stage"),
            own_key="event_id",
        ),
        Feed(
            "pipelines",
            {
                "pipeline": _must(_TEXT),
                "stage": _must(_TEXT),
                "sort": _must(_WHOLE),
                "kind": Column("word", words=("open", "won", "lost", "unsorted")),
            },
            key=("pipeline", "stage"),
        ),
        Feed(
            "payments",
            {
                "payment_id": _must(_ID),
                "paid_on": _must(_DAY),
                "amount": _must(Column("payment")),
                "currency": Column("currency"),
                "payer_name": _TEXT,
                "payer_inn": _ID,
                "purpose": _TEXT,
                "deal_id": _ID,
            },
            key=("payment_id",),
        ),
        Feed(
            "touches",
            {
                "touched_at": _must(_MOMENT),
                "person_id": _must(_ID),
                "channel": _TEXT,
                **_MARKS,
                "deal_id": _ID,
                "converted": _FLAG,
                "value": _MONEY,
            },
            key=("person_id", "touched_at", "channel", *_MARKS, "deal_id"),
        ),
        Feed(
            "inquiries",
            {
                "inquiry_id": _must(_ID),
                "occurred_at": _must(_MOMENT),
                "kind": _must(_TEXT),
                "direction": Column("word", words=("in", "out")),
                "phone": _ID,
                "email": _TEXT,
                "person_id": _ID,
                **_MARKS,
                "deal_id": _ID,
            },
            key=("inquiry_id",),
        ),
        Feed(
            "tasks",
            {
                "task_id": _must(_ID),
                "deal_id": _must(_ID),
                "due_at": _must(_MOMENT),
                "completed_at": _MOMENT,
                "responsible": _TEXT,
                "created_at": _MOMENT,
            },
            key=("task_id",),
        ),
    )
}
