"""Fills the marts of ledgers, payback, attribution and review so that they tie with ``rows``."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import duckdb

from tests.reporting.returns_rows import (
    CAMPAIGN_COVERAGE,
    COGS,
    COSTED,
    FREE_LEADS,
    IN_VAIN,
    LEARNED_NOTHING,
    LOST,
    MODELS,
    OPEN,
    ROUNDING,
    TAGS,
    TINIES,
    TINY,
)
from tests.reporting.rows import HOSTILE, LEADS, MONEY, MONTHS, money_of

_KOPECK = Decimal("0.01")


def fill(con: duckdb.DuckDBPyConnection) -> None:
    for index, month in enumerate(MONTHS):
        _fill_ledgers(con, index, month)
        _fill_payback(con, index, month)
        _fill_models(con, index, month)
    _fill_review(con)


def _put(con: duckdb.DuckDBPyConnection, mart: str, *values: object) -> None:
    con.execute(f"insert into marts.{mart} values ({', '.join('?' * len(values))})", list(values))


def _fill_ledgers(con: duckdb.DuckDBPyConnection, index: int, month: date) -> None:
    def spent(bucket: str, amount: Decimal, rows: int = 1) -> None:
        _put(con, "rpt_spend_ledger", 10, "ads", "cost", bucket, rows, amount, "RUB", month)

    def told(bucket: str, group: str, amount: Decimal, rows: int = 1) -> None:
        _put(con, "rpt_payment_ledger", 10, "bank", bucket, group, rows, amount, "RUB", month)

    for channel, *amounts in MONEY:
        revenue, refunds, spend = (money_of(index, amount) for amount in amounts)
        assert revenue is not None
        assert refunds is not None
        if channel == "paid_search" and spend is not None:
            spent("paid_deals", spend - IN_VAIN, 9)
            spent("without_deals", IN_VAIN)
        elif spend is not None:
            spent("deals_unpaid", spend, 4)
        if channel == "unallocated":
            told("unallocated_ambiguous", "none", revenue, 3)
            told("unallocated_no_candidate", "none", refunds)
        else:
            told("allocated", "invoice" if channel == "paid_search" else "deal", revenue, 2)
            told("allocated", "refund", refunds)
        told("class_tax", "none", Decimal("-77.77"))
    told("duplicate", "none", Decimal("1000.00"))
    spent("rounding", ROUNDING, 0)


def _fill_payback(con: duckdb.DuckDBPyConnection, index: int, month: date) -> None:
    leads: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for channel, _, count, won, _ in LEADS:
        leads[channel] = [leads[channel][0] + count, leads[channel][1] + won]
    money = {channel: amounts for channel, *amounts in MONEY}
    names = list(dict.fromkeys([*leads, *money]))
    rows = {}
    for channel in names:
        revenue, refunds, spend = (
            money_of(index, amount) for amount in money.get(channel, ["0", "0", None])
        )
        assert revenue is not None
        assert refunds is not None
        net, part = revenue + refunds, COSTED.get(channel, Decimal(1))
        costed = None if part is None else (net * part).quantize(_KOPECK)
        cost = None if costed is None else (costed * COGS).quantize(_KOPECK)
        count, won = leads[channel]
        rows[channel] = (*_counts(count, won), spend, revenue, net, costed, cost)
        _payback(con, "channel", channel, f"title of {channel}", month, rows[channel], (0.9, 0.9))
    _fill_campaigns(con, month, rows)
    whole = tuple(
        None if all(row[place] is None for row in rows.values())
        else sum(row[place] or 0 for row in rows.values())
        for place in range(9)
    )  # fmt: skip
    # the youngest month is withheld
    status = "withheld" if index == len(MONTHS) - 1 else "paid_back"
    _payback(con, "total", "__all__", "Всего", month, whole, (0.9, 1.0), status)
    for channel, basis in (("paid_search", "gross_profit"), ("paid_social", "revenue")):
        _, _, _, _, spend, _, net, _, _ = rows[channel]
        assert spend is not None
        assert net is not None
        for since in range(len(MONTHS) - index):
            gathered = (Decimal(net) * (since + 1) / 5).quantize(_KOPECK)
            profit = None if basis == "revenue" else (gathered * (1 - COGS)).quantize(_KOPECK)
            values = ("channel", channel, month, since, spend, gathered, profit, basis, "not_yet")
            _put(con, "rpt_payback_curve", 10, *values, "RUB")


def _fill_campaigns(
    con: duckdb.DuckDBPyConnection, month: date, rows: dict[str, tuple[object, ...]]
) -> None:
    nothing = (0, 0, 0, 0)
    zero = (Decimal(0), Decimal(0), None, None)
    search = rows["paid_search"]
    spend = Decimal(str(search[4]))
    big = (*search[:4], spend - IN_VAIN - TINIES * TINY, *search[5:])
    parts: dict[str, tuple[str, tuple[object, ...]]] = {
        "ads:main:big": (HOSTILE, big),
        "ads:main:vain": ("Охват", (*nothing, IN_VAIN, *zero)),
        "ads:main:free": ("Письма", (*_counts(FREE_LEADS, 0), None, *zero)),
        **{
            f"ads:main:{n}": (f"Мелкая {n}", (*nothing, TINY, *zero)) for n in range(TINIES)
        },
        "unallocated": ("", rows["unallocated"]),
    }  # fmt: skip
    rest = [
        None
        if all(row[place] is None for row in rows.values())
        else sum(Decimal(str(row[place] or 0)) for row in rows.values())
        - sum(Decimal(str(part[place] or 0)) for _, part in parts.values())
        for place in range(9)
    ]
    parts["__none__"] = ("", tuple(rest))
    for key, (title, values) in parts.items():
        _payback(con, "campaign", key, title, month, values, CAMPAIGN_COVERAGE)


def _counts(leads: int, won: int) -> tuple[int, int, int, int]:
    """Leads, new ones, qualified ones and new customers."""
    return leads, max(leads - 1, 0), leads // 2, won


def _payback(
    con: duckdb.DuckDBPyConnection,
    dimension: str,
    key: str,
    title: str,
    month: date,
    values: tuple[object, ...],
    coverage: tuple[float, float],
    status: str = "not_yet",
) -> None:
    costed, cost = (None if v is None else Decimal(str(v)) for v in values[7:])
    profit = None if costed is None or cost is None else costed - cost
    _put(
        con,
        "rpt_payback_by_lead_cohort",
        *(10, dimension, key, title, month, *values, profit, *coverage, 0.5, "gross_profit"),
        *(status, 1 if status == "paid_back" else None, "RUB"),
    )


def _fill_models(con: duckdb.DuckDBPyConnection, index: int, month: date) -> None:
    net: dict[str, Decimal] = {}
    for channel, revenue, refunds, _ in MONEY:
        net[channel] = (money_of(index, revenue) or Decimal(0)) + (
            money_of(index, refunds) or Decimal(0)
        )
    shared = {model: dict(net) for model in MODELS}
    for model, moves in MODELS.items():
        for source, target, part in moves:
            moved = (net[source] * Decimal(part)).quantize(_KOPECK)
            shared[model][source] -= moved
            shared[model][target] += moved
    whole = sum(net.values(), Decimal(0))
    shared[LEARNED_NOTHING] = {
        "unexplained": whole - net["unallocated"],
        "unallocated": net["unallocated"],
    }
    for model, channels in shared.items():
        for channel, amount in channels.items():
            _put(con, "rpt_attribution", 10, month, "cash_date", model, channel, amount, "RUB")
            # the other basis is another question's
            _put(con, "rpt_attribution", 10, month, "lead_cohort", model, channel, 1, "RUB")


def _fill_review(con: duckdb.DuckDBPyConnection) -> None:
    for deal, name, url in (
        (1000, "Кухня Ивановых", "https://demo.amocrm.ru/leads/detail/1000"),
        (1001, HOSTILE, "javascript:alert(1)"),
    ):
        con.execute(
            "update marts.fct_deals set deal_name = ?, deal_url = ? where deal_id = ?",
            [name, url, deal],
        )
    for number, (payer, purpose, why, amount, offers, of_all) in enumerate(OPEN):
        none = (None,) * 4
        filled = [value for offer in (*offers, *(none,) * (3 - len(offers))) for value in offer]
        row = (f"open-{number}", why, payer, purpose, of_all, amount, "RUB", MONTHS[1], *filled)
        _put(con, "rpt_payment_review", 10, *row)
    for tag in TAGS:
        _put(con, "rpt_utm_lint", 10, *tag, "RUB")
    for maker, source, *counts, money in LOST:
        _put(con, "rpt_source_loss", 10, 1, "Продажи", maker, source, *counts, money, "RUB")
