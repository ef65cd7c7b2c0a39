"""How one deal travels over the stages, by its manager's habits and the company's reforms."""

from dataclasses import dataclass
from random import Random

from sandbox.simulation.clock import DAY, HOUR, Clock
from sandbox.simulation.structure import (
    ADMIN,
    CONTRACT,
    DIAL,
    HABITS,
    LEFT,
    MEASURE,
    NEW,
    OFFER,
    OLD,
    OLD_IN,
    OLD_WORK,
    QUAL,
    ROBOT,
    SALES,
    UNSORTED,
    W_FIT,
    W_MAKE,
    W_START,
    WORKSHOP,
    Habit,
)  # fmt: skip
from sandbox.simulation.world import LOST, WON, Step

LADDER = (UNSORTED, NEW, DIAL, QUAL, MEASURE, OFFER, CONTRACT)
LOST_AT = (4, 16, 10, 34, 14, 18, 4)  # where on the ladder a lost deal is lost, weights
# Median stay in hours before leaving the stage.
STAY = {
    UNSORTED: 2, NEW: 8, DIAL: 30, QUAL: 50, MEASURE: 130, OFFER: 150, CONTRACT: 90,
    OLD_IN: 20, OLD_WORK: 90, W_START: 40, W_MAKE: 480, W_FIT: 90,
}  # fmt: skip

HONEST = 9_100_011
LONGEST_STAY = 200 * DAY

Stage = tuple[int, int]  # pipeline, status


@dataclass(frozen=True)
class Reforms:
    """Moments at which the company changed its CRM."""

    old_deleted: int  # the old pipeline's deals were moved in bulk, then it was deleted
    dial_deleted: int  # the same with the stage "Дозвон"
    manager_left: int  # the deals of the manager who left went to others, in bulk

    @classmethod
    def of(cls, clock: Clock) -> "Reforms":
        return cls(clock.share(0.15), clock.share(0.45), clock.share(0.55))


def straight(at: int, by: int) -> list[Step]:
    """Created as won at once, as shop sales are."""
    return [Step(at, SALES, WON, by)]


def walk(rng: Random, clock: Clock, reforms: Reforms, at: int, manager: int, *, wins: bool,
         created_by: int) -> list[Step]:  # fmt: skip
    """The path up to the first step after now, which the caller cuts off.

    Events of one second stand in the order in which they happened.
    """
    habit = HABITS[manager]
    route = _route(rng, reforms, at, habit, wins=wins)
    steps = [Step(at, *route[0], created_by)]
    left = 1
    burst = 0
    while left < len(route) and steps[-1].at <= clock.now:
        here, there = (steps[-1].pipeline_id, steps[-1].status_id), route[left]
        left += 1
        if there == here or _is_gone(there, reforms, steps[-1].at):
            burst = 0
            continue
        if burst:
            burst -= 1
            moment = steps[-1].at
        else:
            burst = _burst(rng, habit, here, route[left - 1 :])
            moment = _leave(rng, clock, habit, steps[-1].at, here, there)
        if (reform := _reform(here, reforms)) and moment >= reform:
            steps.append(Step(max(reform, steps[-1].at + 1), SALES, QUAL, ADMIN))
            burst, left = 0, left - 1
        elif not _is_gone(there, reforms, moment):
            by_robot = here[1] == UNSORTED and rng.random() < 0.3
            steps.append(Step(moment, *there, ROBOT if by_robot else None))
        else:
            burst = 0
    return steps


def _reform(stage: Stage, reforms: Reforms) -> int | None:
    """When the stage was emptied in bulk and deleted, if ever."""
    if stage[0] == OLD:
        return reforms.old_deleted
    return reforms.dial_deleted if stage[1] == DIAL else None


def _is_gone(stage: Stage, reforms: Reforms, at: int) -> bool:
    reform = _reform(stage, reforms)
    return reform is not None and at >= reform


