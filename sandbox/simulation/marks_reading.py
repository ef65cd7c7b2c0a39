"""What marks mean to a careful reader, and which campaign of a cabinet they name.

Spellings come from the origins that wrote them; nothing here is shared with the project's models.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.model import Company
from sandbox.simulation.advertising import LOGIN
from sandbox.simulation.direct_ads import ads
from sandbox.simulation.origins import ORIGINS
from sandbox.simulation.vk_ads import Cabinet, cabinets

NOTHING = {"", "(not set)", "(none)", "none", "null", "undefined"}
_LATIN = dict(
    zip("абвгдезиклмнопрстуфыэ", "abvgdeziklmnoprstufye", strict=True),
    ж="zh", х="h", ц="c", ч="ch", ш="sh", щ="shch", ю="yu", я="ya", ё="e", й="y", ъ="", ь="",
)  # fmt: skip
_SOURCES = {
    spelled.lower(): origin.source
    for origin in ORIGINS
    for spelled in origin.sources
    if origin.source is not None
} | {"yandex direct": "yandex"}
_MEDIUMS = {
    spelled.lower(): origin.medium
    for origin in ORIGINS
    for spelled in origin.mediums
    if origin.medium is not None
}
_CHANNELS = {(o.source, o.medium): o.recorded_channel for o in ORIGINS if o.sources}
_HOSTS = (
    (r"(^|\.)(yandex|ya|google|bing|mail|rambler|duckduckgo)\.[a-z]+$", "organic_search"),
    (r"(^|\.)(vk\.com|vk\.ru|ok\.ru|t\.me|dzen\.ru|youtube\.com)$", "organic_social"),
)


@dataclass(frozen=True)
class Meaning:
    """Marks of one record as they can be compared; ``source`` None: they say nothing."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    channel: str = "unknown"


def clean(raw: str | None) -> str | None:
    """A mark in lower case, decoded, blanks collapsed; None for what only looks like a value."""
    text = " ".join(unquote(raw or "").lower().split())
    return None if text in NOTHING or re.search(r"\{[^}]*\}", text) else text


def read(raw: Mapping[str, str]) -> Meaning:
    """What a record's marks mean."""
    source, medium = clean(raw.get("utm_source")), clean(raw.get("utm_medium"))
    if source is None:
        return Meaning()
    source = _SOURCES.get(source, source)
    medium = _MEDIUMS.get(medium or "", medium)
    return Meaning(
        source,
        medium,
        clean(raw.get("utm_campaign")),
        clean(raw.get("utm_content")),
        _CHANNELS.get((source, medium), "unassigned"),
    )


def channel_of_page(address: str) -> str:
    """The channel of the page that a visitor came from."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return next((channel for rule, channel in _HOSTS if re.search(rule, host)), "referral")


@dataclass
class Campaigns:
    """The campaigns of the cabinets that are connected, by all that a mark may hold of them."""

    by_id: dict[str, dict[str, str]] = field(default_factory=dict)  # platform -> id -> key
    by_name: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    # marks of the campaigns' own links, where a link has any of its own
    by_link: dict[tuple[str | None, str | None, str | None], set[str]] = field(default_factory=dict)
    by_ad: dict[str, str] = field(default_factory=dict)
    by_group: dict[str, str] = field(default_factory=dict)

    def join(self, meaning: Meaning, clicked: Iterable[int]) -> tuple[str | None, str]:
        """(campaign key, how it was found); ``clicked``: Direct's campaigns of the visitor."""
        platform, mark = meaning.source or "", meaning.campaign
        ids = self.by_id.get(platform) or {i: k for p in self.by_id.values() for i, k in p.items()}
        if mark is not None:
            if platform == "vk" and mark in self.by_group:
                return self.by_group[mark], "vk_group"
            if mark in ids:
                return ids[mark], "exact_id"
            inside = {ids[run] for run in re.findall(r"\d{6,}", mark) if run in ids}
            if len(inside) == 1:
                return inside.pop(), "id_in_text"
            latin, written = self.by_name["transliterated_name"], self.by_name["name"]
            linked = self.by_link.get((meaning.source, meaning.medium, mark), set())
            for found, method in (
                (written.get(_bare(mark), set()), "name"),
                (linked, "name"),
                (latin.get(_bare(mark), set()), "transliterated_name"),
            ):
                if len(found) == 1:
                    return next(iter(found)), method
        runs = re.findall(r"\d+", meaning.content or "")
        shown = {self.by_ad[run] for run in runs if run in self.by_ad}
        if len(shown) == 1:
            return shown.pop(), "ad"
        orders = {direct_key(order) for order in clicked}
        if len(orders) == 1 and "yandex" in self.by_id:
            return orders.pop(), "click_id"
        return None, "source_only"


def direct_key(campaign_id: int) -> str:
    return f"yandex_direct:{LOGIN}:{campaign_id}"


def campaigns(company: Company, feeds: set[str]) -> Campaigns:
    """What is known of campaigns with these feeds on."""
    known = Campaigns(by_name={"name": {}, "transliterated_name": {}})
    if "yandex_direct" in feeds:
        known.by_id["yandex"] = {str(c.id): direct_key(c.id) for c in company.campaigns}
        for campaign in company.campaigns:
            _name(known, campaign.name, direct_key(campaign.id))
            known.by_ad |= {str(ad.id): direct_key(campaign.id) for ad in ads(campaign)}
    if "vk_ads" in feeds:
        for cabinet in cabinets(company):
            _add_vk(known, cabinet)
    return known


def _add_vk(known: Campaigns, cabinet: Cabinet) -> None:
    keys = {plan.id: f"vk_ads:{cabinet.name}:{plan.id}" for plan in cabinet.plans}
    known.by_id["vk"] = {str(plan_id): key for plan_id, key in keys.items()}
    for plan in cabinet.plans:
        _name(known, plan.name, keys[plan.id])
    groups = {group.id: keys[group.ad_plan_id] for group in cabinet.groups}
    for group in cabinet.groups:
        link = read(dict(parse_qsl(group.utm)))
        if link.source is not None:
            marks = (link.source, link.medium, link.campaign)
            known.by_link.setdefault(marks, set()).add(groups[group.id])
    known.by_group = {str(group_id): key for group_id, key in groups.items()}
    known.by_ad |= {str(b.id): groups[b.ad_group_id] for b in cabinet.banners if b.is_listed}


def _name(known: Campaigns, name: str, key: str) -> None:
    latin = "".join(_LATIN.get(char, char) for char in name.lower())
    known.by_name["name"].setdefault(_bare(name.lower()), set()).add(key)
    known.by_name["transliterated_name"].setdefault(_bare(latin), set()).add(key)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
