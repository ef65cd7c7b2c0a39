"""The VK Ads cabinet: plans, groups, banners, and what each banner's days cost.

Days are Moscow's, money is roubles with VAT. A day on which a customer came from a campaign always
has a click of that campaign, so that spend and deals of the company tell one story.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from sandbox.model import Company
from sandbox.simulation.clock import Clock
from sandbox.simulation.origins import ORIGINS

ORIGIN_CODES = ("vk_ads", "vk_retargeting")
COST_PER_DEAL = 4300  # roubles with VAT
LINK = "https://svetlye-kuhni.example/"
MOSCOW = ZoneInfo("Europe/Moscow")


@dataclass
class AdPlan:
    """A campaign of the cabinet; ``is_answered`` False: statistics no longer know its id."""

    id: int
    name: str
    status: str = "active"  # active | blocked | deleted
    objective: str = "site_conversions"
    date_start: date | None = None
    date_end: date | None = None
    is_listed: bool = True
    is_answered: bool = True


@dataclass
class AdGroup:
    """``enable_utm`` with an empty ``utm``: the service makes the tags up by itself."""

    id: int
    ad_plan_id: int
    name: str
    status: str = "active"
    enable_utm: bool = True
    utm: str = ""
    is_listed: bool = True


@dataclass
class Banner:
    id: int
    ad_group_id: int
    name: str
    status: str = "active"
    url: str = LINK
    ord_marker: str = ""
    is_listed: bool = True  # False: spends money and is in no list


@dataclass
class BannerDay:
    banner_id: int
    day: date
    shows: int
    clicks: int
    spent: Decimal


@dataclass
class Cabinet:
    """One advertiser. ``client`` names the API access that opens it."""

    name: str  # as the company calls it
    username: str
    user_id: int
    client: str = "own"
    is_agency_client: bool = False
    plans: list[AdPlan] = field(default_factory=list)
    groups: list[AdGroup] = field(default_factory=list)
    banners: list[Banner] = field(default_factory=list)
    days: list[BannerDay] = field(default_factory=list)

    def plan_of(self, banner_id: int) -> int:
        """The campaign a banner belongs to."""
        group_id = next(banner.ad_group_id for banner in self.banners if banner.id == banner_id)
        return next(group.ad_plan_id for group in self.groups if group.id == group_id)


@dataclass(frozen=True)
class _Line:
    """A campaign as its manager planned it; ``starts`` and ``ends`` are shares of the period.

    ``groups``: (id, name, own tags); tags "" are the service's automatic ones. ``marks`` are the
    utm_campaign values of customers that came from here.
    """

    id: int
    name: str
    budget: float
    click: float
    groups: tuple[tuple[int, str, str], ...]
    marks: tuple[str, ...] = ()
    status: str = "active"
    starts: float = 0.0
    ends: float = 1.0
    tags: bool = True


_LINES = (
    _Line(8811001, "Look-alike | Москва", 30, 31,
          ((99218101, "LAL 1 %", "utm_source=vk&utm_medium=cpc&utm_campaign=lookalike_msk"),
           (99218102, "LAL 3 %", "utm_source=vk&utm_medium=cpc&utm_campaign=lookalike_msk")),
          ("lookalike_msk",)),
    # the tag that VK itself writes as {{campaign_id}} is the id of the group
    _Line(8811045, "Трафик | Кухни на заказ", 26, 27,
          ((99218340, "Интерес: ремонт", ""), (99218377, "Интерес: новостройки", "")),
          ("99218340",)),
    _Line(8812210, "Лид-форма | Кухни", 22, 38,
          ((99230517, "25-44", "utm_source=vk_ads&utm_medium=cpc&utm_campaign=Кухни_лид-форма"),),
          ("кухни_лид-форма",)),
    _Line(8813370, "Ретаргетинг 30 дней", 9, 22,
          ((99240088, "Были на сайте",
            "utm_source=vk-ads&utm_medium=paid_social&utm_campaign=retarget_30d"),),
          ("retarget_30d",)),
    _Line(8790114, "Кухни весна (удалена)", 8, 34, ((99101200, "Все", ""),),
          status="deleted", ends=0.35),
    _Line(8795002, "Тест аудиторий", 5, 29, ((99150031, "Новостройки", ""),),
          status="blocked", starts=0.2, ends=0.4, tags=False),
)  # fmt: skip


def cabinets(company: Company) -> list[Cabinet]:
    """The company's cabinets, the same each time they are asked for."""
    rng = Random(f"{company.spec.seed}:vk_ads")
    clock = Clock(company.spec)
    cabinet = Cabinet("main", "svetlye_kuhni@vk", 15550001)
    for line in _LINES:
        _furnish(cabinet, line, clock, rng)
    came = _customers(company, rng)
    silent = set(rng.sample(clock.days[2:-8], 2)) if len(clock.days) > 15 else set()
    today = company.spec.as_of.astimezone(MOSCOW).date()
    share = sum(o.weight for o in ORIGINS if o.code in ORIGIN_CODES) / sum(
        origin.weight for origin in ORIGINS
    )
    money = max(company.spec.deals, 100) * share * COST_PER_DEAL
    unit = (
        money
        / sum(clock.busyness)
        / sum(line.budget * (line.ends - line.starts) for line in _LINES)
    )
    for day, busy in zip(clock.days, clock.busyness, strict=True):
        for line in _LINES:
            customers = came[line.id, day]
            is_shown = day not in silent and _runs(line, clock, day)
            if day <= today and (is_shown or customers):
                _spend(cabinet, line, day, unit * line.budget * busy, customers, rng)
    return [cabinet]


