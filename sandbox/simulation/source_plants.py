"""Cards whose source takes more than a look at the tags: rewritten after the sources are recorded.

The numbers are of three thousand deals and grow with them. What leaves a card without any source is
done to deals that nobody asks for, so that no defect comes or goes.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sandbox.model import SourceEdit
from sandbox.simulation import structure as ids
from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.direct_ads import ads
from sandbox.simulation.discipline_plants_other import tag_for_no_cabinet
from sandbox.simulation.origins import YANDEX_DIRECT
from sandbox.simulation.sources import Marks
from sandbox.simulation.world import WON, Recorded, Story, World

VK_PLAN, VK_BANNER = 8811001, 992183401  # a campaign, and a banner of another
BRAND, BRAND_LAT = 71234507, "brend_poisk"  # how Direct writes «Бренд | Поиск» in Latin letters
REFERRERS = (
    "https://yandex.ru/search/?text=kuhni", "https://vk.com/away.php?to=svetlye-kuhni",
    "https://www.ivd.ru/stati/kuhni-na-zakaz",
)  # fmt: skip


@dataclass
class Planter:
    """Who can be rewritten: ordinary deals of people who have no other, tagged on the card."""

    world: World
    marks: dict[int, Marks]
    rng: Random

    def __post_init__(self) -> None:
        contacts = Counter(story.contacts[0].id for story in self.world.stories)
        phones = Counter(_phone(story) for story in self.world.stories)
        parents = {story.parent.lead_id for story in self.world.stories if story.parent}
        clock = self.world.clock
        self.stories = [
            story
            for story in self.world.stories
            if story.kind == "ordinary"
            and story.is_live
            and not story.plants
            and story.lead_id not in parents
            and story.recorded.rule == "deal_utm"
            and not self.marks[story.lead_id].source_name
            and contacts[story.contacts[0].id] == 1
            and phones[_phone(story)] == contacts[story.contacts[0].id]
            and story.contacts[0].is_listed
            # so long after the counter began and before it ends that all visits are in it
            and clock.start + 30 * DAY < story.created_at < clock.now - 2 * DAY
        ]  # fmt: skip
        self.rng.shuffle(self.stories)
        self.scale = max(1, self.world.company.spec.deals // 3000)

    def take(self, count: int, fits: Callable[[Story], bool], plant: str) -> list[Story]:
        found = [story for story in self.stories if not story.plants and fits(story)]
        found = found[: count * self.scale]
        for story in found:
            story.plants.add(plant)
        return found

    def keep(self, story: Story, *names: str) -> dict[str, str]:
        """Leave only these marks on the card; its source is then unknown to who reads it alone."""
        tracking = self.marks[story.lead_id].tracking
        tracking.setdefault("_ym_uid", str(self.rng.randrange(10**18, 10**19)))
        self.marks[story.lead_id].tracking = {n: tracking[n] for n in names if n in tracking}
        story.recorded = Recorded()
        return self.marks[story.lead_id].tracking

    def tag(self, story: Story, **tags: str) -> None:
        """Other tags on the card, with the visitor's id beside them."""
        tracking = self.marks[story.lead_id].tracking
        tracking.setdefault("_ym_uid", str(self.rng.randrange(10**18, 10**19)))
        tracking |= tags


def plant_sources(world: World, marks: dict[int, Marks]) -> None:
    """Rewrite marks and what is recorded of them; list what call tracking is to miss."""
    planter = Planter(world, marks, world.stream("source_plants"))
    _misspell(planter)  # these two first: a small company has few deals to rewrite
    tag_for_no_cabinet(planter)
    _lose(planter)
    _name_campaigns(planter)
    _overwrite(planter)


def _phone(story: Story) -> str:
    text = str(story.contacts[0].custom_fields[0].values[0]["value"])
    return "".join(filter(str.isdigit, text))[-10:]


def _is_direct(story: Story) -> bool:
    return story.origin is YANDEX_DIRECT


def _is_idle(story: Story) -> bool:
    return not story.needs_source


def _is_unsold(story: Story) -> bool:
    """Open, and never called won on the way to where it is."""
    return story.status == "open" and all(step.status_id != WON for step in story.steps)


