"""Stories of deals: arrival, path, responsibles, price, deletion."""

from decimal import Decimal
from random import Random

from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.origins import ORIGINS
from sandbox.simulation.paths import LADDER, Reforms, manager_of, straight, walk
from sandbox.simulation.structure import (
    ADMIN,
    CONTRACT,
    FOREMAN,
    LEFT,
    LOSS_REASONS,
    MEASURE,
    OFFER,
    OLD_LOSS_REASON,
    ROBOT,
    SHARES,
    UNSORTED,
    WORKSHOP,
)  # fmt: skip
from sandbox.simulation.world import LOST, WON, ZERO, Step, Story, World

IMPORTED = 0.03
STRAIGHT_WON = 0.015
BACKDATED = 0.015
DELETED, RESTORED, PURGED = 0.015, 0.007, 0.007
PRICED = {MEASURE, OFFER, CONTRACT, WON}  # stages by which a deal has a price


def live_through(world: World) -> None:
    """Fill ``world.stories`` with ``spec.deals`` deals and some that were purged since."""
    rng, spec = world.stream("deals"), world.company.spec
    reforms = Reforms.of(world.clock)
    imported = round(spec.deals * IMPORTED)
    purged = round(spec.deals * PURGED)
    arrivals = world.clock.arrivals(rng, spec.deals - imported + purged)
    gone = set(rng.sample(range(len(arrivals)), purged))
    for _ in range(imported):
        world.stories.append(_imported(world, rng, reforms))
    for n, at in enumerate(arrivals):
        world.stories.append(_story(world, rng, reforms, at, is_purged=n in gone))


def _new(world: World, rng: Random, at: int, manager: int) -> Story:
    origin = rng.choices(ORIGINS, weights=[origin.weight for origin in ORIGINS])[0]
    story = Story(world.next_id(rng), at, at, origin, manager)
    story.worth = _worth(rng)
    return story


def _story(world: World, rng: Random, reforms: Reforms, at: int, *, is_purged: bool) -> Story:
    clock = world.clock
    story = _new(world, rng, at, manager_of(rng, reforms, at, SHARES))
    manager = story.manager
    author = rng.choice((ROBOT, ROBOT, manager))
    if rng.random() < STRAIGHT_WON:
        story.kind, story.steps = "straight_won", straight(at, manager)
    else:
        wins = rng.random() < story.origin.win * 0.8
        path = walk(rng, clock, reforms, at, manager, wins=wins, created_by=author)
        story.steps = [step for step in path if step.at <= clock.now]
        if rng.random() < BACKDATED:
            story.created_at = at - rng.randint(2, 20) * DAY - rng.randrange(DAY)
    _assign(world, rng, reforms, story)
    _price(rng, story)
    _close(rng, story)
    if is_purged:
        story.kind = "purged"
    _delete(world, rng, story)
    return story


def _imported(world: World, rng: Random, reforms: Reforms) -> Story:
    """A deal of the years before the CRM: its path is true, but the CRM holds no event of it."""
    clock = world.clock
    at = clock.start - rng.randint(20, 150) * DAY + rng.randrange(9 * HOUR, 18 * HOUR)
    story = _new(world, rng, at, manager_of(rng, reforms, at, SHARES))
    story.kind = "imported"
    # the old pipeline and the stage "Дозвон" never saw these deals
    no_reforms = Reforms(0, 0, clock.now)
    path = walk(rng, clock, no_reforms, at, story.manager, wins=rng.random() < 0.4,
                created_by=ADMIN)  # fmt: skip
    story.steps = [step for step in path if step.at < clock.start]
    story.responsibles = [(at, story.manager, ADMIN)]
    for step in story.steps:
        step.by = story.manager
    story.prices = [(at, story.worth if story.status == "won" else ZERO)]
    _close(rng, story)
    return story


def _worth(rng: Random) -> Decimal:
    roubles = min(max(rng.lognormvariate(12.35, 0.55), 15_000.0), 2_500_000.0)
    form = rng.random()
    if form < 0.6:
        return Decimal(round(roubles, -3)).quantize(ZERO)
    if form < 0.85:
        return Decimal(round(roubles, -2)).quantize(ZERO)
    return Decimal(int(roubles * 100)).scaleb(-2)


