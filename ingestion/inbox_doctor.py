"""What a folder of files says for itself before anything in it is read."""

import os
from typing import Any

from ingestion.errors import ConfigError
from ingestion.inbox import Inbox
from ingestion.registry import DoctorLine


def folder_line(source: str, inbox: Inbox[Any], what: str, when_empty: str) -> DoctorLine:
    """One line on the folder: it exists, can be read, and holds files.

    Args:
        what: what belongs there, e.g. "spend files".
        when_empty: what to do where there is nothing yet.
    """
    folder = inbox.folder
    if not os.access(folder, os.F_OK):
        action = f"create it (mkdir -p {folder}) and put {what} there"
        return DoctorLine(source, "folder", "failed", f"{folder} does not exist", action)
    try:
        count = len(inbox.paths())
    except ConfigError as error:
        return DoctorLine(source, "folder", "failed", str(error))
    if not count:
        return DoctorLine(source, "folder", "warning", f"{folder} is empty", when_empty)
    return DoctorLine(source, "folder", "ok", f"{count} file(s) in {folder}")
