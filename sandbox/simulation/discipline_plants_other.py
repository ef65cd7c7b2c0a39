"""What is kept badly on purpose beside single deals: contacts, habits, pipelines, late calls.

Numbers vary with the seed; what lies exactly at a bound, and a unit beyond it, is planted too.
Each plant has a random stream of its own and rewrites what other plants left alone.
"""

from random import Random
from typing import TYPE_CHECKING

from sandbox.model import FieldValue, Pipeline, Status
from sandbox.simulation import structure as ids
from sandbox.simulation.arrivals import digits, respell
from sandbox.simulation.calls import CALL_NAMES
from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.funnel_clocks import is_working
from sandbox.simulation.world import LOST, WON, Story, World

if TYPE_CHECKING:
    from sandbox.simulation.source_plants import Planter

DEFAULTER = 9_100_013  # closes in one jump, and the date of payment is that of the closing
NEARLY = 9_100_015  # so do his dates, but for a deal too many
SHARE = 0.8
HOARDER = 9_100_013
PROMPT = 3600  # working seconds from an inquiry to its deal
PIPELINES = (
    (7_100_101, "Новая воронка",
     ("Первичный контакт", "Переговоры", "Принимают решение", "Согласование договора")),
    (7_100_102, "Автоворонка: письма после замера",
     ("Отправить подборку", "Позвонить после письма")),
)  # fmt: skip
UNPAID = ("vk_community", "telegram_channel", "newsletter", "google_organic", "yandex_organic")
NO_CABINET = (("google", "cpc", "poisk_msk"), ("google", "cpc", "kms_kuhni"))


