"""Tables of ``raw_vk_ads`` and the limits of VK's API."""

from zoneinfo import ZoneInfo

from ingestion.columns import Columns

NAME = "vk_ads"

# Spend is closed: a column or a type that nobody declared stops the load before anything of it is
# written.

# VK counts days in Moscow's, whatever the advertiser's or the company's zone.
ZONE = ZoneInfo("Europe/Moscow")

# https://ads.vk.com/doc/api/info/Statistics: 200 objects and 366 days in one request.
IDS_AT_ONCE = 200
SPAN_DAYS = 366
# A quarter at a time: 200 objects of it are about 5 MB, and a crash repeats no more than that.
ROUND_DAYS = 92

# All of them: without a filter deleted objects are not listed, and their spend stays spend.
STATUSES = ("active", "blocked", "deleted")

# object_id of the row that says of a day "asked, and there is nothing"
NOTHING = 0


CABINET_COLUMNS: Columns = {
    "cabinet": {"data_type": "text", "nullable": False},
    "currency": {"data_type": "text"},
    "costs_include_vat": {"data_type": "bool"},
    "last_seen_at": {"data_type": "timestamp", "timezone": True},
}
AD_PLAN_COLUMNS: Columns = {
    "cabinet": {"data_type": "text", "nullable": False},
    "ad_plan_id": {"data_type": "bigint", "nullable": False},
    "name": {"data_type": "text"},
    "status": {"data_type": "text"},
    "objective": {"data_type": "text"},
    "date_start": {"data_type": "text"},
    "date_end": {"data_type": "text"},
    "last_seen_at": {"data_type": "timestamp", "timezone": True},
}
AD_GROUP_COLUMNS: Columns = {
    "cabinet": {"data_type": "text", "nullable": False},
    "ad_group_id": {"data_type": "bigint", "nullable": False},
    "ad_plan_id": {"data_type": "bigint"},
    "name": {"data_type": "text"},
    "status": {"data_type": "text"},
    "enable_utm": {"data_type": "bool"},
    "utm": {"data_type": "text"},
    "last_seen_at": {"data_type": "timestamp", "timezone": True},
}
BANNER_COLUMNS: Columns = {
    "cabinet": {"data_type": "text", "nullable": False},
    "banner_id": {"data_type": "bigint", "nullable": False},
    "ad_group_id": {"data_type": "bigint"},
    "name": {"data_type": "text"},
    "status": {"data_type": "text"},
    "url": {"data_type": "text"},
    "ord_marker": {"data_type": "text"},
    "last_seen_at": {"data_type": "timestamp", "timezone": True},
}
NAME_COLUMNS: Columns = {
    "cabinet": {"data_type": "text", "nullable": False},
    "object_kind": {"data_type": "text", "nullable": False},
    "object_id": {"data_type": "bigint", "nullable": False},
    "name": {"data_type": "text", "nullable": False},
    "first_seen_at": {"data_type": "timestamp", "timezone": True},
}


def daily_columns(id_column: str) -> Columns:
    """Columns of a table of days; ``is_gone`` rows take a loaded row away and are not kept."""
    return {
        "cabinet": {"data_type": "text", "nullable": False},
        "spend_on": {"data_type": "date", "nullable": False},
        id_column: {"data_type": "bigint", "nullable": False},
        "shows": {"data_type": "bigint"},
        "clicks": {"data_type": "bigint"},
        "goals": {"data_type": "decimal", "precision": 18, "scale": 6},
        "spent": {"data_type": "decimal", "precision": 18, "scale": 6},
        "is_provisional": {"data_type": "bool"},
        "is_empty_day": {"data_type": "bool"},
        "is_gone": {"data_type": "bool", "hard_delete": True},
        "requested_at": {"data_type": "timestamp", "timezone": True},
    }
