"""Every string of the templates and of the code is in the catalogue, and nothing else is."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import reporting
from reporting.i18n import Wording, read_catalog

Message = str | tuple[str, ...]
FIELDS = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def used() -> set[Message]:
    found = extract_from_dir(
        Path(reporting.__file__).parent,
        method_map=[("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")],
        options_map={"**.j2": {"encoding": "utf-8", "silent": "false"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    return {message for _, _, message, _, _ in found}


def test_every_string_is_translated_and_no_translation_is_idle(used: set[Message]) -> None:
    catalog = {message.id for message in read_catalog("ru") if message.id}
    assert len(used) > 80
    assert used - catalog == set()
    assert catalog - used == set()


def test_translations_are_complete_and_keep_their_fields() -> None:
    for message in read_catalog("ru"):
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        assert len(texts) == (1 if isinstance(message.id, str) else 3), message.id
        assert not message.fuzzy, message.id
        for text in texts:
            assert re.search("[а-яё]", text.lower()), message.id
            assert set(FIELDS.findall(text)) == set(FIELDS.findall(sources[-1])), message.id


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "сделка"), (2, "сделки"), (5, "сделок"), (11, "сделок"), (21, "сделка"), (0, "сделок")],
)
def test_russian_plurals(number: int, words: str) -> None:
    text = Wording("ru", "RUB").translations.ngettext("%(count)s deal", "%(count)s deals", number)
    assert text == f"%(count)s {words}"
