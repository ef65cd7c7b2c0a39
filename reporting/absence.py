"""What the state of the sources means for the numbers: which are unknown, which are incomplete."""

from collections.abc import Sequence

from reporting.inputs import FeedStatus
from reporting.ratio import Absent, Why

# The only place that knows which source brings what; a new source takes its place here.
DEALS = frozenset({"amocrm"})
MONEY = frozenset({"bank_1c"})
SPEND = frozenset({"yandex_direct"})


def find_absent(feeds: Sequence[FeedStatus]) -> Absent:
    """A kind of numbers is absent when each of its sources is off or has never loaded."""
    return Absent(
        deals=_why(feeds, DEALS, "no_deals_feed", "deals_not_loaded"),
        money=_why(feeds, MONEY, "no_money_feed", "money_not_loaded"),
        spend=_why(feeds, SPEND, "spend_off", "spend_not_loaded"),
    )


def is_money_whole(feeds: Sequence[FeedStatus]) -> bool:
    """False where a source of payments could not load all that it was given."""
    return not any(feed.problems for feed in feeds if feed.name in MONEY)


def _why(
    feeds: Sequence[FeedStatus], names: frozenset[str], off: Why, not_loaded: Why
) -> Why | None:
    own = [feed for feed in feeds if feed.name in names]
    on = [feed for feed in own if feed.status != "off"]
    if not own or any(feed.last_loaded_at for feed in on):
        return None
    return not_loaded if on else off
