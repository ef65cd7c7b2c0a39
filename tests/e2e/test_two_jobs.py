"""Two jobs started at once take turns: DuckDB has one writer, and neither run fails."""

from pathlib import Path

import pytest

from orchestration.scoreboard import compare
from sandbox.model import CompanySpec
from tests.workplace import Workplace, workplace

pytestmark = pytest.mark.e2e


def test_two_jobs_at_once_both_succeed(tmp_path: Path, finished: Workplace) -> None:
    spec = CompanySpec(seed=5, deals=120, months=2)
    with workplace(tmp_path / "place", spec, dbt_artefacts=finished.folder / "dbt") as place:
        place.run("daily")
        both = [place.start("run", "daily"), place.start("run", "hourly_crm")]
        outputs = [process.communicate(timeout=400)[0] for process in both]
        assert [process.returncode for process in both] == [0, 0], "\n".join(outputs)
        scores = compare(place.published, place.truth)
    assert [score for score in scores if not score.is_perfect] == []


def test_the_hourly_job_alone_says_what_has_to_come_first(
    tmp_path: Path, finished: Workplace
) -> None:
    spec = CompanySpec(seed=5, deals=60, months=2)
    with workplace(tmp_path / "place", spec, dbt_artefacts=finished.folder / "dbt") as place:
        done = place.skvoz("run", "hourly_crm")
    assert done.returncode == 1
    assert "never loaded: Bank statements (1C exchange files), Yandex Direct" in done.stdout
    assert "run the daily job once" in done.stdout
