"""What of YooKassa could not be loaded whole, as a query over the loaded tables."""

PROBLEMS = """
select
    'unreadable_row' as kind, shop_id as subject, null::decimal(18, 2) as amount,
    count(*) as rows, min(malformed_reason) as detail
from (
    select shop_id, malformed_reason from raw_yookassa.payments
    union all
    select shop_id, malformed_reason from raw_yookassa.refunds
)
where malformed_reason is not null
group by shop_id
union all
select
    'unknown_value', shop_id, null, count(*), 'status ' || status || ': not counted as money'
from (
    select shop_id, status from raw_yookassa.payments
    union all
    select shop_id, status from raw_yookassa.refunds
)
where status not in ('pending', 'waiting_for_capture', 'succeeded', 'canceled')
group by shop_id, status
union all
select
    'unknown_value', shop_id, null, count(*),
    'income_amount of a captured payment is missing or in another currency: its fee is not known'
from raw_yookassa.payments
where status = 'succeeded' and not is_test
    and (income_amount is null or income_currency is distinct from currency)
group by shop_id
order by subject, kind, detail
"""
