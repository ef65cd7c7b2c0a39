"""Starting, watching and stopping the local services."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from ingestion.settings import read_company_config
from sandbox.faults import Faults
from sandbox.running import serve
from tests.sandbox.servers_client import get, report
from tests.sandbox.small import ACCOUNT_ID, LOGIN, OWN_ACCOUNT, small_company


def test_services_leave_nothing_listening() -> None:
    before = set(threading.enumerate())
    with serve(small_company()) as services:
        assert get(services, "account").status_code == 200
        assert services.amocrm_url.startswith("http://127.0.0.1:")
    with pytest.raises(requests.ConnectionError):
        requests.get(services.amocrm_url, timeout=1)
    assert [t for t in threading.enumerate() if t.name == "sandbox" and t not in before] == []


def test_traffic_is_counted() -> None:
    with serve(small_company(), Faults(rate_limit_per_second=None)) as services:
        for _ in range(3):
            get(services, "leads?limit=1")
        get(services, "nothing")
        report(services)
        assert services.requests[("GET", "/api/v4/leads")] == 3
        assert services.requests[("POST", "/json/v5/reports")] == 1
        assert services.amocrm.statuses == {200: 3, 404: 1}
        assert services.amocrm.log[0].query == "limit=1"
        assert services.amocrm.busiest() == 4
        assert services.amocrm.busiest(seconds=1e-9) == 1


def test_the_environment_opens_the_services() -> None:
    with serve(small_company()) as services:
        env = services.environment()
        assert env["SOURCES__AMOCRM__ACCESS_TOKEN"] == services.access_token
        assert set(env) == {
            "SOURCES__AMOCRM__ACCESS_TOKEN",
            "SOURCES__AMOCRM__CLIENT_ID",
            "SOURCES__AMOCRM__CLIENT_SECRET",
            "SOURCES__AMOCRM__REFRESH_TOKEN",
            "SOURCES__YANDEX_DIRECT__TOKEN",
        }


def test_two_companies_are_served_side_by_side() -> None:
    with serve(small_company()) as one, serve(small_company()) as other:
        assert one.amocrm_url != other.amocrm_url
        assert get(one, "account", token=other.access_token).status_code == 401


# the command with the small company in place of a simulated one
COMMAND = """
import sys
import sandbox.bank, sandbox.company, sandbox.truth
from tests.sandbox.small import small_company

def leave_a_mark(company, folder, *_):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "written").touch()

sandbox.company.simulate = lambda spec: small_company()
sandbox.bank.write_statements = leave_a_mark
sandbox.truth.write_truth = leave_a_mark
from sandbox.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("number", [None, signal.SIGTERM, signal.SIGINT])
def test_the_command_writes_its_files_serves_and_stops(tmp_path: Path, number: int | None) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "--data-dir", str(tmp_path), "--deals", "12"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        ready = json.loads(process.stdout.readline())
        token = ready["env"]["SOURCES__AMOCRM__ACCESS_TOKEN"]
        account = requests.get(
            f"{ready['urls']['amocrm']}/api/v4/account",
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert account.json()["id"] == ACCOUNT_ID
        if number is None:
            process.stdin.close()
        else:
            process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""

    assert (tmp_path / "inbox" / "bank" / "written").exists()
    assert (tmp_path / "truth" / "written").exists()
    config = read_company_config(tmp_path / "company.toml")
    assert config.company.name == "ООО «Малая компания»"
    assert config.sources.amocrm.base_url == ready["urls"]["amocrm"]
    assert config.sources.yandex_direct.base_url == ready["urls"]["yandex_direct"]
    assert config.sources.yandex_direct.logins == (LOGIN,)
    assert config.sources.yandex_direct.history_months == 3
    assert config.sources.bank_1c.own_accounts == (OWN_ACCOUNT,)
