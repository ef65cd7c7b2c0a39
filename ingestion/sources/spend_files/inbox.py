"""The folder of spend files, and the order in which they were taken."""

import hashlib

from ingestion.inbox import Inbox, InboxFile
from ingestion.settings import Settings
from ingestion.sources.spend_files.config import SpendFilesSection
from ingestion.sources.spend_files.parse import Place, Rejected, SpendFile, parse
from ingestion.sources.spend_files.settings import FOLDER, NAME, READER_VERSION


def open_inbox(settings: Settings) -> Inbox[SpendFile]:
    """``<data>/inbox/spend`` and the settings that fill up what a row does not say."""
    section = settings.section(SpendFilesSection)
    parts = (READER_VERSION, section.currency, section.vat_mode, section.vat_rate)

    def read(file: InboxFile) -> SpendFile:
        content = file.content
        if content is None:
            reason = f"cannot be read ({file.problem}); give this user the right to read it"
            return SpendFile(rejected=(Rejected(Place(), f"{file.name}: {reason}", ""),))
        return parse(file.name, content, section)

    return Inbox(
        folder=settings.inbox_dir / FOLDER,
        source=NAME,
        fingerprint=hashlib.sha256(repr(parts).encode()).hexdigest()[:12],
        parse=read,
    )


def cabinet_of(file: InboxFile) -> str | None:
    """The folder right under the inbox that a file lies in; None for one that lies in no folder."""
    folder, slash, _ = file.name.partition("/")
    return folder.strip() if slash else None
