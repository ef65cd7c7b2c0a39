"""What of a customer's origin reaches the CRM, and what a careful reader can make of it.

``Recorded`` is put together beside the raw values, from the knowledge of what was written, and
never read back out of them.
"""

from dataclasses import dataclass, field, replace
from random import Random
from urllib.parse import quote

from sandbox.model import FieldValue
from sandbox.simulation import structure as ids
from sandbox.simulation.advertising import campaign_of
from sandbox.simulation.defects import how_many
from sandbox.simulation.origins import SOURCE_NAMES, YANDEX_DIRECT
from sandbox.simulation.world import Recorded, Story, World

# How a tagged visit ends in the CRM, weights. "phone": the visitor calls, so only the call's name
# is there; "contact": a form plug-in fills the contact instead of the deal.
TAGGED_ENDS = {"deal": 76, "phone": 9, "contact": 7, "nothing": 5, "macro": 3}
KEYWORDS = ("кухни на заказ", "купить кухню", "кухня цена", "---autotargeting")
UNUSABLE = ("{source}", "(not set)", "{{utm_source}}")


@dataclass(slots=True)
class Marks:
    """Raw values on the card: tracking fields by name, and the CRM's source name."""

    tracking: dict[str, str] = field(default_factory=dict)
    source_name: str | None = None


def record(world: World) -> dict[int, Marks]:
    """Write sources down, lose some on the way; lead id -> raw marks of its card."""
    rng = world.stream("sources")
    parents = {story.parent.lead_id for story in world.stories if story.parent}
    # the robot's children have what their parents have, so neither is asked
    asked = [
        story
        for story in world.stories
        if story.needs_source and not story.parent and story.lead_id not in parents
    ]
    lost = sum(s.needs_source and not s.keeps_source for s in world.stories)
    for story in rng.sample(asked, max(how_many(world, rng, len(asked)) - lost, 0)):
        story.plants.add("deal_no_source")
    closed_contacts = {
        story.contacts[0].id
        for story in world.stories
        if "deal_no_source" in story.plants or not story.contacts[0].is_listed
    }
    on_contact: dict[int, Recorded] = {}
    marks = {
        story.lead_id: _write(world, rng, story, on_contact, closed_contacts)
        for story in world.stories
        if story.parent is None
    }
    for story in world.stories:
        if story.parent is not None:
            marks[story.lead_id] = _carry_over(story, marks[story.parent.lead_id])
    for story in world.stories:
        # a card that says nothing still has its contact, who may have come by a link once
        inherited = on_contact.get(story.contacts[0].id)
        if story.recorded.rule == "unknown" and inherited:
            story.recorded = inherited
    return marks


def _carry_over(story: Story, marks: Marks) -> Marks:
    """What the robot copies from the sale into the workshop's deal; now and then nothing."""
    parent = story.parent
    if parent is None or not story.keeps_source:
        return Marks()
    if parent.recorded.rule in ("deal_utm", "deal_source"):
        story.recorded = replace(parent.recorded)
    return Marks(dict(marks.tracking), marks.source_name)


def _write(world: World, rng: Random, story: Story, on_contact: dict[int, Recorded],
           closed_contacts: set[int]) -> Marks:  # fmt: skip
    origin, contact = story.origin, story.contacts[0]
    is_free = contact.id not in closed_contacts and contact.id not in on_contact
    end = _end(rng, story, may_use_contact=is_free)
    if end == "nothing":
        return Marks()
    if end == "macro":
        values = dict.fromkeys(("utm_source", "utm_medium", "utm_campaign"), rng.choice(UNUSABLE))
        falls_back = origin.names and "deal_no_source" not in story.plants and rng.random() < 0.3
        return _named(rng, story, values) if falls_back else Marks(values)
    if end in ("phone", "name"):
        return _named(rng, story, {})
    raw, recorded = _link(world, rng, story)
    if end == "contact":
        recorded.rule = "contact_utm"
        on_contact[contact.id] = recorded
        for key, field_id in (
            ("utm_source", ids.C_SOURCE), ("utm_medium", ids.C_MEDIUM),
            ("utm_campaign", ids.C_CAMPAIGN),
        ):  # fmt: skip
            if key in raw:
                contact.custom_fields.append(FieldValue(field_id, [{"value": raw[key]}]))
        story.recorded = recorded
        return Marks()
    story.recorded = recorded
    if rng.random() < 0.5:
        raw["_ym_uid"] = str(rng.randrange(10**18, 10**19))
    return Marks(raw, "Форма на сайте" if rng.random() < 0.3 else None)


def _end(rng: Random, story: Story, *, may_use_contact: bool) -> str:
    """What becomes of the source; a deal that must have one, and is no defect, never loses it."""
    origin = story.origin
    if "deal_no_source" in story.plants:
        return rng.choice(("nothing", "nothing", "macro")) if origin.sources else "nothing"
    if story.kind == "imported":
        return "name" if story.needs_source else "nothing"
    if not origin.sources:
        return "name" if story.needs_source or rng.random() < _kept(origin.channel) else "nothing"
    ends = dict(TAGGED_ENDS)
    if not origin.names:
        del ends["phone"]
    if not may_use_contact:
        del ends["contact"]
    if story.needs_source:
        del ends["nothing"], ends["macro"]
    return rng.choices(list(ends), weights=list(ends.values()))[0]


def _kept(channel: str) -> float:
    return 0.35 if channel == "direct" else 0.9


def _named(rng: Random, story: Story, tracking: dict[str, str]) -> Marks:
    # an imported deal of a tagged origin was copied from a list that said only how it came in
    name = rng.choice(story.origin.names or ("Телефония",))
    story.recorded = Recorded("deal_source", SOURCE_NAMES[name])
    return Marks(tracking, name)


def _link(world: World, rng: Random, story: Story) -> tuple[dict[str, str], Recorded]:
    """The tags of the link that was followed, raw, and what they mean."""
    origin = story.origin
    source, medium = rng.choice(origin.sources), origin.mediums[0]
    if rng.random() < 0.2:
        medium = rng.choice(origin.mediums)
    raw = {"utm_source": source, "utm_medium": medium}
    campaign: str | None = None
    if origin is YANDEX_DIRECT:
        plan = campaign_of(world, rng, story.added_at)
        campaign = plan.name if plan.is_named else str(plan.id)
        # browsers pass Cyrillic on in percents, and not every form decodes it
        spelled = quote(campaign) if plan.is_named and rng.random() < 0.4 else campaign
        raw |= {"utm_source": plan.source, "utm_medium": medium, "utm_campaign": spelled}
        raw["utm_content"] = str(plan.id * 10 + rng.randrange(10))
        raw["utm_term"] = rng.choice(
            ("кухни на заказ", "купить кухню", "кухня цена", "---autotargeting")
        )
        raw["yclid"] = str(rng.randrange(10**17, 10**18))
    elif origin.campaigns:
        campaign = rng.choice(origin.campaigns)
        raw["utm_campaign"] = campaign
    clean = campaign.lower() if campaign else None
    recorded = Recorded("deal_utm", origin.recorded_channel, origin.source, origin.medium, clean)
    return raw, recorded
