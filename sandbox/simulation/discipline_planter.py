"""Whose story may be rewritten so that a rule of discipline is broken, and how many are."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from sandbox.simulation.deals import reached
from sandbox.simulation.funnel_paths import free
from sandbox.simulation.paths import LADDER
from sandbox.simulation.structure import CONTRACT
from sandbox.simulation.world import Story, World

T = TypeVar("T")
TYPICAL = 3000  # deals of a company for which 3 to 9 of each plant are made
LARGE = 1000  # deals from which on near misses are planted as well


class Planter:
    """Takes stories that nothing else was made of, one stream of chance for each area."""

    def __init__(self, world: World, area: str) -> None:
        self.world, self.clock = world, world.clock
        self.now = world.clock.now
        self.rng: Random = world.stream(f"discipline:{area}")
        self.is_large = world.company.spec.deals >= LARGE
        self.met = Counter(story.contacts[0].id for story in world.stories)

    def few(self, eligible: int) -> int:
        """3 to 9 for three thousand deals, more for more, one of a small company's."""
        wanted = self.rng.randint(3, 9) * self.world.company.spec.deals // TYPICAL
        return min(max(wanted, 1), eligible)

    def take(
        self, plant: str, fits: Callable[[Story], bool], count: int | None = None
    ) -> list[Story]:
        """Some stories, or as many as asked for; they are nobody else's from now on."""
        found = [story for story in free(self.world) if not story.plants and fits(story)]
        return self.mark(plant, self.some(found, count))

    def some(self, found: Sequence[T], count: int | None = None) -> list[T]:
        wanted = self.few(len(found)) if count is None else min(count, len(found))
        return self.rng.sample(found, wanted)

    def mark(self, plant: str, stories: list[Story]) -> list[Story]:
        for story in stories:
            self.world.planted.add(story.lead_id)
            story.plants.add(plant)
        return stories

    def is_alone(self, story: Story) -> bool:
        """Nobody else's deal hangs on the same contact."""
        contact = story.contacts[0]
        return contact.is_listed and self.met[contact.id] == 1


def is_idle(story: Story) -> bool:
    """So early given up, or so young, that no bill was ever written."""
    return reached(story) < LADDER.index(CONTRACT)


def place_of(story: Story, status_id: int) -> int | None:
    """Number of the last step into a stage."""
    found = [n for n, step in enumerate(story.steps) if step.status_id == status_id]
    return found[-1] if found else None


def cut(story: Story, last: int) -> None:
    """Let the deal stand to this day where it came by this step."""
    after = story.steps[last + 1].at if last + 1 < len(story.steps) else None
    story.steps = story.steps[: last + 1]
    story.loss_reason_id = story.closed_at = None
    if after is not None:
        story.responsibles = [turn for turn in story.responsibles if turn[0] < after]
        story.prices = [change for change in story.prices if change[0] < after]
        story.artefacts = [move for move in story.artefacts if move[0] < after]
