"""Whose work it was, which deals are one sale, and who got in touch again; by definition."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from sandbox.simulation.clock import DAY
from sandbox.simulation.funnel_activities import keys_of
from sandbox.simulation.funnel_record import Deal, Record
from sandbox.simulation.world import WON

EARLY, LATE = 60, 3 * DAY  # seconds around the win in which a child is created
WINDOW = 30 * DAY  # of reopening, in every pipeline of this company
OWN = 600  # seconds before an inquiry in which a deal is its own


@dataclass(frozen=True)
class Credit:
    """One user's part in one won deal."""

    deal_id: int
    user: int
    is_closer: bool
    is_originator: bool
    by_time: Fraction
    by_stages: Fraction


def credited(record: Record) -> list[Credit]:
    """Closer, originator and both shares of every won deal."""
    found = []
    for deal in record.deals.values():
        at = deal.closed_at
        if deal.status != "won" or at is None:
            continue
        closer = deal.holder_before(at)
        times, stages = _held(deal, at), _finished(record, deal)
        for user in sorted({closer, deal.holders[0].user, *times, *stages}):
            found.append(
                Credit(
                    deal.id, user, user == closer, user == deal.holders[0].user,
                    _part(times, user, closer), _part(stages, user, closer),
                )
            )  # fmt: skip
    return found


def _held(deal: Deal, at: int) -> dict[int, int]:
    """Seconds between creation and win by user."""
    seconds: dict[int, int] = defaultdict(int)
    for holder in deal.holders:
        since = max(holder.since or deal.created_at, deal.created_at)
        until = min(at if holder.until is None else holder.until, at)
        if until > since:
            seconds[holder.user] += until - since
    return dict(seconds)


def _finished(record: Record, deal: Deal) -> dict[int, int]:
    """Ordinary stays left before the win, by whoever held the deal when it left them."""
    stages: dict[int, int] = defaultdict(int)
    for stay in deal.stays:
        if record.is_ordinary(stay.stage) and stay.left_at is not None:
            stages[deal.holder_before(stay.left_at)] += 1
    return dict(stages)


def _part(of: dict[int, int], user: int, closer: int) -> Fraction:
    total = sum(of.values())
    return Fraction(of.get(user, 0), total) if total else Fraction(int(user == closer))


def chains(record: Record) -> dict[int, tuple[int, int]]:
    """Child -> (parent, its win): the deal that a sale of the same contact goes on as elsewhere."""
    wins: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for deal in record.deals.values():
        for stay in deal.stays:
            if stay.stage[1] == WON and deal.contact_ids:
                wins[deal.contact_ids[0]].append((stay.at, deal.id, stay.stage[0]))
    found = {}
    for deal in record.deals.values():
        fitting = [
            (at, -parent_id)
            for at, parent_id, pipeline_id in wins.get(next(iter(deal.contact_ids), 0), ())
            if parent_id != deal.id
            and pipeline_id != deal.stays[0].stage[0]
            and at - EARLY <= deal.created_at <= at + LATE
        ]
        if fitting:
            won_at, parent_id = max(fitting)
            found[deal.id] = (-parent_id, won_at)
    return found


def root(parents: dict[int, tuple[int, int]], deal_id: int) -> int:
    """The first deal of the chain."""
    while deal_id in parents:
        deal_id = parents[deal_id][0]
    return deal_id


@dataclass(frozen=True)
class Department:
    """How the work of one pipeline on a deal ended; ``user`` had it right before."""

    deal_id: int
    pipeline_id: int
    outcome: str  # handed_over | won | lost | open
    at: int | None
    user: int | None


def departments(record: Record, parents: dict[int, tuple[int, int]]) -> list[Department]:
    """Every pipeline of every deal; what went on elsewhere was handed over, whatever came later.

    The company's stages of role handoff are where work arrives, and it has no graveyard.
    """
    continued = set(parents.values())
    found = []
    for deal in record.deals.values():
        for pipeline_id in dict.fromkeys(stay.stage[0] for stay in deal.stays):
            first = next(stay for stay in deal.stays if stay.stage[0] == pipeline_id)
            left = [stay.at for stay in deal.stays[first.number :] if stay.stage[0] != pipeline_id]
            left += [
                stay.at
                for stay in deal.stays
                if stay.stage == (pipeline_id, WON) and (deal.id, stay.at) in continued
            ]
            outcome, at = (deal.status, deal.closed_at) if not left else ("handed_over", min(left))
            user = None if at is None else deal.holder_before(at)
            found.append(Department(deal.id, pipeline_id, outcome, at, user))
    return found


class Persons:
    """Contacts that share a number or an address are one person."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._of: dict[int, int] = {}
        self.by_key: dict[str, int] = {}
        for contact in record.company.contacts:
            if contact.is_listed:
                for key in keys_of(contact):
                    self._join(contact.id, self.by_key.setdefault(key, contact.id))
        self.deals: dict[int, list[Deal]] = defaultdict(list)
        for deal in record.deals.values():
            for person in {self.of(contact_id) for contact_id in deal.contact_ids}:
                self.deals[person].append(deal)

    def of(self, contact_id: int) -> int:
        while self._of.get(contact_id, contact_id) != contact_id:
            contact_id = self._of[contact_id]
        return contact_id

    def _join(self, one: int, other: int) -> None:
        one, other = self.of(one), self.of(other)
        self._of[max(one, other)] = min(one, other)

    def known_by(self, key: str) -> int | None:
        """The person of a number or an address."""
        contact_id = self.by_key.get(key)
        return None if contact_id is None else self.of(contact_id)


def inquiry_class(deals: list[Deal], at: int) -> str:
    """What an inquiry is to a person who has these earlier deals."""
    if not deals:
        return "new"
    closings = [deal.closed_at for deal in deals]
    if any(closed_at is None or closed_at > at for closed_at in closings):
        return "repeat_open"
    latest = max(closed_at for closed_at in closings if closed_at is not None)
    return "repeat_within_window" if at - latest <= WINDOW else "new_after_window"


def class_at(persons: Persons, person: int | None, at: int) -> str:
    """The class of an inquiry at a moment; a deal it began itself is no earlier one."""
    deals = persons.deals.get(person, []) if person is not None else []
    return inquiry_class([deal for deal in deals if deal.created_at < at - OWN], at)


def class_of(persons: Persons, deal: Deal) -> str:
    """What the creation of a deal was."""
    person = persons.of(deal.contact_ids[0]) if deal.contact_ids else None
    deals = persons.deals.get(person, []) if person is not None else []
    earlier = [d for d in deals if (d.created_at, d.id) < (deal.created_at, deal.id)]
    return inquiry_class(earlier, deal.created_at)
