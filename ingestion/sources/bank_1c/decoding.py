"""Bytes of a 1C exchange file to text: what a file declares and what it is often differ."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.errors import SourceFormatError

# One of these words, in whatever encoding it was found, proves both the format and the encoding:
# the first line of the format is Latin and proves nothing.
_PROOFS = ("секциядокумент", "секциярасчсчет", "версияформата", "кодировка=", "конецфайла")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARES_DOS = re.compile(rb"=\s*(dos|866|cp866)\s*[\r\n]", re.IGNORECASE)
_LINE_END = re.compile("\r\n|\n|\r")
_CONTROL = dict.fromkeys([*range(9), *range(11, 13), *range(14, 32), 127])


@dataclass(frozen=True)
class Decoded:
    """``lines`` of the file in order (line 1 is ``lines[0]``) and the ``encoding`` that fitted."""

    lines: list[str]
    encoding: str


def decode(content: bytes) -> Decoded:
    """Text of a file: by its BOM, else strict UTF-8, else as it declares itself, else Windows.

    The first encoding whose text has a word of the format wins, so a wrong declaration does no
    harm. If none decodes cleanly, one that leaves the fewest doubts is taken with unreadable bytes
    replaced (``+replaced`` in the name): a single bad byte must not cost a whole statement.

    Raises:
        SourceFormatError: the file is empty, or is no 1C exchange file in any encoding.
    """
    if not content.strip():
        raise SourceFormatError("the file is empty; download the statement again")
    for encoding, errors in _candidates(content):
        try:
            text = content.decode(encoding, errors)
        except UnicodeError:
            continue
        if _is_recognisable(text):
            name = encoding.removesuffix("-sig") + ("+replaced" if errors == "replace" else "")
            return Decoded(_lines(text), name)
    raise SourceFormatError(
        "not a 1C exchange file: no СекцияДокумент nor other word of the format in UTF-8, cp1251 "
        "or cp866; export the statement as 1C (1CClientBankExchange, usually kl_to_1c.txt)"
    )


def _candidates(content: bytes) -> Iterator[tuple[str, str]]:
    by_bom = [name for bom, name in _BOMS if content.startswith(bom)]
    single_byte = ["cp1251", "cp866"]
    if _DECLARES_DOS.search(content[:2000]):
        single_byte.reverse()
    encodings = [*by_bom, "utf-8", *single_byte]
    for errors in ("strict", "replace"):
        for encoding in encodings:
            yield encoding, errors


def _is_recognisable(text: str) -> bool:
    folded = text.casefold().replace("ё", "е")
    return any(proof in folded for proof in _PROOFS)


def _lines(text: str) -> list[str]:
    # not str.splitlines: it also breaks at form feeds and U+2028, which purposes do contain
    return [line.translate(_CONTROL).strip() for line in _LINE_END.split(text.lstrip("\ufeff"))]
