"""A folder that somebody else reads: a share, a synchronised disk."""

import os
import tempfile
from pathlib import Path

from reporting.deliver.errors import NotDeliveredError
from reporting.deliver.parcel import Parcel
from reporting.deliver.text import plain


class Folder:
    """Every delivery has a folder of its own; writing it again changes nothing."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def check(self) -> str:
        """Creates it where there is none."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._root):
                pass
        except OSError as error:
            raise NotDeliveredError(f"{self._root}: cannot be written ({error.strerror})") from None
        return str(self._root)

    def parts(self, parcel: Parcel) -> tuple[str, ...]:  # noqa: ARG002
        return ("files",)

    def send(self, parcel: Parcel, part: str, to: str, delivery_id: str) -> str:  # noqa: ARG002
        """``to`` is the recipient's folder inside the root; each parcel has one inside that."""
        folder = self._root / to / parcel.label
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for enclosure in parcel.enclosures:
                _write(folder / enclosure.path.name, enclosure.path.read_bytes())
            # last of all: whoever waits for the words finds the files beside them
            _write(folder / "digest.txt", (plain(parcel.lines) + "\n").encode())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise NotDeliveredError(f"{folder}: cannot be written ({reason})") from None
        return str(folder)


def _write(target: Path, data: bytes) -> None:
    handle, fresh = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).chmod(0o644)
        Path(fresh).replace(target)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
