"""The Yandex Direct cabinet: campaigns and what each day of them cost."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from sandbox.model import Campaign, SpendDay
from sandbox.simulation.origins import ORIGINS, YANDEX_DIRECT
from sandbox.simulation.world import World

LOGIN = "demo-direct"
COST_PER_DEAL = 5200  # roubles with VAT; what a deal from Direct costs on average


@dataclass(frozen=True)
class Plan:
    """One campaign as its manager planned it; ``starts`` and ``ends`` are shares of the period."""

    id: int
    name: str
    type: str
    budget: float  # its share of the money, relative
    click: float  # what a click costs, roubles
    source: str  # how this campaign spells utm_source
    starts: float = 0.0
    ends: float = 1.0
    pauses: bool = False  # rests at weekends
    is_named: bool = False  # tags links with the name, not with the id


PLANS = (
    Plan(71234501, "Кухни | Поиск | Москва", "TEXT_CAMPAIGN", 20, 96, "yandex"),
    Plan(71234502, "Кухни на заказ | Поиск | МО", "TEXT_CAMPAIGN", 14, 78, "yandex"),
    Plan(71234507, "Бренд | Поиск", "TEXT_CAMPAIGN", 4, 14, "ya", is_named=True),
    Plan(71234610, "РСЯ | Кухни фото", "TEXT_CAMPAIGN", 10, 18, "yandex-direct"),
    Plan(71234655, "Ретаргетинг | РСЯ", "TEXT_CAMPAIGN", 5, 16, "yandex_direct"),
    Plan(71240018, "Мастер кампаний: кухни на заказ", "UNIFIED_CAMPAIGN", 16, 42, "Яндекс", 0.1),
    Plan(71240077, "Товарная кампания: готовые кухни", "UNIFIED_CAMPAIGN", 9, 33, "YANDEX", 0.3),
    Plan(71198230, "Кухни осень (старая)", "TEXT_CAMPAIGN", 7, 88, "direct", 0.0, 0.35),
    Plan(71255431, "Угловые кухни | Поиск", "TEXT_CAMPAIGN", 8, 84, "yandex", 0.45, pauses=True),
    Plan(71255990, "Смарт-баннеры", "SMART_CAMPAIGN", 4, 21, "yandex", 0.6, 0.8),
)
TAIL = "utm_content={ad_id}&utm_term={keyword}&yclid={yclid}"


def advertise(world: World) -> None:
    """Fill campaigns and their days; a day without a row means that nothing was shown."""
    company, clock, rng = world.company, world.clock, world.stream("advertising")
    for plan in PLANS:
        label = "{campaign_name}" if plan.is_named else "{campaign_id}"
        state = "ON" if plan.ends == 1 else "SUSPENDED" if plan.ends > 0.5 else "ARCHIVED"
        company.campaigns.append(
            Campaign(
                plan.id, plan.name, plan.type, state=state, start_date=first_day(world, plan),
                tracking_params=f"utm_source={plan.source}&utm_medium=cpc&utm_campaign={label}"
                f"&{TAIL}", login=LOGIN,
            )
        )  # fmt: skip
    silent = _silent_days(world, rng)
    # a cabinet's day is Moscow's, wherever the company is
    cabinet_today = company.spec.as_of.astimezone(ZoneInfo("Europe/Moscow")).date()
    direct = YANDEX_DIRECT.weight / sum(origin.weight for origin in ORIGINS)
    money = max(company.spec.deals, 100) * direct * COST_PER_DEAL
    unit = money / sum(clock.busyness) / sum(p.budget * (p.ends - p.starts) for p in PLANS)
    for day, busy in zip(clock.days, clock.busyness, strict=True):
        if day in silent or day > cabinet_today:
            continue
        for plan in PLANS:
            if runs(world, plan, day) and not (plan.pauses and day.weekday() >= 5):
                company.spend.append(_day(rng, plan, day, unit * plan.budget * busy))


def first_day(world: World, plan: Plan) -> date:
    day = world.clock.day_of(world.clock.share(plan.starts))
    return day if plan.starts else day - timedelta(days=300)


def runs(world: World, plan: Plan, day: date) -> bool:
    return first_day(world, plan) <= day <= world.clock.day_of(world.clock.share(plan.ends))


def _silent_days(world: World, rng: Random) -> set[date]:
    """Days on which the account stood empty and no campaign was shown."""
    days = world.clock.days
    return set(rng.sample(days[2:-8], 2)) if len(days) > 15 else set()


def _day(rng: Random, plan: Plan, day: date, budget: float) -> SpendDay:
    if rng.random() < 0.015:  # shown, but nobody clicked
        return SpendDay(plan.id, day, rng.randint(5, 90), 0, Decimal("0.00"))
    clicks = max(1, round(budget * rng.lognormvariate(0, 0.25) / plan.click))
    cost = Decimal(round(clicks * plan.click * rng.uniform(85, 115))).scaleb(-2)
    shown = round(clicks / rng.uniform(0.006, 0.09))
    return SpendDay(plan.id, day, shown, clicks, cost)


def campaign_of(world: World, rng: Random, at: int) -> Plan:
    """The campaign that brought somebody who turned up then."""
    day = max(world.clock.day_of(at), world.clock.first_day)
    running = [plan for plan in PLANS if runs(world, plan, day)]
    weights = list(accumulate(plan.budget / plan.click for plan in running))
    return rng.choices(running, cum_weights=weights)[0]
