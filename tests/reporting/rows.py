"""What the small warehouse of these tests holds; every number of the page is summed from here."""

from datetime import date
from decimal import Decimal

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
    ("unexplained", "Путь неизвестен", "Path unknown"),
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


def money_of(month_index: int, amount: str | None) -> Decimal | None:
    if amount is None:
        return None
    grown = Decimal(amount) * (Decimal("1.07") ** month_index)
    return grown.quantize(Decimal("0.01"))


def expected_money(channel: str | None = None, column: int = 1) -> Decimal:
    """Sum over months of one column of ``MONEY`` (1 revenue, 2 refunds, 3 spend)."""
    return sum(
        (
            money_of(month, row[column]) or Decimal(0)
            for month in range(len(MONTHS))
            for row in MONEY
            if channel in (None, row[0])
        ),
        Decimal(0),
    )


def expected_net(channel: str | None = None) -> Decimal:
    return expected_money(channel, 1) + expected_money(channel, 2)
