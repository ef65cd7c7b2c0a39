"""The account itself: people, pipelines, loss reasons, custom fields."""

from dataclasses import dataclass
from typing import Any

from sandbox.model import CustomField, LossReason, Pipeline, Status, User
from sandbox.simulation.world import LOST, WON, World

ADMIN = 9_100_001
ROBOT = 0
FOREMAN = 9_100_017  # takes over what goes to the workshop
LEFT = 9_100_004  # dismissed in the middle of the period; /users does not list her

SALES, WORKSHOP, OLD = 7_100_001, 7_100_002, 7_000_900  # OLD was deleted; only events recall it
OLD_IN, OLD_WORK = 60_900_001, 60_900_002
UNSORTED, NEW, DIAL, QUAL, MEASURE, OFFER, CONTRACT, THINK = range(61_000_001, 61_000_009)
W_UNSORTED, W_START, W_MAKE, W_FIT, W_CLAIM = range(61_000_101, 61_000_106)


@dataclass(frozen=True)
class Habit:
    """How truthfully a manager keeps deals in the CRM; shares of 1."""

    pace: float  # multiplies every stay in a stage
    skip: float  # a stage is passed by without being entered
    jump: float  # everything up to the end is passed by
    burst: float  # two or three stages are clicked through in one second
    batch: float  # the update waits for Friday evening, all deals in one second
    back: float  # a step back
    overdue: float  # a task is let slip


HABITS = {
    9_100_011: Habit(0.8, 0.04, 0.01, 0.01, 0.0, 0.05, 0.05),  # the honest one
    9_100_012: Habit(2.0, 0.06, 0.04, 0.02, 0.0, 0.06, 0.45),  # the postponer
    9_100_013: Habit(1.0, 0.15, 0.6, 0.05, 0.0, 0.02, 0.2),  # closes in one jump
    9_100_014: Habit(1.1, 0.08, 0.05, 0.03, 0.6, 0.03, 0.15),  # the mass-updater
    9_100_015: Habit(1.0, 0.12, 0.08, 0.08, 0.0, 0.14, 0.15),  # moves to and fro
    LEFT: Habit(1.4, 0.12, 0.15, 0.05, 0.0, 0.08, 0.4),
}
SHARES = {
    9_100_011: 22, 9_100_012: 18, 9_100_013: 20, 9_100_014: 20, 9_100_015: 20, LEFT: 16,
}  # fmt: skip

USERS = (
    (ADMIN, "Роман Белов", "admin"),
    (9_100_011, "Ирина Соколова", "sokolova"),
    (9_100_012, "Павел Гордеев", "gordeev"),
    (9_100_013, "Максим Юдин", "yudin"),
    (9_100_014, "Ольга Крылова", "krylova"),
    (9_100_015, "Денис Фомин", "fomin"),
    (FOREMAN, "Олег Руденко", "rudenko"),
    (LEFT, "Лариса Зимина", "zimina"),
    (9_100_019, "Стажёр (отключён)", "trainee"),
)
STAGES = {
    SALES: (
        (UNSORTED, "Неразобранное"), (NEW, "Новая заявка"), (DIAL, "Дозвон"),
        (QUAL, "Квалификация"), (MEASURE, "Подготовить проект и согласовать"),
        (OFFER, "КП отправлено"), (THINK, "Клиент думает"), (CONTRACT, "Договор"),
        (WON, "Продано"), (LOST, "Отказ"),
    ),
    WORKSHOP: (
        (W_UNSORTED, "Неразобранное"), (W_START, "Запуск в производство"),
        (W_MAKE, "В производстве"), (W_FIT, "Доставка и монтаж"),
        (W_CLAIM, "Рекламация, разобрать"), (WON, "Сдано клиенту"), (LOST, "Отменено"),
    ),
}  # fmt: skip
LOSS_REASONS = (
    (5_400_001, "Дорого"), (5_400_002, "Выбрали конкурента"), (5_400_003, "Не выходит на связь"),
    (5_400_004, "Долгий срок"), (5_400_005, "Передумали"), (5_400_006, "Спам"),
)  # fmt: skip
OTHER_REASON = (5_400_007, "Прочее")
OLD_LOSS_REASON = 5_390_000  # deleted on a clean-up day; old deals still carry its id

