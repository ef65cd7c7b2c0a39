with origins as (
    select * from {{ ref('int_funnel__forecast_origins') }}
),

positions as (
    select * from {{ ref('int_funnel__forecast_positions') }}
),

chances as (
    select * from {{ ref('int_funnel__forecast_chances') }}
),

pipeline_chances as (
    select distinct
        origin_number,
        account_id,
        pipeline_id,
        pipeline_chance
    from chances
),

account_chances as (
    select distinct
        origin_number,
        account_id,
        account_chance
    from chances
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

price_changes as (
    select
        account_id,
        entity_id as deal_id,
        event_id,
        before_price,
        created_at
    from {{ ref('stg_amocrm__events') }}
    where event_type = 'sale_field_changed' and entity_type = 'lead'
),

-- the price that stood on the card at an origin is what its next change found there
past_prices as (
    select
        price_changes.account_id,
        price_changes.deal_id,
        origins.origin_number,
        price_changes.before_price as price
    from price_changes
    inner join origins on price_changes.created_at >= origins.origin_at
    where not origins.is_current
    qualify row_number() over (
        partition by price_changes.account_id, price_changes.deal_id, origins.origin_number
        order by price_changes.created_at, price_changes.event_id
    ) = 1
),

payments as (
    select * from {{ ref('int_money__allocated_payments') }}
),

paid_before as (
    select
        payments.account_id,
        payments.deal_id,
        origins.origin_number,
        sum(payments.amount) as paid_amount
    from payments
    inner join origins on payments.booked_on < origins.origin_on
    group by payments.account_id, payments.deal_id, origins.origin_number
),

-- what a sale of the pipeline usually costs
won_prices as (
    select
        origins.origin_number,
        positions.account_id,
        positions.pipeline_id,
        median(deals.price) as median_price
    from positions
    inner join origins
        on origins.origin_number between positions.first_origin and positions.last_origin
    inner join deals using (account_id, deal_id)
    where positions.is_won and deals.price > 0
    group by origins.origin_number, positions.account_id, positions.pipeline_id
),

account_prices as (
    select
        origins.origin_number,
        positions.account_id,
        median(deals.price) as median_price
    from positions
    inner join origins
        on origins.origin_number between positions.first_origin and positions.last_origin
    inner join deals using (account_id, deal_id)
    where positions.is_won and deals.price > 0
    group by origins.origin_number, positions.account_id
),

open_deals as (
    select
        origins.origin_number,
        origins.origin_on,
        positions.account_id,
        positions.deal_id,
        positions.pipeline_id,
        positions.stage_id,
        positions.entered_at,
        -- the day of the data cut is not over
        least(origins.origin_at, {{ as_of() }}) as seen_at,
        coalesce(deals.currency, '{{ var("company_currency") }}') as currency,
        case
            when past_prices.deal_id is null then deals.price else past_prices.price
        end as price
    from positions
    inner join origins
        on origins.origin_number between positions.first_origin and positions.last_origin
    inner join deals using (account_id, deal_id)
    left join past_prices
        on
            positions.account_id = past_prices.account_id
            and positions.deal_id = past_prices.deal_id
            and origins.origin_number = past_prices.origin_number
    where not (positions.is_won or positions.is_lost)
),

count_days as (
    select
        *,
        cast({{ seconds_between('entered_at', 'seen_at') }} as double) / 86400 as age_days
    from open_deals
),

class_ages as (
    select
        *,
        {{ age_class('age_days') }} as age_class,
        coalesce(price, 0) <= 0 as is_price_imputed
    from count_days
),

-- a stage that no closed deal went through has its pipeline's chance, a new pipeline the account's
add_chances as (
    select
        open_deals.origin_number,
        open_deals.origin_on,
        open_deals.account_id,
        open_deals.deal_id,
        open_deals.pipeline_id,
        open_deals.stage_id,
        open_deals.age_class,
        open_deals.age_days,
        open_deals.currency,
        case
            when open_deals.is_price_imputed
                then coalesce(won_prices.median_price, account_prices.median_price)
            else open_deals.price
        end as price,
        open_deals.is_price_imputed,
        coalesce(paid_before.paid_amount, 0) as paid_amount,
        coalesce(
            chances.chance, pipeline_chances.pipeline_chance, account_chances.account_chance
        ) as chance,
        chances.naive_chance,
        coalesce(chances.seen, 0) as seen
    from class_ages as open_deals
    left join chances
        on
            open_deals.origin_number = chances.origin_number
            and open_deals.account_id = chances.account_id
            and open_deals.pipeline_id = chances.pipeline_id
            and open_deals.stage_id = chances.stage_id
            and open_deals.age_class = chances.age_class
    left join pipeline_chances
        on
            open_deals.origin_number = pipeline_chances.origin_number
            and open_deals.account_id = pipeline_chances.account_id
            and open_deals.pipeline_id = pipeline_chances.pipeline_id
    left join account_chances
        on
            open_deals.origin_number = account_chances.origin_number
            and open_deals.account_id = account_chances.account_id
    left join won_prices
        on
            open_deals.origin_number = won_prices.origin_number
            and open_deals.account_id = won_prices.account_id
            and open_deals.pipeline_id = won_prices.pipeline_id
    left join account_prices
        on
            open_deals.origin_number = account_prices.origin_number
            and open_deals.account_id = account_prices.account_id
    left join paid_before
        on
            open_deals.origin_number = paid_before.origin_number
            and open_deals.account_id = paid_before.account_id
            and open_deals.deal_id = paid_before.deal_id
)

select
    *,
    greatest(cast(price as double) - cast(paid_amount as double), 0) as unpaid_price
from add_chances
