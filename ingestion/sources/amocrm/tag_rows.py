"""Tags to rows."""

from datetime import datetime

from ingestion.columns import Row
from ingestion.sources.amocrm.fields import Fields, Item


def tag_row(item: Item, account_id: int, entity_type: str, seen_at: datetime) -> Row:
    """One row of ``tags``; only deals' tags have a colour."""
    tag = Fields(item, f"tag of {entity_type}")
    return {
        "account_id": account_id,
        "entity_type": entity_type,
        "tag_id": tag.required_integer("id"),
        "name": tag.text("name"),
        "color": tag.text("color"),
        "last_seen_at": seen_at,
    }
