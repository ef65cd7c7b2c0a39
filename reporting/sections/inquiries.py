"""Inbound inquiries: who wrote for the first time, who came back, and what counts as a lead."""

from typing import get_args

import duckdb

from reporting.ratio import Ratio
from reporting.view import Inquiries, InquiryRow
from reporting.view.inquiries import InquiryClass, Window

_CLASSES = """
select inquiry_class, sum(inquiries) from marts.rpt_inquiries
where direction = 'in'
group by inquiry_class
"""

_WINDOWS = """
select sum(leads), sum(leads_at_7_days), sum(leads_at_30_days), sum(leads_at_90_days)
from marts.rpt_inquiry_sensitivity
"""


def read(con: duckdb.DuckDBPyConnection) -> Inquiries:
    """All months and pipelines; every class has a row."""
    counts = dict(con.execute(_CLASSES).fetchall())
    windows = con.execute(_WINDOWS).fetchone()
    assert windows is not None
    whole = int(sum(counts.values()))
    return Inquiries(
        total=whole,
        classes=tuple(_row(kind, counts.get(kind), whole) for kind in get_args(InquiryClass)),
        windows=tuple(
            _row(kind, count, whole) for kind, count in zip(get_args(Window), windows, strict=True)
        ),
    )


def _row(kind: InquiryClass | Window, count: int | None, whole: int) -> InquiryRow:
    number = int(count or 0)
    return InquiryRow(kind, number, Ratio.of(number, whole, "no_inquiries", "no_inquiries"))
