"""Prices that are not what they seem, and sales nobody paid for, each next to near misses."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.discipline_planter import Planter, is_idle
from sandbox.simulation.structure import LEFT, OFFER, SHARES, THINK
from sandbox.simulation.world import ZERO, Story, World

RECENT, WEEK = 90 * DAY, 7 * DAY
GRACE = 14  # days
KOPECK = Decimal("0.01")
PLACEHOLDERS = ("1", "10", "100", "111", "1111", "1234", "99999", "123456", "999999")
BESIDE = ("4", "112", "124", "123455", "99998")  # just as odd, and on no list
REPEATED = ("77777", "88888", "66666", "55555", "44444", "33333")
OFTEN = 5
# Seconds before the win at which the price came down, and what was left of it.
CUTS = {
    "cut_by_a_tenth": (HOUR, Decimal("0.9"), ZERO),
    "cut_by_less": (HOUR, Decimal("0.9"), KOPECK),
    "cut_in_the_second": (0, Decimal("0.8"), ZERO),
    "cut_within_a_week": (WEEK - 1, Decimal("0.8"), ZERO),
    "cut_a_week_before": (WEEK, Decimal("0.8"), ZERO),
}
# Seconds after the bound at which a price of a deal long won was changed.
LATER = {"changed_just_recent": 1, "changed_long_ago": 0}


def plant_prices(world: World) -> None:
    """Rewrite what the cards say of prices; before the books are opened."""
    planter = Planter(world, "prices")
    for plant in (_placeholders, _repeated, _cuts, _changes, _unpriced, _grace):
        plant(planter)


def set_price(story: Story, price: Decimal) -> None:
    """Another last price, as if it had always been that one."""
    story.prices = [*story.prices[:-1], (story.prices[-1][0], price)]


def _placeholders(p: Planter) -> None:
    def fits(story: Story) -> bool:
        return is_idle(story) and story.status in ("open", "lost")

    for story in p.take("placeholder_price", fits):
        set_price(story, Decimal(p.rng.choice(PLACEHOLDERS)))
    for story in p.take("odd_price", fits, 2) if p.is_large else ():
        set_price(story, Decimal(p.rng.choice(BESIDE)))


def _repeated(p: Planter) -> None:
    """One manager types the same price again and again; less often, or two of them, is none."""
    if not p.is_large:
        return
    taken = {price for story in p.world.stories for _, price in story.prices}
    prices = [Decimal(text) for text in REPEATED if Decimal(text) not in taken]
    managers = p.rng.sample([user for user in SHARES if user != LEFT], 4)

    def fits(story: Story, user: int) -> bool:
        return is_idle(story) and story.responsibles[-1][1] == user

    for plant, users in (
        ("price_repeated", [managers[0]] * (OFTEN + p.rng.randint(0, 2))),
        ("price_repeated_less", [managers[1]] * (OFTEN - 1)),
        ("price_of_two", [managers[2]] * OFTEN + [managers[3]]),
    ):
        if prices:
            price = prices.pop()
            for user in users:
                for story in p.take(plant, partial(fits, user=user), 1):
                    set_price(story, price)


def _is_sold(p: Planter, story: Story) -> bool:
    """Won lately, known for longer than the days before the win that count."""
    last = story.steps[-1].at
    is_long = last - story.added_at > WEEK + DAY
    return story.status == "won" and is_long and p.now - last < RECENT - DAY


def _cuts(p: Planter) -> None:
    """Dearer until shortly before the win; what is paid is the price that was left."""
    for story in p.take("price_cut", partial(_is_sold, p)):
        ratio = Decimal(p.rng.randint(60, 89)) / 100
        _lower(story, p.rng.randint(1, WEEK - HOUR), ratio, ZERO)
    for plant, (seconds, ratio, more) in CUTS.items() if p.is_large else ():
        for story in p.take(plant, partial(_is_sold, p), 1):
            _lower(story, seconds, ratio, more)


def _lower(story: Story, seconds: int, ratio: Decimal, more: Decimal) -> None:
    asked = Decimal(round(story.worth, -3)).quantize(ZERO)
    story.worth = (asked * ratio + more).quantize(ZERO)
    story.prices = [(story.added_at, asked), (story.steps[-1].at - seconds, story.worth)]


def _changes(p: Planter) -> None:
    """The price was changed after the win: lately, in its very second, or too long ago."""

    def fits(story: Story, least: int, most: int) -> bool:
        last = story.steps[-1].at
        return (
            story.status == "won"
            and len(story.steps) > 1
            and story.prices[-1][0] < last
            and story.prices[-1][1] > 0
            and least < p.now - last < most
        )

    def change(story: Story, at: int) -> None:
        percent = p.rng.choice((92, 95, 97, 103, 105))
        price = (story.prices[-1][1] * percent / 100).quantize(ZERO)
        story.prices = [*story.prices, (at, price)]

    lately = partial(fits, least=5 * DAY, most=200 * DAY)
    for n, story in enumerate(p.take("price_changed_after_win", lately)):
        last = story.steps[-1].at
        since = max(last, p.now - RECENT) + 1
        change(story, last + 1 if n == 0 and since == last + 1 else p.rng.randint(since, p.now))
    if p.is_large:
        for story in p.take("changed_in_the_second", partial(fits, least=DAY, most=RECENT), 1):
            change(story, story.steps[-1].at)
        for plant, seconds in LATER.items():
            long_won = partial(fits, least=RECENT + DAY, most=300 * DAY)
            for story in p.take(plant, long_won, 1):
                change(story, p.now - RECENT + seconds)


def _unpriced(p: Planter) -> None:
    """The offer is out and the card has no price."""

    def fits(story: Story) -> bool:
        return story.status == "open" and story.steps[-1].status_id in (OFFER, THINK)

    for story in p.take("open_no_price", fits):
        story.prices = [(story.added_at, ZERO)]


def _grace(p: Planter) -> None:
    """Unpaid sales of the last day on which nobody asks, and of the day before."""
    found = [
        story
        for story in p.world.stories
        if "won_no_payment_date" in story.plants
        and story.kind == "ordinary"
        and story.lead_id not in p.world.planted
        and story.deleted_at is None
        and len(story.steps) > 1
        and story.prices[-1][0] <= story.steps[-1].at
    ]
    for plant, days in (("unpaid_in_grace", GRACE), ("unpaid_a_day_late", GRACE + 1)):
        noon = p.clock.midnight(p.clock.last_day - timedelta(days=days)) + 12 * HOUR
        fitting = [s for s in found if not s.plants & {"unpaid_in_grace"} and _can_end(s, noon)]
        for story in p.mark(plant, p.some(fitting, 1)) if p.is_large else ():
            was = story.steps[-1].at
            story.steps[-1].at = story.closed_at = noon
            story.prices = [(noon if at == was else at, price) for at, price in story.prices]
            story.responsibles = [
                (noon if at == was else at, user, by) for at, user, by in story.responsibles
            ]


def _can_end(story: Story, at: int) -> bool:
    last = story.steps[-1].at
    changes = [story.steps[-2].at, *(since for since, _, _ in story.responsibles if since != last)]
    changes += [since for since, _ in story.prices if since != last]
    return max(changes) + HOUR < at
