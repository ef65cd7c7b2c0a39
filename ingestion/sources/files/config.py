"""``[sources.files]`` of ``config/company.toml``."""

from pydantic import Field, field_validator

from ingestion.sections import SourceSection
from ingestion.sources.files.contract import FEEDS


class FilesSection(SourceSection):
    """Files of the documented contract; see README.md beside this file."""

    # the account that deals of files are put into; amoCRM's own accounts have other numbers
    account_id: int = Field(default=0, ge=0)
    # what the company brings as files: what is not listed is unknown, never zero
    feeds: tuple[str, ...] = tuple(FEEDS)

    @field_validator("feeds")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in value if name not in FEEDS]:
            raise ValueError(f'"{unknown[0]}" is no feed of files; expected {", ".join(FEEDS)}')
        if not value:
            raise ValueError(f"no feed is listed; expected some of {', '.join(FEEDS)}")
        return value
