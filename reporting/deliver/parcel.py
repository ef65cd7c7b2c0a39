"""What one recipient gets at one time, kept in a folder so that a later try sends the same."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from reporting.deliver.text import Line, Span

FileKind = Literal["picture", "document"]
_LIST = "parcel.json"


@dataclass(frozen=True)
class Enclosure:
    """A file beside the words; its name is what the recipient sees."""

    path: Path
    kind: FileKind = "document"

    @property
    def size(self) -> int:
        return self.path.stat().st_size


@dataclass(frozen=True)
class Parcel:
    """``lines`` are the words, the first of them a headline; ``subject`` is a mail's.

    ``label`` names the parcel where parcels lie side by side, in a folder.
    """

    subject: str
    lines: tuple[Line, ...]
    enclosures: tuple[Enclosure, ...] = ()
    label: str = "digest"

    @property
    def pictures(self) -> tuple[Enclosure, ...]:
        return tuple(one for one in self.enclosures if one.kind == "picture")

    @property
    def documents(self) -> tuple[Enclosure, ...]:
        return tuple(one for one in self.enclosures if one.kind == "document")

    def content_hash(self) -> str:
        """The same for the same words and files."""
        digest = hashlib.sha256(_words(self).encode())
        for enclosure in self.enclosures:
            digest.update(enclosure.path.name.encode() + b"\0")
            with enclosure.path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()


class Way(Protocol):
    """One way to recipients."""

    def parts(self, parcel: Parcel) -> tuple[str, ...]:
        """What of the parcel is sent by a call of its own, in order."""
        ...

    def send(self, parcel: Parcel, part: str, to: str, delivery_id: str) -> str:
        """Send one part; returns the number that the service knows it by.

        Raises:
            NotDeliveredError, RefusedError, UnknownOutcomeError: it is not known to be taken.
        """
        ...

    def check(self) -> str:
        """What is on the other side, in words; raises as ``send`` does."""
        ...


def pack(parcel: Parcel, folder: Path) -> Parcel:
    """Copy a parcel into an empty folder of its own; the list is written last."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    kept = []
    for enclosure in parcel.enclosures:
        path = folder / enclosure.path.name
        shutil.copyfile(enclosure.path, path)
        kept.append(Enclosure(path, enclosure.kind))
    packed = replace(parcel, enclosures=tuple(kept))
    (folder / _LIST).write_text(_words(packed), encoding="utf-8")
    return packed


def unpack(folder: Path) -> Parcel:
    """What ``pack`` put there.

    Raises:
        OSError: it is not there any more.
    """
    said = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    return Parcel(
        said["subject"],
        tuple(tuple(Span(**span) for span in line) for line in said["lines"]),
        tuple(Enclosure(folder / one["name"], one["kind"]) for one in said["files"]),
        said["label"],
    )


def _words(parcel: Parcel) -> str:
    def spans(lines: Sequence[Line]) -> list[list[dict[str, object]]]:
        return [[asdict(span) for span in line] for line in lines]

    files = [{"name": one.path.name, "kind": one.kind} for one in parcel.enclosures]
    head = {"subject": parcel.subject, "label": parcel.label}
    said = {**head, "lines": spans(parcel.lines), "files": files}
    return json.dumps(said, ensure_ascii=False, indent=1)