def some(world: World, rng: Random, eligible: int) -> int:
    """3 to 9 for three thousand deals, more for more, never over a third of what can carry it."""
    scale = max(1, world.company.spec.deals // 3000)
    return min(rng.randint(3, 9) * scale, max(eligible // 3, min(eligible, 1)))


def plant_pipelines(world: World) -> None:
    """Two pipelines that nobody works in: one as amoCRM made it, one that a robot is to run."""
    for number, (pipeline_id, name, stages) in enumerate(PIPELINES):
        first = 61_001_001 + 100 * number
        named = ("Неразобранное", *stages)
        statuses = [
            Status(first + n, pipeline_id, stage, (n + 1) * 10) for n, stage in enumerate(named)
        ]
        statuses[0].type, statuses[0].is_editable, statuses[0].color = 1, False, "#c1c1c1"
        statuses += [
            Status(WON, pipeline_id, "Успешно реализовано", 10_000, 0, False, "#CCFF66"),
            Status(LOST, pipeline_id, "Закрыто и не реализовано", 11_000, 0, False, "#D5D8DB"),
        ]
        world.company.pipelines.append(Pipeline(pipeline_id, name, 3 + number, statuses))


def plant_contacts(world: World) -> None:
    """Second contacts of a deal: without phone and mail, with one of them, or the first's again."""
    rng = world.stream("discipline:contacts")
    seconds = [
        story
        for story in world.stories
        if story.is_live
        and len(story.contacts) > 1
        and all(contact.is_listed for contact in story.contacts)
        and digits(_phone(story))
    ]
    rng.shuffle(seconds)
    for plant in (_unreachable, _only_mail, _same_phone, _same_mail, _nearly_same_phone):
        for _ in range(some(world, rng, len(seconds))):
            if seconds:
                plant(rng, seconds.pop())


def _unreachable(rng: Random, story: Story) -> None:
    contact = story.contacts[1]
    kept = [f for f in contact.custom_fields if f.field_id not in (ids.PHONE, ids.EMAIL)]
    blank = {"value": rng.choice(("", " ")), "enum_id": ids.EMAIL_ENUMS["PRIV"]}
    contact.custom_fields = kept
    if rng.random() < 0.3:
        contact.custom_fields.append(FieldValue(ids.EMAIL, [blank | {"enum_code": "PRIV"}]))


def _only_mail(_: Random, story: Story) -> None:
    contact = story.contacts[1]
    _write_mail(story, 1, f"client{contact.id}@mail.example")
    contact.custom_fields = [f for f in contact.custom_fields if f.field_id != ids.PHONE]


def _same_phone(rng: Random, story: Story) -> None:
    _write_phone(story, respell(rng, digits(_phone(story))))


def _nearly_same_phone(rng: Random, story: Story) -> None:
    number = digits(_phone(story))
    _write_phone(story, respell(rng, f"{number[:-1]}{(int(number[-1]) + 1) % 10}"))


def _same_mail(rng: Random, story: Story) -> None:
    address = f"client{story.contacts[0].id}@mail.example"
    _write_mail(story, 0, address)
    _write_mail(story, 1, rng.choice((address.upper(), f" {address}", address.capitalize())))


def _phone(story: Story) -> str:
    written = [f for f in story.contacts[0].custom_fields if f.field_id == ids.PHONE]
    return str(written[0].values[0]["value"]) if written else ""


def _write_phone(story: Story, phone: str) -> None:
    contact = story.contacts[1]
    others = [f for f in contact.custom_fields if f.field_id != ids.PHONE]
    value = {"value": phone, "enum_id": ids.PHONE_ENUMS["MOB"], "enum_code": "MOB"}
    contact.custom_fields = [FieldValue(ids.PHONE, [value]), *others]


def _write_mail(story: Story, which: int, address: str) -> None:
    contact = story.contacts[which]
    others = [f for f in contact.custom_fields if f.field_id != ids.EMAIL]
    value = {"value": address, "enum_id": ids.EMAIL_ENUMS["PRIV"], "enum_code": "PRIV"}
    contact.custom_fields = [*others, FieldValue(ids.EMAIL, [value])]


def plant_hoarding(world: World) -> None:
    """The card waits in the first stage and is clicked through on the day of the sale."""
    rng = world.stream("discipline:hoarding")
    for story in world.stories:
        last = story.steps[-1]
        is_plain = story.kind == "ordinary" and story.is_live and len(story.steps) > 2
        sold = (last.pipeline_id, last.status_id) == (ids.SALES, WON)
        if not (is_plain and sold and story.responsible_at(last.at - 1) == HOARDER):
            continue
        stages = {(step.pipeline_id, step.status_id) for step in story.steps[:-1]}
        strange = any(p != ids.SALES or s in (WON, LOST) for p, s in stages)
        waits = next((n for n, s in enumerate(story.steps) if s.status_id != ids.UNSORTED), 0)
        # the stage that was deleted later has no place in a row of clicks
        moved = [step for step in story.steps[waits + 1 : -1] if step.status_id != ids.DIAL]
        gap = rng.randint(600, 1500)
        begin = last.at - gap * (len(moved) + 1)
        handed = story.responsibles[-1][0]
        strange = strange or story.steps[waits].status_id == ids.DIAL
        if strange or not moved or handed > begin or moved[-1].at >= begin:
            continue
        story.steps = [*story.steps[: waits + 1], *moved, last]
        for number, step in enumerate(moved, 1):
            step.at, step.by = begin + gap * number, HOARDER


def plant_long_fittings(world: World) -> None:
    """One fitting in five takes a month or two: two kinds of work in one stage."""
    rng, now = world.stream("discipline:fittings"), world.clock.now
    fitted, may_wait = 0, []
    for story in world.stories:
        stages = [step.status_id for step in story.steps]
        if ids.W_FIT not in stages[:-1]:
            continue
        fitted += 1
        at, last = story.steps[-2].at, story.steps[-1]
        longest = max(story.responsibles[-1][0], story.prices[-1][0])
        ends = last.at + rng.randint(50, 80) * DAY
        is_free = story.kind == "ordinary" and story.deleted_at is None
        if is_free and stages[-2] == ids.W_FIT and longest <= at and ends < now - 12 * DAY:
            may_wait.append((story, ends))
    for story, ends in rng.sample(may_wait, min(round(fitted * 0.2), len(may_wait))):
        story.steps[-1].at = ends
        if story.closed_at is not None:
            story.closed_at = ends


def plant_habits(world: World) -> None:
    """Dates of payment that are the day of the closing: always, and a little less than often."""
    for user, share in ((DEFAULTER, 1.0), (NEARLY, SHARE)):
        dated = [
            story
            for story in world.stories
            if story.is_live
            and story.status == "won"
            and story.crm_paid_on is not None
            and story.responsible_at(story.steps[-1].at - 1) == user
        ]
        days = {story.lead_id: world.clock.day_of(story.steps[-1].at) for story in dated}
        recent = [s for s in dated if s.steps[-1].at > world.clock.now - 365 * DAY]
        same = sum(story.crm_paid_on == days[story.lead_id] for story in recent)
        for story in recent:
            is_other = story.crm_paid_on != days[story.lead_id]
            if is_other and (share == 1 or same + 1 < share * len(recent)):
                story.crm_paid_on = days[story.lead_id]
                same += 1


def plant_late_calls(world: World) -> None:
    """Calls of which a deal was made hours later; an hour of work to the second is in time."""
    rng, clock = world.stream("discipline:late"), world.clock
    fitting = [
        story
        for story in world.stories
        if story.lead is not None
        and story.lead.source_name in CALL_NAMES
        and story.kind == "ordinary"
        and story.is_live
        and story.contacts
        and story.contacts[0].is_listed
        and story.created_at == story.added_at > clock.now - 85 * DAY
        and story.lead_id not in world.company.unheard | world.company.unseen
        and is_working(clock.day_of(story.created_at))
        and 11 * HOUR <= _hour(world, story.created_at) < 18 * HOUR
    ]
    rng.shuffle(fitting)
    late = fitting[: some(world, rng, len(fitting))]
    for number, story in enumerate(late):
        edge = (PROMPT + 1, PROMPT)[number] if number < 2 and len(late) > 1 else None
        if edge is None:
            morning = _hour(world, story.created_at) - 9 * HOUR
            edge = rng.randint(PROMPT + 60, morning - 1)
        world.company.late_calls[story.lead_id] = edge


def _hour(world: World, at: int) -> int:
    return at - world.clock.midnight(world.clock.day_of(at))


def tag_for_no_cabinet(planter: "Planter") -> None:
    """Paid marks of a search engine whose cabinet nobody connected."""
    count = planter.rng.randint(2, 4)
    stories = planter.take(count, lambda s: s.origin.code in UNPAID, "no_cabinet")
    for number, story in enumerate(stories):
        source, medium, campaign = NO_CABINET[number % len(NO_CABINET)]
        planter.tag(story, utm_source=source, utm_medium=medium, utm_campaign=campaign)
        recorded = story.recorded
        recorded.source, recorded.medium, recorded.campaign = source, medium, campaign
        recorded.channel = "paid_search"
