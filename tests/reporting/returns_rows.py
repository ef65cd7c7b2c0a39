"""What the small warehouse holds of ledgers, payback, attribution and what is to be sorted out."""

from decimal import Decimal

from tests.reporting.rows import HOSTILE

IN_VAIN, TINY = Decimal("1000.00"), Decimal("1.00")  # spend of a month
TINIES = 12  # campaigns that small
FREE_LEADS = 7  # of a month: of a campaign that no cabinet tells of
COGS = Decimal("0.6")  # of the revenue that has a cost
ROUNDING = Decimal("0.03")
CAMPAIGN_COVERAGE = (0.9, 0.8)  # of money and of leads, in every month

# channel -> the part of net revenue that has a cost of goods; None: no cost is known
COSTED: dict[str, Decimal | None] = {
    "paid_social": Decimal("0.1"),
    "calls": None,
    "unallocated": None,
}

# model -> [(from channel, to channel, part of the money that the model moves)]
MODELS: dict[str, list[tuple[str, str, str]]] = {
    "deal_source": [],
    "first": [("paid_search", "organic_search", "1")],
    "linear": [("paid_search", "organic_search", "0.5")],
    "shapley": [
        (channel, "unknown", "0.9")
        for channel in ("paid_search", "organic_search", "calls", "boards", "paid_social")
    ],
}
LEARNED_NOTHING = "markov_1"

# payer, purpose, why, amount, likely deals with method, evidence and score, how many in all
OPEN = [
    (HOSTILE, "Оплата по счёту 3456", "unallocated_ambiguous", "90000.10",
     [(1000, "invoice", "счёт 3456", "0.85"), (1001, "invoice", HOSTILE, "0.85")], 4),
    (None, None, "unallocated_no_candidate", "-5000.55", [], 0),
    *((f"Плательщик {n}", "Оплата", "unallocated_review", f"{100 - n}.25", [], 0)
      for n in range(13)),
]  # fmt: skip

# violation, mark, value, what it should read, leads, net, spend
TAGS = [
    ("cyrillic", "utm_source", "Яндекс", "yandex", 40, "70000.50", "900.10"),
    ("letter_case", "utm_source", "Яндекс", None, 40, "70000.50", "900.10"),
    ("near_duplicate", "utm_campaign", HOSTILE, None, 3, "0.00", "12.00"),
    ("no_utm", "link", "ads:main:vain", None, 0, None, "5000.00"),
    *(("blanks", "utm_campaign", f"кампания {n}", None, n, "0.00", "0.00") for n in range(12)),
]

# made by, source, deals, lost, by inquiry, click, visit, unknown, overwritten, net of the lost
LOST = [
    ("robot", "Сайт", 100, 30, 20, 4, 6, 5, 2, "45000.45"),
    ("user", "__none__", 50, 10, 10, 0, 0, 9, 0, "0.00"),
    ("robot", "Телефония", 70, 0, 0, 0, 0, 0, 0, "0.00"),
]


def open_money() -> Decimal:
    return sum((Decimal(row[3]) for row in OPEN), Decimal(0))
