"""The body of a page of cards, fast and with every kopeck.

A general parser that keeps all fractions exact is ten times slower; money is the only fraction that
counts here. So exact prices are made strings before a fast parser sees them as binary fractions.
"""

import re
from typing import Any

import orjson
import requests

from ingestion.http import parse_json

# Inside a JSON string the quotes would be escaped, so this is a key and nothing else.
_EXACT_MONEY = re.compile(rb'_with_minor_units"\s*:\s*(?=[-0-9])([-+0-9.eE]+)')
# A text that was cut in the middle of an emoji; no text column can hold the half.
_HALF_OF_A_PAIR = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def parse_page(response: requests.Response) -> Any:
    """The parsed body; ``…_with_minor_units`` are strings, other fractions are float.

    Raises:
        SourceFormatError: it is no JSON; the text says what it is instead.
    """
    content = response.content
    if b"_with_minor_units" in content:
        content = _EXACT_MONEY.sub(rb'_with_minor_units":"\1"', content)
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return orjson.loads(_HALF_OF_A_PAIR.sub(rb"\\ufffd", content))
    except orjson.JSONDecodeError:
        return parse_json(response)  # which knows what to say of it
