with inquiries as (
    select * from {{ ref('int_touchpoints__inquiries') }}
),

person_deals as (
    select * from {{ ref('int_identity__person_deals') }}
),

-- a deal counts as an earlier one from 600 seconds after its creation on: until then it is what the
-- inquiry itself began
person_moments as (
    select
        account_id,
        person_id,
        inquiry_id,
        cast(null as bigint) as end_rank,
        cast(null as bigint) as deal_number,
        occurred_at as happened_at,
        occurred_at as counted_at
    from inquiries
    where person_id is not null

    union all

    select
        account_id,
        person_id,
        cast(null as string) as inquiry_id,
        end_rank,
        deal_number,
        created_at as happened_at,
        created_at + interval '600' second as counted_at
    from person_deals
),

look_back as (
    select
        account_id,
        inquiry_id,
        person_id,
        max(end_rank) over (
            partition by account_id, person_id
            order by counted_at, end_rank nulls first
            rows between unbounded preceding and current row
        ) as prior_rank,
        coalesce(max(deal_number) over (
            partition by account_id, person_id
            order by happened_at, deal_number nulls last
            rows between unbounded preceding and current row
        ), 0) as last_deal_number
    from person_moments
),

classify as (
    select
        inquiries.account_id,
        inquiries.inquiry_id,
        earlier.deal_id as prior_deal_id,
        earlier.window_seconds,
        case
            when earlier.closed_at <= inquiries.occurred_at
                then {{ seconds_between('earlier.closed_at', 'inquiries.occurred_at') }}
        end as seconds_since_closing,
        {{ inquiry_class(
            'inquiries.occurred_at', 'earlier.deal_id', 'earlier.closed_at', 'earlier.window_seconds'
        ) }} as inquiry_class,
        case
            when inquiries.occurred_at <= last_deals.created_at + interval '600' second
                then last_deals.deal_id
            when next_deals.created_at <= inquiries.occurred_at + interval '600' second
                then next_deals.deal_id
        end as own_deal_id
    from inquiries
    left join look_back using (account_id, inquiry_id)
    left join person_deals as earlier
        on
            look_back.account_id = earlier.account_id
            and look_back.person_id = earlier.person_id
            and look_back.prior_rank = earlier.end_rank
    left join person_deals as last_deals
        on
            look_back.account_id = last_deals.account_id
            and look_back.person_id = last_deals.person_id
            and look_back.last_deal_number = last_deals.deal_number
    left join person_deals as next_deals
        on
            look_back.account_id = next_deals.account_id
            and look_back.person_id = next_deals.person_id
            and look_back.last_deal_number + 1 = next_deals.deal_number
)

select * from classify
