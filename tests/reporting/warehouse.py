"""A small warehouse filled by hand, so that every number of the page can be summed from here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

DDL = (Path(__file__).parent / "marts.sql").read_text()

CHANNELS = [
    ("paid_search", "Контекстная реклама", "Paid search"),
    ("paid_social", "Таргетированная реклама", "Paid social"),
    ("boards", "Доски объявлений и карты", "Boards and maps"),
    ("organic_search", "Поиск без рекламы", "Organic search"),
    ("calls", "Звонки", "Calls"),
    ("messengers", "Мессенджеры", "Messengers"),
    ("referral", "Переходы с других сайтов", "Referral"),
    ("partner", "Партнёры", "Partners"),
    ("unassigned", "Источник не опознан", "Source not recognised"),
    ("unknown", "Источник неизвестен", "Source unknown"),
    ("unallocated", "Оплаты без сделки", "Payments without a deal"),
]

MONTHS = [date(2026, month, 1) for month in range(6, 11)]

# channel, source, leads, won, lost: of every month; the rest of leads is open
LEADS = [
    ("paid_search", "yandex", 61, 13, 30),
    ("paid_search", "google", 24, 4, 15),
    ("paid_social", "vk", 38, 5, 25),
    ("paid_social", "telegram", 17, 2, 11),
    ("boards", "avito", 29, 6, 17),
    ("boards", "2gis", 9, 3, 4),
    ("organic_search", "yandex", 33, 9, 15),
    ("organic_search", "google", 12, 3, 6),
    ("calls", None, 27, 9, 11),
    ("messengers", None, 14, 3, 7),
    ("referral", "partner-site.ru", 6, 2, 3),
    ("referral", "blog.example", 4, 0, 3),
    ("partner", None, 5, 2, 1),
    ("referral", "habr.com", 2, 0, 1),
    ("unassigned", "podcast-x", 3, 1, 1),
    ("unknown", None, 56, 12, 31),
]

# channel, revenue, refunds, spend: of the first month; later months grow by 7 % each, to the kopeck
MONEY = [
    ("paid_search", "1284500.00", "-42000.50", "318450.37"),
    ("paid_social", "365200.40", "0.00", "241380.02"),
    ("boards", "512300.00", "-12000.00", None),
    ("organic_search", "734900.10", "0.00", None),
    ("calls", "655000.00", "-8100.00", None),
    ("messengers", "141800.00", "0.00", None),
    ("referral", "98700.30", "0.00", None),
    ("unassigned", "23100.00", "0.00", None),
    ("unknown", "598400.09", "-15000.00", None),
    ("unallocated", "287650.11", "-3300.33", None),
]

WON_STAGE = "Успешно реализовано"

# pipeline, name, created in all, [(stage, reached, visited, lost here, still here)]
PIPELINES = [
    (
        1,
        "Продажи",
        1500,
        [
            ("Новая заявка", 1500, 1500, 310, 90),
            ("Квалификация", 1100, 940, 250, 60),
            ("Коммерческое предложение отправлено", 790, 610, 190, 75),
            ("Переговоры и согласование договора", 525, 415, 105, 55),
            ("Счёт выставлен", 365, 340, 15, 30),
            (WON_STAGE, 320, 320, 0, 0),
        ],
    ),
    (
        2,
        "Повторные продажи",
        200,
        [
            ("Заявка", 200, 200, 60, 10),
            ("Счёт", 130, 90, 45, 35),
            ("Доставка", 50, 50, 0, 0),
            ("Архивный этап", 0, 0, 0, 0),
        ],
    ),
]

HOSTILE = "<script>alert('x')</script> & \"ООО Ромашка\""


@dataclass(frozen=True)
class Finding:
    rule: str
    deal: int
    name: str
    money: str | None
    manager: tuple[int, str] | None
    url: str | None = field(default="")
    is_resolved: bool = False
    reopened: int = 0


ANNA, BORIS = (21, "Анна Соколова"), (22, "Борис Ким")
FINDINGS = [
    Finding("deal_no_source", 101, "Поставка окон, Ленина 5", "150000.50", ANNA),
    Finding("won_no_payment_date", 101, "Поставка окон, Ленина 5", "150000.50", ANNA),
    Finding("won_no_payment_date", 102, HOSTILE, "88000.25", ANNA, reopened=2),
    Finding("won_no_price", 103, "Остекление балкона", "0.00", BORIS, "javascript:alert(1)"),
    Finding("deal_no_source", 104, "Ремонт офиса", "43210.99", None, None),
    Finding("deal_no_source", 105, "Исправленная", "999999.99", BORIS, is_resolved=True),
]


def money_of(month_index: int, amount: str | None) -> Decimal | None:
    if amount is None:
        return None
    grown = Decimal(amount) * (Decimal("1.07") ** month_index)
    return grown.quantize(Decimal("0.01"))


@contextmanager
def editing(path: Path | str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file under another name than its schema, as DuckDB wants it."""
    with duckdb.connect(":memory:") as con:
        con.execute(f"attach '{path}' as edited")
        con.execute("use edited")
        yield con


