"""Records at moments that somebody chose: letters, messages, and deadlines brought forward."""

from random import Random

from sandbox.model import Lead, Talked, Task
from sandbox.simulation.clock import DAY, HOUR, utc
from sandbox.simulation.crm_desk import Desk
from sandbox.simulation.crm_letters import write_letter
from sandbox.simulation.world import LOST, WON

# How a task was put off: seconds of each move. Three moves, and more than a fortnight in all, are
# too much; the others just miss it.
PUT_OFF = (
    (DAY, DAY, DAY), (5 * DAY, 5 * DAY), (14 * DAY,), (14 * DAY + 1,), (DAY, HOUR, HOUR, HOUR),
    (15 * DAY,), (9 * DAY, 6 * DAY),
)  # fmt: skip
LEAST_AGE = 2 * DAY  # of a task that was put off so often
BROUGHT_FORWARD = 10  # deadlines of three thousand deals' tasks that were moved to an earlier day


def make_planned(desk: Desk) -> None:
    """Write what ``Company.planned_talks`` asks for; calls come with those of call tracking."""
    rng = desk.stream("planned")
    leads = {lead.id: lead for lead in desk.leads}
    for talk in desk.company.planned_talks:
        lead = leads.get(talk.deal_id)
        if talk.kind != "call" and lead is not None and talk.at <= desk.now:
            _talk(desk, rng, lead, talk)
    _put_off(desk, leads)
    _bring_forward(desk, rng, leads)


def _talk(desk: Desk, rng: Random, lead: Lead, talk: Talked) -> None:
    kind = "amomail_message" if talk.kind == "mail" else "sms_out"
    write_letter(desk, rng, lead, kind, talk.at, is_incoming=talk.is_incoming)


def _put_off(desk: Desk, leads: dict[int, Lead]) -> None:
    """Tasks of open deals that are moved on and on, and are not done to this day."""
    rng = desk.stream("put_off")
    moved = {row["task_id"] for row in desk.crm.truth["crm_task_deadlines"]}
    found = [
        task
        for task in desk.company.tasks
        if not task.is_completed
        and task.id not in moved
        and task.created_at < desk.now - LEAST_AGE
        and task.entity_id in leads
        and leads[task.entity_id].status_id not in (WON, LOST)
        and not leads[task.entity_id].is_deleted
    ]
    wanted = max(len(PUT_OFF) + rng.randint(0, 9), 1) * desk.company.spec.deals // 3000
    for n, task in enumerate(rng.sample(found, min(max(wanted, 1), len(found)))):
        moves = PUT_OFF[n % len(PUT_OFF)]
        due = task.complete_till - sum(moves)
        for number, seconds in enumerate(moves):
            at = task.created_at + HOUR * (number + 1)
            _move(desk, rng, task, at, (due, due + seconds))
            due += seconds


def _move(desk: Desk, rng: Random, task: Task, at: int, due: tuple[int, int]) -> None:
    """A deadline was moved from a moment to another one."""
    was, now = due
    desk.tell(
        rng, "task_deadline_changed", ("task", task.id), at, task.created_by,
        [{"task_deadline": {"timestamp": now}}], [{"task_deadline": {"timestamp": was}}],
    )  # fmt: skip
    desk.crm.truth["crm_task_deadlines"].append(
        {"task_id": task.id, "changed_at": utc(at), "due_before": utc(was), "due_after": utc(now)}
    )


def _bring_forward(desk: Desk, rng: Random, leads: dict[int, Lead]) -> None:
    """A deadline moved to an earlier day is no postponement."""
    moved = {row["task_id"] for row in desk.crm.truth["crm_task_deadlines"]}
    found = [t for t in desk.company.tasks if t.id not in moved and _moment(desk, t) is not None]
    found = [task for task in found if task.entity_id in leads]
    scale = max(1, desk.company.spec.deals // 3000)
    for task in rng.sample(found, min(BROUGHT_FORWARD * scale, len(found) // 10)):
        at, was = _moment(desk, task) or 0, task.complete_till + rng.randint(1, 4) * DAY
        _move(desk, rng, task, at, (was, task.complete_till))


def _moment(desk: Desk, task: Task) -> int | None:
    """When the deadline could have been moved: the task was there and not done."""
    until = min(task.updated_at if task.is_completed else desk.now, task.complete_till)
    return task.created_at + HOUR if until > task.created_at + 2 * HOUR else None
