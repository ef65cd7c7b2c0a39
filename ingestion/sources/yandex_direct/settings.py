"""Tables of ``raw_yandex_direct`` and the limits of Direct's API."""

from typing import Any
from zoneinfo import ZoneInfo

NAME = "yandex_direct"

# Spend is closed: a column or a type that nobody declared stops the load before anything of it is
# written.
CONTRACT = {"tables": "evolve", "columns": "freeze", "data_type": "freeze"}

# Direct counts days in Moscow's, whatever the advertiser's or the company's zone.
ZONE = ZoneInfo("Europe/Moscow")

# https://yandex.ru/dev/direct/doc/reports/restrictions.html: 20 requests in 10 seconds a user,
# statistics from three years before the first day of the current month.
REQUESTS_PER_SECOND = 2.0
HISTORY_MONTHS = 36

Columns = dict[str, dict[str, Any]]

CAMPAIGN_COLUMNS: Columns = {
    "login": {"data_type": "text", "nullable": False},
    "campaign_id": {"data_type": "bigint", "nullable": False},
    "name": {"data_type": "text"},
    "type": {"data_type": "text"},
    "status": {"data_type": "text"},
    "state": {"data_type": "text"},
    "currency": {"data_type": "text"},
    "time_zone": {"data_type": "text"},
    "start_date": {"data_type": "date"},
    "tracking_params": {"data_type": "text"},
    "last_seen_at": {"data_type": "timestamp", "timezone": True},
}
DAILY_COLUMNS: Columns = {
    "login": {"data_type": "text", "nullable": False},
    "spend_on": {"data_type": "date", "nullable": False},
    "campaign_id": {"data_type": "bigint"},
    "campaign_name": {"data_type": "text"},
    "campaign_type": {"data_type": "text"},
    "impressions": {"data_type": "bigint"},
    "clicks": {"data_type": "bigint"},
    "cost_micros": {"data_type": "bigint"},
    "currency": {"data_type": "text"},
    "includes_vat": {"data_type": "bool"},
    "is_provisional": {"data_type": "bool"},
    "is_empty_day": {"data_type": "bool"},
    "requested_at": {"data_type": "timestamp", "timezone": True},
}
