"""What is true of the funnel, as tables: by definition over all records, planted or not."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa

from sandbox.model import Company
from sandbox.simulation.clock import utc
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.funnel_activities import Deeds
from sandbox.simulation.funnel_clocks import postponements, timed_stays
from sandbox.simulation.funnel_inquiries import inquiries
from sandbox.simulation.funnel_judged import (
    Burst,
    Skip,
    clicked,
    mass_changes,
    moved_in_bulk,
    skips,
)
from sandbox.simulation.funnel_lint import lint
from sandbox.simulation.funnel_people import chains, credited, departments, root
from sandbox.simulation.funnel_record import Record
from sandbox.simulation.funnel_tables import TABLES
from sandbox.simulation.structure import OTHER_REASON
from sandbox.simulation.world import WON

Rows = list[dict[str, Any]]


def truth(company: Company, feeds: Iterable[str]) -> dict[str, pa.Table]:
    """The tables, given the feeds that are on: what nobody recorded is no evidence of work."""
    record = Record(company)
    deeds = Deeds(record, feeds)
    bursts = mass_changes(record)
    parents = chains(record)
    jumps = skips(record, deeds, bursts)
    rows = {
        "funnel_stays": _stays(record, bursts, jumps),
        "funnel_history": _history(record),
        "funnel_mass_changes": [_burst(burst) for burst in bursts],
        "funnel_mass_change_deals": [row for burst in bursts for row in _changes(burst)],
        "funnel_click_through": _clicks(record),
        "funnel_skips": [
            {
                "deal_id": skip.deal_id, "visit_number": skip.number,
                "skipped_stages": skip.skipped, "class": skip.klass, "evidence": skip.evidence,
            }
            for skip in jumps
        ],
        "funnel_holders": _holders(record),
        "funnel_credits": [
            {
                "deal_id": credit.deal_id, "user_id": credit.user, "is_closer": credit.is_closer,
                "is_originator": credit.is_originator, "share_of_time": float(credit.by_time),
                "share_of_stages": float(credit.by_stages),
            }
            for credit in credited(record)
        ],
        "funnel_chains": _chains(record, parents),
        "funnel_departments": [
            {
                "deal_id": one.deal_id, "pipeline_id": one.pipeline_id, "outcome": one.outcome,
                "outcome_at": _moment(one.at), "credited_user_id": one.user,
            }
            for one in departments(record, parents)
        ],
        "funnel_inquiry_classes": inquiries(record, frozenset(feeds)),
        "funnel_sla": [
            {
                "deal_id": stay.deal_id, "visit_number": stay.number, "limit_seconds": stay.limit,
                "running_seconds": stay.running, "waiting_on": stay.waiting_on,
                "is_breach": stay.is_breach, "is_warning": stay.is_warning,
            }
            for stay in timed_stays(record, deeds)
        ],
        "funnel_postponements": [
            {
                "task_id": task.task_id, "deal_id": task.deal_id, "postponements": task.times,
                "delay_seconds": task.seconds,
            }
            for task in postponements(record, crm_of(company).truth["crm_task_deadlines"])
        ],
        "funnel_losses": _losses(record),
        "funnel_lint": [
            {"rule_id": rule, "pipeline_id": stage[0], "stage_id": stage[1]}
            for rule, stage in lint(record)
        ],
    }  # fmt: skip
    return {
        name: pa.Table.from_pylist(rows[name], schema=pa.schema(columns.items()))
        for name, columns in TABLES.items()
    }


def _stays(record: Record, bursts: list[Burst], jumps: list[Skip]) -> Rows:
    in_bulk = moved_in_bulk(bursts)
    sloppy = {(skip.deal_id, skip.number) for skip in jumps if skip.klass == "sloppy"}
    rows = []
    for deal in record.deals.values():
        clicks = {stay.number for run in clicked(record, deal) for stay in run}
        for stay in deal.stays:
            key, is_click = (deal.id, stay.number), stay.number in clicks
            rows.append(
                {
                    "deal_id": deal.id,
                    "visit_number": stay.number,
                    "pipeline_id": stay.stage[0],
                    "stage_id": stay.stage[1],
                    "entered_by_user_id": stay.by,
                    "direction": record.direction(stay),
                    "skipped_stages": record.skipped(stay),
                    "repair": stay.repair,
                    "is_mass_change": key in in_bulk,
                    "is_click_through": is_click,
                    "is_sloppy": is_click or key in sloppy,
                    "entered_at": utc(stay.at),
                    "left_at": _moment(stay.left_at),
                }
            )
    return rows


def _history(record: Record) -> Rows:
    """Classes of what a journal does to whoever reads it; a deal may have several."""
    rows: Rows = []

    def add(name: str, deal_id: int, at: int) -> None:
        rows.append({"class": name, "deal_id": deal_id, "happened_at": utc(at)})

    for deal in record.deals.values():
        story = deal.story
        for stay in deal.stays:
            if stay.repair is not None:
                add(stay.repair, deal.id, stay.at)
            if stay.came_from is not None and stay.came_from[1] in (WON, WON + 1):
                same = stay.came_from[0] == stay.stage[0] and not stay.is_terminal
                add("reopened" if same else "moved_after_closing", deal.id, stay.at)
        for at, _ in story.artefacts:
            add("from_is_to", deal.id, at)
        for one, two in pairwise(deal.stays[1:]):
            if one.at == two.at:
                add("same_second", deal.id, two.at)
        if story.restored_at is not None:
            add("restored", deal.id, story.restored_at)
        first = record.places.get(deal.stays[0].stage, 0)
        if story.kind == "straight_won":
            add("created_in_won", deal.id, deal.created_at)
        elif story.kind != "imported" and first > 1 and not deal.stays[0].is_terminal:
            add("created_midway", deal.id, deal.created_at)
        if story.added_at > story.created_at:
            add("backdated", deal.id, story.created_at)
    return rows


def _burst(burst: Burst) -> dict[str, Any]:
    first, last = burst.changes[0], burst.changes[-1]
    target = first.target if isinstance(first.target, tuple) else (None, first.target)
    return {
        "kind": first.kind,
        "actor_user_id": first.by,
        "target_pipeline_id": target[0],
        "target_id": target[1],
        "deals": len(burst.deals),
        "changes": len(burst.changes),
        "is_mixed": burst.is_mixed,
        "started_at": utc(first.at),
        "ended_at": utc(last.at),
    }


def _changes(burst: Burst) -> Rows:
    return [
        {
            "kind": change.kind,
            "deal_id": change.deal_id,
            "change_number": change.number,
            "started_at": utc(burst.changes[0].at),
            "changed_at": utc(change.at),
        }
        for change in burst.changes
    ]


def _clicks(record: Record) -> Rows:
    return [
        {
            "deal_id": deal.id,
            "first_visit_number": run[0].number,
            "moves": len(run),
            "seconds": run[-1].at - run[0].at,
        }
        for deal in record.deals.values()
        for run in clicked(record, deal)
    ]


def _holders(record: Record) -> Rows:
    return [
        {
            "deal_id": deal.id,
            "interval_number": number,
            "user_id": holder.user,
            "starts_at": utc(deal.created_at if holder.since is None else holder.since),
            "ends_at": _moment(holder.until),
        }
        for deal in record.deals.values()
        for number, holder in enumerate(deal.holders, 1)
    ]


def _chains(record: Record, parents: dict[int, tuple[int, int]]) -> Rows:
    rows = []
    for deal in record.deals.values():
        moved = any(stay.stage[0] != deal.stays[0].stage[0] for stay in deal.stays)
        parent, _ = parents.get(deal.id, (None, None))
        mechanism = "new_deal" if parent is not None else "same_deal" if moved else "none"
        rows.append(
            {
                "deal_id": deal.id,
                "parent_deal_id": parent,
                "root_deal_id": root(parents, deal.id),
                "mechanism": mechanism,
            }
        )
    return rows


def _losses(record: Record) -> Rows:
    names = {r.id: r.name for r in record.company.loss_reasons if r.is_listed}
    rows = []
    for deal in record.deals.values():
        if deal.status != "lost":
            continue
        place = next((s.stage for s in reversed(deal.stays) if not s.is_terminal), (None, None))
        reason_id = deal.story.loss_reason_id
        rows.append(
            {
                "deal_id": deal.id,
                "pipeline_id": place[0],
                "stage_id": place[1],
                "loss_reason_id": reason_id,
                "loss_reason": names.get(reason_id or 0),
                "is_other": reason_id == OTHER_REASON[0],
                "responsible_user_id": deal.holder_before(deal.closed_at or 0),
                "lost_at": _moment(deal.closed_at),
            }
        )
    return rows


def _moment(at: int | None) -> datetime | None:
    return None if at is None else utc(at)
