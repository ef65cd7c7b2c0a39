"""A manager's own page: their deals and nobody else's."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporting.data import open_marts
from reporting.manager_pages import write_manager_pages
from reporting.view import Language
from tests.reporting.conftest import AS_OF
from tests.reporting.discipline_rows import ANNA, BORIS
from tests.reporting.page import Page
from tests.reporting.rows import HOSTILE


def write(marts: Path, folder: Path, language: Language = "ru") -> dict[int, Path]:
    with open_marts(marts) as con:
        return write_manager_pages(
            con,
            language=language,
            as_of=AS_OF,
            zone=ZoneInfo("Europe/Moscow"),
            company_name="Окна & Двери",
            currency="RUB",
            folder=folder,
        )


@pytest.fixture(scope="module")
def pages(marts: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Page]:
    found = write(marts, tmp_path_factory.mktemp("pages"))
    return {user: Page(path.read_text()) for user, path in found.items()}


def text_of(page: Page) -> str:
    return " ".join(" ".join(page.words).split())


def test_everyone_who_has_a_finding_or_a_score_has_a_page(
    marts: Path, tmp_path: Path, pages: dict[int, Page]
) -> None:
    assert set(pages) == {21, 22, 23}
    assert write(marts, tmp_path)[21] == tmp_path / "managers" / "21.html"


def test_a_page_tells_of_own_deals_only(pages: dict[int, Page]) -> None:
    anna, boris = text_of(pages[21]), text_of(pages[22])
    for own, other in ((anna, BORIS[1]), (boris, ANNA[1])):
        assert other not in own
    # 103 is with Boris now and Anna closed it, 104 is nobody's
    assert "Остекление балкона" in boris
    assert "Поставка окон" in anna
    anothers = ("Поставка окон", HOSTILE, "Ремонт офиса", "Иван Петров", "ИП Громов", "Сделка #106")
    for foreign in anothers:
        assert foreign not in boris
    for foreign in ("Ремонт офиса", "ИП Громов", "Переносит задачи"):
        assert foreign not in anna
    deals = {href for href, _ in pages[22].links if "amocrm" in href}
    assert deals <= {"https://demo.amocrm.ru/leads/detail/103"}


def test_what_was_closed_and_handed_over_is_told_apart(pages: dict[int, Page]) -> None:
    handed = pages[21].table("Сделки с нарушениями")
    assert [row[0] for row in handed.rows[1:]] == ["Остекление балкона"]
    assert "Закрыл я, сейчас у другого" not in text_of(pages[22])


def test_findings_stand_by_urgency_with_links_and_fixes(pages: dict[int, Page]) -> None:
    page = pages[21]
    ids = [id_ for id_ in page.ids if id_ in ("tasks", "error", "warning", "advice", "handed")]
    assert ids == ["error", "warning", "advice", "handed"]
    text = text_of(page)
    assert "Укажите дату оплаты." in text
    assert text.index("Нет даты оплаты") < text.index("Обязательное поле пустое")
    assert dict(page.links)["https://demo.amocrm.ru/leads/detail/102"] == HOSTILE
    assert "2 под вопросом 238 000,75 ₽" in text
    assert "88,1 %" in text
    assert "tasks" in pages[22].ids
    assert "Переносит задачи" in text_of(pages[22])
    assert "прошлого отчёта" not in text
    assert "Исправлять нечего" in text_of(pages[23])


def test_a_page_is_self_contained_and_safe(pages: dict[int, Page]) -> None:
    for page in pages.values():
        assert not {"script", "img", "iframe"} & set(page.tags)
        assert not [name for _, name, _ in page.attributes if name.startswith("on")]
        assert all(table.caption.strip() for table in page.tables)
        assert sum(table.unscoped for table in page.tables) == 0
        assert len(page.ids) == len(set(page.ids))
        inside = {href[1:] for href, _ in page.links if href.startswith("#")}
        assert inside <= set(page.ids)


def test_an_english_page_is_english(marts: Path, tmp_path: Path) -> None:
    text = text_of(Page(write(marts, tmp_path, "en")[22].read_text()))
    assert "Tasks and the next step" in text
    assert "Задачи" not in text


def test_the_page_of_one_who_left_is_removed(marts: Path, tmp_path: Path) -> None:
    old = tmp_path / "managers" / "999.html"
    old.parent.mkdir()
    old.write_text("old findings")
    kept = tmp_path / "managers" / "notes.html"
    kept.write_text("not ours")
    write(marts, tmp_path)
    assert not old.exists()
    assert kept.exists()


def test_before_the_first_checks_there_are_no_pages(
    change: Callable[..., Path], tmp_path: Path
) -> None:
    bare = change("drop table quality.findings", "drop table quality.discipline_scores")
    assert write(bare, tmp_path) == {}
