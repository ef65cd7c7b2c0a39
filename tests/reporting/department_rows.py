"""What the small warehouse holds of the sales department; the page is summed from here."""

from datetime import date
from decimal import Decimal

from tests.reporting.rows import HOSTILE, MONTHS

# manager: prices of won deals by closer, originator, time held, present responsible
CREDIT = {
    (21, "Анна Соколова"): ("300000.10", "100000.05", "150000.07", "400000.10"),
    (22, "Борис Ким"): ("200000.00", "150000.05", "250000.03", "100000.00"),
    (23, HOSTILE): ("0.00", "250000.00", "100000.00", "0.00"),
}
WON_PRICE = Decimal("500000.10")
PAID_PART = Decimal("0.5")

# manager, of each month: moves, timed, instant, sloppy, mass, won, wins in one move
HABITS = {
    (21, "Анна Соколова"): ((100, 90, 9, 4, 0, 5, 1), (300, 290, 67, 12, 40, 10, 0)),
    (22, "Борис Ким"): ((50, 50, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 0)),
    (23, HOSTILE): ((0, 0, 0, 0, 0, 2, 1),),
}

# actor, kind, target, origins, changes, deals, price
MASS = [
    ("Борис Ким", "stage", "Продажи / Отказ", "Новая заявка × 9, Счёт × 3", 13, 12, "840000.30"),
    (HOSTILE, "responsible", "Анна Соколова", None, 6, 6, "0.00"),
]

# waiting on, deals, over the limit, close to it, price of each
WAITING = [
    ("unknown", 5, 3, 0, "100.25"),
    ("manager", 4, 1, 2, "200.50"),
    ("client", 2, 0, 1, "9.00"),
]

# stage id, stage, clock, limit, [(user, judged, broken, over, near, price over) of each month]
STANDARDS = [
    (
        101,
        "Новая заявка",
        "working",
        7200,
        [(21, 60, 12, 2, 1, "250.10"), (22, 40, 13, 1, 2, "50.65")],
    ),
    (105, "Счёт выставлен", "calendar", 604800, [(21, 0, 0, 1, 0, "200.50")]),
]
WITHOUT_STANDARD = ["Квалификация", "Переговоры и согласование договора"]

# name, link, reason, age, norm, clock, waiting on, price: 15 are listed, 17 counted
STUCK = [
    (HOSTILE, "https://demo.amocrm.ru/leads/detail/501", "no_next_step", 691200, None,
     "calendar", "client", "900000.90"),
    ("Без ссылки", "javascript:alert(1)", "over_limit", 136800, 86400.0, "working", "manager",
     "800000.00"),
    *(
        (f"Сделка {n}", f"https://demo.amocrm.ru/leads/detail/{510 + n}", "over_p90", 864000 + n,
         432000.5, "calendar", "unknown", f"{100 + n}.10")
        for n in range(14)
    ),
    ("Без цены", None, "over_p90", 999999, 432000.5, "calendar", "unknown", None),
]  # fmt: skip

# stage, score, deals, neglected, price of the neglected
BUCKETS = [("Квалификация", 41.0, 60, 45, "4500000.45"), ("Новая заявка", 3.0, 90, 0, "0.00")]

# reason, is it "other", deals, money
LOSSES = [
    *((f"Причина {n}", False, 30 - n, f"{1000 * (30 - n)}.10") for n in range(11)),
    ("Другое", True, 15, "15000.00"),
    ("__none__", False, 25, "70000.70"),
]

# severity, rule, title, advice, stage (None: the pipeline), evidence, deals, money
LINT = [
    ("warning", "reminder_stage", "Этап-напоминалка", "Уберите этап.", HOSTILE,
     "в названии: перезвонить", 9, "90000.90"),
    ("warning", "too_many_stages", "Слишком много этапов", None, None, "этапов: 120", 300,
     "3000000.00"),
    *(
        ("advice", "no_standard", "У этапа нет норматива", "Опишите этап.", f"Этап {n}",
         "норматив есть у 1 из 22", 1, f"{n}.50")
        for n in range(22)
    ),
]  # fmt: skip

AHEAD = [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), None]
# P10, P50, P90, weighted, imputed share, status, months tried, error, share held
FORECAST = [
    ("800000.10", "1000000.20", "1300000.30", "1700000.40", 0.25, "measured", 5, 0.074, 0.8),
    ("0.00", "200000.00", "400000.00", "0.00", None, "history_too_short", 2, None, None),
    ("0.00", "0.00", "0.00", "0.00", None, "history_too_short", 0, None, None),
    (None, None, None, "300000.60", 1.0, "history_too_short", 0, None, None),
]
# months ahead, month, P10, P50, P90, weighted, paid, paid by all, error, held
PAST = [
    (0, MONTHS[3], "700000.00", "900000.00", "1100000.00", "1500000.00", "1000000.00",
     "2000000.00", 0.1, True),
    (0, MONTHS[2], "700000.00", "900000.00", "1100000.00", "1500000.00", "0.00", "400000.00",
     None, False),
    (1, MONTHS[3], "1.00", "2.00", "3.00", "4.00", "5.00", "6.00", 0.6, False),
]  # fmt: skip

INQUIRIES = {"new": 300, "new_after_window": 20, "repeat_within_window": 45, "repeat_open": 35}
WINDOWS = (320, 340, 320, 305)  # as configured, 7, 30, 90 days


def credited(rule: int) -> Decimal:
    """Money of all managers by one rule (0 closer … 3 present responsible)."""
    return sum((Decimal(amounts[rule]) for amounts in CREDIT.values()), Decimal(0))


def stuck_money() -> Decimal:
    return sum((Decimal(row[-1]) for row in STUCK if row[-1] is not None), Decimal(0))
