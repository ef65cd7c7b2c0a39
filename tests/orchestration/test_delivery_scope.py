"""The real files of a week: nobody finds somebody else's deal in theirs."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from orchestration.deliveries import deliver
from tests.orchestration.post import HEAD, MANAGER, OWNER, Company, company
from tests.published_copy import BORIS_DEAL, FIRST


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    with company(tmp_path, monkeypatch) as opened:
        yield opened


def text_of(content: bytes) -> str:
    """Everything a file says; a workbook is an archive of XML."""
    if not content.startswith(b"PK"):
        return unescape(content.decode("utf-8", errors="replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return unescape("".join(parts))


def test_a_weeks_real_files(place: Company) -> None:
    own = replace(FIRST[0], name="Кухня Анны")
    place.publish([own, *FIRST[1:]])
    office = place.office()
    with office.opened(5):
        deliver(office, "weekly")
    of_owner, of_head, of_manager = (place.service.files(one) for one in (OWNER, HEAD, MANAGER))
    assert {Path(name).suffix for name in of_owner} == {".png", ".html", ".xlsx"}
    assert of_owner[next(name for name in of_owner if name.endswith(".png"))].startswith(b"\x89PNG")
    assert {Path(name).suffix for name in of_manager} == {".html", ".xlsx"}
    assert {Path(name).suffix for name in of_head} == {".xlsx"}
    for content in of_manager.values():
        assert BORIS_DEAL in text_of(content)
        assert "Кухня" not in text_of(content)
    assert "Кухня Анны" in text_of(of_head["findings.xlsx"])
    assert BORIS_DEAL not in text_of(of_head["findings.xlsx"])
    assert {BORIS_DEAL, "Кухня Анны"} <= {
        word for word in (BORIS_DEAL, "Кухня Анны") if word in text_of(of_owner["findings.xlsx"])
    }
