"""Planted silences: deals that wait for the client or for the manager, and tasks let slip."""

from collections import defaultdict

from sandbox.model import Talked
from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.funnel_paths import free, scale
from sandbox.simulation.structure import CONTRACT, NEW, QUAL, THINK, W_START
from sandbox.simulation.world import World

TIMED = (NEW, QUAL, CONTRACT, W_START)  # stages for which the company has a limit
# Hours after entering the stage, and whether the client wrote; what the last one leaves behind.
SILENCES = {
    "client_owes": ((2, False),),
    "manager_owes": ((2, False), (9, True)),
    "client_owes_again": ((1, True), (5, False), (20, True), (21, False)),
    "answered_at_once": ((3, False), (3, True)),  # both in one second: the manager's turn
    "nobody_answers_him": ((4, True),),
}
TASKLESS, OVERDUE = 0.55, 0.3  # of the deals in the bucket


def plan_talks(world: World) -> None:
    """Letters and messages at chosen hours of long stays in stages that have a limit."""
    rng = world.stream("funnel:silences")
    stays = []
    for story in free(world):
        ends = [*(step.at for step in story.steps[1:]), world.clock.now]
        for step, end in zip(story.steps, ends, strict=True):
            if step.status_id in TIMED and end - step.at > 2 * DAY and step.at >= story.added_at:
                stays.append((story, step.at))
    for story, since in rng.sample(stays, min(30 * scale(world), len(stays) // 5)):
        plant = rng.choice(tuple(SILENCES))
        story.plants.add(f"silence:{plant}")
        for hours, is_incoming in SILENCES[plant]:
            kind = "mail" if is_incoming else rng.choice(("mail", "sms"))
            talk = Talked(story.lead_id, since + hours * HOUR, kind, is_incoming)
            world.company.planned_talks.append(talk)


def neglect_tasks(world: World) -> None:
    """In the bucket most deals have no task, or one that is long overdue."""
    rng, company = world.stream("funnel:neglect"), world.company
    waiting = {
        story.lead_id: rng.random()
        for story in world.stories
        if story.status == "open" and story.steps[-1].status_id == THINK
    }
    kept = []
    for task in company.tasks:
        chance = waiting.get(task.entity_id, 1.0)
        if task.is_completed or chance >= TASKLESS + OVERDUE:
            kept.append(task)
        elif chance >= TASKLESS:
            task.complete_till = max(task.created_at + HOUR, world.clock.now - 40 * DAY)
            kept.append(task)
    company.tasks = kept
    due: dict[int, list[int]] = defaultdict(list)
    for task in kept:
        if not task.is_completed:
            due[task.entity_id].append(task.complete_till)
    for lead in company.leads:
        if lead.id in waiting:
            lead.closest_task_at = min(due[lead.id], default=None)
