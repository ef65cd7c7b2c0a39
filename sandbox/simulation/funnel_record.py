"""What a careful reader of the CRM can know of each deal: stays, holders, closings.

Written by the definitions of ``docs/funnel.md`` over the stories; where the journal lost something
it says so, and no moment is invented. Deals that lay in the basket before anybody read the CRM,
and purged ones, are nobody's.
"""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from sandbox.model import Company
from sandbox.simulation.clock import DAY
from sandbox.simulation.world import LOST, WON, Step, Story

Stage = tuple[int, int]  # pipeline, status


@dataclass
class Stay:
    """One stay of a deal in a stage; ``by`` is who moved it there, None where nobody saw."""

    number: int
    stage: Stage
    at: int
    by: int | None
    left_at: int | None = None
    repair: str | None = None
    came_from: Stage | None = None
    is_unbroken: bool = True  # neither this entry nor the next had to be repaired

    @property
    def is_terminal(self) -> bool:
        return self.stage[1] in (WON, LOST)

    def holds(self, at: int) -> bool:
        return self.at <= at and (self.left_at is None or at < self.left_at)


@dataclass
class Holder:
    """A stretch of time with one responsible; None stands for always."""

    user: int
    since: int | None
    until: int | None = None


@dataclass
class Deal:
    """One deal as its card and its events tell it."""

    id: int
    created_at: int
    contact_ids: list[int]
    company_id: int | None
    stays: list[Stay]
    holders: list[Holder]
    closed_at: int | None
    story: Story = field(repr=False)

    @property
    def status(self) -> str:
        return {WON: "won", LOST: "lost"}.get(self.stays[-1].stage[1], "open")

    def is_open(self, at: int) -> bool:
        """Whether it is open at a moment, by the closing that still holds."""
        return self.created_at <= at and (self.closed_at is None or self.closed_at > at)

    def holder_before(self, at: int) -> int:
        """Who was responsible strictly before a moment; the first one, if it is the very first."""
        for holder in self.holders:
            begun = holder.since is None or holder.since < at
            if begun and (holder.until is None or at <= holder.until):
                return holder.user
        return self.holders[0].user


@dataclass
class Record:
    """All deals of a company as a careful reader knows them, and the order of its stages."""

    company: Company

    @cached_property
    def deals(self) -> dict[int, Deal]:
        live = (story for story in self.company.stories if story.is_live)
        return {story.lead_id: _read(story) for story in live}

    @cached_property
    def places(self) -> dict[Stage, int]:
        """Place of every listed stage in its pipeline; of the others nobody knows it."""
        found: dict[Stage, int] = {}
        for pipeline in self.company.pipelines:
            listed = sorted((s for s in pipeline.statuses if s.is_listed), key=lambda s: s.sort)
            found |= {(pipeline.id, s.id): place for place, s in enumerate(listed)}
        return found

    @cached_property
    def incoming(self) -> frozenset[Stage]:
        return frozenset(
            (pipeline.id, s.id)
            for pipeline in self.company.pipelines
            for s in pipeline.statuses
            if s.type == 1
        )

    def is_ordinary(self, stage: Stage) -> bool:
        """Whether somebody works there: deleted stages count, closings and the inbox do not."""
        return stage[1] not in (WON, LOST) and stage not in self.incoming

    def direction(self, stay: Stay) -> str | None:
        """Which way the deal moved; None on a first stay, or where a place is not known."""
        origin, stage = stay.came_from, stay.stage
        if origin is None:
            return None
        if origin[0] != stage[0]:
            return "pipeline"
        if stage[1] in (WON, LOST):
            return "forward"
        if origin[1] in (WON, LOST):
            return "back"
        if origin not in self.places or stage not in self.places:
            return None
        return "forward" if self.places[stage] > self.places[origin] else "back"

    def skipped(self, stay: Stay) -> int:
        """Listed ordinary stages strictly between the two ends of a move."""
        origin, stage = stay.came_from, stay.stage
        if origin is None or origin[0] != stage[0] or origin not in self.places:
            return 0
        if stage[1] == LOST:
            return 0  # whoever refuses jumps over nothing
        low, high = self.places[origin], self.places.get(stage, -1)
        return sum(
            self.is_ordinary(one) and low < place < high
            for one, place in self.places.items()
            if one[0] == stage[0]
        )


def _read(story: Story) -> Deal:
    lead = story.lead
    if lead is None:
        raise ValueError(f"deal {story.lead_id} has no card")
    stays = _stays(story, lead.updated_at)
    closed_at = stays[-1].at if stays[-1].is_terminal else None
    if closed_at is not None and stays[-1].repair == "no_events":
        closed_at = lead.closed_at  # the card is all there is
    return Deal(
        story.lead_id, story.created_at, list(lead.contact_ids), lead.company_id, stays,
        _holders(story), closed_at, story,
    )  # fmt: skip


def _stays(story: Story, seen_at: int) -> list[Stay]:
    steps = story.steps if story.kind != "imported" else story.steps[-1:]
    first = steps[0]
    stays = [Stay(1, (first.pipeline_id, first.status_id), story.created_at, first.by)]
    for before, step in pairwise(steps):
        if step.is_told:
            stays.append(_move(stays, before, step))
    last = story.steps[-1]
    if not last.is_told:
        known = stays[-1]
        late = story.closed_at is not None and story.closed_at > known.at
        at = story.closed_at if late and story.status != "open" else seen_at
        here = (last.pipeline_id, last.status_id)
        stays.append(Stay(len(stays) + 1, here, at or seen_at, None, None, "unseen_move"))
        stays[-1].came_from = known.stage
    if len(stays) == 1 and _has_no_events(story):
        stays[0].repair = "no_events"
    for stay, after in pairwise(stays):
        stay.left_at = after.at
        stay.is_unbroken = stay.repair is None and after.repair is None
    stays[-1].is_unbroken = stays[-1].repair is None
    return stays


def _move(stays: list[Stay], before: Step, step: Step) -> Stay:
    origin, here = (before.pipeline_id, before.status_id), (step.pipeline_id, step.status_id)
    repair = None if stays[-1].stage == origin else "gap"
    return Stay(len(stays) + 1, here, step.at, step.by, None, repair, stays[-1].stage)


def _has_no_events(story: Story) -> bool:
    """Whether the only stay cannot be believed: something happened that nobody wrote down."""
    closed_later = story.closed_at is not None and story.closed_at > story.created_at
    return (
        story.kind == "imported"
        or story.added_at - story.created_at > DAY
        or (closed_later and story.status != "open")
    )


def _holders(story: Story) -> list[Holder]:
    turns = story.responsibles
    holders = [Holder(turns[0][1], None)]
    for at, user, _ in turns[1:]:
        holders[-1].until = at
        holders.append(Holder(user, at))
    return holders