def _lose(p: Planter) -> None:
    """What is left of the tags: a click, a visitor, the page before; or nothing, but a form."""
    for story in p.take(3, lambda s: _is_direct(s) and _is_idle(s), "only_click"):
        p.keep(story, "yclid", "_ym_uid")
    for story in p.take(3, lambda s: _is_direct(s) and _is_idle(s), "only_visitor"):
        p.keep(story, "_ym_uid")
        p.world.company.unheard.add(story.lead_id)
    for story in p.take(
        3, lambda s: s.origin.channel == "organic_search" and _is_idle(s), "only_visitor_organic"
    ):
        p.keep(story, "_ym_uid")
    for n, story in enumerate(p.take(3, _is_idle, "only_referrer")):
        p.keep(story)["referrer"] = REFERRERS[n % len(REFERRERS)]
        p.world.company.unseen.add(story.lead_id)
    for story in p.take(3, lambda s: _is_direct(s) and _is_idle(s), "only_form"):
        p.keep(story)
    for story in p.take(2, _is_idle, "nothing_left"):
        p.keep(story)
        p.world.company.unseen.add(story.lead_id)


def _name_campaigns(p: Planter) -> None:
    """Campaigns by a part of the text, in Latin letters, by the ad, or by nothing but the click."""
    campaigns = [c for c in p.world.company.campaigns if c.type == "TEXT_CAMPAIGN"]

    def rename(story: Story, campaign: str, **more: str) -> None:
        p.tag(story, utm_campaign=campaign, **more)
        story.recorded.campaign = campaign.lower()

    for n, story in enumerate(p.take(2, _is_direct, "id_in_text")):
        rename(story, f"{('poisk', 'Search')[n % 2]}_{campaigns[0].id}_msk")
    for story in p.take(1, _is_direct, "two_ids_in_text"):
        rename(story, f"{campaigns[0].id}+{campaigns[1].id}".replace("+", "-"))
    for story in p.take(2, _is_direct, "transliterated_name"):
        rename(story, BRAND_LAT)
    for n, story in enumerate(p.take(2, _is_direct, "ad")):
        ad = ads(campaigns[n % len(campaigns)])[0]
        rename(story, "osen_2026", utm_content=f"ad-{ad.id}")
    for story in p.take(2, _is_direct, "campaign_of_click"):
        rename(story, "kuhni_test")
    for story in p.take(1, lambda s: s.origin.code == "vk_ads", "vk_plan"):
        rename(story, str(VK_PLAN))
    for story in p.take(1, lambda s: s.origin.code == "vk_ads", "vk_banner"):
        rename(story, "osen_2026", utm_content=str(VK_BANNER))


def _misspell(p: Planter) -> None:
    """Marks that break the naming standard, beside those that already do by their origin."""
    for story in p.take(2, lambda s: _is_direct(s), "swapped"):
        p.tag(story, utm_source="cpc", utm_medium="yandex")
        story.recorded.source, story.recorded.medium = "cpc", "yandex"
        story.recorded.channel = "unassigned"
    for n, story in enumerate(p.take(2, _is_direct, "near_duplicate")):
        source = ("yandx", "yandexx")[n % 2]
        p.tag(story, utm_source=source, utm_medium="cpc")
        story.recorded.source, story.recorded.medium = source, "cpc"
        story.recorded.channel = "unassigned"
    for story in p.take(2, _is_direct, "macro"):
        p.tag(story, utm_campaign="{campaign_id}")
        story.recorded.campaign = None
    for n, story in enumerate(p.take(2, _is_direct, "blanks")):
        p.tag(story, utm_source=(" yandex ", "yandex direct")[n % 2])


def _overwrite(p: Planter) -> None:
    """A mark typed over by hand after the sale; before it, by the robot, or in an open deal."""
    clock = p.world.clock

    def edit(story: Story, at: int, by: int, mark: str, before: str) -> None:
        field_id = ids.LEAD_FIELDS[mark]
        after = p.marks[story.lead_id].tracking[mark]
        p.world.company.source_edits.append(
            SourceEdit(story.lead_id, field_id, at, by, before, after)
        )

    def won(story: Story) -> bool:
        last = story.steps[-1].at
        return story.status == "won" and story.added_at + DAY < last < clock.now - 2 * DAY

    for n, story in enumerate(p.take(3, won, "overwritten")):
        at = story.steps[-1].at + (1 if n == 0 else p.rng.randint(HOUR, DAY))
        edit(story, at, story.manager, ("utm_source", "utm_medium")[n % 2], "referral")
    for story in p.take(2, won, "overwritten_by_robot"):
        edit(story, story.steps[-1].at + HOUR, ids.ROBOT, "utm_source", "site")
    for story in p.take(2, won, "overwritten_before_sale"):
        edit(story, story.steps[-1].at - 1, story.manager, "utm_source", "site")
    for story in p.take(2, _is_unsold, "overwritten_while_open"):
        edit(story, min(story.steps[-1].at + HOUR, clock.now), story.manager, "utm_source", "site")
