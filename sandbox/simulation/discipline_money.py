"""Deals whose price or money is not as it should be, by the definitions of the rules."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from sandbox.simulation.clock import DAY
from sandbox.simulation.discipline_facts import Facts, PriceChange
from sandbox.simulation.funnel_record import Deal
from sandbox.simulation.structure import WORKSHOP

MONEY_RULES = (
    "won_no_price", "placeholder_price", "price_cut_before_win", "price_changed_after_win",
    "won_no_payment_date", "payment_date_in_future",
)  # fmt: skip
BANK_RULES = (
    "payment_before_deal", "won_unpaid", "won_underpaid", "won_overpaid", "paid_not_won",
    "lost_with_payment",
)  # fmt: skip
PLACEHOLDERS = frozenset(
    Decimal(price)
    for price in (1, 2, 3, 5, 10, 11, 100, 111, 123, 1000, 1111, 1234, 9999, 99999, 123456, 999999)
)
REPEATS = 5
GRACE = 14  # days
TOLERANCE = Decimal("0.01")
CUT_WINDOW, CUT = 7 * DAY, Decimal("0.1")


def money_breaches(facts: Facts) -> Iterator[tuple[str, int]]:
    """Rule and deal."""
    repeated = _repeated(facts)
    for deal in facts.deals:
        price = deal.story.price
        is_won, crm_day = deal.status == "won", deal.story.crm_paid_on
        broken = {
            "won_no_price": is_won and price <= 0,
            "placeholder_price": price > 0 and (price in PLACEHOLDERS or deal.id in repeated),
            "won_no_payment_date": is_won and crm_day is None and not facts.paid_days(deal),
            "payment_date_in_future": crm_day is not None and crm_day > facts.today,
        }
        if is_won:
            changes = facts.price_changes.get(deal.id, [])
            closed_at = deal.closed_at or 0
            broken["price_cut_before_win"] = facts.is_recent(closed_at) and is_cut(
                changes, closed_at
            )
            broken["price_changed_after_win"] = any(
                change.at > closed_at and facts.is_recent(change.at) for change in changes
            )
        if facts.has_money:
            broken |= _bank(facts, deal)
        yield from ((rule, deal.id) for rule, is_broken in broken.items() if is_broken)


def money_doubts(facts: Facts) -> Iterator[tuple[str, int]]:
    """Cuts that hang on the order of two changes in one second."""
    for deal in facts.deals:
        changes = facts.price_changes.get(deal.id, [])
        if deal.status == "won" and len({change.at for change in changes}) < len(changes):
            closed_at = deal.closed_at or 0
            others = sorted(changes, key=lambda change: change.id, reverse=True)
            others.sort(key=lambda change: change.at)
            if is_cut(changes, closed_at) != is_cut(others, closed_at):
                yield "price_cut_before_win", deal.id


def _repeated(facts: Facts) -> set[int]:
    """Deals whose price one person, and nobody else, types in again and again."""
    roots = [deal for deal in facts.deals if deal.id not in facts.parents and deal.story.price > 0]
    users = {facts.responsible(deal) for deal in roots} - {0}
    typed: dict[Decimal, Counter[int]] = defaultdict(Counter)
    for deal in roots:
        typed[deal.story.price][facts.responsible(deal)] += 1
    found = set()
    for deal in roots:
        user, by_user = facts.responsible(deal), typed[deal.story.price]
        others = [other for other in by_user if other not in (user, 0)]
        if user and not others and by_user[user] >= REPEATS and len(users) > 1:
            found.add(deal.id)
    return found


def is_cut(changes: list[PriceChange], closed_at: int) -> bool:
    """Whether the price came down by a tenth or more in the week before the win."""
    before = [change for change in changes if change.at <= closed_at]
    if not before:
        return False
    after = before[-1].after
    since = closed_at - CUT_WINDOW
    earlier = [change for change in before if change.at <= since]
    in_force = [earlier[-1].after if earlier else changes[0].before]
    in_force += [change.after for change in before if change.at > since]
    return after > 0 and after <= max(in_force) * (1 - CUT)


def _bank(facts: Facts, deal: Deal) -> dict[str, bool]:
    """What only those can say who see the money."""
    price, net, days = deal.story.price, facts.net(deal), facts.paid_days(deal)
    broken = {
        "payment_before_deal": bool(days) and days[0] < facts.clock.day_of(deal.created_at),
        "paid_not_won": deal.status == "open"
        and deal.stays[-1].stage[0] != WORKSHOP
        and net >= price > 0
        and (facts.today - days[-1]).days > GRACE,
        "lost_with_payment": deal.status == "lost" and net > 0,
    }
    first = facts.root(deal)
    if deal.status == "won" and facts.sales[first.id][-1] is deal:
        paid = facts.sale_paid(deal)
        # of what was sold before the bank tells anything nobody knows whether it was paid
        is_seen = facts.clock.day_of(first.created_at) >= facts.first_movement_on
        is_due = is_seen and (facts.today - facts.closed_on(deal)).days > GRACE
        broken["won_unpaid"] = is_due and paid <= 0
        broken["won_underpaid"] = is_due and 0 < paid < price * (1 - TOLERANCE)
        broken["won_overpaid"] = price > 0 and paid > price * (1 + TOLERANCE)
    return broken
