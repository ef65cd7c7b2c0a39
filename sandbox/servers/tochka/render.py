"""A transaction as Tochka's open-banking API shows it (statements v1.0)."""

from typing import Any

from sandbox.model import Company
from sandbox.simulation.bank_api import Operation

BIC = "044525104"


def transaction(company: Company, found: Operation, *, is_memorial: bool) -> dict[str, Any]:
    """The JSON object of one transaction; the company's own side has no party, as in the bank."""
    document = found.document
    role = "Debtor" if document.incoming else "Creditor"
    body: dict[str, Any] = {
        "transactionId": f"{found.id};1",
        "paymentId": found.id,
        "creditDebitIndicator": "Credit" if document.incoming else "Debit",
        "status": "Pending" if found.is_hold else "Booked",
        "documentNumber": document.number,
        "transactionTypeCode": "Мемориальный ордер" if is_memorial else document.kind,
        "documentProcessDate": document.day.isoformat(),
        "description": document.purpose,
        "Amount": {
            "amount": document.amount,
            "amountNat": document.amount,
            "currency": "RUB",
        },
        f"{role}Party": {
            "inn": document.counterparty_inn,
            "name": document.counterparty_name,
            "kpp": f"{document.counterparty_inn[:4]}01001"
            if len(document.counterparty_inn) == 10
            else "0",
        },
        f"{role}Account": {
            "schemeName": "RU.CBR.PAN",
            "identification": document.counterparty_account,
        },
        f"{role}Agent": {
            "schemeName": "RU.CBR.BICFI",
            "identification": "044525225",
            "name": "БАНК ПЛАТЕЛЬЩИКА",
        },
        "TaxFields": {},
    }
    if not document.incoming:
        body["DebtorParty"] = {"inn": company.inn, "name": company.name, "kpp": ""}
    if kbk := document.extra.get("ПоказательКБК"):
        body["TaxFields"] = {"kbk": kbk, "originatorStatus": "01"}
    return body
