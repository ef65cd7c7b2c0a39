"""Customers' money of deals: when it comes, in how many parts, and what goes back."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sandbox.simulation.deals import reached
from sandbox.simulation.paths import LADDER
from sandbox.simulation.structure import CONTRACT, WORKSHOP
from sandbox.simulation.world import WON, Receipt, Story, World

FIRST_INVOICE = 3101  # above every small decoy number and every year
CASH = 0.06  # won deals paid over the counter: the CRM's date is all there is
TWINS = 3  # deals paid by two movements that the bank shows as identical


def collect(world: World) -> None:
    """Number invoices, then book each deal's receipts and the CRM's payment date.

    A won deal always has either a receipt or the CRM's date, unless ``no_payment_date`` is planted.
    """
    rng = world.stream("money")
    billed = [s for s in world.stories if _is_billed(s)]
    billed.sort(key=lambda story: (_billed_at(story), story.lead_id))
    for number, story in enumerate(billed, FIRST_INVOICE):
        story.invoice = number
        _settle(world, rng, story)
    for story in world.stories:
        if story.kind == "imported" and story.status == "won":
            _note_in_crm(world, rng, story, world.clock.day_of(story.steps[-1].at))
        elif story.parent is not None and story.status == "won":
            # money stays with the sale; the date is copied
            paid = [r.day for r in story.parent.receipts] or [world.clock.day_of(story.added_at)]
            _note_in_crm(world, rng, story, paid[0])
    _plant_twins(rng, billed)


def _is_billed(story: Story) -> bool:
    if not story.is_live or story.kind in ("imported", "child", "repair"):
        return False
    return reached(story) >= LADDER.index(CONTRACT)


def _billed_at(story: Story) -> int:
    """The contract, or what came instead of it."""
    for step in story.steps:
        if step.status_id in (CONTRACT, WON) or step.pipeline_id == WORKSHOP:
            return step.at
    return story.added_at


def _settle(world: World, rng: Random, story: Story) -> None:
    clock, begun = world.clock, world.clock.day_of(_billed_at(story))
    won = [s.at for s in story.steps if s.status_id == WON or s.pipeline_id == WORKSHOP]
    if story.status == "won":
        if "won_no_payment_date" in story.plants:
            return
        ended = world.clock.day_of(story.steps[-1].at)
        if rng.random() < CASH:
            _note_in_crm(world, rng, story, ended)
            return
        begun = min(begun, ended)
    elif not won and rng.random() < 0.55:
        return  # the contract is on the table, no money yet
    else:
        ended = max(clock.last_day, begun)
    parts = _parts(rng, story.worth)
    if story.status == "open" or (story.status == "lost" and not won):
        parts = parts[:1] if len(parts) > 1 else [parts[0]]
    day = begun
    for n, amount in enumerate(parts):
        day = begun if n == 0 else min(day + timedelta(days=rng.randint(5, 30)), ended)
        booked = _booking(world, rng, day, first=n == 0, won=story.status == "won")
        if booked > clock.last_day:
            break
        if story.receipts and story.receipts[-1].day == booked:
            story.receipts[-1].amount += amount  # no time for instalments: paid at once
        else:
            story.receipts.append(Receipt(booked, amount))
    if story.status == "lost":
        _give_back(world, rng, story)
    elif story.receipts and rng.random() < 0.035:
        _refund(world, rng, story, Decimal(rng.randint(2, 20)) / 100)
    if story.receipts and story.status == "won" and rng.random() < 0.7:
        _note_in_crm(world, rng, story, story.receipts[0].day)


def _booking(world: World, rng: Random, day: date, *, first: bool, won: bool) -> date:
    booked = world.clock.bank_day(day) if rng.random() < 0.85 else day
    # money of a deal already won is never in the future, whatever the bank's holidays
    return day if first and won and booked > world.clock.last_day else booked


def _parts(rng: Random, worth: Decimal) -> list[Decimal]:
    """Full, halves, prepayment and rest, or instalments; a few pay too little or too much."""
    form = rng.random()
    if form < 0.45:
        shares = [100]
    elif form < 0.8:
        first = rng.choice((30, 50, 50, 70))
        shares = [first, 100 - first]
    elif form < 0.95:
        count = rng.randint(3, 5)
        shares = [100 // count] * (count - 1) + [100 - 100 // count * (count - 1)]
    else:
        shares = [rng.choice((90, 95, 101, 110))]
    amounts = [(worth * share / 100).quantize(Decimal("0.01")) for share in shares]
    if sum(shares) == 100:
        amounts[-1] += worth - sum(amounts)
    return amounts


def _give_back(world: World, rng: Random, story: Story) -> None:
    """A cancelled deal: all money back, a part of it kept as a penalty, or nothing yet."""
    form = rng.random()
    if story.receipts and form < 0.85:
        _refund(world, rng, story, Decimal(1) if form < 0.5 else Decimal("0.8"))


def _refund(world: World, rng: Random, story: Story, share: Decimal) -> None:
    after = max(story.receipts[-1].day, world.clock.day_of(story.steps[-1].at))
    day = world.clock.bank_day(after + timedelta(days=rng.randint(1, 12)))
    if day <= world.clock.last_day:
        amount = (story.paid * share).quantize(Decimal("0.01"))
        story.receipts.append(Receipt(day, -amount))


def _note_in_crm(world: World, rng: Random, story: Story, day: date) -> None:
    """The manager fills in the payment date, a day or so off now and then."""
    if "won_no_payment_date" not in story.plants:
        late = rng.choice((0, 0, 0, 0, 1, 3))
        story.crm_paid_on = min(day + timedelta(days=late), world.clock.last_day)


def _plant_twins(rng: Random, billed: list[Story]) -> None:
    """Split some single payments into two equal movements of one day."""
    single = [
        s
        for s in billed
        if len(s.receipts) == 1 and s.receipts[0].amount > 0 and s.receipts[0].amount * 50 % 1 == 0
    ]
    for story in rng.sample(single, min(TWINS, len(single))):
        whole = story.receipts[0]
        half = (whole.amount / 2).quantize(Decimal("0.01"))
        story.receipts = [Receipt(whole.day, half), Receipt(whole.day, half)]
