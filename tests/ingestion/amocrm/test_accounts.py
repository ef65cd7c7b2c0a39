"""Several accounts in one warehouse: rows, cursors, secrets and tokens of each apart."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ingestion.errors import ConfigError, MissingSecretError
from ingestion.settings import Settings, check_company_config, read_company_config
from ingestion.sources.amocrm.client import make_clients
from ingestion.sources.amocrm.config import AmocrmSection
from ingestion.sources.amocrm.doctor import doctor
from tests.ingestion.amocrm.conftest import MakeStand, Stand
from tests.ingestion.scripted import FakeClock
from tests.sandbox.small import AS_OF, small_company


@pytest.fixture
def pair(make_stand: MakeStand, monkeypatch: pytest.MonkeyPatch) -> tuple[Stand, Stand]:
    """A stand of two accounts, and the second one's own servers."""
    company = small_company()
    company.spec = replace(company.spec, account_id=778)
    company.name = "Второй аккаунт"
    company.leads = company.leads[:3]
    second = make_stand(company)
    monkeypatch.setenv("SOURCES__AMOCRM__EAST__ACCESS_TOKEN", second.services.access_token)
    for key in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        value = second.services.environment()[f"SOURCES__AMOCRM__{key}"]
        monkeypatch.setenv(f"SOURCES__AMOCRM__EAST__{key}", value)
    first = make_stand()
    return Stand(first.services, with_accounts(first, second)), second


def with_accounts(first: Stand, second: Stand, **more: str) -> Settings:
    accounts = [
        {"name": "main", "base_url": first.services.amocrm_url, **more},
        {"name": "east", "base_url": second.services.amocrm_url, **more},
    ]
    config = {
        "company": {"name": "Малая"},
        "sources": {"amocrm": {"enabled": True, "accounts": accounts}},
    }
    return replace(first.settings, company_config=check_company_config(config))


def test_accounts_share_tables_and_nothing_else(pair: tuple[Stand, Stand]) -> None:
    both, second = pair
    both.load()
    counted = "select account_id, count(*) from raw.leads group by 1 order by 1"
    assert both.rows(counted) == [(777, 10), (778, 3)]
    order = "select account_id, account_order, name from raw.accounts order by 2"
    assert both.rows(order)[1] == (778, 1, "Второй аккаунт")
    assert len(set(both.rows("select last_seen_at from raw.accounts"))) == 1
    assert both.rows("select count(*) from raw.leads where lead_id = 1001") == [(2,)]

    second.company.leads[0].name = "Правка"
    second.company.leads[0].updated_at = int(AS_OF.timestamp())
    loaded = both.load("leads")
    assert loaded.rows["leads"] == 3  # the edit, and each account's latest before it
    names = "select account_id, name from raw.leads where lead_id = 1001 order by 1"
    assert both.rows(names) == [(777, "Сделка 1001"), (778, "Правка")]


def test_one_account_that_is_far_behind_does_not_hold_the_other(
    pair: tuple[Stand, Stand],
) -> None:
    both, second = pair
    section = both.settings.section(AmocrmSection).model_copy(update={"pages_per_commit": 1})
    sources = both.settings.sources.model_copy(update={"amocrm": section})
    config = both.settings.company_config.model_copy(update={"sources": sources})
    small = Stand(both.services, replace(both.settings, company_config=config))
    both.faults.alpha_filter = second.faults.alpha_filter = False
    second.faults.page_cap = 1
    loaded = small.load("leads")
    assert loaded.rounds == 4  # three deals of the second account, and nothing behind them
    assert both.rows("select count(*) from raw.leads") == [(13,)]


def test_secrets_and_tokens_are_each_accounts_own(
    pair: tuple[Stand, Stand], monkeypatch: pytest.MonkeyPatch
) -> None:
    both, second = pair
    settings = with_accounts(both, second, auth="oauth", redirect_uri="https://example.com/back")
    ids = [client.account().id for client in make_clients(settings, FakeClock())]
    assert ids == [777, 778]
    files = {path.name for path in settings.state_dir.iterdir() if path.suffix == ".json"}
    assert files == {"amocrm_tokens.json", "amocrm_tokens_east.json"}
    monkeypatch.delenv("SOURCES__AMOCRM__EAST__ACCESS_TOKEN")
    monkeypatch.delenv("SOURCES__AMOCRM__ACCESS_TOKEN")
    with pytest.raises(MissingSecretError, match="ACCESS_TOKEN"):
        make_clients(both.settings, FakeClock())[1].account()


def test_doctor_says_whose_trouble_it_is(pair: tuple[Stand, Stand]) -> None:
    both, second = pair
    second.faults.banned = True
    found = {line.check: line for line in doctor(both.settings, FakeClock())}
    assert found["main: credentials"].status == "ok"
    assert found["east: credentials"].status == "failed"
    assert "east: rights" not in found


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (lambda one: f'base_url = "https://x"\n{one("a")}', "base_url beside"),
        (lambda one: one("a") + one("a", "https://y"), "two accounts have the same name"),
        (lambda one: one("a") + one("b"), "two accounts have the same base_url"),
        (lambda one: one("Главный"), "accounts.0.name"),
        (lambda one: one("a") + 'auth = "oauth"\n', "redirect_uri is missing"),
        (lambda one: one("a", ""), "accounts.0.base_url"),
    ],
)
def test_accounts_that_cannot_be_told_apart(
    tmp_path: object, lines: Callable[..., str], words: str
) -> None:
    from pathlib import Path

    def one(name: str, url: str = "https://x.amocrm.ru") -> str:
        return f'[[sources.amocrm.accounts]]\nname = "{name}"\nbase_url = "{url}"\n'

    path = Path(str(tmp_path)) / "company.toml"
    head = '[company]\nname = "Окна"\n[sources.amocrm]\nenabled = true\n'
    path.write_text(head + lines(one), encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        read_company_config(path)
