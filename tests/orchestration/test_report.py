"""Everything that readers open is written from one published copy, each part whole."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from ingestion.settings import ROOT, Settings, read_company_config
from orchestration.assets import publish
from orchestration.assets import report as reports
from orchestration.assets.report import FINDINGS, make_report
from orchestration.feeds import Feed, write_feeds
from orchestration.publications import Publication, write_publications
from reporting.errors import ReportError
from tests.reporting import warehouse
from tests.reporting.warehouse import editing

MONDAY = datetime(2026, 10, 26, 3, tzinfo=UTC)
LOSSES = "marts.rpt_loss_reasons"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = ROOT / "config" / "company.toml"
    made = Settings(tmp_path, config, read_company_config(config))
    target = publish.published_file(made.published_dir)
    target.parent.mkdir(parents=True)
    warehouse.create(target)
    with editing(target) as con:
        write_feeds(con, [Feed("amocrm", "amoCRM", "amoCRM", "ok", MONDAY)])
    return made


def hold_back(settings: Settings, *publications: Publication) -> None:
    with editing(publish.published_file(settings.published_dir)) as con:
        write_publications(con, publications)


def test_a_reader_finds_every_part(settings: Settings) -> None:
    written = make_report(settings)
    folder = settings.reports_dir
    assert written["path"] == folder / "report.html"
    assert written["findings"] == folder / FINDINGS
    assert {path.name for path in folder.iterdir()} >= {"report.html", FINDINGS, "managers"}
    pages = list((folder / "managers").glob("*.html"))
    assert len(pages) == written["managers"] > 0
    assert Path(str(written["picture"])).read_bytes().startswith(b"\x89PNG")
    assert openpyxl.load_workbook(folder / FINDINGS).sheetnames[0] == "Сводка"
    assert "Не обновлено" not in (folder / "report.html").read_text("utf-8")


def test_the_page_says_which_figures_are_of_an_earlier_day(settings: Settings) -> None:
    hold_back(settings, Publication(LOSSES, MONDAY, MONDAY, ("losses_untied",)))
    page = (make_report(settings)["path"]).read_text("utf-8")  # type: ignore[union-attr]
    assert "Не обновлено, данные на 26.10.2026 06:00: причины отказа." in page
    assert "Причины отказа не покрывают проигранные сделки" in page


def test_without_a_mart_there_is_no_page_yet_and_the_rest_is_made(settings: Settings) -> None:
    hold_back(settings, Publication(LOSSES, None, None, ("losses_untied",)))
    with duckdb.connect(":memory:") as con:
        con.execute(f"attach '{publish.published_file(settings.published_dir)}' as edited")
        con.execute("drop view edited.quality.fct_report_ties")
        con.execute(f"drop table edited.{LOSSES}")
    written = make_report(settings)
    assert "path" not in written
    assert (settings.reports_dir / FINDINGS).exists()
    assert not (settings.reports_dir / "report.html").exists()


def test_a_part_that_fails_does_not_keep_the_others_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Path:
        raise ReportError("no fonts")

    monkeypatch.setattr(reports, "write_picture", fail)
    with pytest.raises(ReportError, match=r"^the picture: no fonts$"):
        make_report(settings)
    names = {path.name for path in settings.reports_dir.iterdir()}
    assert names >= {"report.html", FINDINGS, "managers"}
