"""Five lines for one reader, and what of them is news the next day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporting.data import open_marts
from reporting.deliver.text import html, plain
from reporting.digest import Digest, Kind, Reader, build_digest
from reporting.digest_facts import Facts, read_facts
from reporting.digest_words import cases, deals
from reporting.inputs import FeedStatus, RuleText
from reporting.scope import Scope
from reporting.view import Language, Report
from sandbox.servers.telegram.html import shown
from tests.published_copy import ANNA, BORIS_DEAL, CUT, FIRST, SALES, Found, create
from tests.reporting.conftest import FEEDS, TITLES, view_of

ZONE = ZoneInfo("Europe/Moscow")
NEXT = CUT + timedelta(days=1)
WHOLE, OWN, PIPELINE = Scope(), Scope(users=(ANNA,)), Scope(pipelines=(SALES,))


_PAGES: dict[Language, Report] = {}


def _page(path: Path, language: Language) -> Report:
    """Its headline and payback do not change with the findings, so it is read once."""
    if language not in _PAGES:
        _PAGES[language] = view_of(path, language)
    return _PAGES[language]


class Copy:
    """A published copy that a test changes from day to day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = create(folder)

    def publish(
        self, findings: Iterable[Found], cut: datetime = NEXT, flagged: str = "200000"
    ) -> None:
        self.path = create(self.folder, findings, cut=cut, flagged=flagged)

    def digest(
        self,
        kind: Kind = "daily",
        scope: Scope = WHOLE,
        then: Facts | None = None,
        language: Language = "ru",
        feeds: tuple[FeedStatus, ...] | None = None,
        titles: dict[str, RuleText] | None = None,
    ) -> Digest:
        feeds = FEEDS[language] if feeds is None else feeds
        titles = TITLES[language] if titles is None else titles
        with open_marts(self.path) as con:
            con.execute("set variable company_currency = 'RUB'")
            page = _page(self.path, language) if scope.is_whole else None
            facts = read_facts(con, page, scope, feeds, ZONE)
            return build_digest(
                *(con, kind, Reader(scope, language, then), facts, feeds),
                company="Окна & <Двери>",
                currency="RUB",
                zone=ZONE,
                titles=titles,
            )


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def words(digest: Digest) -> str:
    return plain(digest.lines).replace("\N{NO-BREAK SPACE}", " ")


def told(digest: Digest) -> Facts:
    """The facts as they come back from the log."""
    return Facts.from_json(digest.facts.as_json())


def test_the_week_has_its_five_lines(copy: Copy) -> None:
    said = words(copy.digest("weekly")).splitlines()
    assert said[0] == "Окна & <Двери>: итоги недели"
    assert said[1] == "Данные на 02.11.2026 06:10"
    assert said[3].startswith("Источник известен у 80,7")
    assert "лучше всех Контекстная реклама" in said[4]
    assert "хуже всех Таргетированная реклама" in said[4]
    assert said[5] == "Дисциплина: 80,0 % денег в порядке"
    assert said[6] == "Новое и худшее: 175 000,00 ₽, с 26.10.2026 06:10"
    assert said[7] == "• Сделка без источника: 2 сделки, 170 000,00 ₽"
    assert said[-1].startswith("Не обновляются: Яндекс Директ (28.10.2026")


def test_in_english(copy: Copy) -> None:
    said = words(copy.digest("weekly", language="en"))
    assert "The source is known of 80.7%" in said
    assert "Discipline: 80.0% of the money in order" in said
    assert "2 deals" in said
    assert not any("а" <= sign <= "я" for line in said.splitlines()[:7] for sign in line[20:])


def test_facts_survive_the_log(copy: Copy) -> None:
    for scope in (WHOLE, OWN):
        digest = copy.digest("weekly", scope)
        assert told(digest) == digest.facts


def test_a_manager_hears_of_their_own_deals_only(copy: Copy) -> None:
    said = words(copy.digest("weekly", OWN))
    assert "Источник известен у 75,0 % оплат по сделкам (40 000,00 ₽)" in said
    assert "Выиграно за 30 дней: 2 сделки на 100 000,00 ₽" in said
    assert "Дисциплина: 75,0 % денег в порядке" in said
    assert "Сделка без источника: 1 сделка, 100 000,00 ₽" in said
    assert BORIS_DEAL not in said
    assert "реклама" not in said
    assert words(copy.digest("weekly", PIPELINE)) == said  # the pipeline is Anna's alone


def test_names_of_deals_are_shown_as_they_are(copy: Copy) -> None:
    digest = copy.digest("weekly", OWN)
    visible = shown(html(digest.lines))
    assert '<b>Кухня</b> & =cmd|"calc" חלב' in visible
    assert "\u202e" not in visible
    assert 'href="https://demo.amocrm.ru/leads/detail/501"' in html(digest.lines)


def test_the_first_daily_tells_all_there_is(copy: Copy) -> None:
    digest = copy.digest()
    assert digest.is_news
    assert "Первая сводка" in words(digest)


