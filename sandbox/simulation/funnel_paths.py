"""Planted on the paths of deals: a bucket stage, a stage nobody needs, clicks, holes in history.

Each plant rewrites a few finished stories, by a random stream of its own.
"""

from itertools import pairwise

from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.defects import how_many
from sandbox.simulation.paths import LADDER
from sandbox.simulation.structure import (
    ADMIN,
    CONTRACT,
    DIAL,
    LEFT,
    OFFER,
    OLD,
    OTHER_REASON,
    SALES,
    THINK,
    W_CLAIM,
    W_FIT,
    WORKSHOP,
)  # fmt: skip
from sandbox.simulation.world import WON, Step, Story, World

BUCKET = 0.45  # deals whose offer is out long enough that land in the bucket
# the places that can still be known: nobody lists the stage that was deleted
ORDER = (*(stage for stage in LADDER[:-1] if stage != DIAL), THINK, CONTRACT)
APART = 300  # seconds that keep a planted run of clicks from growing into its neighbours
# Seconds of clicks after the first one; the first two are runs, the others just miss.
RUNS = {
    "at_the_bounds": (0, 60, 120),
    "four_moves": (0, 40, 80, 120),
    "pause_too_long": (0, 60, 121),
    "run_too_long": (0, 45, 90, 135),
    "two_moves": (0, 30),
    "two_people": (0, 30, 60),
}
LIMIT = 168 * HOUR  # the company's own standard of a contract; see ``seeds/stage_standards.csv``


def bend_paths(world: World) -> None:
    """Rewrite what the plants of this module need."""
    _fill_bucket(world)
    _file_claims(world)
    _click_through(world)
    _keep_to_the_second(world)
    _lose_events(world)
    _write_artefacts(world)
    _say_other(world)


def is_free(world: World, story: Story) -> bool:
    """Whether a plant may rewrite the story."""
    return (
        story.kind == "ordinary" and story.deleted_at is None and story.lead_id not in world.planted
    )


def free(world: World) -> list[Story]:
    """Stories that no plant has touched yet."""
    return [story for story in world.stories if is_free(world, story)]


def insert(story: Story, at: int, stage: tuple[int, int], by: int) -> None:
    """Let the deal enter a stage at a moment at which it stood elsewhere."""
    place = sum(step.at <= at for step in story.steps)
    story.steps.insert(place, Step(at, *stage, by))


def _fill_bucket(world: World) -> None:
    """After the offer the client is said to think, and there the deal stays."""
    rng, clock = world.stream("funnel:bucket"), world.clock
    for story in free(world):
        for n, step in enumerate(story.steps):
            until = story.steps[n + 1].at if n + 1 < len(story.steps) else clock.now
            if step.status_id != OFFER or until - step.at < 2 * DAY:
                continue
            chance, part = rng.random(), rng.uniform(0.1, 0.5)
            at = clock.working(step.at + int((until - step.at) * part), rng)
            if chance < BUCKET and at < until - HOUR:
                insert(story, at, (SALES, THINK), story.responsible_at(at - 1))
                break


