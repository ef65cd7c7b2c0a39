"""The picture for messengers."""

import struct
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reporting import picture
from reporting.canvas import Canvas
from reporting.i18n import Wording
from reporting.picture import draw_picture, write_picture
from reporting.view import Report
from tests.reporting.conftest import view_of

SCORED = Decimal("281211.74") / Decimal("2812117.40")


def size_of(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every line that is drawn."""
    lines: list[str] = []
    draw = Canvas.text

    def listen(canvas: Canvas, x: float, y: float, words: str, *rest: Any, **how: Any) -> None:
        lines.append(words)
        draw(canvas, x, y, words, *rest, **how)

    monkeypatch.setattr(Canvas, "text", listen)
    return lines


def test_the_picture_says_what_the_page_says(
    report: Report, tmp_path: Path, said: list[str]
) -> None:
    path = write_picture(report, tmp_path)
    assert path == tmp_path / "report.png"
    width, height = size_of(path.read_bytes())
    assert width == 1200
    assert 900 < height < 1600
    assert "Окна & Двери" in said
    for share in (report.headline.known.share.value, 1 - SCORED):
        assert share is not None
        assert Wording("ru", "RUB").percent(share) in said
    worst = ["Нет даты оплаты", "Сделка без источника", "Обязательное поле пустое"]
    breaches = said[said.index("Самые дорогие нарушения") + 1 :]
    assert [line for line in breaches if line in worst] == worst
    assert "Имя сделки придумала CRM" not in said  # advice
    assert "Дубль контакта" not in said  # the same deals' money from another side
    # the font of pictures lacks the sign: the whole line would fall back to another font
    assert not [line for line in said if "₽" in line]


def test_letters_are_really_drawn() -> None:
    def sheet(words: str) -> bytes:
        canvas = Canvas(200, 40)
        canvas.text(5, 28, words, 20, "#000000")
        return canvas.png(1)

    blank = sheet(" ")
    assert len({sheet(words) for words in ("Ж", "Щ", "ё", "▲", "−", "«")} | {blank}) == 7


def test_a_company_without_checks_or_money_has_a_picture(
    empty_marts: Path, change: Callable[..., Path], said: list[str]
) -> None:
    assert size_of(draw_picture(view_of(empty_marts)))[0] == 1200
    assert "—" in said
    tables = ("findings", "discipline_scores", "headline_history")
    bare = view_of(change(*(f"drop table quality.{table}" for table in tables)), "en")
    said.clear()
    draw_picture(bare)
    assert "The checks have not run yet, so nothing is known of the discipline." in said
    assert picture.NAME == "report.png"
