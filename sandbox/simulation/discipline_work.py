"""Deals on which nobody works as they should, by the definitions of the rules."""

from collections.abc import Iterator
from fractions import Fraction

from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.discipline_facts import Facts
from sandbox.simulation.funnel_clocks import LIMITS, Timed, timed_stays
from sandbox.simulation.funnel_judged import mass_changes, norms, skips
from sandbox.simulation.funnel_lint import ENDLESS
from sandbox.simulation.funnel_record import Deal, Stage
from sandbox.vocabulary import SERVICE_USERS

WORK_RULES = (
    "deal_no_responsible", "responsible_dismissed", "responsible_is_service", "open_no_task",
    "task_overdue", "task_postponed", "stuck_waiting_client", "stuck_over_norm", "no_next_step",
    "should_be_closed", "sla_breach", "sla_warning", "sloppy_jump", "won_in_one_jump",
    "won_without_work", "lost_client_wrote", "first_stage_busy",
)  # fmt: skip
SHIFTS, DELAY = 3, 14 * DAY
BUSY = 4  # contacts


def work_breaches(facts: Facts) -> Iterator[tuple[str, int]]:
    """Rule and deal."""
    judge = _Judge(facts)
    for deal in facts.deals:
        broken = judge.open(deal) if deal.status == "open" else judge.closed(deal)
        broken["deal_no_responsible"] = not facts.responsible(deal)
        yield from ((rule, deal.id) for rule, is_broken in broken.items() if is_broken)
    record = facts.record
    for skip in skips(record, facts.deeds, mass_changes(record)):
        stay = record.deals[skip.deal_id].stays[skip.number - 1]
        if skip.klass == "sloppy" and facts.is_recent(stay.at):
            yield "sloppy_jump", skip.deal_id


def work_doubts(facts: Facts) -> Iterator[tuple[str, int]]:
    """Sales of which a lost event might have told a stage between."""
    for deal in facts.deals:
        repairs = {stay.repair for stay in deal.stays} - {None, "no_events"}
        if deal.status == "won" and repairs:
            yield "won_in_one_jump", deal.id


class _Judge:
    """The rules over one deal at a time."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.deeds = facts, facts.deeds.of
        company = facts.company
        self.users = {user.id for user in company.users if user.in_account and user.is_active}
        self.service = {user.id for user in company.users if user.name in SERVICE_USERS}
        self.clocks = {
            (timed.deal_id, timed.number): timed for timed in timed_stays(facts.record, facts.deeds)
        }
        self.norms = norms(facts.record)
        self.names: dict[Stage, str] = {
            (pipeline.id, status.id): status.name
            for pipeline in company.pipelines
            for status in pipeline.statuses
            if status.is_listed
        }
        self.first = _first_stages(facts)
        uncompleted = {task.id for task in company.tasks if not task.is_completed}
        self.put_off = {
            task.deal_id
            for task in facts.postponed
            if task.task_id in uncompleted and (task.times >= SHIFTS or task.seconds > DELAY)
        }

    def open(self, deal: Deal) -> dict[str, bool]:
        facts, user, stay = self.facts, self.facts.responsible(deal), deal.stays[-1]
        tasks = facts.open_tasks.get(deal.id, [])
        timed = self.clocks.get((deal.id, stay.number))
        contacts = [deed for deed in self.deeds[deal.id] if deed.is_contact and deed.at >= stay.at]
        return {
            "responsible_dismissed": bool(user) and user not in self.users,
            "responsible_is_service": user in self.service,
            "open_no_task": not tasks,
            "task_overdue": bool(tasks) and not facts.has_task_ahead(deal),
            "task_postponed": deal.id in self.put_off,
            "sla_breach": timed is not None and timed.is_breach,
            "sla_warning": timed is not None and timed.is_warning,
            "first_stage_busy": stay.stage in self.first and len(contacts) >= BUSY,
            **self._stuck(deal, timed),
        }

    def _stuck(self, deal: Deal, timed: Timed | None) -> dict[str, bool]:
        """Longer in its stage than the standard allows, or than others were; no step planned."""
        facts, stay = self.facts, deal.stays[-1]
        name = self.names.get(stay.stage, "")
        if name in ENDLESS:
            return {"no_next_step": not facts.has_task_ahead(deal)}
        is_limited = name in LIMITS
        hours, by_working_time = LIMITS.get(name, (0, False))
        term: Fraction | int | None = hours * HOUR if is_limited else self.norms.get(stay.stage)
        if term is None or self._age(stay.at, facts.now, working=by_working_time) <= term:
            return {}
        worked = any(
            deed.at >= stay.at and self._age(stay.at, deed.at, working=by_working_time) > term
            for deed in self.deeds[deal.id]
        )
        is_late = timed is not None and timed.is_breach
        return {
            "stuck_waiting_client": is_limited and not is_late,
            "stuck_over_norm": not is_limited,
            "should_be_closed": not worked and not facts.has_task_ahead(deal),
        }

    def _age(self, since: int, until: int, *, working: bool) -> int:
        if working:
            return self.facts.working_time.between(since, until)
        return until - since

    def closed(self, deal: Deal) -> dict[str, bool]:
        facts, closed_at = self.facts, deal.closed_at or 0
        deeds = self.deeds[deal.id]
        if deal.status == "lost":
            wrote = any(
                deed.direction == "in" and deed.at > closed_at and facts.is_recent(deed.at)
                for deed in deeds
            )
            return {"lost_client_wrote": wrote}
        is_recent = facts.is_recent(closed_at)
        return {
            "won_in_one_jump": is_recent and self._is_one_jump(deal),
            "won_without_work": is_recent and not any(deed.at <= closed_at for deed in deeds),
        }

    def _is_one_jump(self, deal: Deal) -> bool:
        """Nobody saw it in any stage but the first; imported deals were seen in none."""
        worked_in = [stay for stay in deal.stays if self.facts.record.is_ordinary(stay.stage)]
        return len(worked_in) <= 1 and deal.stays[0].repair != "no_events"


def _first_stages(facts: Facts) -> set[Stage]:
    """The first listed stage of each pipeline in which somebody works."""
    found: dict[int, Stage] = {}
    for stage, _ in sorted(facts.record.places.items(), key=lambda item: item[1]):
        if facts.record.is_ordinary(stage):
            found.setdefault(stage[0], stage)
    return set(found.values())
