with person_deals as (
    select * from {{ ref('int_identity__person_deals') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

-- of the deals created before, the one that ends last
look_back as (
    select
        *,
        max(end_rank) over (
            partition by account_id, person_id
            order by deal_number
            rows between unbounded preceding and 1 preceding
        ) as prior_rank
    from person_deals
),

classify as (
    select
        deals.account_id,
        deals.deal_id,
        earlier.deal_id as prior_deal_id,
        {{ inquiry_class(
            'deals.created_at', 'earlier.deal_id', 'earlier.closed_at', 'earlier.window_seconds'
        ) }} as inquiry_class
    from deals
    left join look_back
        on
            deals.account_id = look_back.account_id
            and deals.deal_id = look_back.deal_id
            and look_back.is_main
    left join person_deals as earlier
        on
            look_back.account_id = earlier.account_id
            and look_back.person_id = earlier.person_id
            and look_back.prior_rank = earlier.end_rank
)

select * from classify