TRACKING = (
    "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_referrer",
    "roistat", "referrer", "openstat_service", "openstat_campaign", "openstat_ad",
    "openstat_source", "from", "gclientid", "_ym_uid", "_ym_counter", "gclid", "yclid", "fbclid",
)  # fmt: skip
LEAD_FIELDS = {name: 316_001 + n for n, name in enumerate(TRACKING)}
INVOICE, PAID_ON, STYLE, FITTING, AREA, PAYER, COGS = range(316_101, 316_108)
PHONE, EMAIL, POSITION, C_SOURCE, C_MEDIUM, C_CAMPAIGN, C_INN = range(316_201, 316_208)
FIRM_INN, FIRM_PHONE = 316_301, 316_302
STYLES = {"Прямая": 710_001, "Угловая": 710_002, "П-образная": 710_003, "С островом": 710_004}
PHONE_ENUMS = {"WORK": 720_001, "MOB": 720_002, "HOME": 720_003, "OTHER": 720_004}
EMAIL_ENUMS = {"WORK": 720_011, "PRIV": 720_012, "OTHER": 720_013}


def furnish(world: World) -> None:
    """Put users, pipelines, loss reasons and custom fields into the company."""
    company = world.company
    company.users = [
        User(user_id, name, f"{login}@svetlye-kuhni.example", is_admin=user_id == ADMIN,
             is_active=login != "trainee", in_account=user_id != LEFT)
        for user_id, name, login in USERS
    ]  # fmt: skip
    company.pipelines = [
        Pipeline(SALES, "Продажа кухонь", 1, _statuses(SALES), is_main=True),
        Pipeline(WORKSHOP, "Производство и монтаж", 2, _statuses(WORKSHOP)),
    ]
    company.loss_reasons = [
        LossReason(reason_id, name, (n + 1) * 10, world.clock.start - 90 * 86400)
        for n, (reason_id, name) in enumerate((*LOSS_REASONS, OTHER_REASON))
    ]
    company.loss_reasons.append(
        LossReason(OLD_LOSS_REASON, "Не наш клиент", 80, world.clock.start, is_listed=False)
    )
    company.custom_fields = _custom_fields()


def _statuses(pipeline_id: int) -> list[Status]:
    statuses = []
    for position, (status_id, name) in enumerate(STAGES[pipeline_id]):
        status = Status(status_id, pipeline_id, name, (position + 1) * 10)
        if position == 0:
            status.type, status.is_editable, status.color = 1, False, "#c1c1c1"
        elif status_id in (WON, LOST):
            status.sort = 10_000 if status_id == WON else 11_000
            status.is_editable, status.color = False, "#CCFF66" if status_id == WON else "#D5D8DB"
        status.is_listed = status_id != DIAL
        statuses.append(status)
    return statuses


def _enums(values: dict[str, int], *, coded: bool) -> list[dict[str, Any]]:
    return [
        {"id": enum_id, "value": value, "sort": n, "code": value if coded else None}
        for n, (value, enum_id) in enumerate(values.items())
    ]


def _custom_fields() -> list[CustomField]:
    tracking = [
        CustomField(field_id, "leads", name, "tracking_data", name.upper(), n)
        for n, (name, field_id) in enumerate(LEAD_FIELDS.items())
    ]
    return [
        *tracking,
        CustomField(INVOICE, "leads", "Номер счёта", "text"),
        CustomField(PAID_ON, "leads", "Дата оплаты", "date"),
        CustomField(STYLE, "leads", "Планировка", "select", enums=_enums(STYLES, coded=False)),
        CustomField(FITTING, "leads", "Нужен монтаж", "checkbox"),
        CustomField(AREA, "leads", "Длина, м", "numeric"),
        CustomField(PAYER, "leads", "Плательщик", "legal_entity"),
        CustomField(COGS, "leads", "Себестоимость", "numeric"),
        CustomField(PHONE, "contacts", "Телефон", "multitext", "PHONE",
                    enums=_enums(PHONE_ENUMS, coded=True)),
        CustomField(EMAIL, "contacts", "Email", "multitext", "EMAIL",
                    enums=_enums(EMAIL_ENUMS, coded=True)),
        CustomField(POSITION, "contacts", "Должность", "text", "POSITION"),
        CustomField(C_SOURCE, "contacts", "utm_source", "text"),
        CustomField(C_MEDIUM, "contacts", "utm_medium", "text"),
        CustomField(C_CAMPAIGN, "contacts", "utm_campaign", "text"),
        CustomField(C_INN, "contacts", "ИНН", "text"),
        CustomField(FIRM_INN, "companies", "ИНН", "text"),
        CustomField(FIRM_PHONE, "companies", "Телефон", "multitext", "PHONE",
                    enums=_enums(PHONE_ENUMS, coded=True)),
    ]  # fmt: skip
