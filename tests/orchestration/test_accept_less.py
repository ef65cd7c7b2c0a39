"""A smaller volume is accepted from the command line: for the named source, and for one run."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.errors import ConfigError
from ingestion.settings import ROOT, Settings, load_settings
from orchestration import running, summary
from orchestration.cli import app


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Settings of the runs that were asked for; nothing is really run."""
    monkeypatch.setenv("SKVOZ_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SKVOZ_CONFIG", str(ROOT / "config" / "company.toml"))
    found: list[Settings] = []
    monkeypatch.setattr(running, "run_job", lambda settings, _: found.append(settings))
    monkeypatch.setattr(summary, "print_summary", lambda *_: None)
    return found


def test_it_reaches_the_run_and_no_other(ran: list[Settings]) -> None:
    options = ["--accept-less", "vk_ads", "--accept-less", "tbank"]
    assert CliRunner().invoke(app, ["run", "daily", *options]).exit_code == 0
    assert ran[0].accept_less == {"vk_ads", "tbank"}
    assert load_settings().accept_less == frozenset()


def test_a_source_that_nobody_knows_is_named(ran: list[Settings]) -> None:
    failed = CliRunner().invoke(app, ["run", "daily", "--accept-less", "vkads"]).exception
    assert isinstance(failed, ConfigError)
    assert "vkads: there is no such source; known: amocrm" in str(failed)
    assert ran == []