def _assign(world: World, rng: Random, reforms: Reforms, story: Story) -> None:
    """Settle who is responsible when, and so who made each step."""
    at, steps = story.added_at, story.steps
    turns = [(at, story.manager, ROBOT)]
    if len(steps) > 1 and rng.random() < 0.3:  # handed out by the admin some minutes later
        handed = min(at + rng.randint(60, 3000), steps[1].at)
        turns = [(at, ADMIN, ROBOT), (handed, story.manager, ADMIN)]
    if len(steps) > 3 and rng.random() < 0.08:
        colleague = rng.choice([u for u in SHARES if u not in (LEFT, story.manager)])
        since = rng.choice(steps[1:-1]).at + rng.randint(0, HOUR)
        turns.append((since, colleague, ADMIN))
    for step in steps:
        if step.pipeline_id == WORKSHOP:
            # the same click moves the deal and hands it to the foreman
            turns.append((step.at, FOREMAN, story.manager))
            break
    turns.sort(key=lambda turn: turn[0])
    left = reforms.manager_left
    holder = [user for since, user, _ in turns if since <= left][-1:]
    is_closed = [s for s in steps if s.at <= left][-1:] and _is_closed_by(steps, left)
    if holder == [LEFT] and not is_closed and left <= world.clock.now:
        heir = rng.choice([user for user in SHARES if user != LEFT])
        turns = [(s, heir if u == LEFT and s > left else u, by) for s, u, by in turns]
        turns.append((left, heir, ADMIN))
        turns.sort(key=lambda turn: turn[0])
    story.responsibles = [
        (since, user, ADMIN if by == LEFT and since > left else by)
        for n, (since, user, by) in enumerate(turns)
        if since <= world.clock.now and (n == 0 or user != turns[n - 1][1])
    ]
    for step in steps:
        if step.by is None:
            step.by = story.responsible_at(step.at - 1)
        if step.by == LEFT and step.at > left:
            step.by = ADMIN  # her closed deals stay hers, but she no longer moves them


def _is_closed_by(steps: list[Step], at: int) -> bool:
    return [step.status_id for step in steps if step.at <= at][-1] in (WON, LOST)


def _price(rng: Random, story: Story) -> None:
    """The card's price over time: often empty at first, discounted now and then."""
    steps, worth = story.steps, story.worth
    if story.kind == "straight_won" or rng.random() < 0.15:
        story.prices = [(story.added_at, worth)]
        return
    story.prices = [(story.added_at, ZERO)]
    priced = [s for s in steps if s.status_id in PRICED or s.pipeline_id == WORKSHOP]
    if not priced:
        return
    at = priced[0].at
    if rng.random() < 0.25 and len(priced) > 1:
        asked = (worth / Decimal(str(rng.choice((0.9, 0.93, 0.95, 0.97))))).quantize(Decimal(1))
        story.prices.append((at, asked.quantize(ZERO)))
        at = priced[1].at
    story.prices.append((at, worth))


def _close(rng: Random, story: Story) -> None:
    """``closed_at`` and the loss reason as the card shows them, reopening or not."""
    ends = [step for step in story.steps if step.status_id in (WON, LOST)]
    lost = [step for step in ends if step.status_id == LOST]
    if lost and rng.random() >= 0.06:
        reason = rng.choice(LOSS_REASONS)[0]
        # the reason stays on the card after the deal is reopened
        story.loss_reason_id = OLD_LOSS_REASON if rng.random() < 0.05 else reason
    if story.status != "open":
        story.closed_at = ends[-1].at
    elif ends and rng.random() < 0.5:
        story.closed_at = ends[-1].at  # reopened, and the old closing left standing


def _delete(world: World, rng: Random, story: Story) -> None:
    chance = rng.random()
    last = max(story.steps[-1].at, story.prices[-1][0], story.responsibles[-1][0])
    if story.kind != "purged" and chance > DELETED + RESTORED:
        return
    at = min(last + rng.randint(HOUR, 20 * DAY), world.clock.now - 3)
    if at <= last:
        if story.kind != "purged":
            return
        at = last
    story.deleted_at = at
    if story.kind != "purged" and chance < RESTORED:
        story.restored_at = min(at + rng.randint(60, 3 * DAY), world.clock.now - 2)


def reached(story: Story) -> int:
    """How far the deal got on the sales ladder; past it when won or handed to the workshop."""
    if any(s.pipeline_id == WORKSHOP or s.status_id == WON for s in story.steps):
        return len(LADDER)
    ranks = [LADDER.index(s.status_id) for s in story.steps if s.status_id in LADDER]
    return max(ranks, default=LADDER.index(UNSORTED))
