"""Money that came too early, too late for the card, or not quite as the price says."""

from datetime import timedelta

from sandbox.simulation.clock import DAY
from sandbox.simulation.discipline_planter import Planter, cut, place_of
from sandbox.simulation.discipline_plants_prices import GRACE, KOPECK, set_price
from sandbox.simulation.structure import CONTRACT
from sandbox.simulation.world import ZERO, Receipt, Story, World


def plant_money(world: World) -> None:
    """Rewrite when deals are paid and how much; after the receipts are known."""
    planter = Planter(world, "money")
    for plant in (_paid_early, _paid_and_open, _paid_tomorrow, _nearly_paid):
        plant(planter)


def _is_paid_once(p: Planter, story: Story) -> bool:
    """Won and settled by one movement over the whole price."""
    paid = [receipt.amount for receipt in story.receipts]
    return story.status == "won" and paid == [story.price] and p.is_alone(story)


def _settle(p: Planter, story: Story, receipt: Receipt) -> None:
    p.world.settled[story.lead_id] = not story.receipts
    story.receipts = [receipt]


def _paid_early(p: Planter) -> None:
    """The card was typed in days after the money had come; on the very day is in time."""

    def fits(story: Story) -> bool:
        first = p.clock.midnight(p.clock.first_day) + 40 * DAY
        return story.created_at > first and _is_paid_once(p, story)

    for n, story in enumerate(p.take("payment_before_deal", fits)):
        created = p.clock.day_of(story.created_at)
        days = 1 if n == 0 else p.rng.randint(1, 12)
        _settle(p, story, Receipt(created - timedelta(days=days), story.price))
    for story in p.take("paid_on_the_day", fits, 1) if p.is_large else ():
        _settle(p, story, Receipt(p.clock.day_of(story.created_at), story.price))


def _paid_and_open(p: Planter) -> None:
    """All is paid and nobody closes the deal; a day less of waiting, or a kopeck, is none."""

    def fits(story: Story) -> bool:
        place = place_of(story, CONTRACT)
        return (
            story.status in ("open", "lost")
            and place is not None
            and p.now - story.steps[place].at > (GRACE + 6) * DAY
            and story.invoice is not None
            and story.price > 0
            and not story.receipts
        )

    for plant, days, missing, count in (
        ("paid_not_won", GRACE + 1, ZERO, None),
        ("paid_in_grace", GRACE, ZERO, 1),
        ("paid_but_a_kopeck", GRACE + 1, KOPECK, 1),
    ):
        if count is None or p.is_large:
            for n, story in enumerate(p.take(plant, fits, count)):
                cut(story, place_of(story, CONTRACT) or 0)
                if not story.price:  # it was told later, when the deal went on
                    set_price(story, story.worth)
                ago = days + (0 if n == 0 else p.rng.randint(0, 4))
                day = p.clock.last_day - timedelta(days=ago)
                _settle(p, story, Receipt(day, story.price - missing))


def _paid_tomorrow(p: Planter) -> None:
    """The date of payment on the card is still to come; today's is not."""

    def fits(story: Story) -> bool:
        return story.invoice is not None and bool(story.receipts) and p.is_alone(story)

    for n, story in enumerate(p.take("payment_date_in_future", fits)):
        days = 1 if n == 0 else p.rng.randint(2, 40)
        story.crm_paid_on = p.clock.last_day + timedelta(days=days)
    for story in p.take("payment_date_today", fits, 1) if p.is_large else ():
        story.crm_paid_on = p.clock.last_day


def _nearly_paid(p: Planter) -> None:
    """A hundredth less or more than the price is as good as paid; a kopeck beyond is not."""

    def fits(story: Story) -> bool:
        closed_on = p.clock.day_of(story.steps[-1].at)
        is_due = (p.clock.last_day - closed_on).days > GRACE
        return is_due and story.price % 1 == 0 and _is_paid_once(p, story)

    for plant, percent, more in (
        ("paid_99_percent", 99, ZERO), ("paid_less_than_99", 99, -KOPECK),
        ("paid_101_percent", 101, ZERO), ("paid_more_than_101", 101, KOPECK),
    ):  # fmt: skip
        for story in p.take(plant, fits, 1) if p.is_large else ():
            amount = (story.price * percent / 100).quantize(KOPECK) + more
            _settle(p, story, Receipt(story.receipts[0].day, amount))
