"""An operation as T-API shows it: https://developer.tbank.ru/docs/api/get-api-v-1-statement."""

from datetime import UTC, datetime, time
from typing import Any

from sandbox.model import Company
from sandbox.simulation.bank_api import MOSCOW, Operation

BIC, BANK, CORRESPONDENT = "044525974", 'АО "ТБанк"', "30101810145250000974"
_VO = {"Платежное поручение": ("payment-order", "01"), "Банковский ордер": ("bank-order", "17")}


def operation(company: Company, found: Operation) -> dict[str, Any]:
    """The JSON object of one operation."""
    document = found.document
    pay_vo, vo = _VO.get(document.kind, ("card-operation", ""))
    ours = _party(document.own_account, company.inn, company.name)
    theirs = _party(
        document.counterparty_account, document.counterparty_inn, document.counterparty_name
    )
    payer, receiver = (theirs, ours) if document.incoming else (ours, theirs)
    midnight = datetime.combine(document.day, time(), MOSCOW)
    body: dict[str, Any] = {
        "operationDate": moment(found.at),
        "operationId": found.id,
        "operationStatus": "Authorization" if found.is_hold else "Transaction",
        "accountNumber": document.own_account,
        "bic": BIC,
        "typeOfOperation": "Credit" if document.incoming else "Debit",
        "category": found.category,
        "trxnPostDate": None if found.is_hold else moment(found.at),
        "authorizationDate": moment(found.at),
        "docDate": moment(midnight),
        "documentNumber": document.number,
        "payVo": pay_vo,
        "vo": vo,
        "priority": 5,
        "operationAmount": document.amount,
        "operationCurrencyDigitalCode": "643",
        "accountAmount": document.amount,
        "accountCurrencyDigitalCode": "643",
        "rubleAmount": document.amount,
        "description": document.purpose[:100],
        "payPurpose": document.purpose,
        "payer": payer,
        "receiver": receiver,
        "counterParty": {
            "account": theirs["acct"],
            "inn": theirs["inn"],
            "kpp": theirs["kpp"],
            "name": theirs["name"],
            "bankName": theirs["bankName"],
            "bankBic": theirs["bicRu"],
            "corrAccount": theirs["corAcct"],
        },
    }
    if kbk := document.extra.get("ПоказательКБК"):
        body["kbk"] = kbk
    return body


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _party(account: str, inn: str, name: str) -> dict[str, str]:
    return {
        "acct": account,
        "inn": inn,
        "kpp": f"{inn[:4]}01001" if len(inn) == 10 else "0",  # "0" stands for none
        "name": name,
        "bicRu": BIC,
        "bankName": BANK,
        "corAcct": CORRESPONDENT,
    }
