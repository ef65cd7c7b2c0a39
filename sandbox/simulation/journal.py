"""The CRM's event journal of the stories; imported deals left none."""

from decimal import Decimal
from random import Random
from typing import Any

from sandbox.model import Event
from sandbox.simulation.world import Story, World, event_id

Values = list[dict[str, Any]]


def write_journal(world: World) -> None:
    """Fill ``company.events``, ordered by time and then by id, as the feed lists them."""
    rng = world.stream("journal")
    desk = _Desk(world, rng)
    for story in world.stories:
        if story.kind != "imported":
            desk.write(story)
    world.company.events.sort(key=lambda event: (event.created_at, event.id))


class _Desk:
    """Writes events; equal ``value_*`` arrays are one object, for memory's sake."""

    def __init__(self, world: World, rng: Random) -> None:
        self.world, self.rng = world, rng
        self.statuses: dict[tuple[int, int], Values] = {}
        self.users: dict[int, Values] = {}

    def write(self, story: Story) -> None:
        steps = story.steps
        note = [{"note": {"id": self.world.next_id(self.rng)}}]
        self._add(story, "lead_added", story.added_at, steps[0].by or 0, note, [])
        for n, name in self._names(story):
            before, step = steps[n - 1], steps[n]
            if not step.is_told:
                continue
            self._add(
                story, "lead_status_changed", step.at, step.by or 0,
                self._status(step.pipeline_id, step.status_id),
                self._status(before.pipeline_id, before.status_id), name,
            )  # fmt: skip
        for at, by in story.artefacts:
            here = [step for step in steps if step.at <= at][-1]
            place = self._status(here.pipeline_id, here.status_id)
            self._add(story, "lead_status_changed", at, by, place, place)
        for (_, old, _), (at, new, by) in zip(
            story.responsibles, story.responsibles[1:], strict=False
        ):
            kind = "entity_responsible_changed"
            self._add(story, kind, at, by, self._user(new), self._user(old))
        for (_, was), (at, price) in zip(story.prices, story.prices[1:], strict=False):
            by = story.responsible_at(at)
            self._add(story, "sale_field_changed", at, by, _sale(price), _sale(was))
        if story.deleted_at is not None:
            self._add(story, "lead_deleted", story.deleted_at, story.responsibles[-1][1], [], [])
        if story.restored_at is not None:
            self._add(story, "lead_restored", story.restored_at, story.responsibles[-1][1], [], [])

    def _names(self, story: Story) -> list[tuple[int, str]]:
        """Ids of status events; those of one second run against the order of what happened."""
        steps = story.steps
        names = [event_id(self.rng, step.at) for step in steps]
        start = 1
        for n in range(2, len(steps) + 1):
            if n == len(steps) or steps[n].at != steps[n - 1].at:
                if n - start > 1:
                    names[start:n] = sorted(names[start:n], reverse=True)
                start = n
        return list(enumerate(names))[1:]

    def _add(self, story: Story, kind: str, at: int, by: int, after: Values, before: Values,
             name: str | None = None) -> None:  # fmt: skip
        self.world.company.events.append(
            Event(
                name or event_id(self.rng, at), kind, story.lead_id, "lead", by, at, after, before
            )
        )

    def _status(self, pipeline_id: int, status_id: int) -> Values:
        key = (pipeline_id, status_id)
        if key not in self.statuses:
            self.statuses[key] = [{"lead_status": {"id": status_id, "pipeline_id": pipeline_id}}]
        return self.statuses[key]

    def _user(self, user_id: int) -> Values:
        return self.users.setdefault(user_id, [{"responsible_user": {"id": user_id}}])


def _sale(price: Decimal) -> Values:
    value = {"sale": int(price), "sale_with_minor_units": float(price)}
    return [{"sale_field_value": value}]
