"""Reports whose totals do not agree stay as they were published last; the rest is renewed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from expectations.suites.ties import RULES
from orchestration.assets import publish as publishing
from orchestration.assets.publish import Published, publish
from orchestration.publications import (
    describe_held_back,
    find_held_back,
    read_publications,
)
from orchestration.warehouse import connect

MONDAY = datetime(2026, 10, 26, 3, tzinfo=UTC)
TUESDAY = datetime(2026, 10, 27, 3, tzinfo=UTC)
WEDNESDAY = datetime(2026, 10, 28, 3, tzinfo=UTC)
LOSSES = "marts.rpt_loss_reasons"
SHARES = "marts.rpt_loss_reason_shares"


@pytest.fixture
def live(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with connect(path) as connection:
        connection.execute("create schema marts")
        connection.execute("create schema quality")
        for table in ("fct_deals", "rpt_loss_reasons", "rpt_loss_reason_shares"):
            connection.execute(f"create table marts.{table} as select 'monday' as day")
        connection.execute(
            """create table quality.rules as
               select 'losses_untied' as rule_id, 'blocker' as severity, true as is_run,
                   0 as failing
               union all select 'lost_no_reason', 'error', true, 40"""
        )
    return path


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    def model(name: str, schema: str = "marts") -> dict[str, str]:
        return {"resource_type": "model", "schema": schema, "alias": name}

    told = {
        "nodes": {
            "reasons": model("rpt_loss_reasons"),
            "shares": model("rpt_loss_reason_shares"),
            "ties": model("fct_report_ties", "quality"),
            "test": {"resource_type": "test", "schema": "marts", "alias": "rpt_test"},
        },
        "child_map": {"reasons": ["shares", "ties", "test"], "shares": ["test"]},
    }
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(told))
    return path


def next_day(live: Path, day: str, failing: int, *, is_run: bool = True) -> None:
    with connect(live) as connection:
        for table in ("fct_deals", "rpt_loss_reasons", "rpt_loss_reason_shares"):
            connection.execute(f"update marts.{table} set day = ?", [day])
        connection.execute(
            "update quality.rules set failing = ?, is_run = ? where severity = 'blocker'",
            [failing, is_run],
        )


def publish_now(live: Path, manifest: Path, as_of: datetime) -> Published:
    with connect(live) as connection:
        held = find_held_back(connection, RULES, manifest)
    return publish(live, live.parent / "published", held=held, as_of=as_of)


def days(folder: Path) -> dict[str, str]:
    """What readers see of every mart, in DuckDB; Parquet has to say the same."""
    seen = {}
    with duckdb.connect(str(folder / "skvoz.duckdb"), read_only=True) as connection:
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall():
            ((seen[name],),) = connection.execute(f"select day from marts.{name}").fetchall()
    files = {
        path.name.split(".")[1]: duckdb.read_parquet(str(path)).fetchall()[0][0]
        for path in (folder / "parquet").glob("marts.*")
    }
    assert files == seen
    return seen


def test_what_a_blocker_concerns_and_what_rests_on_it_is_found(live: Path, manifest: Path) -> None:
    with connect(live) as connection:
        assert find_held_back(connection, RULES, manifest) == {}
        connection.execute("update quality.rules set failing = 1 where severity = 'blocker'")
        by = ("losses_untied",)
        assert find_held_back(connection, RULES, manifest) == {LOSSES: by, SHARES: by}
        assert find_held_back(connection, RULES, manifest.with_name("absent")) == {LOSSES: by}
        connection.execute("update quality.rules set is_run = false")
        assert find_held_back(connection, RULES, manifest) == {}
        connection.execute("drop table quality.rules")
        assert find_held_back(connection, RULES, manifest) == {}


def test_the_last_good_reports_stay_until_the_totals_agree(live: Path, manifest: Path) -> None:
    folder = live.parent / "published"
    publish_now(live, manifest, MONDAY)
    for day, as_of in (("tuesday", TUESDAY), ("wednesday", WEDNESDAY)):
        next_day(live, day, failing=1)
        done = publish_now(live, manifest, as_of)
        assert [one.relation for one in done.held_back] == [SHARES, LOSSES]
        assert days(folder) == {
            "fct_deals": day,
            "rpt_loss_reasons": "monday",
            "rpt_loss_reason_shares": "monday",
        }
        with duckdb.connect(str(folder / "skvoz.duckdb"), read_only=True) as connection:
            told = read_publications(connection)
        assert (told[LOSSES].data_as_of, told[LOSSES].held_back_by) == (MONDAY, ("losses_untied",))
        assert (told["marts.fct_deals"].data_as_of, told["marts.fct_deals"].held_back_by) == (
            as_of,
            (),
        )
        assert "quality.rules" in told
        assert told[LOSSES].published_at < told["marts.fct_deals"].published_at
        reason = describe_held_back(done.publications)
        assert f"{LOSSES} (losses_untied; readers keep that of 2026-10-26 03:00 UTC)" in reason

    next_day(live, "thursday", failing=0)
    done = publish_now(live, manifest, datetime(2026, 10, 29, 3, tzinfo=UTC))
    assert done.held_back == ()
    assert describe_held_back(done.publications) == ""
    assert set(days(folder).values()) == {"thursday"}


def test_a_copy_that_does_not_tell_its_day_is_told_by_its_own_age(
    live: Path, manifest: Path
) -> None:
    folder = live.parent / "published"
    publish_now(live, manifest, MONDAY)
    with duckdb.connect(str(folder / "skvoz.duckdb")) as connection:
        connection.execute("drop table quality.publications")
    next_day(live, "tuesday", failing=1)
    (_, losses) = publish_now(live, manifest, TUESDAY).held_back
    assert losses.data_as_of is None
    assert losses.published_at is not None
    assert losses.is_readable
    assert days(folder)["rpt_loss_reasons"] == "monday"


def test_the_first_copy_names_what_it_has_not(live: Path, manifest: Path) -> None:
    next_day(live, "monday", failing=1)
    done = publish_now(live, manifest, MONDAY)
    assert days(live.parent / "published") == {"fct_deals": "monday"}
    assert [(one.relation, one.is_readable) for one in done.held_back] == [
        (SHARES, False),
        (LOSSES, False),
    ]
    assert "was never published" in describe_held_back(done.publications)


def test_a_crash_on_the_way_leaves_the_copy_of_before(
    live: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = live.parent / "published"
    publish_now(live, manifest, MONDAY)
    next_day(live, "tuesday", failing=1)

    def crash(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(publishing, "write_publications", crash)
    with pytest.raises(RuntimeError):
        publish_now(live, manifest, TUESDAY)
    assert set(days(folder).values()) == {"monday"}
    assert sorted(path.name for path in folder.iterdir()) == ["parquet", "skvoz.duckdb"]
    assert [path for path in (folder / "parquet").iterdir() if path.suffix == ".tmp"] == []