def test_a_day_without_news_says_nothing(copy: Copy) -> None:
    then = told(copy.digest())
    assert not copy.digest(then=then).is_news
    copy.publish(FIRST)  # another run that found the same
    assert not copy.digest(then=then).is_news


def test_what_was_mended_is_no_news(copy: Copy) -> None:
    then = told(copy.digest())
    copy.publish([*FIRST[:1], replace(FIRST[1], is_resolved=True), *FIRST[2:]], flagged="100000")
    assert not copy.digest(then=then).is_news


def test_a_new_finding_is_news_even_where_another_was_mended(copy: Copy) -> None:
    then = told(copy.digest())
    new = Found("won_no_price", 503, ANNA, "4000", seen=NEXT, name="Новая кухня")
    copy.publish([FIRST[0], replace(FIRST[1], is_resolved=True), *FIRST[2:], new])
    said = words(copy.digest(then=then))
    assert "Выигранная сделка без суммы: 1 сделка, 4 000,00 ₽" in said
    assert "Новая кухня" in said
    assert "Сделка без источника" not in said
    assert "Дисциплина" not in said


def test_a_finding_that_came_back_is_news(copy: Copy) -> None:
    gone = [FIRST[0], replace(FIRST[1], is_resolved=True), *FIRST[2:]]
    copy.publish(gone, CUT)
    then = told(copy.digest())
    copy.publish([FIRST[0], replace(FIRST[1], reopened=1), *FIRST[2:]])
    said = words(copy.digest(then=then))
    assert "Выигранная сделка без суммы: 1 сделка, 5 000,00 ₽; вернулось: 1" in said


def test_more_money_at_an_old_finding_is_news(copy: Copy) -> None:
    then = told(copy.digest())
    copy.publish([replace(FIRST[0], money="160000"), *FIRST[1:]])
    assert "Сделка без источника: 0 сделок, 60 000,00 ₽" in words(copy.digest(then=then))


def test_advice_is_never_news(copy: Copy) -> None:
    then = told(copy.digest())
    new = Found("won_no_price", 603, ANNA, "4000", seen=NEXT, severity="advice")
    copy.publish([*FIRST, new])
    assert not copy.digest(then=then).is_news


def test_news_of_somebody_else_is_none_of_theirs(copy: Copy) -> None:
    then = told(copy.digest(scope=OWN))
    copy.publish([*FIRST, Found("won_no_price", 604, 72, "9000", seen=NEXT)])
    assert not copy.digest(scope=OWN, then=then).is_news
    assert copy.digest(then=then).is_news


def test_a_lower_score_is_news_and_says_what_it_was(copy: Copy) -> None:
    then = told(copy.digest())
    copy.publish(FIRST, flagged="250000")
    said = words(copy.digest(then=then)).splitlines()
    assert said[3:] == ["Дисциплина: 75,0 % денег в порядке, было 80,0 %"]


def test_money_explained_less_is_news(copy: Copy) -> None:
    then = told(copy.digest())
    assert then.explained is not None
    better = replace(then, explained=then.explained + Decimal("0.02"))
    assert "Источник известен" in words(copy.digest(then=better))
    assert not copy.digest(then=replace(then, explained=Decimal("0.5"))).is_news


def test_a_channel_that_pays_back_worse_is_news(copy: Copy) -> None:
    then = told(copy.digest())
    assert then.worst is not None
    better = replace(then.worst, value=then.worst.value + Decimal("0.06"))
    assert "хуже всех" in words(copy.digest(then=replace(then, worst=better)))
    noise = replace(then.worst, value=then.worst.value + Decimal("0.04"))
    assert not copy.digest(then=replace(then, worst=noise)).is_news


def test_a_source_that_went_stale_is_news_once(copy: Copy) -> None:
    fresh = tuple(replace(feed, status="ok") for feed in FEEDS["ru"])
    then = told(copy.digest(feeds=fresh))
    digest = copy.digest(then=then)
    assert "Не обновляются: Яндекс Директ" in words(digest)
    assert not copy.digest(then=told(digest)).is_news


def test_many_rules_are_cut_to_the_costliest(copy: Copy) -> None:
    many = [Found(f"rule_{n}", 700 + n, ANNA, str(1000 * n), seen=NEXT) for n in range(1, 9)]
    then = told(copy.digest())
    copy.publish([*FIRST, *many])
    said = words(copy.digest(then=then))
    assert "Новое и худшее: 36 000,00 ₽" in said
    assert "rule_8: 1 сделка, 8 000,00 ₽" in said
    assert "rule_3" not in said
    assert "и ещё правил: 3" in said


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "сделок"), (1, "сделка"), (3, "сделки"), (12, "сделок"), (21, "сделка")],
)
def test_numbers_have_their_form(number: int, form: str) -> None:
    assert deals("ru", number, "N") == f"N {form}"
    assert cases("en", number, "N") == ("N case" if number == 1 else "N cases")
