"""What the linter of pipelines reads in names, and that it leaves a clean company alone."""

import csv
import importlib.util
import sys
from types import ModuleType
from typing import Any

import pytest

from tests.dbt.conftest import PROJECT, Warehouse


def _python_model(name: str) -> ModuleType:
    path = PROJECT / f"models/intermediate/lint/{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


names = _python_model("int_lint__parsed_names")


@pytest.fixture(scope="module")
def lexicon() -> Any:
    with (PROJECT / "seeds/lint_lexicon.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return names.Lexicon([(row["phrase"], row["kind"], row["strength"] or None) for row in rows])


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("Есть интерес, созвониться", "созвониться"),
        ("Выслали КП, получить обратную связь", "получить"),
        ("Отправлен договор, согласовать условия", "согласовать"),
        ("Согласована дата — подтвердить выезд", "подтвердить"),
        ("Клиент думает, созвониться", "созвониться"),
        ("Встреча назначена, провести встречу", "провести"),
        ("Рекламация, разобрать", "разобрать"),
        ("Консультация, выслать КП", "выслать"),  # a noun of action beside a verb has come about
        ("Contract sent, get feedback", "get"),
    ],
)
def test_a_situation_with_its_task(lexicon: Any, name: str, actions: str) -> None:
    found = names.parse_name(name, lexicon)
    assert (found["has_situation"], found["action_words"]) == (True, actions)
    assert not found["is_reminder"]


@pytest.mark.parametrize(
    "name",
    [
        "Новая заявка",
        "КП отправлено",
        "Клиент принимает решение",
        "Принятие решения",  # a noun of action, but the client's
        "Договор",
        "Первичный контакт",
        "Коммерческое предложение",  # made of "предложить", and no action
        "На согласовании",
        "В производстве",
        "Ожидание оплаты",
        "Ждём оплату",
        "Обещал оплатить",  # the client will
        "Клиент готов платить",
        "Счёт выставлен",
        "Contract sent",
        "Waiting for payment",
        "New lead",
    ],
)
def test_a_situation_without_a_task(lexicon: Any, name: str) -> None:
    found = names.parse_name(name, lexicon)
    assert (found["has_situation"], found["has_action"]) == (True, False)


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("Квалификация", 1),
        ("Согласование договора", 1),
        ("Получение предоплаты", 1),
        ("Подготовка КП", 1),
        ("Созвон", 1),
        ("Выезд на замер", 1),
        ("Нужно отправить КП", 1),
        ("Согласуем условия", 1),
        ("Позвоните клиенту", 1),
        ("Позвонить или написать", 1),  # alternatives
        ("Консультация/встреча", 1),
        ("Позвонить, чтобы согласовать", 1),  # the purpose of it
        ("Подготовить КП и согласовать с клиентом", 2),
        ("Согласование и подписание договора", 2),
        ("Доставка и монтаж", 2),
        ("Замер и дизайн-проект", 2),  # what an action is joined with is done as well
        ("Prepare and send the proposal", 2),
        ("Call", 1),
        ("Contract approval", 1),
    ],
)
def test_actions_are_counted(lexicon: Any, name: str, actions: int) -> None:
    found = names.parse_name(name, lexicon)
    assert (found["has_action"], found["actions"]) == (True, actions)
    assert not found["is_reminder"]


@pytest.mark.parametrize(
    "name",
    [
        "Недозвон",
        "НЕДОЗВОН 2",
        "Недозвон, перезвонить",  # a task does not make it a step
        "Клиент не отвечает на звонки",
        "Отложено",
        "Отложенные",
        "На потом",
        "Вернуться через год",
        "Пауза до следующего года",
        "Перезвонить",
        "Думает",
        "Клиент хочет подумать",
        "No answer",
        "Call back",
    ],
)
def test_reminders_are_found_in_any_form(lexicon: Any, name: str) -> None:
    assert names.parse_name(name, lexicon)["is_reminder"]


@pytest.mark.parametrize(
    "name", ["Дозвон", "Звонок", "Ответили на вопросы", "Выслали КП, перезвонить"]
)
def test_what_only_looks_like_a_reminder(lexicon: Any, name: str) -> None:
    assert not names.parse_name(name, lexicon)["is_reminder"]


def test_default_names_and_robots(lexicon: Any) -> None:
    parse = names.parse_name
    assert parse("ПЕРВИЧНЫЙ КОНТАКТ", lexicon)["is_default_stage"]
    assert not parse("Первичный контакт с ЛПР", lexicon)["is_default_stage"]
    assert parse("Цифровая воронка", lexicon)["is_automation"]
    assert not parse("Продажа кухонь", lexicon)["is_automation"]


@pytest.mark.parametrize("name", ["", "???", "142", "🙂", "и", "/", "a" * 300, "чтобы", "\u0301"])
def test_any_text_is_a_name(lexicon: Any, name: str) -> None:
    assert names.parse_name(name, lexicon)["name"] == name


def test_a_company_is_linted(company: Warehouse) -> None:
    # the ends of both pipelines are renamed, and that is nobody's business
    assert company.rows(
        """select pipeline_id, stage_id, rule_id from marts.rpt_pipeline_lint
        where rule_id not in ('no_standard') order by all"""
    ) == [
        (1, 11, "missing_task"),
        (1, 13, "missing_task"),
        (2, 21, "missing_task"),
        (2, 22, "missing_task"),
    ]
    assert company.rows(
        """select deals_open, money_locked, currency, evidence from marts.rpt_pipeline_lint
        where pipeline_id = 2 and stage_id = 22 and rule_id = 'missing_task'"""
    ) == [(1, 0, "RUB", "описана ситуация, дела для менеджера нет")]
