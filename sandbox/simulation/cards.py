"""Cards of the CRM as the stories leave them: leads with their fields, and tasks."""

from random import Random

from sandbox.model import FieldValue, Lead, Task
from sandbox.simulation import structure as ids
from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.sources import Marks
from sandbox.simulation.world import Story, World
from sandbox.vocabulary import DEAL_NAMES, KITCHENS, TASK_RESULTS, TASKS

IMPORTED = "импорт"
CARRIED_ON = "из продаж"  # the robot's deals in the workshop, each of a sale that was won


def fill_cards(world: World, marks: dict[int, Marks]) -> None:
    """One lead per story, purged ones included, with tasks."""
    rng = world.stream("cards")
    sources: dict[str, int] = {}
    for story in world.stories:
        mark = marks[story.lead_id]
        lead = _lead(world, rng, story)
        if mark.source_name:
            lead.source_name = mark.source_name
            lead.source_id = sources.setdefault(mark.source_name, 8_100_001 + len(sources))
        lead.custom_fields = _fields(world, rng, story, mark)
        story.lead = lead
        world.company.leads.append(lead)
        if story.kind != "imported":
            _add_tasks(world, rng, story, lead)


def _lead(world: World, rng: Random, story: Story) -> Lead:
    last, contact = story.steps[-1], story.contacts[0]
    touched = max(
        last.at, story.prices[-1][0], story.responsibles[-1][0], story.deleted_at or 0,
        story.restored_at or 0,
    )  # fmt: skip
    if story.crm_paid_on is not None and not story.is_deleted:
        noted = world.clock.midnight(story.crm_paid_on) + rng.randrange(10 * HOUR, 18 * HOUR)
        touched = max(touched, min(noted, world.clock.now))
    if story.kind == "imported":
        touched = world.clock.start + rng.randrange(HOUR)  # the hour of the import
    elif story.deleted_at is None and rng.random() < 0.3:
        touched = min(touched + rng.randrange(6 * HOUR), world.clock.now)  # a field was edited
    name = rng.choice(DEAL_NAMES).format(
        kitchen=rng.choice(KITCHENS), name=contact.name, lead_id=story.lead_id,
        area=rng.choice(("2.8", "3", "3.2", "3.6", "4.1")),
    )  # fmt: skip
    imported = story.kind == "imported"
    return Lead(
        story.lead_id, name, story.price, story.responsibles[-1][1], last.pipeline_id,
        last.status_id, created_by=ids.ADMIN if imported else story.steps[0].by or ids.ROBOT,
        updated_by=ids.ADMIN if imported else last.by or ids.ROBOT, created_at=story.created_at,
        updated_at=touched, closed_at=story.closed_at, loss_reason_id=story.loss_reason_id,
        is_deleted=story.is_deleted and story.kind != "purged", is_purged=story.kind == "purged",
        tags=_tags(story),
        contact_ids=[c.id for c in story.contacts],
        company_id=story.firm.id if story.firm else None,
    )  # fmt: skip


def _tags(story: Story) -> list[str]:
    if story.kind in ("imported", "child"):
        return [IMPORTED if story.kind == "imported" else CARRIED_ON]
    return ["VIP"] if story.worth > 600_000 else []


def _fields(world: World, rng: Random, story: Story, mark: Marks) -> list[FieldValue]:
    filled = [
        FieldValue(ids.LEAD_FIELDS[name], [{"value": value}])
        for name, value in mark.tracking.items()
    ]
    if story.invoice is not None:
        filled.append(FieldValue(ids.INVOICE, [{"value": spell_in_crm(rng, story.invoice)}]))
    if story.crm_paid_on is not None:
        midnight = world.clock.midnight(story.crm_paid_on)
        filled.append(FieldValue(ids.PAID_ON, [{"value": midnight}]))
    if rng.random() < 0.6:
        style = rng.choice(tuple(ids.STYLES))
        value = {"value": style, "enum_id": ids.STYLES[style], "enum_code": None}
        filled.append(FieldValue(ids.STYLE, [value]))
    if rng.random() < 0.4:
        filled.append(FieldValue(ids.FITTING, [{"value": True}]))
    if rng.random() < 0.3:
        filled.append(FieldValue(ids.AREA, [{"value": f"{rng.randint(20, 60) / 10}"}]))
    if story.firm is not None:
        vat_id = story.firm.custom_fields[0].values[0]["value"]
        payer = {"name": story.firm.name, "entity_type": 1, "vat_id": vat_id, "kpp": "771401001"}
        filled.append(FieldValue(ids.PAYER, [{"value": payer}]))
    return filled


def spell_in_crm(rng: Random, invoice: int) -> str:
    """The invoice number as managers type it."""
    return rng.choices((f"{invoice}", f"СЧ-{invoice}", f"{invoice:06d}"), weights=(7, 2, 1))[0]


def _add_tasks(world: World, rng: Random, story: Story, lead: Lead) -> None:
    habit, now = ids.HABITS[story.manager], world.clock.now
    for step in story.steps[:4]:
        if rng.random() < 0.45:
            due = step.at + rng.randint(2, 72) * HOUR
            slips = rng.random() < habit.overdue
            done = due + rng.randint(-2 * HOUR, 20 * DAY if slips else 2 * HOUR)
            world.company.tasks.append(_task(world, rng, story, lead, (step.at, due, done)))
    if story.status == "open" and rng.random() < 0.7:
        since = min(lead.updated_at, now - 60)
        due = since + rng.randint(1, 20) * DAY
        world.company.tasks.append(_task(world, rng, story, lead, (since, due, now + DAY)))


def _task(world: World, rng: Random, story: Story, lead: Lead, times: tuple[int, int, int]) -> Task:
    created, due, done = times
    now = world.clock.now
    is_done = created < done <= now
    task = Task(
        world.next_id(rng), lead.id, "leads", story.responsible_at(created), rng.choice(TASKS),
        created, max(done, created) if is_done else created, due,
        created_by=story.responsible_at(created), is_completed=is_done,
        task_type_id=rng.choice((1, 1, 2)),
        result_text=rng.choice(TASK_RESULTS) if is_done and rng.random() < 0.7 else None,
    )  # fmt: skip
    if not is_done and lead.closed_at is None:
        lead.closest_task_at = min(due, lead.closest_task_at or due)
    return task
