"""Three views of a funnel and how long deals stay."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from reporting.figures import build_figures
from reporting.i18n import Wording
from reporting.view import Report
from tests.reporting.conftest import view_of


def test_the_three_views_stand_in_one_row(report: Report) -> None:
    offer = report.pipelines[0].stages[2]
    assert (offer.reached, offer.visited, offer.strict.value) == (790, 610, 590)


def test_stays_are_those_of_the_norm_in_calendar_time(report: Report) -> None:
    first, *_, almost, won = report.pipelines[0].stages
    assert first.dwell is not None
    assert (first.dwell.median.value, first.dwell.mean.value) == (86400, 216000)
    assert (first.dwell.finished, first.dwell.open, first.dwell.left_out) == (1410, 90, 7)
    assert first.dwell.p90.why == "still_standing"
    assert almost.dwell is not None
    assert almost.dwell.median.why == "still_standing"
    assert won.dwell is None
    archive = report.pipelines[1].stages[-1]
    assert archive.dwell is not None
    assert archive.dwell.mean.why == "no_stays"


def test_a_stage_the_crm_lists_no_more_has_no_strict_view(change: Callable[..., Path]) -> None:
    gone = (
        "update marts.rpt_stage_conversion set stage_order = null"
        " where pipeline_id = 1 and stage_order <> 0"
    )
    report = view_of(change(gone))
    *_, last = report.pipelines
    assert (last.name, last.is_gone) == ("Продажи", True)  # the busiest, yet after those that live
    assert {stage.strict.why for stage in last.stages} == {"order_unknown"}
    drawn = build_figures(report, Wording("ru", "RUB")).pipelines[-1]
    assert drawn is not None
    assert "шаг за шагом" not in drawn.description


def test_the_strict_view_is_drawn_where_it_says_more(
    report: Report, change: Callable[..., Path]
) -> None:
    def colours(report: Report) -> bool:
        drawn = build_figures(report, Wording("ru", "RUB")).pipelines[0]
        assert drawn is not None
        return "#f2bd5b" in drawn.wide

    assert colours(report)
    same = (
        "update marts.rpt_stage_conversion as s set entered = v.entered"
        " from marts.rpt_stage_conversion as v"
        " where s.\"view\" = 'strict' and v.\"view\" = 'visited'"
        " and s.pipeline_id = v.pipeline_id and s.stage_id = v.stage_id"
        " and s.cohort_month = v.cohort_month"
    )
    assert not colours(view_of(change(same)))


def test_durations_read_well() -> None:
    ru, en = Wording("ru", "RUB"), Wording("en", "RUB")
    assert [ru.duration(s) for s in (90, 7200, 86400, 950400)] == [
        *("2\xa0мин", "2\xa0ч", "1,0\xa0дн.", "11,0\xa0дн.")
    ]
    assert ru.duration(Decimal(136800), is_working=True) == "38\xa0раб.\xa0ч"
    assert en.duration(950400) == "11.0\xa0days"
