"""A folder holds each parcel once, however often it is written."""

from pathlib import Path

import pytest

from reporting.deliver.errors import NotDeliveredError
from reporting.deliver.folder import Folder
from reporting.deliver.parcel import Enclosure, Parcel, pack, unpack
from reporting.deliver.text import Span


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    table = tmp_path / "findings.xlsx"
    table.write_bytes(b"PK")
    lines = ((Span("Сделка", url="https://crm.example/1"),), (Span("=cmd"),))
    return Parcel("Сводка", lines, (Enclosure(table),), "2026-11-02-weekly")


def test_writing_twice_leaves_one_copy(parcel: Parcel, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "share")
    for _ in range(2):
        folder.send(parcel, "files", "sales", "id")
    found = tmp_path / "share" / "sales" / "2026-11-02-weekly"
    assert sorted(path.name for path in found.iterdir()) == ["digest.txt", "findings.xlsx"]
    words = (found / "digest.txt").read_text(encoding="utf-8")
    assert words == "Сделка (https://crm.example/1)\n=cmd\n"


def test_a_folder_that_cannot_be_written_is_said_so(parcel: Parcel, tmp_path: Path) -> None:
    (tmp_path / "share").write_text("a file")
    with pytest.raises(NotDeliveredError, match="share"):
        Folder(tmp_path / "share").send(parcel, "files", "sales", "id")
    with pytest.raises(NotDeliveredError, match="share"):
        Folder(tmp_path / "share").check()


def test_a_parcel_comes_out_of_the_outbox_as_it_went_in(parcel: Parcel, tmp_path: Path) -> None:
    packed = pack(parcel, tmp_path / "outbox")
    assert unpack(tmp_path / "outbox") == packed
    assert packed.content_hash() == parcel.content_hash()
    (tmp_path / "outbox" / "findings.xlsx").write_bytes(b"PK2")
    assert unpack(tmp_path / "outbox").content_hash() != parcel.content_hash()
