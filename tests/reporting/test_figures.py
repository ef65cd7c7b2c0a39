"""Shapes of the charts: what they leave out, and how much room they take."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from reporting.figures import Figures, build_figures
from reporting.figures_money import ticks
from reporting.i18n import Wording
from tests.reporting.conftest import view_of


def figures_of(path: Path) -> Figures:
    return build_figures(view_of(path), Wording("ru", "RUB"))


def test_the_bar_of_the_headline_fills_the_column_of_the_page(marts: Path) -> None:
    drawn = figures_of(marts).explained
    assert drawn is not None
    width = re.search(r'viewBox="0 0 (\d+)', drawn.wide)
    assert width is not None
    assert int(width[1]) in range(1032, 1035)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("0", "20", [0, 5, 10, 15, 20]),
        ("-0.33", "20", [0, 10, 20]),
        ("-12", "20", [-10, 0, 10, 20]),
        ("0", "0", [0]),
    ],
)
def test_ticks_open_no_empty_half(low: str, high: str, expected: list[int]) -> None:
    assert ticks(Decimal(low), Decimal(high)) == expected


def test_months_before_the_first_payment_are_not_drawn(change: Callable[..., Path]) -> None:
    path = change(
        "insert into marts.rpt_revenue_by_channel"
        " select account_id, date '2026-04-01', channel, basis, leads, won, 0, 0, 0, 0, spend,"
        " currency from marts.rpt_revenue_by_channel where month = date '2026-06-01'"
    )
    drawn = figures_of(path).months
    assert drawn is not None
    assert "апр" not in drawn.wide
    assert "июнь" in drawn.wide


def test_the_forecast_is_an_interval_around_its_middle(marts: Path) -> None:
    drawn = figures_of(marts).forecast
    assert drawn is not None
    assert "Ноябрь 2026: 1 млн ₽ (800 тыс. – 1,3 млн)" in drawn.description.replace("\xa0", " ")
    assert drawn.description.count(";") == 1  # neither the month with nothing nor the undated
    assert "Ноябрь 2026: 1" in drawn.narrow


def test_rare_reasons_are_one_bar_and_those_that_say_nothing_have_their_colours(
    marts: Path,
) -> None:
    drawn = figures_of(marts).losses
    assert drawn is not None
    assert "2 причины реже" in drawn.wide
    assert "Причина не указана" in drawn.wide
    assert {"#1d4e79", "#b4bcc6"} <= set(re.findall(r"#[0-9a-f]{6}", drawn.wide))


def test_the_chart_of_credit_has_the_people_of_most_money(change: Callable[..., Path]) -> None:
    path = change(
        "insert into marts.rpt_manager_credit (user_id, user_name, currency, closer_price,"
        " originator_price, share_time_price, current_responsible_price)"
        " select 100 + n, 'Менеджер ' || n, 'RUB', n, n, n, n from range(10) as t(n)"
    )
    drawn = figures_of(path).credit
    assert drawn is not None
    assert "Менеджер 9" in drawn.wide
    assert "Менеджер 6" not in drawn.wide
