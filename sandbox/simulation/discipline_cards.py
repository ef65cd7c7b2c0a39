"""Deals whose card says too little, or the wrong thing, by the definitions of the rules."""

import re
from collections import defaultdict
from collections.abc import Iterator

from sandbox.simulation.discipline_facts import Facts
from sandbox.simulation.funnel_people import class_of
from sandbox.simulation.funnel_record import Deal, Stage
from sandbox.simulation.structure import LOSS_REASONS, OTHER_REASON, SALES
from sandbox.simulation.world import WON

CARD_RULES = (
    "deal_no_source", "deal_source_lost", "deal_source_overwritten", "sale_source_lost",
    "lost_no_reason", "lost_reason_other", "lost_reason_too_early", "deal_no_contact",
    "deal_auto_named", "deal_duplicate", "repeat_as_new_deal", "stage_unlisted", "deal_misrouted",
)  # fmt: skip
AUTO_NAME = re.compile(
    r"(авто)?(сделка|заявка|lead|deal|новая сделка|новая заявка) *[#№]? *[0-9]*", re.IGNORECASE
)
# What can only be said once an offer was made: that it is dear, or takes long.
PRESUMING = frozenset(i for i, name in LOSS_REASONS if name in ("Дорого", "Долгий срок"))
REPEATS = frozenset({"repeat_open", "repeat_within_window"})
EVERYBODY = SALES  # where new deals of all sources belong


def card_breaches(facts: Facts) -> Iterator[tuple[str, int]]:
    """Rule and deal."""
    twins = _duplicates(facts)
    listed = set(facts.record.places)
    for deal in facts.deals:
        is_won, is_child = deal.status == "won", deal.id in facts.parents
        source, story = facts.sources[deal.id], deal.story
        sold = is_won or facts.net(deal) > 0
        is_recent = facts.is_recent(deal.created_at)
        broken = {
            "deal_no_source": sold and story.recorded.channel == "unknown",
            "deal_source_lost": source["is_source_lost"],
            "deal_source_overwritten": is_won and source["is_source_overwritten"],
            "sale_source_lost": _is_lost_on_the_way(facts, deal),
            "deal_no_contact": not deal.contact_ids,
            "repeat_as_new_deal": is_recent
            and not is_child
            and class_of(facts.persons, deal) in REPEATS,
            "deal_misrouted": is_recent and not is_child and deal.stays[0].stage[0] != EVERYBODY,
        }
        if deal.status == "open":
            broken |= {
                "deal_auto_named": is_auto_named(story.lead.name if story.lead else ""),
                "deal_duplicate": deal.id in twins and not is_child,
                "stage_unlisted": deal.stays[-1].stage not in listed,
            }
        elif deal.status == "lost":
            broken |= {
                "lost_no_reason": story.loss_reason_id is None,
                "lost_reason_other": story.loss_reason_id == OTHER_REASON[0],
                "lost_reason_too_early": story.loss_reason_id in PRESUMING
                and not _went_on(facts, deal),
            }
        yield from ((rule, deal.id) for rule, is_broken in broken.items() if is_broken)


def card_doubts(facts: Facts) -> Iterator[tuple[str, int]]:
    """Sources that hang on a record of nobody's number; a sale called off in its first stage."""
    for deal in facts.deals:
        is_certain = facts.sources[deal.id]["is_certain"]
        parent = facts.parents.get(deal.id)
        if not is_certain:
            yield "deal_source_lost", deal.id
        if parent is not None and not (is_certain and facts.sources[parent]["is_certain"]):
            yield "sale_source_lost", deal.id
        if (
            deal.status == "lost"
            and deal.story.loss_reason_id in PRESUMING
            and not _went_on(facts, deal)
            and any(stay.stage[1] == WON for stay in deal.stays)
        ):
            yield "lost_reason_too_early", deal.id


def is_auto_named(name: str | None) -> bool:
    """Nobody named it: no name, or what a CRM or a form writes by itself."""
    return not (name or "").strip() or AUTO_NAME.fullmatch(name or "") is not None


def _is_lost_on_the_way(facts: Facts, deal: Deal) -> bool:
    parent = facts.parents.get(deal.id)
    if parent is None:
        return False
    before, after = (str(facts.sources[one]["channel"]) for one in (parent, deal.id))
    return before != "unknown" and after == "unknown"


def _went_on(facts: Facts, deal: Deal) -> bool:
    """Whether it was seen in a stage behind the first one; whose place is not known counts."""
    record = facts.record
    worked_in = {stay.stage for stay in deal.stays if record.is_ordinary(stay.stage)}
    return any(not _is_first(facts, stage) for stage in worked_in)


def _is_first(facts: Facts, stage: Stage) -> bool:
    places = facts.record.places
    earlier = [
        other
        for other, place in places.items()
        if other[0] == stage[0] and facts.record.is_ordinary(other) and place < places.get(stage, 0)
    ]
    return stage in places and not earlier


def _duplicates(facts: Facts) -> set[int]:
    """Open deals of a person who has an earlier open one in the same pipeline."""
    groups: dict[tuple[int, int], list[Deal]] = defaultdict(list)
    for deal in facts.deals:
        if deal.status == "open" and deal.contact_ids:
            person = facts.persons.of(deal.contact_ids[0])
            groups[person, deal.stays[-1].stage[0]].append(deal)
    return {
        deal.id
        for deals in groups.values()
        for deal in sorted(deals, key=lambda deal: (deal.created_at, deal.id))[1:]
    }
