"""Cards without a name, a contact or a number; sales that lose their source; letters too late."""

from functools import partial

from sandbox.model import Lead, Talked
from sandbox.simulation import structure as ids
from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.discipline_planter import Planter, is_idle
from sandbox.simulation.funnel_people import EARLY, LATE
from sandbox.simulation.sources import Marks
from sandbox.simulation.world import Story, World

RECENT = 90 * DAY
NAMES = ("", "  ", "Автосделка 12", "ЗАЯВКА №45", "lead", "Новая заявка", "Deal # 7", "сделка123")
NAMED = ("Сделка #12 кухня", "Заявка с сайта", "Deal-7", "Лид 12")  # somebody said something
QUIET = ("partner", "walk_in")  # come in person: no counter and no tracker saw them
# Seconds after the closing, and whether the client wrote in time for anybody to ask.
LETTERS = {"wrote_after_loss": 1, "wrote_in_the_second": 0}
LONG_AGO = {"wrote_just_recent": 1, "wrote_long_ago": 0}


def plant_lost_sources(world: World, marks: dict[int, Marks]) -> None:
    """Whoever was here before without telling where from buys; the workshop's deal lost the tags.

    The person's first deal tells no source, so nothing is left of what the sale itself knew.
    """
    p = Planter(world, "lost_sources")
    children = [s for s in world.stories if s.parent is not None and not s.keeps_source]
    fitting = [child for child in children if _could_lose(p, child)]
    for child in p.some(fitting):
        parent = child.parent
        if parent is None:
            continue
        first = p.take("was_here_before", partial(_is_silent, p, marks, parent), 1)
        for story in first:
            child.plants.add("sale_source_lost")
            story.contacts, story.firm = [parent.contacts[0]], parent.firm


def _could_lose(p: Planter, child: Story) -> bool:
    """Its sale is the first deal of a person who has just these two, and is tagged itself."""
    parent, contact = child.parent, child.contacts[0]
    return (
        parent is not None
        and parent.is_live
        and -EARLY <= child.created_at - parent.steps[-1].at <= LATE
        and parent.recorded.rule == "deal_utm"
        and contact.is_listed
        and p.met[contact.id] == 2
        and not any(filled.field_id == ids.C_SOURCE for filled in contact.custom_fields)
    )


def _is_silent(p: Planter, marks: dict[int, Marks], before: Story, story: Story) -> bool:
    return (
        story.status == "lost"
        and is_idle(story)
        and p.is_alone(story)
        and story.origin.code in QUIET
        and marks[story.lead_id] == Marks()
        and story.created_at < before.created_at - DAY
    )


def plant_cards(world: World) -> None:
    """Rewrite cards and plan letters; before anything is written into the journal."""
    p = Planter(world, "cards")
    _rename(p)
    _strip(p)
    _unbill(p)
    _write_late(p)


def _rename(p: Planter) -> None:
    def fits(story: Story) -> bool:
        return story.status == "open"

    for n, story in enumerate(p.take("deal_auto_named", fits)):
        _card(story).name = NAMES[n % len(NAMES)]
    for n, story in enumerate(p.take("named_nearly_so", fits, 2) if p.is_large else ()):
        _card(story).name = NAMED[n % len(NAMED)]


def _strip(p: Planter) -> None:
    """Nobody knows whose deal it is; its own tags tell where it came from."""

    def fits(story: Story) -> bool:
        return (
            story.status in ("open", "lost")
            and is_idle(story)
            and story.firm is None
            and story.recorded.rule == "deal_utm"
            and p.is_alone(story)
            and len(story.contacts) == 1
            and story.steps[0].status_id not in (ids.UNSORTED, ids.W_UNSORTED)
        )

    for story in p.take("deal_no_contact", fits):
        _card(story).contact_ids = []
        story.contacts[0].is_listed = False
        p.world.company.contacts.remove(story.contacts[0])


def _unbill(p: Planter) -> None:
    """The contract is on the table without an invoice's number."""

    def fits(story: Story) -> bool:
        stands = story.status == "open" and story.steps[-1].status_id == ids.CONTRACT
        return stands and story.invoice is not None and not story.receipts

    for story in p.take("required_field_empty", fits):
        card = _card(story)
        card.custom_fields = [f for f in card.custom_fields if f.field_id != ids.INVOICE]


def _write_late(p: Planter) -> None:
    """The client writes after the refusal, which nobody answers."""

    def fits(story: Story, least: int, most: int) -> bool:
        return story.status == "lost" and least < p.now - story.steps[-1].at < most

    for plant, seconds in LETTERS.items():
        lately = partial(fits, least=HOUR, most=RECENT - DAY)
        for story in p.take(plant, lately, 1):
            _write(p, story, story.steps[-1].at + seconds)
    for plant, seconds in LONG_AGO.items() if p.is_large else ():
        long_lost = partial(fits, least=RECENT + DAY, most=300 * DAY)
        for story in p.take(plant, long_lost, 1):
            _write(p, story, p.now - RECENT + seconds)


def _write(p: Planter, story: Story, at: int) -> None:
    p.world.company.planned_talks.append(Talked(story.lead_id, at, "mail", True))


def _card(story: Story) -> Lead:
    if story.lead is None:
        raise ValueError(f"deal {story.lead_id} has no card yet")
    return story.lead
