"""How deals were moved: in bulk, by clicks, over stages. By definition, planted or not."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from sandbox.simulation.funnel_activities import Deeds
from sandbox.simulation.funnel_record import Deal, Record, Stage, Stay
from sandbox.simulation.world import LOST

ENOUGH, PAUSE = 5, 5  # different deals of a mass change; seconds between its neighbours
CLICKS, CLICK_PAUSE, CLICK_SPAN = 3, 60, 120
RARE = 10  # finished stays below which a stage has no norm
BULK_SKIP = LATE_SKIP = 2  # stages jumped over


@dataclass(frozen=True)
class Change:
    """A change of stage or of responsible; ``number`` is the stay's, or the turn's from 1."""

    kind: str
    deal_id: int
    number: int
    at: int
    by: int
    target: Stage | int
    origin: Stage | int


@dataclass
class Burst:
    changes: list[Change] = field(default_factory=list)

    @property
    def deals(self) -> set[int]:
        return {change.deal_id for change in self.changes}

    @property
    def is_mixed(self) -> bool:
        first = self.changes[0]
        return first.kind == "stage" and len({change.origin for change in self.changes}) > 1


def mass_changes(record: Record) -> list[Burst]:
    """Bursts of one actor towards one target that touch enough deals."""
    by_aim: dict[tuple[str, int, Stage | int], list[Change]] = defaultdict(list)
    for change in _changes(record):
        by_aim[change.kind, change.by, change.target].append(change)
    bursts = []
    for changes in by_aim.values():
        changes.sort(key=lambda change: (change.at, change.deal_id, change.number))
        burst = Burst()
        for change in changes:
            if burst.changes and change.at - burst.changes[-1].at > PAUSE:
                bursts.append(burst)
                burst = Burst()
            burst.changes.append(change)
        bursts.append(burst)
    found = [burst for burst in bursts if len(burst.deals) >= ENOUGH]
    return sorted(found, key=lambda burst: (burst.changes[0].at, burst.changes[0].kind))


def _changes(record: Record) -> Iterator[Change]:
    for deal in record.deals.values():
        for stay in deal.stays[1:]:
            if stay.by is not None and stay.came_from is not None:
                yield Change(
                    "stage", deal.id, stay.number, stay.at, stay.by, stay.stage, stay.came_from
                )
        turns = deal.story.responsibles
        for number, (at, user, by) in enumerate(turns[1:], 1):
            yield Change("responsible", deal.id, number, at, by, user, turns[number - 1][1])


def clicked(record: Record, deal: Deal) -> list[list[Stay]]:
    """Runs of moves that nobody can have worked between."""
    runs: list[list[Stay]] = []
    run: list[Stay] = []
    for stay in deal.stays[1:]:
        is_click = (
            record.direction(stay) == "forward"
            and stay.stage[1] != LOST
            and stay.repair is None
            and stay.by is not None
            and stay.by > 0
        )
        follows = (
            is_click
            and run
            and run[-1].number + 1 == stay.number
            and run[-1].by == stay.by
            and run[-1].stage[0] == stay.stage[0]
            and stay.at - run[-1].at <= CLICK_PAUSE
        )
        if not follows:
            runs.append(run)
            run = []
        if is_click:
            run.append(stay)
    runs.append(run)
    return [r for r in runs if len(r) >= CLICKS and r[-1].at - r[0].at <= CLICK_SPAN]


def norms(record: Record) -> dict[Stage, Fraction]:
    """The ninth decile of finished stays, interpolated, where there are enough of them."""
    lengths: dict[Stage, list[int]] = defaultdict(list)
    for deal in record.deals.values():
        for stay in deal.stays:
            if stay.left_at is not None and stay.is_unbroken:
                lengths[stay.stage].append(stay.left_at - stay.at)
    found = {}
    for stage, stays in lengths.items():
        if len(stays) >= RARE:
            stays.sort()
            place = Fraction(9, 10) * (len(stays) - 1)
            low = int(place)
            above = stays[min(low + 1, len(stays) - 1)]
            found[stage] = stays[low] + (place - low) * (above - stays[low])
    return found


@dataclass(frozen=True)
class Skip:
    deal_id: int
    number: int
    skipped: int
    klass: str  # legit | sloppy
    evidence: str


def moved_in_bulk(bursts: list[Burst]) -> set[tuple[int, int]]:
    """Deal and stay of every move that is part of a mass change."""
    return {
        (change.deal_id, change.number)
        for burst in bursts
        for change in burst.changes
        if change.kind == "stage"
    }


def skips(record: Record, deeds: Deeds, bursts: list[Burst]) -> list[Skip]:
    """Every jump over stages, with what speaks for or against it."""
    in_bulk = moved_in_bulk(bursts)
    usual = norms(record)
    found = []
    for deal in record.deals.values():
        clicks = {stay.number for run in clicked(record, deal) for stay in run}
        for stay in deal.stays[1:]:
            origin = deal.stays[stay.number - 2]
            skipped = record.skipped(stay)
            is_skip = record.direction(stay) == "forward" and stay.stage[1] != LOST and skipped
            if not is_skip or origin.is_terminal:
                continue
            worked = any(origin.holds(deed.at) for deed in deeds.of[deal.id])
            norm = usual.get(origin.stage)
            is_late = norm is not None and origin.is_unbroken and stay.at - origin.at >= norm
            if (deal.id, stay.number) in in_bulk and skipped >= BULK_SKIP:
                verdict = ("sloppy", "mass_change")
            elif stay.number in clicks:
                verdict = ("sloppy", "click_through")
            elif skipped >= LATE_SKIP and is_late and worked:
                verdict = ("sloppy", "late_jump")
            else:
                verdict = ("legit", "work_done" if worked else "plausible")
            found.append(Skip(deal.id, stay.number, skipped, *verdict))
    return found
