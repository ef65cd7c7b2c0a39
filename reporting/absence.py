"""What the state of the sources means for the numbers: which are unknown, which are incomplete."""

from collections.abc import Sequence

from reporting.inputs import FeedStatus
from reporting.ratio import Absent, Why

# Problems that are worth telling and lose nothing.
HARMLESS = frozenset({"unknown_value", "unknown_column", "superseded", "duplicate_rows"})


def find_absent(feeds: Sequence[FeedStatus]) -> Absent:
    """A kind of numbers is absent when each of its sources is off or has never loaded."""
    return Absent(
        deals=_why(feeds, "deals", "no_deals_feed", "deals_not_loaded"),
        money=_why(feeds, "money", "no_money_feed", "money_not_loaded"),
        spend=_why(feeds, "spend", "spend_off", "spend_not_loaded"),
    )


def is_money_whole(feeds: Sequence[FeedStatus]) -> bool:
    """False where a source of payments could not load all that it was given."""
    return not any(_lost(feed) for feed in feeds if "money" in feed.brings)


def _lost(feed: FeedStatus) -> bool:
    return any(problem.kind not in HARMLESS for problem in feed.problems)


def _why(feeds: Sequence[FeedStatus], kind: str, off: Why, not_loaded: Why) -> Why | None:
    own = [feed for feed in feeds if kind in feed.brings]
    on = [feed for feed in own if feed.status != "off"]
    if not own or any(feed.last_loaded_at for feed in on):
        return None
    return not_loaded if on else off
