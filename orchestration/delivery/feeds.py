"""Sources as they are at the moment of a delivery: what was fresh when published may have aged."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ingestion import registry
from ingestion.settings import Settings
from reporting.inputs import FeedStatus


def aged(settings: Settings, feeds: Iterable[FeedStatus], now: datetime) -> list[FeedStatus]:
    """The feeds, stale where the last load is older than its source allows; a replay ages none."""
    known = registry.discover()
    return [
        replace(feed, status="stale")
        if settings.as_of is None
        and feed.status == "ok"
        and feed.last_loaded_at is not None
        and now - feed.last_loaded_at > known[feed.name].max_age
        else feed
        for feed in feeds
    ]
