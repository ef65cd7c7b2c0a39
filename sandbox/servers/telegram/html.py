"""Telegram's reading of ``parse_mode=HTML``: a few tags, everything else refused."""

import re
from html import unescape

_TAG = re.compile(r'</?(?:b|i|u|s|code|pre)>|<a href="[^"<>]*">|</a>')
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);")
TEXT_LIMIT = 4096


class BadTextError(Exception):
    """What the Bot API would not take; the text is its description."""


def shown(text: str) -> str:
    """The message as people see it.

    Raises:
        BadTextError: a tag that Telegram does not know, an unclosed one, too much or nothing.
    """
    opened: list[str] = []
    for tag in _TAG.findall(text):
        kind = re.sub(r"[</>]|\s.*", "", tag)
        if not tag.startswith("</"):
            opened.append(kind)
        elif not opened or opened.pop() != kind:
            raise BadTextError("Bad Request: can't parse entities: unmatched end tag")
    if opened:
        raise BadTextError("Bad Request: can't parse entities: can't find end tag")
    bare = _TAG.sub("", text)
    if "<" in bare or ">" in bare:
        raise BadTextError("Bad Request: can't parse entities: unsupported start tag")
    if "&" in _ENTITY.sub("", bare):
        raise BadTextError("Bad Request: can't parse entities: a bare ampersand")
    said = unescape(bare)
    if not said.strip():
        raise BadTextError("Bad Request: message text is empty")
    if len(said.encode("utf-16-le")) // 2 > TEXT_LIMIT:
        raise BadTextError("Bad Request: message is too long")
    return said
