"""What kind of statement a file of the bank's folder is: several sources share that folder."""

import codecs
import re
from typing import Literal

SwiftFormat = Literal["camt", "mt940"]

_LOOKED_AT = 65_536  # bytes
_CAMT = re.compile(rb"<(?:[\w.-]+:)?(?:BkToCstmrStmt|BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn)\b")
_MT940 = tuple(re.compile(rb"(?m)^:" + tag) for tag in (rb"20:", rb"25P?:", rb"60[FM]:"))


def swift_format(content: bytes) -> SwiftFormat | None:
    """Whether bytes are an ISO 20022 statement or one in MT940; None for all else."""
    head = content[:_LOOKED_AT].removeprefix(codecs.BOM_UTF8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.replace(b"\0", b"")  # Latin letters are what is looked for
    if _CAMT.search(head):
        return "camt"
    return "mt940" if all(tag.search(head) for tag in _MT940) else None
