"""Addresses that come from the CRM's data."""

from urllib.parse import urlsplit


def safe_link(url: str | None) -> str | None:
    """The address of a web page; anything else (javascript:, data:) is refused."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
