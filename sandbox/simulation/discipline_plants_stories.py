"""Stories in which a deal was left standing, given to nobody, or begun in the wrong place."""

from functools import partial

from sandbox.model import Talked
from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.discipline_planter import Planter, cut, is_idle, place_of
from sandbox.simulation.funnel_paths import hand
from sandbox.simulation.funnel_sales import share_phone, shift
from sandbox.simulation.paths import walk_workshop
from sandbox.simulation.structure import (
    ADMIN,
    DIAL,
    FOREMAN,
    LOSS_REASONS,
    NEW,
    ROBOT,
    SALES,
    W_START,
    WORKSHOP,
)  # fmt: skip
from sandbox.simulation.world import WON, ZERO, Step, Story, World

TRAINEE = 9_100_019  # whose login was switched off
RECENT = 90 * DAY
# Hours after the entry, and who wrote: the first is of the very second.
TALKS = ((0, True), (2, False), (5, True), (23, False), (26, True), (30, False))
ENOUGH = 4


def plant_stories(world: World) -> None:
    """Rewrite stories before anybody has paid."""
    before = {id(contact) for story in world.stories for contact in story.contacts}
    planter = Planter(world, "stories")
    for plant in (_forgotten, _busy, _misrouted, _nobodys, _dismissed, _admins, _duplicates):
        plant(planter)
    after = {id(contact) for story in world.stories for contact in story.contacts}
    world.company.contacts = [
        c for c in world.company.contacts if id(c) in after or id(c) not in before
    ]


def _forgotten(p: Planter) -> None:
    """When the stage was emptied and deleted these were left in it."""

    def fits(story: Story) -> bool:
        return story.status == "lost" and is_idle(story) and place_of(story, DIAL) is not None

    for story in p.take("stage_unlisted", fits):
        cut(story, place_of(story, DIAL) or 0)


def _busy(p: Planter) -> None:
    """Everybody talks with the client and nobody moves the deal out of its first stage."""

    def fits(story: Story) -> bool:
        place = place_of(story, NEW)
        return (
            place is not None
            and is_idle(story)
            and story.created_at == story.added_at
            and p.now - 20 * DAY < story.steps[place].at < p.now - 2 * DAY
        )

    busy = p.take("first_stage_busy", fits)
    quiet = p.take("first_stage_not_busy", fits, 1) if p.is_large else []
    for story in (*busy, *quiet):
        cut(story, place_of(story, NEW) or 0)
        count = ENOUGH - 1 if story in quiet else p.rng.randint(ENOUGH, len(TALKS))
        for hours, is_incoming in TALKS[:count]:
            at = story.steps[-1].at + hours * HOUR
            talk = Talked(story.lead_id, at, "mail", is_incoming)
            p.world.company.planned_talks.append(talk)


def _misrouted(p: Planter) -> None:
    """Repairs that were begun in the workshop; a second on either side of the bound."""

    def fits(story: Story, since: int, until: int) -> bool:
        is_plain = story.created_at == story.added_at and p.is_alone(story) and is_idle(story)
        return is_plain and p.now - since < story.added_at < p.now - until

    for story in p.take("deal_misrouted", partial(fits, since=85 * DAY, until=3 * DAY)):
        _begin_in_workshop(p, story)
    for plant, late in (("misrouted_just_recent", 1), ("misrouted_long_ago", 0)):
        near = partial(fits, since=RECENT - 2, until=87 * DAY)
        for story in p.take(plant, near, 1) if p.is_large else ():
            shift(story, p.now - RECENT + late - story.added_at)
            _begin_in_workshop(p, story)


def _begin_in_workshop(p: Planter, story: Story) -> None:
    """The foreman's own deal, which nobody is billed for and nobody calls done."""
    at = story.added_at
    path = walk_workshop(p.rng, p.clock, Step(at, WORKSHOP, W_START, ROBOT), FOREMAN)
    story.kind, story.steps = "repair", [step for step in path if step.status_id != WON]
    story.responsibles, story.prices = [(at, FOREMAN, ROBOT)], [(at, ZERO)]
    story.artefacts, story.closed_at = [], None
    if story.status == "lost":
        story.closed_at = story.steps[-1].at
        story.loss_reason_id = story.loss_reason_id or LOSS_REASONS[0][0]
    else:
        story.loss_reason_id = None


def _nobodys(p: Planter) -> None:
    """An integration made the deal and named nobody."""

    def fits(story: Story) -> bool:
        stands = story.status == "open" and story.steps[-1].pipeline_id == SALES
        return stands and len(story.responsibles) == 1

    for story in p.take("deal_no_responsible", fits):
        story.responsibles = [(story.added_at, 0, ROBOT)]


def _rests(p: Planter, story: Story) -> bool:
    last = max(story.steps[-1].at, story.responsibles[-1][0], story.prices[-1][0])
    return p.now - last > 2 * DAY and not story.closed_at


def _give(p: Planter, story: Story, user: int, by: int) -> None:
    last = max(story.steps[-1].at, story.responsibles[-1][0], story.prices[-1][0])
    hand(story, p.rng.randint(last + HOUR, p.now - HOUR), user, by)


def _dismissed(p: Planter) -> None:
    """Deals of a trainee whose login was switched off; a closed one is no matter."""
    for story in p.take("responsible_dismissed", lambda s: s.status == "open" and _rests(p, s)):
        _give(p, story, TRAINEE, ADMIN)

    def is_over(story: Story) -> bool:
        return story.status == "lost" and is_idle(story) and p.now - story.steps[-1].at > 9 * DAY

    for story in p.take("dismissed_and_closed", is_over, 1) if p.is_large else ():
        _give(p, story, TRAINEE, ADMIN)


def _admins(p: Planter) -> None:
    """Deals that were parked with the administrator."""
    for story in p.take("responsible_is_service", lambda s: s.status == "open" and _rests(p, s)):
        _give(p, story, ADMIN, story.responsibles[-1][1])


def _duplicates(p: Planter) -> None:
    """The same person twice in one pipeline; in another pipeline it is no duplicate."""

    def fits(story: Story, pipeline_id: int) -> bool:
        is_open = story.status == "open" and story.created_at == story.added_at
        return is_open and story.steps[-1].pipeline_id == pipeline_id and p.is_alone(story)

    in_sales = partial(fits, pipeline_id=SALES)
    found = p.take("duplicate_first", in_sales)
    for n, first in enumerate(found):
        later = partial(_is_later, than=first, fits=in_sales)
        for story in p.take("deal_duplicate", later, 1):
            _meet_again(p, first, story, same_card=n % 2 == 0)
    if p.is_large:
        for first in p.take("duplicate_elsewhere", partial(fits, pipeline_id=WORKSHOP), 1):
            later = partial(_is_later, than=first, fits=in_sales)
            for story in p.take("duplicate_elsewhere", later, 1):
                _meet_again(p, first, story, same_card=True)


def _is_later(story: Story, than: Story, fits: partial[bool]) -> bool:
    return fits(story) and story.created_at > than.created_at


def _meet_again(p: Planter, first: Story, story: Story, *, same_card: bool) -> None:
    if same_card:
        story.contacts, story.firm = [first.contacts[0]], first.firm
    else:
        share_phone(p.rng, first.contacts[0], story)
