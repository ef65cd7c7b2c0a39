"""The company's file and the environment, with errors that name the field and never a value."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from ingestion.errors import ConfigError, MissingSecretError
from ingestion.funnel_config import FunnelSection
from ingestion.money_config import AttributionSection, MoneySection
from ingestion.quality_config import QualitySection
from ingestion.settings import load_settings, read_company_config, secret

GOOD = """
[company]
name = "Окна"
[sources.amocrm]
enabled = true
base_url = "https://example.amocrm.ru"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "company.toml"
    path.write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("SKVOZ_CONFIG", str(path))
    monkeypatch.setenv("SKVOZ_DATA_DIR", str(tmp_path / "data"))
    return path


def test_defaults_are_those_of_a_company_in_moscow(config: Path) -> None:
    company = read_company_config(config)
    assert (company.company.timezone, company.company.currency) == ("Europe/Moscow", "RUB")
    assert company.company.language == "ru"
    assert not company.sources.bank_1c.enabled


def test_the_repositorys_own_file_is_valid_and_switches_nothing_on() -> None:
    root = Path(__file__).resolve().parents[2]
    sources = read_company_config(root / "config" / "company.toml").sources
    assert not any((sources.amocrm.enabled, sources.yandex_direct.enabled, sources.bank_1c.enabled))


def test_now_is_the_clock_or_the_replayed_moment(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SKVOZ_AS_OF", raising=False)
    assert abs((load_settings().now() - datetime.now(UTC)).total_seconds()) < 60
    monkeypatch.setenv("SKVOZ_AS_OF", "2026-10-31T23:00:00+03:00")
    assert load_settings().now() == datetime(2026, 10, 31, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SKVOZ_AS_OF", "2026-10-31T23:00:00", "has no zone"),
        ("SKVOZ_AS_OF", "yesterday", "SKVOZ_AS_OF: Input"),
        ("SKVOZ_MIN_FREE_MB", "-1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_variable_is_named(
    config: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=words):
        load_settings()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("working_day_start = 18", r"funnel: .*18 is not before working_day_end 18"),
        ("working_weekdays = [1, 8]", r"funnel\.working_weekdays"),
        ("mass_change_minimum_deals = 1", r"funnel\.mass_change_minimum_deals.*2"),
        ("clicks = 3", r"funnel\.clicks"),
    ],
)
def test_a_wrong_bound_of_the_funnel_is_named(config: Path, line: str, words: str) -> None:
    config.write_text(f"{GOOD}[funnel]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load_settings()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("requests_per_second = 70", r"sources\.amocrm\.requests_per_second.*7"),
        ("auth = 'password'", r"sources\.amocrm\.auth"),
        ("auth = 'oauth'", r"sources\.amocrm: .*redirect_uri is missing"),
        ("token = 'abc-secret'", r"sources\.amocrm\.token"),
    ],
)
def test_a_wrong_field_is_named_without_its_value(config: Path, line: str, words: str) -> None:
    config.write_text(GOOD + line, encoding="utf-8")
    with pytest.raises(ConfigError, match=words) as error:
        read_company_config(config)
    assert str(config) in str(error.value)
    assert "abc-secret" not in str(error.value)


def test_an_absent_file_says_where_to_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file; start from"):
        read_company_config(tmp_path / "absent.toml")


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__AMOCRM__ACCESS_TOKEN", "abc")
    assert secret("amocrm", "access_token") == "abc"


def test_a_missing_secret_names_the_variable_and_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SOURCES__AMOCRM__REFRESH_TOKEN", raising=False)
    with pytest.raises(MissingSecretError, match=r"SOURCES__AMOCRM__REFRESH_TOKEN.*secrets\.toml"):
        secret("amocrm", "refresh_token")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("placeholder_prices = [0]", r"quality\.placeholder_prices.*greater than 0"),
        ("price_cut_percent = 100", r"quality\.price_cut_percent.*less than 100"),
        ("postponed_share = 1.5", r"quality\.postponed_share.*1"),
        ('service_users = [""]', r"quality\.service_users"),
        ("grace_days = 3", r"quality\.grace_days"),
    ],
)
def test_a_wrong_bound_of_quality_is_named(config: Path, line: str, words: str) -> None:
    config.write_text(f"{GOOD}[quality]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load_settings()


def test_bounds_of_quality_reach_the_models(config: Path) -> None:
    config.write_text(
        f'{GOOD}[quality]\nservice_users = ["Роман Белов", 8123456]\nrecent_days = 30\n',
        encoding="utf-8",
    )
    told = load_settings().model_vars
    assert told["quality_service_users"] == ("Роман Белов", "8123456")
    assert told["quality_recent_days"] == 30
    assert told["quality_postponed_shifts"] == 3
    assert told["chain_gap_days"] == 3


def test_what_the_models_are_told_by_default_is_what_they_assume() -> None:
    root = Path(__file__).resolve().parents[2]
    project = yaml.safe_load((root / "dbt_project" / "dbt_project.yml").read_text("utf-8"))
    sections = (FunnelSection(), MoneySection(), AttributionSection(), QualitySection())
    told = {name: value for section in sections for name, value in section.dbt_vars().items()}
    assert {name: _plain(value) for name, value in told.items()} == {
        name: project["vars"][name] for name in told
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
