"""What of T-Bank could not be loaded whole, as a query over the loaded tables."""

from ingestion.sources.tbank.settings import CATEGORIES, STATUSES


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


PROBLEMS = f"""
select
    'totals_do_not_tie' as kind,
    account_number || ', ' || strftime(date_from, '%Y-%m') as subject,
    abs(closing_balance - opening_balance - sum_in + sum_out)::decimal(18, 2) as amount,
    1::bigint as rows,
    tie_message as detail
from raw_tbank.statements
where totals_tie = false
union all
select
    'unreadable_row', account_number, null, count(*), arg_min(malformed_reason, booked_on)
from raw_tbank.operations
where malformed_reason is not null
group by all
union all
select
    'unknown_value', account_number, null, count(*),
    'operationStatus ' || operation_status || ': not counted as money'
from raw_tbank.operations
where operation_status not in ({_quoted(STATUSES)})
group by account_number, operation_status
union all
select
    'unknown_value', account_number, null, count(*),
    'category ' || category || ': classed by its purpose alone'
from raw_tbank.operations
where category not in ({_quoted(CATEGORIES)}) and not category like 'cashIn%'
group by account_number, category
order by subject, kind, detail
"""  # noqa: S608 - constants of this package
