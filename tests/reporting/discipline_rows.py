"""What the small warehouse holds of discipline; the page is summed from here."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.reporting.rows import HOSTILE

SEEN = datetime(2026, 10, 20, 22, 30, tzinfo=UTC)  # already the 21st in Moscow
TODAY, YESTERDAY, EARLIER = date(2026, 10, 31), date(2026, 10, 30), date(2026, 10, 29)
FRESH = datetime(2026, 10, 31, 7, 0, tzinfo=UTC)
CARD = "https://demo.amocrm.ru/contacts/detail/7"
ANNA, BORIS = (21, "Анна Соколова"), (22, "Борис Ким")


@dataclass(frozen=True)
class Finding:
    """``closer`` answers for the deal, where that is another than the ``manager`` of today."""

    rule: str
    deal: int | None
    name: str
    money: str | None
    manager: tuple[int, str] | None
    url: str | None = field(default="")
    is_resolved: bool = False
    reopened: int = 0
    entity: str = "deal"
    key: str = ""
    closer: tuple[int, str] | None = None
    is_fresh: bool = False
    resolved_on: datetime | None = None

    @property
    def severity(self) -> str:
        return next((row[1] for row in RULES if row[0] == self.rule), "error")

    @property
    def role(self) -> str:
        return next((row[2] for row in RULES if row[0] == self.rule), "responsible")


# rule, severity, role, entity, checked, did it run
RULES = [
    ("deal_no_source", "error", "responsible", "deal", 400, True),
    ("won_no_price", "error", "responsible", "deal", 370, True),
    ("won_no_payment_date", "error", "responsible", "deal", 370, True),
    ("quiet_rule", "error", "responsible", "deal", 400, True),
    ("required_field_empty", "warning", "responsible", "deal_field", 90, True),
    ("open_no_task", "warning", "responsible", "deal", 425, True),
    ("deal_auto_named", "advice", "responsible", "deal", 425, True),
    ("contact_duplicate", "warning", "responsible", "contact", 300, True),
    ("payment_no_deal", "error", "accountant", "payment", 75, True),
    ("payment_unclear", "warning", "accountant", "payment", 75, True),
    ("spend_without_leads", "warning", "marketing", "campaign", 2, True),
    ("bucket_stage", "warning", "supervisor", "stage", 12, True),
    ("utm_letter_case", "warning", "marketing", "mark", 40, True),
    ("postpones_tasks", "warning", "supervisor", "user", 3, True),
    ("bank_totals_untied", "error", "accountant", "bank_file", None, False),
]
# words of those that only the table of rules tells: Russian title and fix
TEXTS = {
    "required_field_empty": ("Обязательное поле пустое", "Заполните поле."),
    "open_no_task": ("Сделка без задачи", "Поставьте задачу."),
    "deal_auto_named": ("Имя сделки придумала CRM", "Назовите сделку."),
    "contact_duplicate": ("Дубль контакта", "Объедините контакты."),
    "payment_no_deal": ("Платёж без сделки", "Найдите сделку."),
    "payment_unclear": ("Платёж неясен", "Выберите сделку."),
    "spend_without_leads": ("Расход без сделок", "Остановите кампанию."),
    "bucket_stage": ("Этап-накопитель", "Уберите этап."),
    "utm_letter_case": ("Заглавные буквы в метке", "Пишите строчными."),
    "postpones_tasks": ("Переносит задачи", "Разберите нагрузку."),
    "bank_totals_untied": ("Итоги выписки не сходятся", "Скачайте выписку снова."),
}

FINDINGS = [
    Finding("deal_no_source", 101, "Поставка окон, Ленина 5", "150000.50", ANNA),
    Finding("won_no_payment_date", 101, "Поставка окон, Ленина 5", "150000.50", ANNA),
    Finding("won_no_payment_date", 102, HOSTILE, "88000.25", ANNA, reopened=2),
    Finding("won_no_price", 103, "Остекление балкона", "0.00", BORIS, "javascript:alert(1)"),
    Finding("deal_no_source", 104, "Ремонт офиса", "43210.99", None, None),
    Finding("deal_no_source", 105, "Исправленная", "999999.99", BORIS, is_resolved=True),
]
# beside deals, and deals that add no money: advice, a field of a deal that is there already
OTHERS = [
    Finding("deal_auto_named", 106, "Сделка #106", "777777.77", ANNA),
    Finding(
        *("required_field_empty", 102, HOSTILE, "88000.25", ANNA),
        entity="deal_field",
        key="102/phone",
        is_fresh=True,
    ),
    Finding("open_no_task", 103, "Остекление балкона", "0.00", BORIS, is_fresh=True, closer=ANNA),
    Finding(
        "contact_duplicate", 102, "Иван Петров", "500000.00", ANNA, CARD, entity="contact", key="7"
    ),
    Finding(
        "payment_no_deal", None, "ИП Громов", "75000.10", None, None, entity="payment", key="p1"
    ),
    Finding(
        "payment_unclear", None, "ИП Громов", "5000.00", None, None, entity="payment", key="p1"
    ),
    Finding(
        *("spend_without_leads", None, "Директ, бренд", "20000.00", None, None),
        entity="campaign",
        key="direct/1",
    ),
    *[
        Finding("bucket_stage", None, name, money, None, None, entity="stage", key=key)
        for name, money, key in (
            ("Продажи", "300.00", "1/0"),
            ("Думает", "100.00", "1/101"),
            ("Перезвонить", "150.00", "1/102"),
        )
    ],
    *[
        Finding(
            "utm_letter_case", None, f"Метка №{place}", money, None, None, entity="mark", key=key
        )
        for place, (key, money) in enumerate(
            (
                ("utm_source/Yandex", "10.00"),
                ("utm_source/YANDEX", "20.00"),
                ("utm_campaign/Sale", "25.00"),
            )
        )
    ],
    Finding("postpones_tasks", None, BORIS[1], "0.00", BORIS, None, entity="user", key="22"),
    # mended after yesterday's report, three days after it was seen; and one mended within ten days
    Finding(
        *("open_no_task", 107, "Сделана", "1.00", BORIS),
        resolved_on=datetime(2026, 10, 30, 22, 30, tzinfo=UTC),
    ),
]

# dimension, key, title, deals, flagged, owned, flagged money; of the latest day
SCORES = [
    ("all", "all", "all", 400, 4, "2812117.40", "281211.74"),
    ("manager", "21", "Анна Соколова", 250, 2, "2000000.00", "238000.75"),
    ("manager", "22", "Борис Ким", 100, 1, "812117.40", "0.00"),
    ("manager", "23", "Вера Лис", 5, 0, "0.00", "0.00"),
    ("manager", "—", "—", 45, 1, "86421.98", "43210.99"),
    ("pipeline", "1", "Продажи", 400, 4, "2812117.40", "281211.74"),
    ("channel", "paid_search", "paid_search", 120, 1, "900000.00", "150000.50"),
]

# dimension, key, title, deals by number of fields, score, money, score by money
FIELDS = [
    ("all", "all", None, (1, 2, 3, 4, 390), 0.9875, "2812117.40", 0.9912),
    ("channel", "paid_search", None, (0, 0, 1, 2, 117), 0.9917, "900000.00", None),
    ("manager", "21", "Анна Соколова", (0, 1, 1, 1, 247), 0.99, "2000000.00", 0.98),
]


def money(*deals: int) -> Decimal:
    """Of these deals, each once."""
    amounts = {f.deal: Decimal(f.money or 0) for f in FINDINGS if not f.is_resolved}
    return sum((amounts[deal] for deal in deals), Decimal(0))
