"""The table of ``raw_yandex_metrica`` and the fields of a visit that attribution needs."""

from typing import Any

import pyarrow as pa

NAME = "yandex_metrica"

# Visits are closed: a column or a type that nobody declared stops the load before anything of it is
# written.

# A visit is final three days after it began; until then its row is provisional.
SETTLING_DAYS = 3

# column -> field of the Logs API. Ids are up to 64 bits without a sign, which BIGINT does not hold,
# so they stay text. dateTimeUTC is not asked for: it is three hours ahead of UTC, whatever it says.
TEXTS = {
    "visit_id": "ym:s:visitID",
    "client_id": "ym:s:clientID",
    "traffic_source": "ym:s:lastTrafficSource",
    "direct_click_order": "ym:s:lastDirectClickOrder",
    "utm_source": "ym:s:UTMSource",
    "utm_medium": "ym:s:UTMMedium",
    "utm_campaign": "ym:s:UTMCampaign",
    "utm_content": "ym:s:UTMContent",
    "utm_term": "ym:s:UTMTerm",
    "goals_id": "ym:s:goalsID",
    "start_url": "ym:s:startURL",
    "referer": "ym:s:referer",
}
MOMENT = "ym:s:dateTime"  # of the counter's zone
FIELDS = (MOMENT, *TEXTS.values())

# What one batch of a part becomes.
SCHEMA = pa.schema(
    [
        pa.field("counter_id", pa.string(), nullable=False),
        pa.field("visited_on", pa.date32(), nullable=False),
        ("visited_at", pa.timestamp("us", tz="UTC")),
        *((column, pa.string()) for column in TEXTS),
        ("is_provisional", pa.bool_()),
        ("is_empty_day", pa.bool_()),
        ("malformed_reason", pa.string()),
        ("raw_record", pa.string()),
        ("requested_at", pa.timestamp("us", tz="UTC")),
    ]
)


def columns() -> dict[str, dict[str, Any]]:
    """dlt hints by column, a dictionary of its own for each, in the words Arrow's types have."""
    kinds = {pa.string(): "text", pa.date32(): "date", pa.bool_(): "bool"}
    return {
        field.name: {"nullable": field.nullable}
        | (
            {"data_type": "timestamp", "timezone": True}
            if pa.types.is_timestamp(field.type)
            else {"data_type": kinds[field.type]}
        )
        for field in SCHEMA
    }


# Values that the documentation lists; another one is loaded as it is and reported.
KNOWN_SOURCES = (
    *("ad", "direct", "email", "internal", "messenger", "organic", "qrcode", "recommend"),
    *("referral", "saved", "social", "undefined"),
)
