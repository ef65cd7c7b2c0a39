from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reporting.i18n import Wording

RU, EN = Wording("ru", "RUB"), Wording("en", "RUB")


def test_money_is_exact_beyond_a_float() -> None:
    assert RU.money(Decimal("-90071992547409.93")) == "−90\xa0071\xa0992\xa0547\xa0409,93\xa0₽"
    assert EN.money(Decimal("90071992547409.93")) == "₽90,071,992,547,409.93"
    assert Wording("ru", "KZT").money(Decimal("1.10")) == "1,10\xa0KZT"


@pytest.mark.parametrize(
    ("wording", "expected"),
    [(RU, ("7,1\xa0млн\xa0₽", "12,3\xa0%", "1\xa0700")), (EN, ("₽7.1M", "12.3%", "1,700"))],
)
def test_numbers_follow_the_language(wording: Wording, expected: tuple[str, str, str]) -> None:
    said = (
        wording.compact(Decimal("7145290.33")),
        wording.percent(Decimal("0.1234")),
        wording.count(1700),
    )
    assert said == expected


def test_dates_follow_the_language() -> None:
    moment = datetime(2026, 10, 31, 20, 5, tzinfo=UTC)
    assert (RU.moment(moment), EN.moment(moment)) == ("31.10.2026 20:05", "31 Oct 2026 20:05")
    assert (RU.month(date(2026, 5, 1)), EN.month(date(2026, 5, 1))) == ("Май 2026", "May 2026")
