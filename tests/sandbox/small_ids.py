"""Numbers of the small company: its account, users, stages, fields and special deals."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ACCOUNT_ID = 777
LOGIN = "small-direct"
OWN_ACCOUNT = "40702810900000000001"
AS_OF = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
WON, LOST = 142, 143
SALES, REPEAT = 101, 102
NEW, TALKS, INVOICE, UNSORTED, REMOVED_STATUS = 1011, 1012, 1013, 1010, 1019
REPEAT_NEW, REPEAT_DEAL = 1021, 1022
ANNA, BORIS, VERA, GONE = 11, 12, 13, 14  # GONE left the company: /users does not list her
UTM = {"source": 501, "medium": 502, "campaign": 503, "content": 504, "term": 505}
INVOICE_FIELD, PAID_ON_FIELD, KIND_FIELD, VIP_FIELD = 506, 507, 508, 509
PHONE_FIELD, EMAIL_FIELD, CONTACT_UTM_SOURCE, INN_FIELD = 521, 522, 523, 531
PURGED_LEAD, DELETED_LEAD = 1010, 1009

ZONE = ZoneInfo("Europe/Moscow")


def moment(text: str) -> int:
    """Unix seconds of a Moscow moment written ``YYYY-MM-DD HH:MM[:SS]``."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())