def _furnish(cabinet: Cabinet, line: _Line, clock: Clock, rng: Random) -> None:
    first = _day_at(clock, line.starts) if line.starts else clock.first_day - timedelta(days=200)
    last = _day_at(clock, line.ends) if line.ends < 1 else None
    cabinet.plans.append(AdPlan(line.id, line.name, line.status, date_start=first, date_end=last))
    for group_id, name, tags in line.groups:
        cabinet.groups.append(AdGroup(group_id, line.id, name, line.status, line.tags, tags))
        for number in range(1, 4):
            banner = Banner(
                group_id * 10 + number,
                group_id,
                f"{name} {number}",
                # the third one was thrown away long ago, its shows stay
                "deleted" if number == 3 else line.status,
                ord_marker=f"2Vtzq{rng.randrange(10**6):06d}",
                is_listed=not (number == 3 and line.status == "active"),
            )
            cabinet.banners.append(banner)


def _customers(company: Company, rng: Random) -> Counter[tuple[int, date]]:
    """How many customers came on each day from each campaign, by the truth of the company."""
    by_mark = {mark: line.id for line in _LINES for mark in line.marks}
    retargeting = by_mark["retarget_30d"]
    others = [line.id for line in _LINES if line.marks and line.id != retargeting]
    found: Counter[tuple[int, date]] = Counter()
    for deal in company.truth.get("deals", []):
        if deal["true_source"] not in ORIGIN_CODES:
            continue
        guess = retargeting if deal["true_source"] == "vk_retargeting" else rng.choice(others)
        plan_id = by_mark.get(deal["recorded_utm_campaign"] or "", guess)
        found[plan_id, deal["created_at"].astimezone(MOSCOW).date()] += 1
    return found


def _day_at(clock: Clock, share: float) -> date:
    return clock.day_of(clock.share(share))


def _runs(line: _Line, clock: Clock, day: date) -> bool:
    return _day_at(clock, line.starts) <= day <= _day_at(clock, line.ends)


def _spend(
    cabinet: Cabinet, line: _Line, day: date, budget: float, customers: int, rng: Random
) -> None:
    """One campaign's day, spread over its banners to the kopeck."""
    clicks = max(customers, round(budget * rng.lognormvariate(0, 0.3) / line.click))
    if not clicks and rng.random() < 0.5:
        return
    kopecks = round(clicks * line.click * rng.uniform(85, 115))
    shows = round(clicks / rng.uniform(0.004, 0.03)) + rng.randint(20, 200)
    group_ids = [group_id for group_id, _, _ in line.groups]
    banners = [banner for banner in cabinet.banners if banner.ad_group_id in group_ids]
    weights = [rng.random() + 0.05 for _ in banners]
    parts = zip(
        banners,
        _split(shows, weights),
        _split(clicks, weights),
        _split(kopecks, weights),
        strict=True,
    )
    for banner, shown, clicked, spent in parts:
        if shown or clicked or spent:
            cost = Decimal(spent).scaleb(-2)
            cabinet.days.append(BannerDay(banner.id, day, max(shown, clicked), clicked, cost))


def _split(whole: int, weights: list[float]) -> list[int]:
    """A whole number in parts proportional to the weights; they add up to it."""
    total, parts, taken, passed = sum(weights), [], 0, 0.0
    for weight in weights:
        passed += weight
        upto = round(whole * passed / total)
        parts.append(upto - taken)
        taken = upto
    return parts
