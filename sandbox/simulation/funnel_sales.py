"""Planted between deals: sales that go on as a new deal, and people who come back."""

from bisect import bisect_left
from collections import Counter
from random import Random

from sandbox.model import Contact, FieldValue, Talked
from sandbox.simulation.arrivals import digits, respell
from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.funnel_paths import free, is_free, scale
from sandbox.simulation.paths import walk_workshop
from sandbox.simulation.structure import (
    FOREMAN,
    LEFT,
    LOSS_REASONS,
    OLD,
    PHONE,
    ROBOT,
    SALES,
    W_START,
    WORKSHOP,
)  # fmt: skip
from sandbox.simulation.world import WON, Step, Story, World

CARRIED = 0.2  # of the sales won for good, those that a robot carries on as a deal of the workshop
UNTAGGED = 0.2  # of these, the ones that lose their tags on the way
MONTH = 30 * DAY  # the company's window of reopening
# Seconds from the win to the child; the second, fourth and fifth are nobody's children.
EDGES = (-60, -61, 3 * DAY, 3 * DAY + 1, 5 * DAY)
# Seconds from the closing of somebody's only deal to the next deal of the same person.
RETURNS = (MONTH, MONTH + 1, MONTH - 1, 20 * DAY, 50 * DAY)
# The same for calls that make no deal; None is a call while the deal is open.
CALLS = (MONTH, MONTH + 1, MONTH - 2 * DAY, MONTH + 9 * DAY, None)


def meet_again(world: World) -> None:
    """Rewrite some stories into children of sales, others into second deals; add late calls."""
    before = {id(contact) for story in world.stories for contact in story.contacts}
    _carry_on(world)
    _come_back(world)
    _call_again(world)
    after = {id(contact) for story in world.stories for contact in story.contacts}
    world.company.contacts = [
        c for c in world.company.contacts if id(c) in after or id(c) not in before
    ]


class _Arrivals:
    """Deals that may be rewritten, by when they turned up."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stories = sorted(
            (s for s in free(world) if _is_plain(s)), key=lambda s: (s.added_at, s.lead_id)
        )
        self.times = [story.added_at for story in self.stories]
        self.met = Counter(s.contacts[0].id for s in world.stories)

    def after(self, at: int, but: Story) -> Story | None:
        """The first free deal that turned up then or later, so that ids follow creation."""
        for story in self.stories[bisect_left(self.times, at) :][:50]:
            if is_free(self.world, story) and story is not but:
                return story
        return None


def _is_plain(story: Story) -> bool:
    """Nothing ties the story to a date but the day it began."""
    known = all(step.pipeline_id != OLD for step in story.steps)
    return story.created_at == story.added_at and story.manager != LEFT and known


def _carry_on(world: World) -> None:
    rng, clock = world.stream("funnel:children"), world.clock
    sold = [
        story
        for story in free(world)
        if len(story.steps) > 1
        and (story.steps[-1].pipeline_id, story.steps[-1].status_id) == (SALES, WON)
        and story.steps[-1].at < clock.now - 6 * DAY
    ]
    parents = rng.sample(sold, round(len(sold) * CARRIED))
    world.planted |= {story.lead_id for story in parents}
    arrivals = _Arrivals(world)
    for number, parent in enumerate(parents):
        delay = EDGES[number] if number < len(EDGES) else rng.choice((0, 1, 2, rng.randint(3, 900)))
        at = parent.steps[-1].at + delay
        child = arrivals.after(at, parent)
        if child is not None:
            world.planted.add(child.lead_id)
            _beget(world, rng, parent, child, at)


def _beget(world: World, rng: Random, parent: Story, child: Story, at: int) -> None:
    clock = world.clock
    child.kind, child.parent, child.origin = "child", parent, parent.origin
    child.added_at = child.created_at = at
    child.manager, child.worth = parent.manager, parent.worth
    child.steps = walk_workshop(rng, clock, Step(at, WORKSHOP, W_START, ROBOT), FOREMAN)
    child.responsibles = [(at, FOREMAN, ROBOT)]
    child.prices = [(at, parent.worth)]
    child.artefacts, child.plants = [], {"child"}
    child.loss_reason_id = child.closed_at = None
    if child.status != "open":
        child.closed_at = child.steps[-1].at
    if child.status == "lost":
        child.loss_reason_id = rng.choice(LOSS_REASONS)[0]
    child.contacts, child.firm = [parent.contacts[0]], parent.firm
    child.keeps_source = rng.random() >= UNTAGGED


def _come_back(world: World) -> None:
    rng = world.stream("funnel:returns")
    arrivals = _Arrivals(world)
    for wait in RETURNS * (3 * scale(world)):
        former = _closed_once(world, rng, arrivals, wait)
        if former is None:
            continue
        at = former.steps[-1].at + wait
        story = arrivals.after(at, former)
        if story is None or story.added_at - at > 3 * DAY:
            continue
        world.planted |= {former.lead_id, story.lead_id}
        story.plants.add(f"returns:{wait}")
        shift(story, at - story.added_at)
        if rng.random() < 0.5 or not story.contacts[0].is_listed:
            story.contacts, story.firm = [former.contacts[0]], former.firm
        else:
            share_phone(rng, former.contacts[0], story)


def _closed_once(world: World, rng: Random, arrivals: _Arrivals, wait: int) -> Story | None:
    """A deal closed long enough ago whose contact has no other one."""
    for _ in range(60 if world.stories else 0):
        story = rng.choice(world.stories)
        fits = is_free(world, story) and story.status != "open" and story.contacts[0].is_listed
        is_over = story.steps[-1].at + wait < world.clock.now - 2 * DAY
        if fits and is_over and arrivals.met[story.contacts[0].id] == 1:
            return story
    return None


def shift(story: Story, seconds: int) -> None:
    """Let the whole story happen so much later."""
    story.added_at += seconds
    story.created_at += seconds
    for step in story.steps:
        step.at += seconds
    story.responsibles = [(at + seconds, user, by) for at, user, by in story.responsibles]
    story.prices = [(at + seconds, price) for at, price in story.prices]
    story.artefacts = [(at + seconds, by) for at, by in story.artefacts]
    if story.closed_at is not None:
        story.closed_at += seconds


def share_phone(rng: Random, former: Contact, story: Story) -> None:
    """Another card of the same person: the same number in another spelling."""
    contact = story.contacts[0]
    number = digits(str(former.custom_fields[0].values[0]["value"]))
    kept = contact.custom_fields[0].values[0] | {"value": respell(rng, number)}
    contact.custom_fields[0] = FieldValue(PHONE, [kept])
    contact.created_at, contact.updated_at = story.added_at, max(contact.updated_at, story.added_at)


def _call_again(world: World) -> None:
    """Calls of people whose deal is open or closed, and of which no deal was made."""
    rng = world.stream("funnel:calls")
    arrivals = _Arrivals(world)
    for wait in CALLS * (4 * scale(world)):
        former = _closed_once(world, rng, arrivals, wait or 0)
        if former is not None:
            world.planted.add(former.lead_id)
            last = former.steps[-1].at
            at = last + wait if wait is not None else (former.added_at + last) // 2
            if at > former.added_at + HOUR:
                former.plants.add(f"calls:{wait}")
                world.company.planned_talks.append(Talked(former.lead_id, at, "call", True))
