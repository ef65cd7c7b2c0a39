"""Closes the books: whose every customer's payment is, and what of that can be known."""

from decimal import Decimal
from typing import Any

from sandbox.simulation.ledger import Ledger
from sandbox.simulation.payment_matches import Claim, matched
from sandbox.simulation.payment_plants import plant_payments
from sandbox.simulation.world import Receipt

Rows = list[dict[str, Any]]


def close_books(ledger: Ledger) -> dict[str, Rows]:
    """Plant what is hard to match, sort the bank by day and match it; truth tables by name.

    From here on a deal's receipts are what a careful reader knows of it.
    """
    planter = plant_payments(ledger)
    company = ledger.world.company
    booked = sorted(
        zip(company.bank, ledger.rows, strict=True), key=lambda pair: pair[1]["booked_on"]
    )
    company.bank[:] = [document for document, _ in booked]
    rows = [row for _, row in booked]
    claims, positions = matched(company, rows)
    matches: Rows = []
    buckets: Rows = []
    for claim, position in zip(claims, positions, strict=True):
        row = rows[position]
        real = planter.shares.get(id(claim.document), {})
        plant = planter.plants.get(id(claim.document))
        matches += _matches(claim, row, real, plant)
        buckets.append(_key(row) | {"bucket": claim.bucket, "amount": claim.amount})
    _tell_stories(ledger, claims)
    return {"payments": rows, "payment_matches": matches, "customer_money_buckets": buckets}


def _key(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("own_account", "booked_on", "document_number")}


def _matches(
    claim: Claim, row: dict[str, Any], real: dict[int, Decimal], plant: str | None
) -> Rows:
    """One row an allocation, or one for the whole movement where no rule may find a deal."""
    found: list[tuple[int | None, int | None, Decimal]] = [
        (deal, deal if deal in real else row["deal_id"], amount)
        for deal, amount in claim.shares.items()
    ]
    if not found and real:
        # what nobody can divide is told by what it was for, the odd sum with the first
        odd = claim.amount - sum(real.values())
        found = [(None, deal, amount) for deal, amount in real.items()]
        found[0] = (None, found[0][1], found[0][2] + odd)
    return [
        _key(row)
        | {
            "amount": amount,
            "deal_id": deal,
            "method": claim.method,
            "true_deal_id": true_deal,
            "plant": plant,
        }
        for deal, true_deal, amount in found or [(None, row["deal_id"], claim.amount)]
    ]


def _tell_stories(ledger: Ledger, claims: list[Claim]) -> None:
    known: dict[int, list[Receipt]] = {}
    for claim in claims:
        for deal, amount in claim.shares.items():
            known.setdefault(deal, []).append(Receipt(claim.document.day, amount))
    for story in ledger.world.stories:
        story.receipts = known.get(story.lead_id, [])