def _file_claims(world: World) -> None:
    """A stage for claims that hardly any kitchen ever enters."""
    rng, clock = world.stream("funnel:claims"), world.clock
    fitted = []
    for story in free(world):
        last = [(step.pipeline_id, step.status_id) for step in story.steps[-2:]]
        wait = story.steps[-1].at - story.steps[-2].at if len(last) == 2 else 0
        if last == [(WORKSHOP, W_FIT), (WORKSHOP, WON)] and wait > 2 * DAY:
            fitted.append(story)
    for story in rng.sample(fitted, min(2 * scale(world), len(fitted) // 4)):
        at = clock.working(story.steps[-2].at + DAY // 2, rng)
        if at < story.steps[-1].at - HOUR:
            insert(story, at, (WORKSHOP, W_CLAIM), story.responsible_at(at))


def scale(world: World) -> int:
    return max(1, world.company.spec.deals // 3000)


def _click_through(world: World) -> None:
    """Moves of one deal a minute or less apart, and some that just miss being a run."""
    rng = world.stream("funnel:clicks")
    for plant, offsets in RUNS.items():
        found = [(story, start) for story in free(world) if (start := _start(story, offsets))]
        for story, start in rng.sample(found, min(3 * scale(world), len(found) // 3)):
            world.planted.add(story.lead_id)
            story.plants.add(f"clicks:{plant}")
            run = story.steps[start : start + len(offsets)]
            first = run[0].at
            for step, offset in zip(run, offsets, strict=True):
                step.at = first + offset
            if plant == "two_people":
                run[1].by = ADMIN


def _start(story: Story, offsets: tuple[int, ...]) -> int | None:
    """Where a run of so many moves up the ladder could begin: steps of one human, far apart."""
    steps, count = story.steps, len(offsets)
    if len(steps) <= count or not _apart(story):
        return None
    for start in range(1, len(steps) - count + 1):
        run = steps[start - 1 : start + count]
        ranks = [ORDER.index(s.status_id) if s.status_id in ORDER else -1 for s in run]
        until = steps[start + count].at if start + count < len(steps) else run[-1].at + DAY
        rises = all(a < b for a, b in pairwise(ranks)) and ranks[0] >= 0
        in_sales = all(step.pipeline_id == SALES for step in run)
        apart = all(b.at - a.at > APART for a, b in pairwise(run))
        hands = {step.by for step in run[1:]}
        alone = len(hands) == 1 and not hands & {0, ADMIN, None}
        if rises and in_sales and apart and alone and until - run[1].at > 2 * APART:
            return start
    return None


def _keep_to_the_second(world: World) -> None:
    """Contracts that lasted exactly as long as they may, a second longer, and nearly as long."""
    rng = world.stream("funnel:limits")
    found = []
    for story in free(world):
        for n, (step, after) in enumerate(pairwise(story.steps)):
            alone = after.by not in (0, ADMIN)
            if step.status_id == CONTRACT and after.at - step.at > LIMIT + HOUR and alone:
                follow = story.steps[n + 2].at - after.at if n + 2 < len(story.steps) else DAY
                if follow > APART:
                    found.append((story, n))
                break
    for number, (story, n) in enumerate(rng.sample(found, min(4 * scale(world), len(found) // 4))):
        world.planted.add(story.lead_id)
        story.plants.add("exactly_at_limit" if number % 2 == 0 else "one_second_late")
        left = story.steps[n + 1]
        was, left.at = left.at, story.steps[n].at + LIMIT + number % 2
        if story.closed_at == was:
            story.closed_at = left.at
    at = world.clock.now - LIMIT * 9 // 10
    waiting = [
        story
        for story in free(world)
        if story.steps[-1].status_id in (OFFER, THINK) and story.steps[-1].at < at - HOUR
    ]
    for story in rng.sample(waiting, min(3 * scale(world), len(waiting) // 4)):
        world.planted.add(story.lead_id)
        story.plants.add("nearly_late")
        insert(story, at, (SALES, CONTRACT), story.responsible_at(at - 1))


def _lose_events(world: World) -> None:
    """A move that the journal does not tell: in the middle of the path, or the last one."""
    rng = world.stream("funnel:holes")
    middle = [(s, n) for s in free(world) if (n := _hole(s))]
    for story, n in rng.sample(middle, min(how_many(world, rng, len(middle)) // 2, len(middle))):
        world.planted.add(story.lead_id)
        story.plants.add("gap")
        story.steps[n].is_told = False
    ends = [s for s in free(world) if len(s.steps) > 2 and _apart(s)]
    for story in rng.sample(ends, min(how_many(world, rng, len(ends)) // 3, len(ends))):
        world.planted.add(story.lead_id)
        story.plants.add("unseen_move")
        story.steps[-1].is_told = False


def _hole(story: Story) -> int | None:
    """A step neither first nor last whose neighbours are different stages."""
    if not _apart(story):
        return None
    for n in range(2, len(story.steps) - 1):
        before, after = story.steps[n - 1], story.steps[n + 1]
        if (before.pipeline_id, before.status_id) != (after.pipeline_id, after.status_id):
            return n
    return None


def _apart(story: Story) -> bool:
    """No two moves share a second, and nobody moved the deal in bulk."""
    ordinary = all(step.by not in (ADMIN, LEFT) for step in story.steps)
    return ordinary and all(a.at < b.at for a, b in pairwise(story.steps))


def _write_artefacts(world: World) -> None:
    """Events of a move from a stage to itself, as some widgets leave them."""
    rng = world.stream("funnel:artefacts")
    found = [s for s in free(world) if len(s.steps) > 2 and s.steps[1].pipeline_id != OLD]
    for story in rng.sample(found, min(how_many(world, rng, len(found)), len(found))):
        since, until = rng.choice(list(pairwise(story.steps[1:])))
        if until.at - since.at > APART:
            at = rng.randint(since.at + 1, until.at - 1)
            story.artefacts.append((at, rng.choice((0, story.responsible_at(at)))))


def _say_other(world: World) -> None:
    """Some refusals are put down as other."""
    rng = world.stream("funnel:losses")
    for story in world.stories:
        is_lost = story.kind == "ordinary" and story.status == "lost" and story.loss_reason_id
        if rng.random() < 0.07 and is_lost:
            story.loss_reason_id = OTHER_REASON[0]


def hand(story: Story, at: int, user: int, by: int) -> None:
    """Make a user responsible from a moment on; who held the deal moves it no more."""
    held = story.responsible_at(at)
    story.responsibles.append((at, user, by))
    story.responsibles.sort(key=lambda turn: turn[0])
    for step in story.steps:
        if step.at > at and step.by == held and story.responsible_at(step.at - 1) == user:
            step.by = user
