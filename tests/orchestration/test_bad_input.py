"""Whatever is wrong outside, the command line says it in one clear sentence and ends with 1."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.small import small_company
from tests.workplace import Workplace, workplace

SECRET = "s3cr3t-never-shown"


CRM = ("amocrm",)


@pytest.fixture(scope="module")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What dbt makes of the project for a company with a CRM only, parsed once."""
    folder = tmp_path_factory.mktemp("parsed") / "place"
    with workplace(folder, small_company(), feeds=CRM, is_lean=True) as place:
        place.skvoz("run", "daily", SOURCES__AMOCRM__ACCESS_TOKEN="")
    return folder / "dbt"


@pytest.fixture
def place(tmp_path: Path, artefacts: Path) -> Iterator[Workplace]:
    """A company whose only source is about to fail, so that nothing is built after it."""
    company = small_company()
    with workplace(tmp_path / "place", company, None, artefacts, CRM, is_lean=True) as place:
        yield place


def fails(place: Workplace, *expected: str, **environment: str) -> str:
    """Run the daily job, which must fail with these words and nothing a person cannot use."""
    done = place.skvoz("run", "daily", **environment)
    assert done.returncode == 1, done.stdout
    for words in expected:
        assert words in done.stdout, done.stdout
    assert "Traceback" not in done.stdout
    assert SECRET not in done.stdout
    for secret in (place.services.client_secret, place.services.refresh_token):
        assert secret not in done.stdout
    logs = "".join(path.read_text("utf-8") for path in (place.folder / "logs").glob("*.log"))
    assert SECRET not in logs
    return done.stdout


def use_oauth(place: Workplace) -> None:
    config = place.folder / "company.toml"
    text = config.read_text(encoding="utf-8")
    oauth = 'auth = "oauth"\nredirect_uri = "https://example.com/oauth"'
    config.write_text(text.replace('auth = "token"', oauth), encoding="utf-8")


def test_missing_secret(place: Workplace) -> None:
    fails(
        place,
        "secret access_token is not set",
        "SOURCES__AMOCRM__ACCESS_TOKEN",
        ".dlt/secrets.toml",
        SOURCES__AMOCRM__ACCESS_TOKEN="",
    )


def test_wrong_token(place: Workplace) -> None:
    output = fails(place, "load_amocrm: amoCRM", SOURCES__AMOCRM__ACCESS_TOKEN=SECRET)
    assert "token" in output
    alerts = (place.folder / "alerts.jsonl").read_text(encoding="utf-8")
    assert "load_amocrm" in alerts
    assert SECRET not in alerts


def test_unreachable_host(place: Workplace) -> None:
    config = place.folder / "company.toml"
    text = config.read_text(encoding="utf-8")
    nobody = '"http://127.0.0.1:9"\nmax_attempts = 2'
    config.write_text(text.replace(f'"{place.services.amocrm_url}"', nobody), "utf-8")
    fails(place, "127.0.0.1:9", "attempts")


def test_revoked_refresh_token(place: Workplace) -> None:
    use_oauth(place)
    fails(place, "load_amocrm: amoCRM", "refresh", SOURCES__AMOCRM__REFRESH_TOKEN=SECRET)


def test_oauth_rotates_from_one_command_to_the_next(place: Workplace) -> None:
    use_oauth(place)
    assert place.skvoz("doctor").returncode == 0
    # the first refresh token is spent by now; the rotated one has to be used
    place.services.faults.expire_access_token()
    again = place.skvoz("doctor")
    assert again.returncode == 0, again.stdout


def test_a_ban_stops_at_once(place: Workplace) -> None:
    place.services.faults.banned = True
    before = sum(place.services.amocrm.requests.values())
    fails(place, "load_amocrm")
    assert sum(place.services.amocrm.requests.values()) - before == 1


def test_locked_warehouse(place: Workplace) -> None:
    hold = "import duckdb,sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(place.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        fails(place, "another program has the warehouse open", SKVOZ_LOCK_WAIT_SECONDS="0")
        holder.kill()


def test_too_little_disk(place: Workplace) -> None:
    output = fails(place, "a run needs at least 999999999 MB", SKVOZ_MIN_FREE_MB="999999999")
    assert "WarehouseError" not in output
    alerts = (place.folder / "alerts.jsonl").read_text(encoding="utf-8")
    assert "a run needs at least 999999999 MB" in alerts
    assert "WarehouseError" not in alerts


def test_full_disk(place: Workplace) -> None:
    small = place.folder / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk can only be mounted by root")
    try:
        done = place.skvoz("run", "daily", SKVOZ_DATA_DIR=str(small), SKVOZ_MIN_FREE_MB="0")
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert done.returncode == 1
    assert "the disk is full" in done.stdout
    assert "Traceback" not in done.stdout


def test_state_folder_that_is_a_file(place: Workplace) -> None:
    (place.folder / "state").write_text("")
    fails(place, "cannot be written", "SKVOZ_DATA_DIR")


def test_data_folder_that_cannot_be_made(place: Workplace, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    done = place.skvoz("run", "daily", SKVOZ_DATA_DIR=str(blocker / "data"))
    assert done.returncode == 1
    assert "cannot be written" in done.stdout
    assert "Traceback" not in done.stdout


def test_unknown_job(place: Workplace) -> None:
    done = place.skvoz("run", "weekly")
    assert done.returncode == 1
    assert "there is no job weekly; known: daily, hourly_crm" in done.stdout


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("timezone = 'Mars/Olympus'", "company.timezone"),
        ("currency = 'rubles'", "company.currency"),
        ("colour = 'red'", "company.colour"),
        ("name = ", "not valid TOML"),
    ],
)
def test_bad_configuration(place: Workplace, tmp_path: Path, line: str, words: str) -> None:
    config = tmp_path / "bad.toml"
    config.write_text(f"[company]\nname = 'x'\n{line}\n", encoding="utf-8")
    done = place.skvoz("doctor", SKVOZ_CONFIG=str(config))
    assert done.returncode == 1
    assert words in done.stdout
    assert str(config) in done.stdout
    assert "Traceback" not in done.stdout


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    wrong = {"SOURCES__YANDEX_DIRECT__TOKEN": "", "SOURCES__AMOCRM__ACCESS_TOKEN": "x"}
    with workplace(tmp_path / "place", small_company()) as place:
        well = place.skvoz("doctor")
        ill = place.skvoz("doctor", **wrong)
    assert well.returncode == 0, well.stdout
    assert ill.returncode == 1
    assert "SOURCES__YANDEX_DIRECT__TOKEN" in ill.stdout
    assert "Traceback" not in ill.stdout
