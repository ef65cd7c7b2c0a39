"""Switches of the local Yandex Direct beyond those that ``Faults`` has had from the start."""

from dataclasses import dataclass, field

DAILY_UNITS = 160_000


@dataclass
class DirectFaults:
    """Reached as ``faults.of(DirectFaults)``; a fresh one is an honest service."""

    is_agency: bool = False  # the common token is an agency's: its clients are listed
    archived_logins: set[str] = field(default_factory=set)  # clients the agency put away
    gzip: bool = False  # reports come compressed
    text_error_codes: bool = False  # "error_code": "53"
    lines_unasked: bool = False  # a report's header and summary come although skipped
    units: int = DAILY_UNITS  # points left; nothing but a test refills them
    page_cap: int | None = None  # pages are cut to this many objects whatever limit was asked
    unprocessed_after: int | None = None  # Changes looks at so many campaigns a call
    is_forgetful: bool = False  # Changes never knows of any
    unknown_types: bool = False  # ads come with a type that nobody documented
