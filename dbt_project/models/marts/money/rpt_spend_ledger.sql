{% set direct_cost = 'cast(cost_micros as decimal(24, 0)) * cast(0.000001 as decimal(7, 6))' %}

with entries as (
    select * from {{ ref('fct_spend_entries') }}
),

-- not through fct_spend: what every feed told, read again from staging
direct_days as (
    select * from {{ ref('stg_yandex_direct__campaign_daily') }}
    where not is_empty_day
),

vk_days as (
    select * from {{ ref('stg_vk_ads__ad_plan_daily') }}
    where ad_plan_id is not null or spent is not null
),

vk_cabinets as (
    select * from {{ ref('stg_vk_ads__cabinets') }}
),

file_days as (
    select * from {{ ref('stg_spend_files__days') }}
    where not is_superseded
),

vat_rates as (
    select * from {{ ref('vat_rates') }}
),

rates as (
    select * from {{ ref('int_money__currency_rates') }}
),

surcharges as (
    select * from {{ ref('int_money__spend_surcharges') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

tell_amounts as (
    select
        'yandex_direct' as source,
        login as cabinet,
        coalesce(currency, '{{ var("company_currency") }}') as currency_original,
        'incl' as vat_mode,
        cast(null as decimal(5, 4)) as vat_rate,
        cast({{ direct_cost }} as decimal(24, 6)) as told,
        spend_on
    from direct_days

    union all

    select
        'vk_ads' as source,
        vk_days.cabinet,
        coalesce(vk_cabinets.currency, '{{ var("company_currency") }}') as currency_original,
        case when coalesce(vk_cabinets.costs_include_vat, true) then 'incl' else 'excl' end
            as vat_mode,
        cast(null as decimal(5, 4)) as vat_rate,
        cast(vk_days.spent as decimal(24, 6)) as told,
        vk_days.spend_on
    from vk_days
    left join vk_cabinets on vk_days.cabinet = vk_cabinets.cabinet

    union all

    select
        'spend_files' as source,
        cabinet,
        currency as currency_original,
        coalesce(vat_mode, 'none') as vat_mode,
        cast(vat_rate as decimal(5, 4)) as vat_rate,
        cast(cost as decimal(24, 6)) as told,
        spend_on
    from file_days
),

-- summed first, so that every step below rounds a day's total once
sum_told as (
    select
        source,
        cabinet,
        currency_original,
        vat_mode,
        vat_rate,
        spend_on,
        count(*) as told_rows,
        sum(coalesce(told, 0)) as told
    from tell_amounts
    group by source, cabinet, currency_original, vat_mode, vat_rate, spend_on
),

split_vat as (
    select
        sum_told.*,
        case
            when sum_told.vat_mode = 'excl'
                then sum_told.told * (1 + coalesce(sum_told.vat_rate, vat_rates.rate, 0))
            else sum_told.told
        end as told_gross,
        case
            when sum_told.vat_mode = 'incl'
                then
                    cast(sum_told.told as double)
                    / cast(1 + coalesce(sum_told.vat_rate, vat_rates.rate, 0) as double)
            else cast(sum_told.told as double)
        end as told_net
    from sum_told
    left join vat_rates
        on
            sum_told.currency_original = vat_rates.currency
            and sum_told.spend_on between vat_rates.valid_from and vat_rates.valid_to
),

sum_days as (
    select
        source,
        cabinet,
        currency_original,
        spend_on,
        sum(told_rows) as told_rows,
        {{ money('sum(told_gross)') }} as told_gross,
        {{ money('sum(told_net)') }} as told_net
    from split_vat
    group by source, cabinet, currency_original, spend_on
),

count_totals as (
    select
        account.account_id,
        sum_days.source,
        sum_days.cabinet,
        sum_days.currency_original,
        sum_days.spend_on,
        sum_days.told_rows,
        sum_days.told_gross,
        {{ company_currency('sum_days.currency_original') }} as currency,
        {{ to_company_currency(
            by_vat_policy('sum_days.told_gross', 'sum_days.told_net'),
            'sum_days.currency_original'
        ) }} as told_cost,
        coalesce(surcharges.percent, 0) as percent
    from sum_days
    cross join account
    left join rates
        on
            sum_days.currency_original = rates.currency
            and sum_days.spend_on = rates.rate_on
    left join surcharges
        on
            sum_days.source = surcharges.source
            and sum_days.cabinet = surcharges.cabinet
            and sum_days.spend_on = surcharges.spend_on
),

list_totals as (
    select
        account_id,
        source,
        cabinet,
        'cost' as part,
        currency,
        currency_original,
        spend_on,
        told_rows as source_rows,
        told_cost as source_total,
        told_gross as source_total_original
    from count_totals

    union all

    select
        account_id,
        source,
        cabinet,
        'surcharge' as part,
        currency,
        currency_original,
        spend_on,
        told_rows as source_rows,
        {{ money('told_cost * percent * cast(0.01 as decimal(3, 2))') }} as source_total,
        cast(null as decimal(18, 2)) as source_total_original
    from count_totals
    where percent <> 0
),

sum_buckets as (
    select
        account_id,
        source,
        cabinet,
        part,
        bucket,
        currency,
        currency_original,
        spend_on,
        count(*) as bucket_rows,
        sum(amount) as amount,
        sum(amount_original) as amount_original
    from entries
    group by
        account_id, source, cabinet, part, bucket, currency, currency_original, spend_on
),

sum_parts as (
    select
        account_id,
        source,
        cabinet,
        part,
        currency,
        currency_original,
        spend_on,
        sum(amount) as amount,
        sum(amount_original) as amount_original
    from sum_buckets
    group by account_id, source, cabinet, part, currency, currency_original, spend_on
),

-- campaigns are rounded one by one, the feed's day once: what is between the two has a name
find_rounding as (
    select
        account_id,
        source,
        cabinet,
        part,
        'rounding' as bucket,
        currency,
        currency_original,
        spend_on,
        cast(0 as bigint) as bucket_rows,
        coalesce(list_totals.source_total, 0) - coalesce(sum_parts.amount, 0) as amount,
        coalesce(list_totals.source_total_original, 0) - coalesce(sum_parts.amount_original, 0)
            as amount_original
    from list_totals
    full outer join sum_parts
        using (account_id, source, cabinet, part, currency, currency_original, spend_on)
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
    unite_buckets.cabinet,
    -- strings
    unite_buckets.part,
    unite_buckets.bucket,
    -- numbers
    cast(unite_buckets.bucket_rows as bigint) as rows,
    cast(coalesce(list_totals.source_rows, 0) as bigint) as source_rows,
    -- money
    {{ money('unite_buckets.amount') }} as amount,
    {{ money('coalesce(list_totals.source_total, 0)') }} as source_total,
    unite_buckets.currency,
    case
        when unite_buckets.part = 'cost' then {{ money('unite_buckets.amount_original') }}
    end as amount_original,
    case
        when unite_buckets.part = 'cost'
            then {{ money('coalesce(list_totals.source_total_original, 0)') }}
    end as source_total_original,
    unite_buckets.currency_original,
    -- days, as the cabinet counts them
    unite_buckets.spend_on
from unite_buckets
left join list_totals
    using (account_id, source, cabinet, part, currency, currency_original, spend_on)
