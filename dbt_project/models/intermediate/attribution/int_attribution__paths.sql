with deals as (
    select * from {{ ref('fct_deals') }}
),

main_persons as (
    select * from {{ ref('int_identity__person_deals') }}
    where is_main
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

touches as (
    select * from {{ ref('fct_touchpoints') }}
),

sum_payments as (
    select
        account_id,
        deal_id,
        sum(amount) as amount
    from allocations
    group by account_id, deal_id
),

end_paths as (
    select
        deals.account_id,
        deals.deal_id,
        main_persons.person_id,
        sum_payments.deal_id is not null as has_payments,
        coalesce(sum_payments.amount > 0, false) as is_converted,
        {% if attribution_window_end() == 'first_payment' %}
            -- never before the deal is there, even if its money was; a deal that has not paid could
            -- have until it was closed
            greatest(
                deals.created_at,
                coalesce(
                    {{ local_moment(add_days('deals.first_paid_on', 1), 0) }},
                    deals.closed_at,
                    {{ as_of() }}
                )
            ) as end_at
        {% else %}
            deals.created_at as end_at
        {% endif %}
    from deals
    inner join main_persons using (account_id, deal_id)
    left join sum_payments
        on
            deals.account_id = sum_payments.account_id
            and deals.deal_id = sum_payments.deal_id
),

bound_paths as (
    select
        *,
        end_at - interval '{{ var("attribution_lookback_days") }}' day as earliest_at,
        -- records of one arrival are written a moment apart
        end_at + interval '1' hour as latest_at
    from end_paths
),

-- what is linked to another deal of the same person led to that one
join_touches as (
    select
        bound_paths.account_id,
        bound_paths.deal_id,
        bound_paths.person_id,
        touches.touch_id,
        touches.kind,
        touches.channel,
        touches.placement,
        touches.campaign_key,
        touches.inquiry_at is not null as is_inquiry,
        touches.channel not in (
            {% for channel in var('attribution_weak_channels') %}
                '{{ channel }}',
            {% endfor %}
            ''
        ) as is_strong,
        bound_paths.has_payments,
        bound_paths.is_converted,
        touches.touched_at,
        bound_paths.end_at
    from bound_paths
    inner join touches
        on
            bound_paths.account_id = touches.account_id
            and bound_paths.person_id = touches.person_id
            and bound_paths.earliest_at <= touches.touched_at
            and bound_paths.latest_at >= touches.touched_at
    where touches.deal_id is null or touches.deal_id = bound_paths.deal_id
),

-- one order for every window, so that the engine sorts once
order_touches as (
    select
        *,
        row_number() over so_far as position,
        count(*) over whole_path as touches,
        count(case when is_inquiry then 1 end) over so_far as inquiries_so_far,
        count(case when is_inquiry then 1 end) over whole_path as inquiries,
        count(case when is_strong then 1 end) over so_far as strong_so_far,
        count(case when is_strong then 1 end) over whole_path as strong,
        max(touched_at) over whole_path as last_touched_at
    from join_touches
    window
        so_far as (
            partition by account_id, deal_id order by touched_at, touch_id
            rows between unbounded preceding and current row
        ),
        whole_path as (
            partition by account_id, deal_id order by touched_at, touch_id
            rows between unbounded preceding and unbounded following
        )
)

select
    account_id,
    deal_id,
    person_id,
    touch_id,
    position,
    touches,
    kind,
    channel,
    placement,
    campaign_key,
    is_inquiry,
    is_inquiry and inquiries_so_far = 1 as is_lead_creation,
    inquiries > 0 as has_lead_creation,
    case
        when strong = 0 then position = touches
        else is_strong and strong_so_far = strong
    end as is_last_non_direct,
    has_payments,
    is_converted,
    touched_at,
    last_touched_at,
    end_at
from order_touches
