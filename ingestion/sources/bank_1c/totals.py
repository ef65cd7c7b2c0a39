"""Do the documents of a file add up to what its account blocks say?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ingestion.sources.bank_1c.documents import Document
from ingestion.sources.bank_1c.frame import Frame, clean_account
from ingestion.sources.bank_1c.values import read_balance, read_day_or_none


@dataclass(frozen=True)
class Statement:
    """One account block beside the sums of its documents.

    ``totals_tie`` is None where the block does not state both totals and nothing contradicts.
    """

    block_index: int
    account: str | None
    date_from: date | None
    date_to: date | None
    opening_balance: Decimal | None
    total_in: Decimal | None
    total_out: Decimal | None
    closing_balance: Decimal | None
    sum_in: Decimal
    sum_out: Decimal
    totals_tie: bool | None
    tie_message: str


def check_totals(frame: Frame, documents: Sequence[Document], quarantined: int) -> list[Statement]:
    """One ``Statement`` a block, in the file's order.

    Where an account has several blocks (one a day, say) each gets the documents of its own days;
    a single block gets all of its account's documents, for banks do date blocks carelessly.
    """
    only_account = frame.accounts[0] if len(frame.accounts) == 1 else None
    accounts = [
        clean_account(block.fields.get("account", "")) or only_account for block in frame.blocks
    ]
    return [
        _check(
            index,
            account,
            block.fields,
            documents,
            quarantined,
            by_day=accounts.count(account) > 1,
        )
        for index, (block, account) in enumerate(zip(frame.blocks, accounts, strict=True))
    ]


def _check(
    index: int,
    account: str | None,
    fields: dict[str, str],
    documents: Sequence[Document],
    quarantined: int,
    *,
    by_day: bool,
) -> Statement:
    date_from = read_day_or_none(fields.get("date_from"))
    date_to = read_day_or_none(fields.get("date_to"))
    first, last = (date_from or date.min, date_to or date.max) if by_day else (date.min, date.max)
    amounts: dict[str, Decimal] = {"in": Decimal("0.00"), "out": Decimal("0.00")}
    for document in documents:
        if document.own_account == account and first <= document.booked_on <= last:
            amounts[document.direction] += document.amount
    balances = {
        name: read_balance(fields.get(name))
        for name in ("opening_balance", "total_in", "total_out", "closing_balance")
    }
    faults = [
        *_total_faults("ВсегоПоступило", balances["total_in"], amounts["in"]),
        *_total_faults("ВсегоСписано", balances["total_out"], amounts["out"]),
        *_balance_faults(balances),
    ]
    missing = balances["total_in"] is None or balances["total_out"] is None
    if faults and quarantined:
        faults.append(f"{quarantined} row(s) of the file are in quarantine")
    if faults:
        faults.append("check the rows in quarantine or download the statement again")
        message = "; ".join(faults)
    else:
        message = "ВсегоПоступило or ВсегоСписано is not stated" if missing else "totals tie"
    return Statement(
        block_index=index,
        account=account,
        date_from=date_from,
        date_to=date_to,
        **balances,
        sum_in=amounts["in"],
        sum_out=amounts["out"],
        totals_tie=False if faults else (None if missing else True),
        tie_message=message,
    )


def _total_faults(key: str, stated: Decimal | None, found: Decimal) -> list[str]:
    if stated is None or stated == found:
        return []
    word = "missing" if stated > found else "too much"
    return [f"{key} says {stated}, documents add up to {found}: {abs(stated - found)} {word}"]


def _balance_faults(balances: dict[str, Decimal | None]) -> list[str]:
    opening, closing = balances["opening_balance"], balances["closing_balance"]
    total_in, total_out = balances["total_in"], balances["total_out"]
    if opening is None or closing is None or total_in is None or total_out is None:
        return []
    expected = opening + total_in - total_out
    if expected == closing:
        return []
    return [
        f"the file contradicts itself: {opening} + {total_in} - {total_out} is {expected}, "
        f"КонечныйОстаток says {closing}"
    ]
