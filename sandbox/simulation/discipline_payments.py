"""Customers' money of no deal, payments booked twice, statements that do not tie."""

from collections import defaultdict

from sandbox.model import BankDocument, Company
from sandbox.simulation.discipline_told import Row, Told

BUCKETS = {
    "unallocated_no_candidate": "payment_no_deal",
    "unallocated_ambiguous": "payment_unclear",
    "unallocated_review": "payment_unclear",
}


def bank_breaches(told: Told, company: Company, feeds: set[str]) -> None:
    """Of the statements of the company's own accounts."""
    if "bank_1c" not in feeds:
        return
    told.speak_of("payment", "payment_no_deal", "payment_unclear", "payment_duplicate")
    told.speak_of("bank_file", "bank_totals_untied")
    for row in company.truth["customer_money_buckets"]:
        if row["bucket"] in BUCKETS:
            told.breach(BUCKETS[row["bucket"]], _key(row))
    alike: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for document, row in zip(company.bank, company.truth["payments"], strict=True):
        party = document.counterparty_inn or document.counterparty_name
        if row["payment_class"] == "customer_payment" and document.incoming and party:
            alike[_words(document, party)].append(row)
    for rows in alike.values():
        rows.sort(key=lambda row: row["document_number"])
        for row in rows[1:]:
            told.breach("payment_duplicate", _key(row))
    untied = {
        row["file_name"]
        for row in company.truth["bank_defects"]
        if row["kind"] == "totals_do_not_tie"
    }
    for file_name in sorted(untied):
        told.breach("bank_totals_untied", f"bank_1c/{file_name}")


def _key(row: Row) -> str:
    return f"{row['own_account']}/{row['booked_on']}/{row['document_number']}"


def _words(document: BankDocument, party: str) -> tuple[object, ...]:
    return document.own_account, document.day, document.amount, party, document.purpose
