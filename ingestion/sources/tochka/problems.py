"""What of Tochka could not be loaded whole, as a query over the loaded tables."""

PROBLEMS = """
select
    'totals_do_not_tie' as kind,
    account_number || ', ' || strftime(date_from, '%Y-%m') as subject,
    abs(closing_balance - opening_balance - sum_in + sum_out)::decimal(18, 2) as amount,
    1::bigint as rows,
    tie_message as detail
from raw_tochka.statements
where totals_tie = false
union all
select
    'unreadable_row', account_number, null, count(*), arg_min(malformed_reason, booked_on)
from raw_tochka.transactions
where malformed_reason is not null
group by all
union all
select
    'unknown_value', account_number, null, count(*),
    'status ' || status || ': not counted as money'
from raw_tochka.transactions
where status not in ('Booked', 'Pending')
group by account_number, status
order by subject, kind, detail
"""
