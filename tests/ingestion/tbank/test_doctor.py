"""What the doctor says of accounts in T-Bank, in each of the ways they can be wrong."""

from pathlib import Path

import pytest

from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.tbank.doctor import doctor
from sandbox.running import Services
from sandbox.servers.tbank import TbankFaults
from sandbox.simulation.acquiring import ONLINE_ACCOUNT
from tests.ingestion import bank_company
from tests.ingestion.scripted import FakeClock
from tests.ingestion.tbank.bank import MAIN, settings_for


def examine(settings: Settings) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(settings, FakeClock())}


def test_all_is_well(services: Services, tmp_path: Path) -> None:
    lines = examine(settings_for(services, tmp_path))
    assert {check: line.status for check, line in lines.items()} == {
        f"account {MAIN}": "ok",
        f"account {ONLINE_ACCOUNT}": "ok",
    }


def test_what_is_wrong_with_one_account_leaves_the_others(
    services: Services, tmp_path: Path
) -> None:
    stranger = "40702810900000000999"
    lines = examine(settings_for(services, tmp_path, stranger, MAIN))
    assert lines[f"account {stranger}"].status == "failed"
    assert "errorId" in lines[f"account {stranger}"].message
    assert lines[f"account {MAIN}"].status == "ok"


def test_token_and_address(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = f"account {MAIN}"
    nowhere = settings_for(services, tmp_path, MAIN, base_url="http://127.0.0.1:9")
    assert examine(nowhere)[check].status == "failed"
    monkeypatch.setenv("SOURCES__TBANK__TOKEN", "t.wrong-token-value")
    line = examine(settings_for(services, tmp_path, MAIN))[check]
    assert (line.status, "t.wrong" in line.message) == ("failed", False)
    monkeypatch.delenv("SOURCES__TBANK__TOKEN")
    line = examine(settings_for(services, tmp_path, MAIN))[check]
    assert line.status == "failed"
    assert "SOURCES__TBANK__TOKEN" in line.message


def test_a_bank_that_states_no_balances(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    faults.has_balances = False
    assert examine(settings_for(services, tmp_path, MAIN))[f"account {MAIN}"].status == "warning"


def test_no_account_and_switched_off(services: Services, tmp_path: Path) -> None:
    nobody = bank_company.settings_for(tmp_path, "tbank")
    assert examine(nobody)["accounts"].status == "failed"
    off = bank_company.settings_for(tmp_path, "tbank", enabled=False)
    assert examine(off)["source"].status == "off"
