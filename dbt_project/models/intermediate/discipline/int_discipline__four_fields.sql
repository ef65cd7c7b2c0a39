with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

cards as (
    select * from {{ ref('int_discipline__cards') }}
),

stages as (
    select * from {{ ref('int_discipline__stages') }}
),

people as (
    select * from {{ ref('int_discipline__people') }}
),

money as (
    select * from {{ ref('int_discipline__money') }}
),

closings as (
    select * from {{ ref('int_discipline__closings') }}
),

missing_prices as (
    select
        account_id,
        deal_id
    from {{ ref('int_discipline__required_fields') }}
    where field_name = 'price' and not is_filled
),

judge_fields as (
    select
        deals.account_id,
        deals.deal_id,
        cards.has_source,
        stages.is_stage_listed as has_stage,
        people.is_responsible_fit as has_fit_responsible,
        case
            -- where nobody brings money, its day cannot be known
            when deals.is_won
                then money.has_price and (money.has_payment_date or deals.paid_amount is null)
            when deals.is_lost then not closings.is_lost_without_reason
            else missing_prices.deal_id is null
        end as has_money
    from deals
    inner join cards using (account_id, deal_id)
    inner join stages using (account_id, deal_id)
    inner join people using (account_id, deal_id)
    inner join money using (account_id, deal_id)
    inner join closings using (account_id, deal_id)
    left join missing_prices
        on
            deals.account_id = missing_prices.account_id
            and deals.deal_id = missing_prices.deal_id
)

select
    -- ids
    account_id,
    deal_id,
    -- numbers
    {%- set fields = ['has_source', 'has_stage', 'has_fit_responsible', 'has_money'] %}
    {% for field in fields -%}
        case when {{ field }} then 1 else 0 end{{ ' + ' if not loop.last }}
    {%- endfor %} as four_fields
from judge_fields
