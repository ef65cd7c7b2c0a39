{# feed -> its staging model and which of its rows are money that has moved #}
{% set banks = {
    'tbank': ('stg_tbank__operations', "operation_status = 'Transaction'"),
    'tochka': ('stg_tochka__transactions', "status = 'Booked'"),
    'bank_1c': ('stg_bank_1c__documents', 'true'),
    'bank_swift': ('stg_bank_swift__documents', "status = 'BOOK'"),
} %}

with entries as (
    select * from {{ ref('fct_payment_entries') }}
),

-- not through fct_payments: what every feed told, read again from staging
shop_payments as (
    select * from {{ ref('stg_yookassa__payments') }}
),

shop_refunds as (
    select * from {{ ref('stg_yookassa__refunds') }}
),

file_payments as (
    select * from {{ ref('stg_files__payments') }}
),

rates as (
    select * from {{ ref('int_money__currency_rates') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

tell_amounts as (
    {% for feed, (model, condition) in banks.items() %}
        select
            '{{ feed }}' as source,
            currency as currency_original,
            case when direction = 'in' then amount else -amount end as told,
            booked_on
        from {{ ref(model) }}
        where {{ condition }}

        union all

    {% endfor %}
    -- the acquirer's account holds what it took less what it kept
    select
        'yookassa' as source,
        currency as currency_original,
        case when income_amount < amount then income_amount else amount end as told,
        {{ local_date('captured_at') }} as booked_on
    from shop_payments
    where status = 'succeeded' and not is_test

    union all

    select
        'yookassa' as source,
        shop_refunds.currency as currency_original,
        -shop_refunds.amount as told,
        {{ local_date('shop_refunds.created_at') }} as booked_on
    from shop_refunds
    left join shop_payments
        on
            shop_refunds.shop_id = shop_payments.shop_id
            and shop_refunds.payment_id = shop_payments.payment_id
    where shop_refunds.status = 'succeeded' and not coalesce(shop_payments.is_test, false)

    union all

    select
        'files' as source,
        currency as currency_original,
        amount as told,
        paid_on as booked_on
    from file_payments
),

sum_told as (
    select
        source,
        currency_original,
        booked_on,
        count(*) as told_rows,
        sum(told) as told
    from tell_amounts
    group by source, currency_original, booked_on
),

list_totals as (
    select
        account.account_id,
        sum_told.source,
        {{ company_currency('sum_told.currency_original') }} as currency,
        sum_told.currency_original,
        sum_told.booked_on,
        sum_told.told_rows as source_rows,
        {{ to_company_currency('sum_told.told', 'sum_told.currency_original') }} as source_total,
        sum_told.told as source_total_original
    from sum_told
    cross join account
    left join rates
        on sum_told.currency_original = rates.currency and sum_told.booked_on = rates.rate_on
),

sum_buckets as (
    select
        account_id,
        source,
        bucket,
        method_group,
        currency,
        currency_original,
        booked_on,
        count(*) as bucket_rows,
        sum(amount) as amount,
        sum(amount_original) as amount_original
    from entries
    group by
        account_id, source, bucket, method_group, currency, currency_original, booked_on
),

sum_days as (
    select
        account_id,
        source,
        currency,
        currency_original,
        booked_on,
        sum(amount) as amount,
        sum(amount_original) as amount_original
    from sum_buckets
    group by account_id, source, currency, currency_original, booked_on
),

-- payments are converted one by one, the feed's day once
find_rounding as (
    select
        account_id,
        source,
        'rounding' as bucket,
        'none' as method_group,
        currency,
        currency_original,
        booked_on,
        cast(0 as bigint) as bucket_rows,
        coalesce(list_totals.source_total, 0) - coalesce(sum_days.amount, 0) as amount,
        coalesce(list_totals.source_total_original, 0) - coalesce(sum_days.amount_original, 0)
            as amount_original
    from list_totals
    full outer join sum_days
        using (account_id, source, currency, currency_original, booked_on)
),

unite_buckets as (
    select * from sum_buckets

    union all

    select * from find_rounding
    where amount <> 0 or amount_original <> 0
)

select
    -- ids
    unite_buckets.account_id,
    unite_buckets.source,
    -- strings
    unite_buckets.bucket,
    unite_buckets.method_group,
    -- numbers
    cast(unite_buckets.bucket_rows as bigint) as rows,
    cast(coalesce(list_totals.source_rows, 0) as bigint) as source_rows,
    -- money
    {{ money('unite_buckets.amount') }} as amount,
    {{ money('coalesce(list_totals.source_total, 0)') }} as source_total,
    unite_buckets.currency,
    {{ money('unite_buckets.amount_original') }} as amount_original,
    {{ money('coalesce(list_totals.source_total_original, 0)') }} as source_total_original,
    unite_buckets.currency_original,
    -- days
    unite_buckets.booked_on
from unite_buckets
left join list_totals
    using (account_id, source, currency, currency_original, booked_on)
