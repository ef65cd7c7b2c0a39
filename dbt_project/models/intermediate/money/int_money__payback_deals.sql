with deals as (
    select * from {{ ref('fct_deals') }}
),

qualified_deals as (
    select * from {{ ref('int_funnel__qualified_deals') }}
),

customer_deals as (
    select * from {{ ref('int_money__customer_deals') }}
),

closers as (
    select
        account_id,
        deal_id,
        max(user_id) as closer_user_id
    from {{ ref('fct_deal_responsibility') }}
    where is_closer
    group by account_id, deal_id
),

-- an open or lost deal stands with whoever holds it now; 0 is a robot, which is nobody
describe_deals as (
    select
        deals.account_id,
        deals.deal_id,
        deals.channel,
        deals.placement,
        deals.campaign_key,
        nullif(
            case
                when deals.status = 'won'
                    then coalesce(closers.closer_user_id, deals.responsible_user_id)
                else deals.responsible_user_id
            end,
            0
        ) as closer_user_id,
        nullif(deals.originator_user_id, 0) as originator_user_id,
        not deals.is_deleted as is_lead,
        not deals.is_deleted and deals.inquiry_class in ('new', 'new_after_window') as is_new_lead,
        not deals.is_deleted and qualified_deals.deal_id is not null as is_qualified,
        not deals.is_deleted and deals.status = 'won' as is_won,
        customer_deals.customer_key,
        coalesce(customer_deals.is_acquiring, false) as is_acquiring,
        coalesce(customer_deals.is_repeat, false) as is_repeat,
        customer_deals.first_paid_on,
        customer_deals.acquired_on,
        deals.created_on
    from deals
    left join qualified_deals
        on
            deals.account_id = qualified_deals.account_id
            and deals.deal_id = qualified_deals.deal_id
    left join customer_deals
        on
            deals.account_id = customer_deals.account_id
            and deals.deal_id = customer_deals.deal_id
    left join closers
        on
            deals.account_id = closers.account_id
            and deals.deal_id = closers.deal_id
),

-- a customer counts once a month, by one deal of it, so that channels and campaigns add up: by the
-- deal that made the customer if it is of that month, else by the first of the later sales
choose_repeats as (
    select
        *,
        {% for basis, day in [('cohort', 'created_on'), ('cash', 'first_paid_on')] %}
            is_repeat
            and row_number() over (
                partition by account_id, customer_key, is_repeat, {{ month_of(day) }}
                order by first_paid_on, deal_id
            ) = 1
            and not bool_or(is_acquiring) over (
                partition by account_id, customer_key, {{ month_of(day) }}
            ) as is_repeat_of_{{ basis }}_month
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from describe_deals
)

select * from choose_repeats
