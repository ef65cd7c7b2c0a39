"""Banks' services, the acquirer and the account abroad: true to the company, and to its truth."""

import base64
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.company import simulate
from sandbox.feed import discover
from sandbox.model import Company, CompanySpec
from sandbox.running import Services, serve
from sandbox.servers.tbank import TbankFaults
from sandbox.servers.tochka.render import BIC
from sandbox.simulation.acquiring import ONLINE_ACCOUNT, SHOP, online_sales
from sandbox.simulation.bank_api import tbank_accounts, tochka_accounts
from sandbox.simulation.foreign_account import foreign_movements
from sandbox.swift_files import write_swift_statements

SPEC = CompanySpec(seed=5, deals=900, months=3)
FEEDS = ("tbank", "tochka", "yookassa")
OCTOBER = {"from": "2026-09-30T21:00:00Z", "to": "2026-10-31T21:00:00Z"}


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(SPEC)


@pytest.fixture
def services(company: Company) -> Iterator[Services]:
    with serve(company, feeds=FEEDS) as running:
        yield running


def table(company: Company, feed: str, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = discover()[feed].truth(company)[name].to_pylist()
    return rows


def test_the_same_company_has_the_same_feeds_and_is_not_changed(company: Company) -> None:
    again = simulate(SPEC)
    before = [vars(document).copy() for document in company.bank]
    assert online_sales(company) == online_sales(again)
    assert tbank_accounts(company) == tbank_accounts(again)
    assert foreign_movements(company) == foreign_movements(again)
    assert [vars(document) for document in company.bank] == before
    assert company.truth["payments"] == again.truth["payments"]


def test_banks_have_the_movements_of_the_statement_files(company: Company) -> None:
    main, online = tbank_accounts(company)
    (second,) = tochka_accounts(company)
    assert [main.number, second.number] == company.own_accounts
    for account in (main, second):
        theirs = sorted(str(o.document) for o in account.operations)
        files = sorted(str(d) for d in company.bank if d.own_account == account.number)
        assert theirs == files
        assert min(account.balance(o.at) for o in account.operations) >= 0
    assert online.number == ONLINE_ACCOUNT
    assert sum(1 for o in online.operations if o.is_hold) == 2


def test_settlements_are_what_was_captured_less_refunds_and_fees(company: Company) -> None:
    sales = online_sales(company)
    assert len(sales.settlements) > 3
    last = max(document.day for document in sales.settlements)
    rows = [row for row in table(company, "yookassa", "online_payments") if row["booked_on"] < last]
    net = sum((row["amount"] - (row["fee"] or 0) for row in rows), Decimal(0))
    assert net == sum(document.amount for document in sales.settlements)
    assert [row["amount"] for row in table(company, "tbank", "online_settlements")] == [
        document.amount for document in sales.settlements
    ]


def test_online_sales_are_of_deals_that_nothing_else_paid(company: Company) -> None:
    deals = {row["deal_id"]: row for row in company.truth["deals"]}
    paid = [p for p in online_sales(company).payments if p.deal_id is not None]
    assert paid
    assert all(p.created_at.date() > date(2026, 7, 30) for p in paid)
    for payment in paid:
        deal = deals[payment.deal_id]
        assert (deal["status"], deal["paid_amount"]) == ("won", 0)
        assert payment.metadata["deal_id"] == str(payment.deal_id)
    statuses = {payment.status for payment in online_sales(company).payments}
    assert statuses == {"succeeded", "canceled", "waiting_for_capture", "pending"}


def test_a_statement_of_t_bank_is_paged_and_ties(services: Services) -> None:
    url = services.url("tbank") + "/openapi/api/v1/statement"
    headers = {
        "Authorization": f"Bearer {services.app('tbank').state.token}",
        "X-Request-Id": "1",
    }
    asked = {
        **OCTOBER,
        "accountNumber": services.company.own_accounts[0],
        "withBalances": "true",
        "limit": 10,
    }
    first = requests.get(url, asked, headers=headers, timeout=5).json()
    assert len(first["operations"]) == 10
    found, cursor = first["operations"], first["nextCursor"]
    while cursor:
        page = requests.get(url, {**asked, "cursor": cursor}, headers=headers, timeout=5).json()
        assert "balances" not in page  # on the first page alone
        found, cursor = found + page["operations"], page.get("nextCursor")
    signs = {"Credit": 1, "Debit": -1}
    moved = sum(signs[o["typeOfOperation"]] * Decimal(str(o["accountAmount"])) for o in found)
    balances = {name: Decimal(str(value)) for name, value in first["balances"].items()}
    assert balances["balanceBegin"] + moved == balances["balanceEnd"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"accountNumber": "1"}, 400),
        ({"from": "yesterday"}, 400),
        ({"limit": 5001}, 422),
    ],
)
def test_t_bank_refuses_in_its_own_form(
    services: Services, change: dict[str, Any], status: int
) -> None:
    url = services.url("tbank") + "/openapi/api/v1/statement"
    token = services.app("tbank").state.token
    asked = {**OCTOBER, "accountNumber": services.company.own_accounts[0], **change}
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "1"}
    refused = requests.get(url, asked, headers=headers, timeout=5)
    assert refused.status_code == status
    assert set(refused.json()) == {"errorId", "errorMessage", "errorCode"}
    assert requests.get(url, asked, timeout=5).status_code == 401
    services.faults.of(TbankFaults).errors.append(429)
    assert requests.get(url, asked, headers=headers, timeout=5).status_code == 429