def _route(rng: Random, reforms: Reforms, at: int, habit: Habit, *, wins: bool) -> list[Stage]:
    last = len(LADDER) - 1 if wins else rng.choices(range(len(LADDER)), weights=LOST_AT)[0]
    entry = min(rng.choices((0, 1, 3, 4), weights=(48, 44, 6, 2))[0], last)
    middle = list(range(entry + 1, last + 1))
    if rng.random() < habit.jump:
        middle = []
    middle = [n for n in middle if rng.random() >= habit.skip]
    if at >= reforms.dial_deleted or rng.random() < 0.4:
        middle = [n for n in middle if LADDER[n] != DIAL]
    route = [(SALES, LADDER[n]) for n in (entry, *middle)]
    if LADDER[entry] == DIAL and at >= reforms.dial_deleted:
        route[0] = (SALES, NEW)
    if at < reforms.old_deleted and rng.random() < 0.5:
        route = [(OLD, OLD_IN), (OLD, OLD_WORK), *[s for s in route if s[1] > DIAL]]
    if len(route) > 2 and rng.random() < habit.back:
        turn = rng.randrange(2, len(route))
        route[turn + 1 : turn + 1] = [route[turn - 1], route[turn]]
    if not wins:
        return [*route, (SALES, LOST), *_return(rng)]
    return [*route, *_finish(rng, habit)]


def _return(rng: Random) -> list[Stage]:
    """Some refusals come back, and half of those buy."""
    if rng.random() >= 0.06:
        return []
    back = (SALES, rng.choice((QUAL, OFFER)))
    return [back, (SALES, CONTRACT), (SALES, WON)] if rng.random() < 0.5 else [back, (SALES, LOST)]


def _finish(rng: Random, habit: Habit) -> list[Stage]:
    if rng.random() < 0.55:
        # a sale now and then falls through after it was called won
        return [(SALES, WON), (SALES, LOST)] if rng.random() < 0.015 else [(SALES, WON)]
    route = [(SALES, WON)] if rng.random() < 0.25 else []
    route += [(WORKSHOP, s) for s in (W_START, W_MAKE, W_FIT) if rng.random() >= habit.skip]
    return [*route, (WORKSHOP, LOST if rng.random() < 0.04 else WON)]


def _burst(rng: Random, habit: Habit, here: Stage, rest: list[Stage]) -> int:
    """How many of the coming steps share the second of the first one.

    A second never holds the same stage twice, so that its events have only one possible order.
    """
    if rng.random() >= habit.burst or len(rest) < 2:
        return 0
    chain = rest[: rng.randint(2, 3)]
    ends = [n for n, stage in enumerate(chain) if stage[1] in (WON, LOST)]
    chain = chain[: ends[0] + 1] if ends else chain
    stages = {here, *chain}
    return len(chain) - 1 if len(stages) == len(chain) + 1 else 0


def _leave(rng: Random, clock: Clock, habit: Habit, since: int, here: Stage, there: Stage) -> int:
    if here[1] == WON:
        hours = 20.0 if there[1] != LOST else 400.0
    elif here[1] == LOST:
        hours = 24.0 * rng.randint(8, 60)
    else:
        hours = STAY[here[1]] * habit.pace
        if there[1] == WON and here[1] in LADDER:
            # the work was done all the same; only the card was not moved meanwhile
            hours = sum(STAY[s] for s in LADDER[LADDER.index(here[1]) :]) * habit.pace
    stay = int(rng.lognormvariate(0, 0.9) * hours * HOUR)
    stay = min(max(stay, 20), LONGEST_STAY)
    moment = max(clock.working(since + stay, rng), since + 1)
    if habit.batch and rng.random() < habit.batch:
        friday = clock.friday_evening(moment)
        moment = friday if friday > since else friday + 7 * DAY
    return moment


def walk_workshop(rng: Random, clock: Clock, first: Step, by: int) -> list[Step]:
    """The rest of a path that began in the workshop, up to now."""
    habit, steps = HABITS[HONEST], [first]
    last = LOST if rng.random() < 0.04 else WON
    for status in (W_MAKE, W_FIT, last):
        here = (steps[-1].pipeline_id, steps[-1].status_id)
        at = _leave(rng, clock, habit, steps[-1].at, here, (WORKSHOP, status))
        if at > clock.now:
            break
        steps.append(Step(at, WORKSHOP, status, by))
    return steps


def manager_of(rng: Random, reforms: Reforms, at: int, shares: dict[int, int]) -> int:
    """Who gets a deal that turned up then."""
    working = [user for user in shares if user != LEFT or at < reforms.manager_left]
    return rng.choices(working, weights=[shares[user] for user in working])[0]
