"""The ways to recipients, with the secrets that open them."""

from pathlib import Path

from ingestion.delivery_config import Via
from ingestion.settings import Settings, delivery_secret
from reporting.deliver.email import Email, Server
from reporting.deliver.folder import Folder
from reporting.deliver.parcel import Way
from reporting.deliver.telegram import Telegram


def build_way(via: Via, settings: Settings) -> Way:
    """A way by its name; a missing token is told by the first call, not here."""
    section = settings.delivery
    if via == "telegram":
        token = delivery_secret("telegram_token") or ""
        return Telegram(token, section.telegram.base_url, section.telegram.timeout_seconds)
    if via == "email":
        mail = section.email
        return Email(
            Server(
                mail.host,
                mail.port,
                mail.security,
                mail.sender,
                delivery_secret("smtp_user"),
                delivery_secret("smtp_password"),
                mail.ca_file or None,
                mail.timeout_seconds,
            )
        )
    return Folder(folder_of(settings))


def folder_of(settings: Settings) -> Path:
    """Where recipients by folder have theirs."""
    named = settings.delivery.folder
    return Path(named).expanduser() if named else settings.data_dir / "delivered"
