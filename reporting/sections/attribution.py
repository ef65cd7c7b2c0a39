"""Net revenue of every channel as each model of attribution shares it."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

import duckdb

from reporting.ratio import Absent, Ratio, Why
from reporting.sections.money import kind_of
from reporting.view import Attribution
from reporting.view.attribution import ChannelShares, ModelColumn

UNEXPLAINED = "unexplained"  # money of deals that no touch leads to
_LEARNED = ("markov_1", "markov_2", "shapley")
# from what the card says, over single touches and rules to what is learned from all paths
_ORDER = (
    *("deal_source", "first", "last", "last_non_direct", "linear", "position_40_20_40"),
    *("time_decay", "u_first_leadcreate", "w_shaped", *_LEARNED),
)

_ROWS = """
select model, channel, sum(net_revenue) from marts.rpt_attribution
where basis = 'cash_date' and currency = getvariable('company_currency')
group by model, channel
order by model, channel
"""

_DEALS = """
select count(distinct (account_id, deal_id)) from marts.fct_payment_allocations where amount > 0
"""


def read(
    con: duckdb.DuckDBPyConnection, titles: Mapping[str, str], minimum: Decimal, absent: Absent
) -> Attribution:
    """The whole period by date of payment, shares made of sums."""
    amounts: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for model, channel, net in con.execute(_ROWS).fetchall():
        if net is not None:
            amounts[model][channel] = net
    deals = con.execute(_DEALS).fetchone()
    assert deals is not None
    if absent.explained or not amounts:
        return Attribution(None, deals[0], (), (), (), ())
    order = [model for model in _ORDER if model in amounts]
    order += sorted(set(amounts) - set(order))
    totals = tuple(sum(amounts[model].values(), Decimal(0)) for model in order)
    whole = dict(zip(order, totals, strict=True))
    columns = [ModelColumn(model, _coverage(amounts[model], whole[model])) for model in order]
    reasons = {column.model: _why(column, minimum) for column in columns}
    shown = tuple(column for column in columns if not reasons[column.model])
    return Attribution(
        net=totals[0],
        deals=deals[0],
        models=shown,
        rows=_rows(amounts, whole, [column.model for column in shown], titles),
        withheld=tuple((model, why) for model, why in reasons.items() if why),
        totals=totals,
    )


def _rows(
    amounts: Mapping[str, Mapping[str, Decimal]],
    whole: Mapping[str, Decimal],
    models: list[str],
    titles: Mapping[str, str],
) -> tuple[ChannelShares, ...]:
    channels = dict.fromkeys(channel for model in models for channel in amounts[model])
    rows = [
        ChannelShares(
            channel,
            titles.get(channel, channel),
            tuple(amounts[model].get(channel, Decimal(0)) / whole[model] for model in models),
        )
        for channel in channels
    ]
    rows = [row for row in rows if any(row.shares)]
    rows.sort(key=lambda row: (not _is_known(row.channel), -sum(row.shares), row.title))
    return tuple(rows)


def _is_known(channel: str) -> bool:
    return channel != UNEXPLAINED and kind_of(channel) == "known"


def _coverage(channels: Mapping[str, Decimal], whole: Decimal) -> Ratio:
    known = sum((net for channel, net in channels.items() if _is_known(channel)), Decimal(0))
    return Ratio.of(known, whole, "no_money", "no_money")


def _why(column: ModelColumn, minimum: Decimal) -> Why | None:
    known = column.coverage
    if known.value is None:
        return known.why
    if not known.value and column.model in _LEARNED:
        return "few_paths"  # all its money is unexplained
    return "low_coverage" if known.value < minimum else None
