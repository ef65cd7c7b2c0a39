"""Bodies of the two kinds that the Bot API takes: urlencoded, and multipart with files."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME = re.compile(r'; name="([^"]*)"')
_FILE_NAME = re.compile(r"filename\*=utf-8''([^;\r\n]+)|filename=\"([^\"]*)\"", re.IGNORECASE)


@dataclass
class Form:
    """Fields as text, files as (name, content)."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def read_form(content_type: str, body: bytes) -> Form:
    """Parse a body by its type; an empty form where it is of neither kind."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return Form(dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True)))
    form = Form()
    for part in body.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        said = head.decode("utf-8")
        content = content.removesuffix(b"\r\n")
        name = _NAME.search(said)
        file_name = _FILE_NAME.search(said)
        if name is None:
            continue
        if file_name is None:
            form.fields[name[1]] = content.decode("utf-8")
        else:
            form.files[name[1]] = (file_name[1] or file_name[2], content)
    return form
