with set_rates as (
    select * from {{ ref('stg_currency_rates__rates') }}
),

-- prepaid days lie ahead: they take the last rate there is, and say so
horizon as (
    select {{ add_days(local_date(as_of()), 366) }} as last_on
),

until_the_next as (
    select
        set_rates.currency,
        set_rates.rub_per_unit,
        set_rates.rate_on as set_on,
        coalesce(
            {{ add_days('lead(set_rates.rate_on) over currency_days', -1) }},
            greatest(set_rates.rate_on, horizon.last_on)
        ) as last_on
    from set_rates
    cross join horizon
    window currency_days as (partition by set_rates.currency order by set_rates.rate_on)
),

each_day as (
    select
        currency,
        rub_per_unit,
        set_on,
        {{ unnest(each_day('set_on', 'last_on')) }} as rate_on
    from until_the_next
),

-- the bank of Russia sets every rate against the rouble, and none between two other currencies
add_rouble as (
    select
        currency,
        rub_per_unit,
        set_on,
        rate_on
    from each_day

    union all

    select distinct
        'RUB' as currency,
        cast(1 as decimal(24, 12)) as rub_per_unit,
        rate_on as set_on,
        rate_on
    from each_day
),

company_days as (
    select
        rub_per_unit,
        set_on,
        rate_on
    from add_rouble
    where currency = '{{ var("company_currency") }}'
),

-- a quotient is a floating point on every engine; a rate to the rouble needs none and stays exact
to_company as (
    select
        add_rouble.currency,
        case
            when company_days.rub_per_unit = 1
                then cast(add_rouble.rub_per_unit as decimal(20, 14))
            else cast(
                round(
                    cast(add_rouble.rub_per_unit as double)
                    / cast(company_days.rub_per_unit as double), 14
                ) as decimal(20, 14)
            )
        end as rate,
        least(add_rouble.set_on, company_days.set_on) as set_on,
        add_rouble.rate_on
    from add_rouble
    inner join company_days using (rate_on)
    where add_rouble.currency <> '{{ var("company_currency") }}'
),

count_days as (
    select
        *,
        {{ days_between('set_on', 'rate_on') }} as carried_days
    from to_company
),

add_flags as (
    select
        -- strings
        currency,
        -- numbers
        rate,
        carried_days,
        -- booleans
        carried_days > 0 as is_carried,
        carried_days > {{ var('rate_carry_days') }} as is_stale,
        -- days
        rate_on,
        set_on
    from count_days
)

select * from add_flags
