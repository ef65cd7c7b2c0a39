"""Spend of platforms without an API: what was really spent on each day, and who writes it down how.

Money is in the currency it was paid in. The truth comes first; ``sandbox/spend_documents.py`` turns
it into the files that people send, mistakes included.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from random import Random

from sandbox.model import Company
from sandbox.simulation.clock import Clock
from sandbox.simulation.origins import ORIGINS

COST_PER_DEAL = 3100  # roubles; what a deal from these platforms costs on average
KOPECK = Decimal("0.01")
VAT_FROM_2026 = (date(2026, 1, 1), Decimal("0.20"), Decimal("0.22"))


@dataclass(frozen=True)
class Placement:
    """A campaign on a platform, as the person who reports it names things.

    ``source`` and ``medium`` are what its marks all mean. ``vat``: the reported cost has VAT inside
    (incl), lacks it (excl), or there is none.
    """

    cabinet: str
    written_source: str
    source: str
    medium: str | None
    campaign: str | None
    campaign_id: str | None
    weight: float
    channel: str
    currency: str = "RUB"
    vat: str = "incl"
    click: float = 0  # what a click costs; 0: nobody counts clicks
    spans: bool = False  # one sum for a whole month


AVITO = (
    Placement("avito", "avito-ads", "avito", "cpc", "avito_xl", "5501", 5, "boards", click=55),
    Placement("avito", "Avito", "avito", "cpc", "Кухни до 300 000", "5502", 2, "boards", click=41),
)
TELEGRAM = (
    Placement(
        "telegram", "telegram_ads", "telegram", "cpc", "tg_test_1", None, 2, "paid_social",
        "EUR", "none", 0.4,
    ),
)  # fmt: skip
TWO_GIS = (
    Placement("2gis", "2ГИС", "2gis", None, None, None, 2, "boards", vat="excl", spans=True),
)
OUTDOOR = (
    Placement("offline", "radio", "radio", "radio", "Радио «Ремонт»", None, 2, "offline",
              spans=True),
    Placement("offline", "billboard", "billboard", "outdoor", "Щит на МКАД", None, 3, "offline",
              vat="none", spans=True),
)  # fmt: skip
AGENCY = (
    Placement("agency-north", "tg", "telegram", "cpc", "posev_kanaly", "P-1", 1.5, "paid_social",
              vat="none", click=38),
    Placement("agency-north", "inmyroom.ru", "inmyroom.ru", "referral", None, "P-2", 1, "referral",
              vat="none", click=60),
)  # fmt: skip
PLACEMENTS = (*AVITO, *TELEGRAM, *TWO_GIS, *OUTDOOR, *AGENCY)


@dataclass
class Line:
    """One row as somebody reports it; both days belong to it."""

    placement: Placement
    first: date
    last: date
    cost: Decimal
    clicks: int | None = None
    impressions: int | None = None
    comment: str = ""

    def by_day(self) -> list[tuple[date, Decimal, int | None, int | None]]:
        """Its days: the same on each, what does not divide on the last."""
        count = (self.last - self.first).days + 1
        part = Decimal(int(self.cost * 100) // count) / 100
        days = [self.first + timedelta(days=n) for n in range(count)]
        costs = [part] * (count - 1) + [self.cost - part * (count - 1)]
        assert self.clicks is None or count == 1
        return [
            (day, cost, self.clicks, self.impressions)
            for day, cost in zip(days, costs, strict=True)
        ]


def true_lines(company: Company) -> list[Line]:
    """Everything that was spent, in the order of days; the same each time it is asked for."""
    clock = Clock(company.spec)
    codes = {"avito", "2gis", "telegram_ads", "leaflet", "inmyroom"}
    share = sum(o.weight for o in ORIGINS if o.code in codes) / sum(o.weight for o in ORIGINS)
    money = max(company.spec.deals, 100) * share * COST_PER_DEAL
    unit = money / sum(clock.busyness) / sum(placement.weight for placement in PLACEMENTS)
    lines: list[Line] = []
    for placement in PLACEMENTS:
        rng = Random(f"{company.spec.seed}:spend_files:{placement.cabinet}:{placement.campaign}")
        days = list(zip(clock.days, clock.busyness, strict=True))
        if placement.spans:
            for _, group in groupby(days, key=lambda pair: pair[0].replace(day=1)):
                month = list(group)
                budget = unit * placement.weight * sum(busy for _, busy in month)
                lines.append(_bill(rng, placement, month[0][0], month[-1][0], budget))
        else:
            lines += [
                _day(rng, placement, day, unit * placement.weight * busy)
                for day, busy in days
                if rng.random() > 0.04  # now and then nothing was shown
            ]
    lines += _returns(company, lines)
    return sorted(lines, key=lambda line: (line.first, PLACEMENTS.index(line.placement)))


def with_vat(cost: Decimal, placement: Placement, day: date) -> Decimal:
    """A day's cost with VAT, to the kopeck."""
    if placement.vat != "excl":
        return cost
    since, before, after = VAT_FROM_2026
    rate = after if day >= since else before
    return cost + (cost * rate).quantize(KOPECK, ROUND_HALF_UP)


def _bill(rng: Random, placement: Placement, first: date, last: date, budget: float) -> Line:
    cost = Decimal(round(budget * rng.uniform(90, 110))).scaleb(-2)
    return Line(placement, first, last, max(cost, KOPECK))


def _day(rng: Random, placement: Placement, day: date, budget: float) -> Line:
    in_currency = budget / (94 if placement.currency == "EUR" else 1)
    clicks = max(1, round(in_currency * rng.lognormvariate(0, 0.3) / placement.click))
    cost = Decimal(round(clicks * placement.click * rng.uniform(85, 115))).scaleb(-2)
    return Line(placement, day, day, max(cost, KOPECK), clicks, round(clicks * rng.uniform(30, 90)))


def _returns(company: Company, lines: list[Line]) -> list[Line]:
    """Money that Avito gave back for clicks it did not count after all."""
    rng = Random(f"{company.spec.seed}:spend_files:returns")
    paid = [line for line in lines if line.placement in AVITO and line.cost > 100]
    picked = rng.sample(paid, min(2, len(paid)))
    return [
        Line(line.placement, line.first, line.first, -(line.cost / 4).quantize(KOPECK), 0, 0,
             "возврат за недействительные клики")
        for line in picked
    ]  # fmt: skip
