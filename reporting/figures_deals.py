"""Charts of deals: stages, who earned what, why deals are lost, what is to come."""

from functools import partial

from reporting.charts import Bar, bars
from reporting.charts_ranges import Span, ranges
from reporting.i18n import Wording
from reporting.svg import Drawing, draw
from reporting.view import Forecast, Pipeline, Stage
from reporting.view.sales import CreditTable, Losses

PEOPLE = 6  # of most money; the table has all


def shows_strict(pipeline: Pipeline) -> bool:
    """Whether the strict view says more than the real entries do."""
    return any(s.strict.value not in (None, s.visited) for s in pipeline.stages)


def draw_pipeline(index: int, pipeline: Pipeline, wording: Wording) -> Drawing | None:
    if not any(stage.reached for stage in pipeline.stages):
        return None
    rows = []
    for number, stage in enumerate(pipeline.stages, start=1):
        share = stage.of_created.value
        text = wording.count(stage.reached)
        if share is not None and not pipeline.takes_from_others:
            text += f" · {wording.percent(share)}"
        label = f"{number}. {stage.name}"  # two stages may bear one name
        rows += [Bar(label, "reached", stage.reached, text), Bar(label, "visited", stage.visited)]
        if shows_strict(pipeline):
            rows.append(Bar(label, "strict", float(stage.strict.value or 0)))
    return draw(
        f"pipeline-{index}",
        wording.gettext("Stages of the pipeline “%(name)s”") % {"name": pipeline.name},
        "; ".join(_said(stage, wording) for stage in pipeline.stages),
        partial(bars, rows, True),
    )


def _said(stage: Stage, wording: Wording) -> str:
    _ = wording.gettext
    numbers = [(_("reached"), stage.reached), (_("really entered"), stage.visited)]
    if stage.strict.value is not None:
        numbers.append((_("step by step"), int(stage.strict.value)))
    return f"{stage.name}: " + ", ".join(f"{words} {wording.count(n)}" for words, n in numbers)


def credit_names(wording: Wording) -> dict[str, str]:
    """The rules of credit, as the table and the chart call them."""
    _ = wording.gettext
    return {
        "closer": _("Who closed"),
        "originator": _("Who began"),
        "share_time": _("By time held"),
        "current": _("As amoCRM says"),
    }


def draw_credit(table: CreditTable, wording: Wording) -> Drawing | None:
    names = credit_names(wording)
    rows, said = [], []
    for row in table.rows[:PEOPLE]:
        amounts = {rule: getattr(row, rule).value for rule in names}
        known = {rule: amount for rule, amount in amounts.items() if amount is not None}
        rows += [
            Bar(row.name, rule, float(amount), wording.compact(amount))
            for rule, amount in known.items()
        ]
        listed = ", ".join(f"{names[rule]} {wording.money(a)}" for rule, a in known.items())
        said.append(f"{row.name}: {listed}")
    if not any(bar.value for bar in rows):
        return None
    return draw(
        "credit",
        wording.gettext("Won deals by manager: the same money, credited by four rules"),
        "; ".join(said),
        partial(bars, rows, False),
    )


def draw_losses(losses: Losses, wording: Wording) -> Drawing | None:
    if not losses.total.deals:
        return None
    rows = []
    for row in losses.rows:
        series = "no_reason" if row.name is None else "other_reason" if row.is_other else "reason"
        text = f"{wording.count(row.deals)} · {wording.compact(row.money)}"
        rows.append(Bar(loss_name(row.name, row.merged, wording), series, row.deals, text))
    return draw(
        "losses",
        wording.gettext("Lost deals by reason"),
        "; ".join(f"{row.label}: {row.text}" for row in rows),
        partial(bars, rows, True),
    )


def loss_name(name: str | None, merged: int, wording: Wording) -> str:
    if merged:
        said = wording.translations.ngettext(
            "%(count)s rarer reason", "%(count)s rarer reasons", merged
        )
        return said % {"count": merged}
    return wording.gettext("No reason given") if name is None else name


def draw_forecast(forecast: Forecast, wording: Wording) -> Drawing | None:
    rows, said = [], []
    for row in forecast.months:
        low, middle, high = row.low.value, row.middle.value, row.high.value
        if row.month is None or low is None or middle is None or high is None:
            continue
        bounds = f"{wording.compact_number(low)} – {wording.compact_number(high)}"
        text = f"{wording.compact(middle)} ({bounds})"
        label = wording.month(row.month)
        rows.append(Span(label, float(low), float(middle), float(high), float(row.weighted), text))
        said.append(f"{label}: {text}")
    if not rows:
        return None
    return draw(
        "forecast",
        wording.gettext("Money expected from the deals open now"),
        "; ".join(said),
        partial(ranges, rows),
    )
