"""Marks on cards that break the naming standard, one rule a violation."""

from sandbox.simulation.discipline_campaigns import PAID, leads
from sandbox.simulation.discipline_told import Row, Told
from sandbox.simulation.funnel_record import Record
from sandbox.simulation.marks_reading import clean
from sandbox.simulation.origins import ORIGINS
from sandbox.simulation.utm_lint import carried, utm_findings

VIOLATIONS = (
    "letter_case", "cyrillic", "blanks", "unreplaced_macro", "swapped", "unknown_value",
    "near_duplicate",
)  # fmt: skip
# Feeds that know the campaigns of a channel.
CABINETS = {
    "paid_search": {"yandex_direct"},
    "paid_social": {"vk_ads", "spend_files"},
    "boards": {"spend_files"},
}
# Sources that an alias or a rule knows, in every spelling that means one of them.
_KNOWN = {"yandex direct"} | {
    spelled.lower()
    for origin in ORIGINS
    if origin.recorded_channel != "unassigned"
    for spelled in origin.sources
} | {"google", "yandex"}  # fmt: skip


def mark_breaches(told: Told, record: Record, feeds: set[str], sources: list[Row]) -> None:
    """Raw values on live deals, and on the contacts that told their source."""
    told.speak_of("mark", *(f"utm_{violation}" for violation in VIOLATIONS))
    company = record.company
    stories = [deal.story for deal in record.deals.values()]
    for row in utm_findings(company, stories, sources):
        told.breach(f"utm_{row['violation']}", f"{row['mark']}/{row['raw_value']}")
    led = {deal.deal_id: deal for deal in leads(record, feeds, sources)}
    unknown: set[tuple[str, str]] = set()
    doubtful: set[tuple[str, str]] = set()
    for deal_id, marks in carried(company, stories, sources):
        source, campaign = marks.get("utm_source", ""), marks.get("utm_campaign", "")
        meant = clean(source)
        if meant is not None and meant not in _KNOWN:
            unknown.add(("utm_source", source))
        deal = led[deal_id]
        if not campaign or deal.channel not in PAID or deal.campaign_key is not None:
            continue
        is_read = clean(campaign) is not None and deal.marks[2] == clean(campaign)
        if is_read and feeds & CABINETS.get(deal.channel, set()):
            unknown.add(("utm_campaign", campaign))
        else:  # no cabinet of the channel is connected, or a macro stands where the name should
            doubtful.add(("utm_campaign", campaign))
    for mark, raw in sorted(unknown):
        told.breach("utm_unknown_value", f"{mark}/{raw}")
    for mark, raw in sorted(doubtful - unknown):
        told.doubt("utm_unknown_value", f"{mark}/{raw}")