def create(path: Path | str, is_empty: bool = False) -> None:
    """Write the warehouse; ``is_empty`` leaves the tables without rows."""
    with editing(path) as con:
        con.execute(DDL)
        for order, (channel, ru, en) in enumerate(CHANNELS):
            con.execute(
                "insert into seeds.channels values (?, ?, ?, false, ?)", [channel, ru, en, order]
            )
        if not is_empty:
            con.begin()
            _fill_leads(con)
            _fill_funnel(con)
            _fill_money(con)
            _fill_findings(con)
            con.commit()


def _fill_leads(con: duckdb.DuckDBPyConnection) -> None:
    for month in MONTHS:
        for channel, source, leads, won, lost in LEADS:
            con.execute(
                "insert into marts.rpt_leads_by_source values (10, ?, ?, ?, ?, ?, ?, ?)",
                [month.replace(day=9), channel, source, leads, won, lost, leads - won - lost],
            )


def _fill_funnel(con: duckdb.DuckDBPyConnection) -> None:
    insert = "insert into marts.rpt_stage_conversion values (10, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    for pipeline, name, created, stages in PIPELINES:
        con.execute(
            "insert into marts.fct_deals values (10, ?, ?, ?, 'calls', now())",
            [9000 + pipeline, pipeline, name],
        )
        # all in two months of unequal size, so that an average of ratios would be another number
        for month, parts in ((MONTHS[0], (1, 5)), (MONTHS[1], (4, 5))):

            def part(number: int, share: tuple[int, int] = parts) -> int:
                return number * share[0] // share[1]

            for view in ("imputed", "visited"):
                con.execute(
                    insert, [pipeline, name, 0, "__all__", 0, month, view, part(created), 0, 0, 0]
                )
                for order, (stage, reached, visited, lost, still) in enumerate(stages, start=1):
                    entered = part(reached if view == "imputed" else visited)
                    gone = part(lost), part(still)
                    con.execute(
                        insert,
                        [
                            pipeline,
                            name,
                            142 if stage == WON_STAGE else 100 + order,
                            stage,
                            order,
                            month,
                            view,
                            entered,
                            max(entered - sum(gone), 0),
                            *gone,
                        ],
                    )


def _fill_money(con: duckdb.DuckDBPyConnection) -> None:
    for index, month in enumerate(MONTHS):
        for number, (channel, *amounts) in enumerate(MONEY):
            revenue, refunds, spend = (money_of(index, amount) for amount in amounts)
            assert revenue is not None
            assert refunds is not None
            deal, key = 1000 + number, f"{channel}-{month}"
            con.execute(
                "insert into marts.fct_payments values"
                " (10, ?, ?, 'customer_payment', ?, 'RUB'), (10, ?, ?, 'tax', -77.77, 'RUB')",
                [key, month, revenue, f"tax-{key}", month],
            )
            if refunds:
                con.execute(
                    "insert into marts.fct_payments values (10, ?, ?, 'customer_refund', ?, 'RUB')",
                    [f"refund-{key}", month, refunds],
                )
            if channel != "unallocated":
                con.execute(
                    "insert into marts.fct_payment_allocations values (10, ?, ?, ?)",
                    [key, deal, revenue],
                )
            leads = [row for row in LEADS if row[0] == channel]
            for basis, counts in (
                ("cash_date", (None, None)),
                ("lead_cohort", (sum(r[2] for r in leads), sum(r[3] for r in leads))),
            ):
                con.execute(
                    "insert into marts.rpt_revenue_by_channel"
                    " values (10, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, 'RUB')",
                    [month, channel, basis, *counts, revenue, refunds, revenue + refunds, spend],
                )
            if spend is not None:
                con.execute(
                    "insert into marts.fct_spend values (10, 'ads', ?, ?, ?)",
                    [number, month, spend],
                )
    for number, (channel, *_) in enumerate(MONEY):
        con.execute(
            "insert into marts.fct_deals values (10, ?, 1, 'Продажи', ?, now())",
            [1000 + number, channel],
        )


def _fill_findings(con: duckdb.DuckDBPyConnection) -> None:
    seen = datetime(2026, 10, 20, 22, 30, tzinfo=UTC)  # already the 21st in Moscow
    for item in FINDINGS:
        url = f"https://demo.amocrm.ru/leads/detail/{item.deal}" if item.url == "" else item.url
        user_id, user_name = item.manager or (None, None)
        con.execute(
            "insert into quality.findings values (?, 'error', 'deal', ?, 10, ?, ?, ?, 1,"
            " 'Продажи', 'Успешно реализовано', ?, ?, ?, ?, 'RUB', '{}', ?, ?, ?, ?)",
            [
                item.rule,
                str(item.deal),
                item.deal,
                url,
                item.name,
                user_id,
                user_name,
                user_id,
                item.money,
                seen,
                seen,
                seen if item.is_resolved else None,
                item.reopened,
            ],
        )
