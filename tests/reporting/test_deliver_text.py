"""Names out of a CRM stay text in every form, and long messages become several."""

import pytest

from reporting.deliver.text import Span, html, length, name, pages, plain
from sandbox.servers.telegram.html import shown

HOSTILE = [
    "<script>alert('x')</script> & \"ООО Ромашка\"",
    "</b></a><b>",
    "&lt;уже&gt; &amp;amp;",
    "=cmd|' /C calc'!A0",
    "_курсив_ *жирный* `код` [ссылка](http://x)",
    "🏠🏗️ кухня 👩‍👩‍👧",
    "строка\nвторая\u2028третья\x00\x1b[31m",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_shown_as_it_is_written(text: str) -> None:
    said = name(text)
    line = (Span("• "), Span(said, is_bold=True), Span(said, url='https://x.example/?a="1"&b=<2>'))
    assert shown(html([line])) == f"• {said}{said}"
    assert "\n" not in said
    assert "\x1b" not in said
    for word in ("script", "cmd", "курсив", "кухня", "вторая"):
        assert (word in said) == (word in text)


def test_a_name_cannot_turn_the_rest_of_the_line_around() -> None:
    said = name("\u202egpj.exe\u2066 опасно")
    assert said == "gpj.exe опасно"
    hebrew = name("דירה \u200f12\u2069")
    assert hebrew == "\u2068דירה \u200f12\u2069"  # isolated, and its own end mark is gone


def test_an_address_that_is_no_web_page_is_no_link() -> None:
    line = (Span("сделка", url="javascript:alert(1)"),)
    assert html([line]) == "сделка"
    assert plain([line]) == "сделка"


def test_pages_hold_every_line_within_the_limit() -> None:
    lines = [(Span(f"строка {number} " + "я" * 50),) for number in range(200)]
    found = list(pages(lines, 4096))
    assert len(found) == 4
    assert [line for page in found for line in page] == lines
    for page in found:
        assert sum(length(line) + 1 for line in page) - 1 <= 4096
        shown(html(page))  # the service itself refuses what is too long


def test_a_page_that_is_exactly_full_is_one_page() -> None:
    assert len(list(pages([(Span("а" * 2047),), (Span("б" * 2048),)], 4096))) == 1
    assert len(list(pages([(Span("а" * 2048),), (Span("б" * 2048),)], 4096))) == 2


def test_a_line_too_long_alone_is_cut_by_what_telegram_counts() -> None:
    (page,) = pages([(Span("🏠" * 3000),)], 4096)  # two units each
    assert length(page[0]) <= 4096
    assert page[0][0].text.endswith("…")
    shown(html(page))
