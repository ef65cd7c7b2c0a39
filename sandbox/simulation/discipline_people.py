"""Mass changes of the last ninety days, and habits of users that make figures worthless."""

from collections import defaultdict

from sandbox.simulation.clock import DAY, Clock, utc
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.discipline_told import Told
from sandbox.simulation.funnel_clocks import postponements
from sandbox.simulation.funnel_judged import mass_changes
from sandbox.simulation.funnel_record import Deal, Record

RECENT = 90 * DAY
YEAR, HALF = 365 * DAY, 180 * DAY
ENOUGH = 10  # deals or tasks without which nobody has a habit
DEFAULTED, HOARDED, PUT_OFF = 0.8, 0.6, 0.3


def change_breaches(told: Told, record: Record) -> None:
    """What people moved in bulk; ``deals`` of a burst are live ones here."""
    told.speak_of("mass_change", "mass_change", "mass_change_mixed")
    since = Clock(record.company.spec).now - RECENT
    for burst in mass_changes(record):
        first = burst.changes[0]
        if first.by <= 0 or first.at <= since:
            continue
        name = f"{first.kind}/{first.by}/{utc(first.at):%Y-%m-%dT%H:%M:%SZ}"
        if first.kind == "stage":
            told.breach("mass_change", name)
        if burst.is_mixed:
            told.breach("mass_change_mixed", name)


def user_breaches(told: Told, record: Record) -> None:
    """Habits by what users closed, and by the tasks that are theirs."""
    told.speak_of("user", "payment_dates_defaulted", "first_stage_hoarder", "postpones_tasks")
    clock = Clock(record.company.spec)
    closed: dict[int, list[Deal]] = defaultdict(list)
    for deal in record.deals.values():
        if deal.status == "won" and deal.closed_at is not None:
            closed[deal.holder_before(deal.closed_at)].append(deal)
    for user, deals in closed.items():
        if user > 0 and _defaults_dates(clock, deals):
            told.breach("payment_dates_defaulted", user)
        if user > 0 and _hoards(clock, record, deals):
            told.breach("first_stage_hoarder", user)
    _put_off(told, record)


def _defaults_dates(clock: Clock, deals: list[Deal]) -> bool:
    same, dated = 0, 0
    for deal in deals:
        at, paid_on = deal.closed_at or 0, deal.story.crm_paid_on
        if at > clock.now - YEAR and paid_on is not None:
            dated += 1
            same += paid_on == clock.day_of(at)
    return dated >= ENOUGH and same >= DEFAULTED * dated


def _hoards(clock: Clock, record: Record, deals: list[Deal]) -> bool:
    """Whether most of the working time of their deals went by in the first working stay."""
    first, whole, measured = 0, 0, 0
    for deal in deals:
        stays = [stay for stay in deal.stays if record.is_ordinary(stay.stage)]
        known = all(stay.is_unbroken and stay.left_at is not None for stay in stays)
        if not stays or not known or (deal.closed_at or 0) <= clock.now - HALF:
            continue
        lengths = [(stay.left_at or 0) - stay.at for stay in stays]
        measured += 1
        first += lengths[0]
        whole += sum(lengths)
    return measured >= ENOUGH and first >= HOARDED * whole > 0


def _put_off(told: Told, record: Record) -> None:
    """Tasks of live deals, by whose they are now."""
    rows = crm_of(record.company).truth["crm_task_deadlines"]
    moved = {task.task_id for task in postponements(record, rows)}
    tasks: dict[int, list[int]] = defaultdict(list)
    for task in record.company.tasks:
        if task.entity_type == "leads" and task.entity_id in record.deals:
            tasks[task.responsible_user_id].append(task.id)
    for user, ids in tasks.items():
        put_off = sum(task_id in moved for task_id in ids)
        if user > 0 and len(ids) >= ENOUGH and put_off >= PUT_OFF * len(ids):
            told.breach("postpones_tasks", user)
