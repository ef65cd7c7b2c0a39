"""Planted mass changes: many deals at once, as many as it takes, and bursts that just miss."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.funnel_paths import free, hand, insert, scale
from sandbox.simulation.structure import (
    ADMIN,
    LEFT,
    MEASURE,
    NEW,
    QUAL,
    ROBOT,
    SALES,
    SHARES,
    THINK,
)  # fmt: skip
from sandbox.simulation.world import Story, World

BATCHER = 9_100_014  # her Fridays are bursts without any plant
PATIENT = 12  # longer stays count as this many days, so that no deal is everywhere at once


@dataclass(frozen=True)
class Burst:
    """Deals changed some seconds after the first one; ``again`` moves one back and forth.

    ``target`` is the stage entered; None hands the deals to somebody.
    """

    plant: str
    by: int
    target: int | None
    offsets: tuple[int, ...]
    origins: tuple[int, ...] = (QUAL,)
    again: bool = False


BURSTS = (
    Burst("five_at_once", ADMIN, THINK, (0,) * 5),
    Burst("five_seconds_apart", ADMIN, NEW, (0, 5, 10, 15, 20)),
    Burst("of_two_stages", ADMIN, THINK, (0, 0, 0, 1, 1, 2), (QUAL, MEASURE)),
    Burst("four_at_once", ADMIN, THINK, (0,) * 4),
    Burst("six_seconds_apart", ADMIN, THINK, (0, 0, 0, 6, 6, 6)),
    Burst("one_deal_twice", ADMIN, NEW, (0,) * 4, again=True),
    Burst("robot_hands_out_five", ROBOT, None, (0,) * 5, (QUAL, MEASURE)),
    Burst("admin_hands_out_slowly", ADMIN, None, (0, 5, 10, 15, 20), (QUAL, MEASURE)),
    Burst("robot_hands_out_four", ROBOT, None, (0,) * 4, (QUAL, MEASURE)),
    Burst("hands_out_in_two_goes", ADMIN, None, (0, 0, 0, 6, 6, 6), (QUAL, MEASURE)),
)


def change_in_bulk(world: World) -> None:
    """Plant every burst, as often as the company is large; one without enough deals is left out."""
    rng = world.stream("funnel:bursts")
    standing = _standing(world)
    days = sorted(standing)
    for burst in BURSTS * scale(world):
        for day in rng.sample(days, len(days)):
            noon = world.clock.midnight(world.clock.days[day]) + 12 * HOUR
            at, taker = noon + rng.randrange(HOUR), _taker(rng, burst)
            chosen = _chosen(world, burst, standing[day], at, taker)
            if chosen:
                _plant(world, burst, chosen, at, taker)
                break


def _standing(world: World) -> dict[int, list[tuple[int, Story]]]:
    """Day of the period -> (stage, deal) of deals that stay put around noon, on working days."""
    clock, found = world.clock, defaultdict(list)
    for story in free(world):
        if story.manager in (BATCHER, LEFT):
            continue
        ends = [*(step.at for step in story.steps[1:]), clock.now]
        for step, end in zip(story.steps, ends, strict=True):
            if step.status_id not in (QUAL, MEASURE) or end - step.at < DAY:
                continue
            first = (clock.day_of(step.at) - clock.first_day).days
            for day in range(max(first, 0), first + PATIENT):
                noon = clock.start + day * DAY + 12 * HOUR
                if step.at + HOUR < noon < end - 3 * HOUR and clock.days[day].weekday() < 5:
                    found[day].append((step.status_id, story))
    return found


def _taker(rng: Random, burst: Burst) -> int | None:
    if burst.target is not None:
        return None
    return rng.choice([user for user in SHARES if user not in (LEFT, BATCHER)])


def _chosen(
    world: World, burst: Burst, standing: list[tuple[int, Story]], at: int, taker: int | None
) -> list[Story]:
    """Deals for the burst, of every origin it asks for; none where there are too few."""
    fitting: dict[int, list[Story]] = {origin: [] for origin in burst.origins}
    for stage, story in standing:
        if stage in fitting and story.lead_id not in world.planted:
            follows = next((step.status_id for step in story.steps if step.at > at), None)
            turns = {user for since, user, _ in story.responsibles if since > at - 2 * HOUR}
            turns.add(story.responsible_at(at))
            if follows not in (burst.target, stage) and taker not in turns:
                fitting[stage].append(story)
    wanted = len(burst.offsets)
    firsts = [stories[0] for stories in fitting.values() if stories]
    rest = [story for stories in fitting.values() for story in stories[1:]]
    chosen = [*firsts, *rest][:wanted]
    return chosen if len(firsts) == len(fitting) and len(chosen) == wanted else []


def _plant(world: World, burst: Burst, chosen: list[Story], at: int, taker: int | None) -> None:
    for story, offset in zip(chosen, burst.offsets, strict=True):
        world.planted.add(story.lead_id)
        story.plants.add(f"burst:{burst.plant}")
        if taker is not None:
            hand(story, at + offset, taker, burst.by)
        elif burst.target is not None:
            insert(story, at + offset, (SALES, burst.target), burst.by)
    if burst.again and burst.target is not None:
        first = chosen[0]
        insert(first, at + 2, (SALES, burst.origins[0]), burst.by)
        insert(first, at + 4, (SALES, burst.target), burst.by)
