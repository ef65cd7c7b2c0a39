"""Tables of ``raw_uis``: which field of which report goes into which column."""

from dataclasses import dataclass

from ingestion.columns import Columns
from ingestion.records import (
    Fields,
    as_boolean,
    as_json,
    as_text,
    as_whole,
    day_columns,
    field_columns,
)

NAME = "uis"

# Calls are closed: a column or a type that nobody declared stops the load before anything of it is
# written.


# How the person came to the site: the same fields in all three reports.
_SESSION: Fields = {
    "communication_id": ("communication_id", as_whole),
    "visitor_id": ("visitor_id", as_whole),
    "person_id": ("person_id", as_whole),
    "visitor_session_id": ("visitor_session_id", as_whole),
    "ua_client_id": ("ua_client_id", as_text),
    "ym_client_id": ("ym_client_id", as_text),
    "gclid": ("gclid", as_text),
    "yclid": ("yclid", as_text),
    "ymclid": ("ymclid", as_text),
    "channel": ("channel", as_text),
    "campaign_id": ("campaign_id", as_whole),
    "campaign_name": ("campaign_name", as_text),
    "site_id": ("site_id", as_whole),
    "site_domain_name": ("site_domain_name", as_text),
    "referrer": ("referrer", as_text),
    "entrance_page": ("entrance_page", as_text),
    "utm_source": ("utm_source", as_text),
    "utm_medium": ("utm_medium", as_text),
    "utm_campaign": ("utm_campaign", as_text),
    "utm_content": ("utm_content", as_text),
    "utm_term": ("utm_term", as_text),
    "tags": ("tags", as_json),
}


@dataclass(frozen=True)
class Report:
    """One report of the Data API.

    Args:
        table: its name in the settings and in the warehouse.
        method: of the Data API.
        day: the column of the day that the record belongs to.
        moments: columns of moments and their fields, in the account's local time; the first
            decides the day.
    """

    table: str
    method: str
    key: str
    day: str
    moments: dict[str, str]
    fields: Fields

    @property
    def moment(self) -> str:
        return next(iter(self.moments.values()))

    @property
    def asked(self) -> list[str]:
        """Fields to ask the service for."""
        return [*self.moments.values(), *(field for field, _ in self.fields.values())]

    @property
    def columns(self) -> Columns:
        """dlt hints by column, a dictionary of its own for each."""
        moments = {name: {"data_type": "timestamp", "timezone": True} for name in self.moments}
        return day_columns("account_id", "bigint", self.day) | moments | field_columns(self.fields)


REPORTS = (
    Report(
        table="calls",
        method="get.calls_report",
        key="call_id",
        day="called_on",
        moments={"started_at": "start_time", "finished_at": "finish_time"},
        fields={
            "call_id": ("id", as_whole),
            "direction": ("direction", as_text),
            "is_lost": ("is_lost", as_boolean),
            "finish_reason": ("finish_reason", as_text),
            "contact_phone_number": ("contact_phone_number", as_text),
            "virtual_phone_number": ("virtual_phone_number", as_text),
            "wait_seconds": ("wait_duration", as_whole),
            "talk_seconds": ("talk_duration", as_whole),
            "total_seconds": ("total_duration", as_whole),
            "employee_id": ("last_answered_employee_id", as_whole),
            "employee_name": ("last_answered_employee_full_name", as_text),
            **_SESSION,
        },
    ),
    Report(
        table="offline_messages",
        method="get.offline_messages_report",
        key="message_id",
        day="sent_on",
        moments={"sent_at": "date_time"},
        fields={
            "message_id": ("id", as_whole),
            "form_type": ("form_type", as_text),
            "status": ("status", as_text),
            "visitor_phone_number": ("visitor_phone_number", as_text),
            "visitor_email": ("visitor_email", as_text),
            "visitor_name": ("visitor_name", as_text),
            **_SESSION,
        },
    ),
    Report(
        table="chats",
        method="get.chats_report",
        key="chat_id",
        day="started_on",
        moments={"started_at": "date_time"},
        fields={
            "chat_id": ("id", as_whole),
            "status": ("status", as_text),
            "initiator": ("initiator", as_text),
            "chat_channel_type": ("chat_channel_type", as_text),
            "chat_seconds": ("duration", as_whole),
            "answer_seconds": ("answer_time", as_whole),
            "messages": ("messages_count", as_whole),
            **_SESSION,
        },
    ),
)

# Values that the documentation lists; another one is loaded as it is and reported.
KNOWN_VALUES = {
    ("calls", "direction"): ("in", "out"),
    ("chats", "status"): ("lost", "succeed", "refused"),
    ("chats", "initiator"): ("visitor", "operator", "auto invite", "auto_invite"),
}