def test_tochka_makes_a_statement_that_ties(services: Services) -> None:
    root = services.url("tochka") + "/uapi/open-banking/v1.0"
    headers = {"Authorization": f"Bearer {services.app('tochka').state.token}"}
    account = f"{services.company.own_accounts[1]}/{BIC}"
    order = {"accountId": account, "startDateTime": "2026-10-01", "endDateTime": "2026-10-31"}
    body = {"Data": {"Statement": order}}
    made = requests.post(f"{root}/statements", json=body, headers=headers, timeout=5).json()
    key = made["Data"]["Statement"]["statementId"]
    path = f"{root}/accounts/{account.replace('/', '%2F')}/statements/{key}"
    (ready,) = requests.get(path, headers=headers, timeout=5).json()["Data"]["Statement"]
    assert ready["status"] == "Ready"
    signs = {"Credit": 1, "Debit": -1}
    moved = sum(
        signs[row["creditDebitIndicator"]] * Decimal(str(row["Amount"]["amount"]))
        for row in ready["Transaction"]
    )
    opening, closing = (
        Decimal(str(ready[name])) for name in ("startDateBalance", "endDateBalance")
    )
    assert opening + moved == closing
    order["accountId"] = "1"
    refused = requests.post(f"{root}/statements", json=body, headers=headers, timeout=5)
    assert (refused.status_code, set(refused.json())) == (400, {"code", "id", "message", "Errors"})


def test_yookassa_lists_the_newest_first_by_pages(services: Services) -> None:
    url = services.url("yookassa") + "/v3/payments"
    pair = base64.b64encode(f"{SHOP}:{services.app('yookassa').state.key}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}"}
    asked: dict[str, Any] = {"created_at.gte": "2026-09-01T00:00:00.000Z", "status": "succeeded"}
    found: list[dict[str, Any]] = []
    while True:
        page = requests.get(url, asked, headers=headers, timeout=5).json()
        assert len(page["items"]) <= 10  # unless more are asked for
        found += page["items"]
        if "next_cursor" not in page:
            break
        asked["cursor"] = page["next_cursor"]
    moments = [item["created_at"] for item in found]
    assert moments == sorted(moments, reverse=True)
    expected = {
        p.id
        for p in online_sales(services.company).payments
        if p.status == "succeeded" and p.created_at.month >= 9
    }
    assert {item["id"] for item in found} == expected
    refused = requests.get(url, {"limit": 101}, headers=headers, timeout=5)
    assert (refused.status_code, refused.json()["type"]) == (400, "error")


def test_the_account_abroad_is_written_in_both_formats(company: Company, tmp_path: Path) -> None:
    paths = write_swift_statements(company, tmp_path)
    assert {path.suffix for path in paths} == {".xml", ".sta"}
    amounts = [row["amount"] for row in table(company, "bank_swift", "foreign_payments")]
    assert amounts == [movement.signed for movement in foreign_movements(company)]
    assert any(amount < 0 for amount in amounts)
