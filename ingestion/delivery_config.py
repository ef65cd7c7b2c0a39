"""``[delivery]`` of ``config/company.toml``: who gets the report, by what way and when."""

import re
from datetime import time
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from ingestion.sections import Section

Role = Literal["owner", "head_of_sales", "manager", "technical"]
Via = Literal["telegram", "email", "folder"]
DigestKind = Literal["daily", "weekly"]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_CHAT = re.compile(r"-?[0-9]+|@[A-Za-z][A-Za-z0-9_]{3,}")
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


def _clock(value: str) -> str:
    if not _CLOCK.fullmatch(value):
        raise ValueError(f'"{value}" is not a time of day; expected e.g. "09:00"')
    return value


def moment_of_day(value: str) -> time:
    """A time of day as it stands in the file, e.g. 09:30."""
    return time.fromisoformat(value)


class TelegramSection(Section):
    """The Bot API; the bot's token is the secret ``delivery.telegram_token``."""

    base_url: str = "https://api.telegram.org"
    timeout_seconds: float = Field(default=30, gt=0)

    @field_validator("base_url")
    @classmethod
    def _is_guarded(cls, value: str) -> str:
        parts = urlsplit(value)
        is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (parts.scheme == "https" and parts.hostname) and not is_local:
            raise ValueError("the token travels in the address: expected https://")
        return value.rstrip("/")


class EmailSection(Section):
    """The mail server; its user and password are secrets, both optional."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "plain"] = "starttls"
    sender: str = ""
    ca_file: str = ""  # certificates to trust instead of the system's
    timeout_seconds: float = Field(default=30, gt=0)
    max_megabytes: float = Field(default=20, gt=0)  # of attachments in one mail

    @model_validator(mode="after")
    def _is_guarded(self) -> "EmailSection":
        if self.security == "plain" and self.host not in LOOPBACK:
            raise ValueError('security = "plain" is for a server on this machine only')
        if self.sender and not _ADDRESS.fullmatch(self.sender):
            raise ValueError(f'sender: "{self.sender}" is not an address')
        return self


class Recipient(Section):
    """One person; ``pipelines`` and ``user`` bound what they may see."""

    name: str = Field(min_length=1)
    role: Role
    via: Via
    to: str = Field(min_length=1)
    pipelines: tuple[int | str, ...] = ()
    user: int | str | None = None
    digests: tuple[DigestKind, ...] | None = None
    language: Literal["ru", "en"] | None = None

    @field_validator("to", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value  # a chat's number

    @model_validator(mode="after")
    def _has_all_of_its_role(self) -> "Recipient":
        if self.role == "manager" and self.user is None:
            raise ValueError(f'"{self.name}" is a manager: say whose deals with user = …')
        if self.role != "manager" and self.user is not None:
            raise ValueError(f'"{self.name}": user is for role = "manager" only')
        if self.role in ("owner", "technical") and self.pipelines:
            raise ValueError(f'"{self.name}": pipelines are for a head of sales or a manager')
        if self.via == "telegram" and not _CHAT.fullmatch(self.to):
            raise ValueError(f'"{self.name}": to = a chat\'s number or @channel')
        if self.via == "email" and not _ADDRESS.fullmatch(self.to):
            raise ValueError(f'"{self.name}": "{self.to}" is not an address')
        path = PurePosixPath(self.to)
        if self.via == "folder" and (path.is_absolute() or ".." in path.parts):
            raise ValueError(f'"{self.name}": to = a folder inside delivery.folder')
        return self

    def wants(self, kind: DigestKind) -> bool:
        """Whether this digest is theirs; a technical person gets alerts only, unless told."""
        if self.digests is None:
            return self.role != "technical"
        return kind in self.digests


class DeliverySection(Section):
    """Hours are of the company's zone."""

    quiet_hours: tuple[str, ...] = ("21:00", "08:00")  # from, to; [] for none
    daily_at: str = "09:00"
    weekly_on: int = Field(default=1, ge=1, le=7)  # Monday is 1
    weekly_at: str = "09:00"
    max_attempts: int = Field(default=5, ge=1, le=20)
    folder: str = ""  # of the recipients by folder; <data>/delivered where not set
    telegram: TelegramSection = Field(default_factory=TelegramSection)
    email: EmailSection = Field(default_factory=EmailSection)
    recipients: tuple[Recipient, ...] = ()

    @field_validator("daily_at", "weekly_at")
    @classmethod
    def _is_clock(cls, value: str) -> str:
        return _clock(value)

    @field_validator("quiet_hours")
    @classmethod
    def _is_span(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) not in (0, 2):
            raise ValueError('expected two times, e.g. ["21:00", "08:00"], or [] for none')
        return tuple(_clock(part) for part in value)

    @model_validator(mode="after")
    def _can_reach_everybody(self) -> "DeliverySection":
        names = [recipient.name for recipient in self.recipients]
        if len(names) > len({*names}):
            raise ValueError("two recipients have one name; the log tells them apart by it")
        if any(one.via == "email" for one in self.recipients) and not (
            self.email.host and self.email.sender
        ):
            raise ValueError("email needs host and sender in [delivery.email]")
        return self
