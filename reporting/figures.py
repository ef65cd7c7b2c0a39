"""Which charts the report has, and what each of them says."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import dropwhile

from reporting.charts import FULL, Bar, bars, columns, strip
from reporting.figures_deals import draw_credit, draw_forecast, draw_losses, draw_pipeline
from reporting.figures_discipline import draw_findings, draw_scores
from reporting.figures_money import draw_ledger, draw_payback, ticks
from reporting.i18n import Wording
from reporting.sections.money import kind_of
from reporting.svg import Drawing, draw
from reporting.terms import terms
from reporting.view import Report

MONTHS = 24  # the latest ones; more columns cannot be told apart


@dataclass(frozen=True)
class Figures:
    """None where there is nothing to draw; ``pipelines`` stand in the order of the report's."""

    explained: Drawing | None
    spend_ledger: Drawing | None
    payment_ledger: Drawing | None
    payback: Drawing | None
    months: Drawing | None
    leads: Drawing | None
    pipelines: tuple[Drawing | None, ...]
    credit: Drawing | None
    losses: Drawing | None
    forecast: Drawing | None
    money: Drawing | None
    scores: Drawing | None
    findings: Drawing | None


def build_figures(report: Report, wording: Wording) -> Figures:
    _, buckets = wording.gettext, terms(wording)["bucket"]
    return Figures(
        explained=_explained(report, wording),
        spend_ledger=draw_ledger(
            *("spend-ledger", _("Where the spend went"), report.ledgers.spend, buckets, wording)
        ),
        payment_ledger=draw_ledger(
            "payment-ledger",
            _("How customers' payments found their deals"),
            *(report.ledgers.payments, buckets, wording),
        ),
        payback=draw_payback(report.payback, wording),
        months=_months(report, wording),
        leads=_leads(report, wording),
        pipelines=tuple(
            draw_pipeline(index, pipeline, wording)
            for index, pipeline in enumerate(report.pipelines, start=1)
        ),
        credit=draw_credit(report.sales.credit, wording),
        losses=draw_losses(report.sales.losses, wording),
        forecast=draw_forecast(report.forecast, wording),
        money=_money(report, wording),
        scores=draw_scores(report.scores, wording),
        findings=draw_findings(report.findings, wording),
    )


def part_names(wording: Wording) -> dict[str, str]:
    """Names of the parts that customer money falls into."""
    _ = wording.gettext
    return {
        "known": _("Channel known"),
        "unassigned": _("Source is there, no channel rule for it"),
        "no_source": _("Deal without a source"),
        "no_deal": _("Payment without a deal"),
    }


def _explained(report: Report, wording: Wording) -> Drawing | None:
    parts = [(p, p.amount) for p in report.headline.parts if p.amount and p.amount > 0]
    if not parts:
        return None
    names = part_names(wording)
    shares = {p.kind: wording.percent(p.share.value) if p.share.value else "" for p, _ in parts}
    rows = [Bar("", part.kind, float(amount), shares[part.kind]) for part, amount in parts]
    return draw(
        "explained",
        wording.gettext("How much of the customers' money is explained"),
        "; ".join(f"{names[part.kind]}: {wording.money(amount)}" for part, amount in parts),
        partial(strip, rows),
        wide=FULL,
    )


def _months(report: Report, wording: Wording) -> Drawing | None:
    amounts = {
        month.month: [(p.kind, p.amount) for p in month.parts if p.amount]
        for month in report.money.month_parts
    }
    # a cabinet may go back further than the payments: those months have no money to show
    started = dropwhile(lambda month: not amounts[month], sorted(amounts))
    months = list(started)[-MONTHS:]
    if not months:
        return None
    labels = {month: wording.short_month(month) for month in months}
    rows = [
        # without deals nobody can say what is explained, so that no colour may say it
        Bar(labels[month], "revenue" if report.absent.deals else kind, float(amount))
        for month in months
        for kind, amount in amounts[month]
    ]
    sums = {month: _sum(amount for _, amount in amounts[month]) for month in months}
    top = max(_sum(a for _, a in amounts[month] if a > 0) for month in months)
    low = min(_sum(a for _, a in amounts[month] if a < 0) for month in months)
    marks = [(float(tick), wording.compact(tick)) for tick in ticks(low, top)]
    return draw(
        "months",
        wording.gettext("Customers' money by month of payment"),
        "; ".join(f"{wording.month(month)}: {wording.money(sums[month])}" for month in sums),
        partial(columns, rows, list(labels.values()), marks, float(low)),
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _leads(report: Report, wording: Wording) -> Drawing | None:
    channels = [row for row in report.leads.channels if row.leads]
    if not channels:
        return None
    rows = []
    for row in channels:
        share = wording.percent(row.share.value) if row.share.value is not None else ""
        series = {"unknown": "no_source", "unassigned": "unassigned"}.get(row.channel, "known")
        rows.append(Bar(row.title, series, row.leads, f"{wording.count(row.leads)} · {share}"))
    return draw(
        "leads",
        wording.gettext("Leads by channel"),
        "; ".join(f"{row.title}: {wording.count(row.leads)}" for row in channels),
        partial(bars, rows, True),
    )


def _money(report: Report, wording: Wording) -> Drawing | None:
    channels = [(row, row.net or Decimal(0)) for row in report.money.cash.rows]
    channels = [(row, net) for row, net in channels if net or row.spend]
    if not channels:
        return None
    rows = []
    for row, net in channels:
        kind = kind_of(row.channel or "")
        series = "revenue" if kind == "known" else kind
        rows.append(Bar(row.title, series, float(net), wording.compact(net)))
        if row.spend:
            rows.append(Bar(row.title, "spend", float(row.spend), wording.compact(row.spend)))
    revenue, spent = wording.gettext("Net revenue"), wording.gettext("Spend")
    said = []
    for row, net in channels:
        spending = f", {spent} {wording.money(row.spend)}" if row.spend is not None else ""
        said.append(f"{row.title}: {revenue} {wording.money(net)}{spending}")
    return draw(
        "money",
        wording.gettext("Net revenue and spend by channel"),
        "; ".join(said),
        partial(bars, rows, False),
    )
