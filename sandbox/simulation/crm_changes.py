"""Events of the feed beside stages: tasks, tags, links, fields, names, one merge."""

from random import Random
from typing import Any
from zlib import crc32

from sandbox.model import Lead, Task
from sandbox.simulation.clock import DAY, HOUR, utc
from sandbox.simulation.crm_desk import Desk
from sandbox.simulation.crm_model import Tag

FIELD_TYPES = {"text": 1, "numeric": 2, "checkbox": 3, "select": 4, "date": 6, "legal_entity": 15}
# The feed is read a hundred events at a time, seven times a second: not everything that happens
# is told of, or the demo would wait for what it has seen enough of.
TOLD_TASKS, TOLD_LINKS, TOLD_FIELDS = 0.25, 0.35, 0.3
MOVED_DEADLINE, POSTPONER, POSTPONED = 0.2, 9_100_012, 0.6
RENAMED = 0.05
TAKEN_OFF = 0.03
OLD_TAG = "перезвонить"


def make_changes(desk: Desk) -> None:
    """Write tags and the events of tasks, tags, links, custom fields, names and the merge."""
    rng = desk.stream("changes")
    names = sorted({tag for lead in desk.company.leads for tag in lead.tags} | {OLD_TAG})
    desk.crm.tags += [Tag(crc32(name.encode()), "leads", name, "FFFF00") for name in names]
    desk.crm.tags.append(Tag(desk.next_id(rng), "contacts", "партнёр"))
    for lead in desk.leads:
        _tags(desk, rng, lead)
        _links(desk, rng, lead)
        _fields(desk, rng, lead)
    desk.crm.truth["crm_task_deadlines"] = []
    alive = {lead.id for lead in desk.leads}
    for task in desk.company.tasks:
        if task.entity_id in alive:
            _task(desk, rng, task)
    _merge(desk, rng)
    _source_edits(desk)


def _source_edits(desk: Desk) -> None:
    rng = desk.stream("source_edits")
    for edit in desk.company.source_edits:
        after, before = (
            [_value(edit.field_id, "tracking_data", {"value": text})]
            for text in (edit.after, edit.before)
        )
        name = f"custom_field_{edit.field_id}_value_changed"
        desk.tell(rng, name, ("lead", edit.deal_id), edit.at, edit.by, after, before)


def _tags(desk: Desk, rng: Random, lead: Lead) -> None:
    at, entity = desk.added_at(lead), ("lead", lead.id)
    for tag in lead.tags:
        desk.tell(rng, "entity_tag_added", entity, at, 0, [{"tag": {"name": tag}}])
    if rng.random() < TAKEN_OFF:
        names = [{"tag": {"name": OLD_TAG}}, {"tag": {"name": "срочно"}}][: rng.randint(1, 2)]
        off = min(at + rng.randint(HOUR, 5 * DAY), desk.now)
        user = desk.responsible_at(lead, at)
        desk.tell(rng, "entity_tag_added", entity, at, user, names)
        desk.tell(rng, "entity_tag_deleted", entity, off, user, [], names)


def _links(desk: Desk, rng: Random, lead: Lead) -> None:
    at, entity = desk.added_at(lead), ("lead", lead.id)
    for contact_id in lead.contact_ids if rng.random() < TOLD_LINKS else ():
        link = {"link": {"entity": {"type": "contact", "id": contact_id}}}
        desk.tell(rng, "entity_linked", entity, at, 0, [link])
    if rng.random() < 0.02:  # a contact that was attached by mistake
        wrong = {"entity": {"type": "contact", "id": rng.choice(desk.company.contacts).id}}
        later = min(at + rng.randint(60, DAY), desk.now)
        desk.tell(rng, "entity_linked", entity, at, 0, [{"link": wrong}])
        desk.tell(rng, "entity_unlinked", entity, later, 0, [], [{"unlink": wrong}])


def _fields(desk: Desk, rng: Random, lead: Lead) -> None:
    """How the card's own fields came to be what they are, and a name typed anew."""
    types = {f.id: f.type for f in desk.company.custom_fields}
    added, ended = desk.added_at(lead), desk.ended_at(lead)
    for filled in lead.custom_fields:
        kind = types[filled.field_id]
        if kind == "tracking_data" or rng.random() >= TOLD_FIELDS:
            continue  # tags come with the card
        at = min(added + int(rng.random() * max(ended - added, HOUR)), desk.now)
        after = [_value(filled.field_id, kind, value) for value in filled.values]
        name = f"custom_field_{filled.field_id}_value_changed"
        desk.tell(rng, name, ("lead", lead.id), at, desk.responsible_at(lead, at), after)
    if rng.random() < RENAMED:
        at = min(added + rng.randint(60, DAY), desk.now)
        desk.tell(
            rng, "name_field_changed", ("lead", lead.id), at, desk.responsible_at(lead, at),
            [{"name_field_value": {"name": lead.name}}],
            [{"name_field_value": {"name": f"Сделка #{lead.id}"}}],
        )  # fmt: skip


def _value(field_id: int, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    text = value["value"]
    if isinstance(text, bool):
        text = "1" if text else "0"
    if isinstance(text, dict):
        text = text.get("name")
    changed = {
        "field_id": field_id,
        "field_type": FIELD_TYPES.get(kind, 1),
        "enum_id": value.get("enum_id"),
        "text": str(text),
        "is_masked": False,
    }
    return {"custom_field_value": changed}


def _task(desk: Desk, rng: Random, task: Task) -> None:
    entity, by = ("task", task.id), task.created_by
    is_told = rng.random() < TOLD_TASKS
    if is_told:
        desk.tell(rng, "task_added", entity, task.created_at, by)
    if is_told and task.is_completed:
        desk.tell(rng, "task_completed", entity, task.updated_at, task.responsible_user_id)
        if task.result_text:
            note = [{"note": {"id": desk.next_id(rng)}}]
            desk.tell(rng, "task_result_added", entity, task.updated_at, by, note)
    if rng.random() >= (POSTPONED if task.responsible_user_id == POSTPONER else MOVED_DEADLINE):
        return
    # the deadline on the card is the last one: it was put off once or twice before
    before = task.complete_till
    moves = []
    at = min(task.updated_at if task.is_completed else desk.now, task.complete_till)
    for _ in range(rng.randint(1, 2)):
        at -= rng.randint(60, DAY)
        earlier = before - rng.randint(1, 5) * DAY
        if at > task.created_at:
            moves.append((at, earlier, before))
            before = earlier
    for moved_at, was, now in reversed(moves):
        desk.tell(
            rng, "task_deadline_changed", entity, moved_at, by,
            [{"task_deadline": {"timestamp": now}}], [{"task_deadline": {"timestamp": was}}],
        )  # fmt: skip
        desk.crm.truth["crm_task_deadlines"].append(
            {
                "task_id": task.id,
                "changed_at": utc(moved_at),
                "due_before": utc(was),
                "due_after": utc(now),
            }
        )


def _merge(desk: Desk, rng: Random) -> None:
    """A duplicate was merged away: it is simply gone, and the event does not name it."""
    lost = [lead for lead in desk.company.leads if lead.is_purged]
    kept = [lead for lead in desk.leads if not lead.is_deleted]
    if lost and kept:
        loser = rng.choice(lost)
        survivor = min(kept, key=lambda lead: (abs(lead.created_at - loser.created_at), lead.id))
        desk.tell(rng, "entity_merged", ("lead", survivor.id), loser.updated_at, 0)
