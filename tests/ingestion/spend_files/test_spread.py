"""Any amount over any span adds up again, to the kopeck."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ingestion.sources.spend_files.spread import spread

COUNTS = st.one_of(st.none(), st.integers(0, 10**12))


def test_what_does_not_divide_goes_to_the_last_day() -> None:
    days = list(spread(date(2026, 2, 27), date(2026, 3, 1), Decimal("100.00"), 10, None))
    assert [(day.day, day.cost, day.clicks, day.impressions) for day in days] == [
        (date(2026, 2, 27), Decimal("33.33"), 3, None),
        (date(2026, 2, 28), Decimal("33.33"), 3, None),
        (date(2026, 3, 1), Decimal("33.34"), 4, None),
    ]
    returned = list(spread(date(2026, 1, 1), date(2026, 1, 3), Decimal("-0.05"), None, 0))
    assert [day.cost for day in returned] == [Decimal("-0.01"), Decimal("-0.01"), Decimal("-0.03")]


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.integers(1, 366),
    st.decimals("-99999999999999.99", "99999999999999.99", places=2),
    COUNTS,
    COUNTS,
)
def test_the_parts_add_up(
    first: date, length: int, cost: Decimal, clicks: int | None, impressions: int | None
) -> None:
    last = first + timedelta(days=length - 1)
    days = list(spread(first, last, cost, clicks, impressions))
    assert [day.day for day in days] == [first + timedelta(days=n) for n in range(length)]
    assert sum((day.cost for day in days), Decimal(0)) == cost
    assert {day.cost for day in days[:-1]} <= {days[0].cost}
    assert all(day.cost == 0 or (day.cost < 0) == (cost < 0) for day in days)
    # nobody gets more than a kopeck a day beyond the even share
    assert abs(days[-1].cost) - abs(days[0].cost) < Decimal("0.01") * length
    for whole, parts in (
        (clicks, [day.clicks for day in days]),
        (impressions, [day.impressions for day in days]),
    ):
        if whole is None:
            assert set(parts) == {None}
        else:
            assert sum(part or 0 for part in parts) == whole
