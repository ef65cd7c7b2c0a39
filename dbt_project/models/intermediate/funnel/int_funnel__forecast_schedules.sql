with donors as (
    select * from {{ ref('int_funnel__forecast_donors') }}
),

origins as (
    select * from {{ ref('int_funnel__forecast_origins') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

payments as (
    select
        account_id,
        deal_id,
        booked_on,
        sum(amount) as amount
    from {{ ref('int_money__allocated_payments') }}
    group by account_id, deal_id, booked_on
),

first_payments as (
    select
        account_id,
        min(booked_on) as first_paid_on
    from payments
    group by account_id
),

-- only what was paid by then could be known
follow_payments as (
    select
        donors.pool_id,
        donors.donor_number,
        origins.origin_on,
        donors.moment_on,
        payments.booked_on,
        cast(payments.amount as double) as amount,
        cast(coalesce(deals.price, 0) as double) as price,
        cast(
            sum(payments.amount) over (
                partition by donors.pool_id, donors.donor_number
            ) as double
        ) as whole_amount,
        cast(
            sum(case when payments.booked_on < donors.moment_on then payments.amount else 0 end)
                over (partition by donors.pool_id, donors.donor_number)
            as double
        ) as amount_before
    from donors
    inner join origins using (origin_number)
    inner join payments
        on
            donors.account_id = payments.account_id
            and donors.deal_id = payments.deal_id
            and origins.origin_on > payments.booked_on
    inner join deals
        on
            donors.account_id = deals.account_id
            and donors.deal_id = deals.deal_id
),

-- a card may promise less than was paid, or nothing any more
share_payments as (
    select
        pool_id,
        donor_number,
        {{ add_days('origin_on', days_between('moment_on', 'booked_on')) }} as paid_on,
        amount / (greatest(price, whole_amount) - amount_before) as share
    from follow_payments
    where
        booked_on >= moment_on
        and greatest(price, whole_amount) - amount_before > 0.01 * greatest(price, whole_amount)
),

-- a company whose bank nobody loads is paid when it wins, as far as anybody can tell
share_closings as (
    select
        donors.pool_id,
        donors.donor_number,
        {{ add_days('origins.origin_on', days_between('donors.moment_on', 'donors.closed_on')) }}
            as paid_on,
        1.0 as share
    from donors
    inner join origins using (origin_number)
    left join first_payments using (account_id)
    where coalesce(first_payments.first_paid_on >= origins.origin_on, true)
)

select * from share_payments
union all
select * from share_closings
