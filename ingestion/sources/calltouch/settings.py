"""Tables of ``raw_calltouch``: which field goes into which column."""

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

NAME = "calltouch"

# Calls are closed: a column or a type that nobody declared stops the load before anything of it is
# written.


CALL_FIELDS: Fields = {
    "call_id": ("callId", as_whole),
    "caller_number": ("callerNumber", as_text),
    "phone_number": ("phoneNumber", as_text),
    "redirect_number": ("redirectNumber", as_text),
    "talk_seconds": ("duration", as_whole),
    "wait_seconds": ("waitingConnect", as_whole),
    "is_successful": ("successful", as_boolean),
    "is_unique": ("uniqueCall", as_boolean),
    "is_target": ("targetCall", as_boolean),
    "is_unique_target": ("uniqTargetCall", as_boolean),
    "is_callback": ("callbackCall", as_boolean),
    "call_phase": ("callphase", as_text),
    "source": ("source", as_text),
    "medium": ("medium", as_text),
    "keyword": ("keyword", as_text),
    "utm_source": ("utmSource", as_text),
    "utm_medium": ("utmMedium", as_text),
    "utm_campaign": ("utmCampaign", as_text),
    "utm_content": ("utmContent", as_text),
    "utm_term": ("utmTerm", as_text),
    "url": ("url", as_text),
    "call_url": ("callUrl", as_text),
    "ref": ("ref", as_text),
    "session_id": ("sessionId", as_text),
    "ct_caller_id": ("ctCallerId", as_text),
    "client_id": ("clientId", as_text),
    "ya_client_id": ("yaClientId", as_text),
    "ct_client_id": ("ctClientId", as_text),
    "ct_global_id": ("ctGlobalId", as_text),
    "yandex_campaign_id": ("yandexDirect.campaignId", as_whole),
    "yandex_ad_id": ("yandexDirect.adId", as_whole),
    "orders": ("orders", as_json),
    "call_tags": ("callTags", as_json),
}
REQUEST_FIELDS: Fields = {
    "request_id": ("requestId", as_whole),
    "request_number": ("requestNumber", as_text),
    "subject": ("subject", as_text),
    "client_name": ("client.fio", as_text),
    "phones": ("client.phones", as_json),
    "contacts": ("client.contacts", as_json),
    "is_unique": ("uniqueRequest", as_boolean),
    "is_target": ("targetRequest", as_boolean),
    "is_unique_target": ("uniqTargetRequest", as_boolean),
    "source": ("session.source", as_text),
    "medium": ("session.medium", as_text),
    "keyword": ("session.keywords", as_text),
    "utm_source": ("session.utmSource", as_text),
    "utm_medium": ("session.utmMedium", as_text),
    "utm_campaign": ("session.utmCampaign", as_text),
    "utm_content": ("session.utmContent", as_text),
    "utm_term": ("session.utmTerm", as_text),
    "url": ("session.url", as_text),
    "ref": ("session.ref", as_text),
    "session_id": ("session.sessionId", as_text),
    "client_id": ("session.guaClientId", as_text),
    "ya_client_id": ("session.yaClientId", as_text),
    "ct_client_id": ("ctClientId", as_text),
    "ct_global_id": ("ctGlobalId", as_text),
    "yandex_campaign_id": ("yandexDirect.campaignId", as_whole),
    "yandex_ad_id": ("yandexDirect.adId", as_whole),
    "orders": ("orders", as_json),
    "request_tags": ("RequestTags", as_json),
}
# Sent with every request for calls or requests: what else a record should hold.
CALL_OPTIONS = {"withCallTags": "true", "withOrders": "true", "withYandexDirect": "true"}
REQUEST_OPTIONS = {"withRequestTags": "true", "withYandexDirect": "true"}


def call_columns() -> Columns:
    """dlt hints of ``calls``."""
    return {
        **day_columns("site_id", "text", "called_on"),
        "called_at": {"data_type": "timestamp", "timezone": True},
        **field_columns(CALL_FIELDS),
    }


def request_columns() -> Columns:
    """dlt hints of ``requests``; the account, not a site, is what the service lists them by."""
    return {
        **day_columns("account", "text", "sent_on"),
        "sent_at": {"data_type": "timestamp", "timezone": True},
        "sent_at_text": {"data_type": "text"},
        **field_columns(REQUEST_FIELDS),
    }
