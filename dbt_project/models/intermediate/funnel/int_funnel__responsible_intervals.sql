with deals as (
    select * from {{ ref('int_crm__deals') }}
),

changes as (
    select * from {{ ref('int_funnel__ordered_changes') }}
    where kind = 'responsible'
),

first_changes as (
    select * from changes
    where change_number = 1
),

-- whoever stood before the first hand-over had the deal from its beginning, whenever that was
all_holders as (
    select
        deals.account_id,
        deals.deal_id,
        0 as step,
        case
            when first_changes.event_id is null then deals.responsible_user_id
            else first_changes.before_responsible_user_id
        end as responsible_user_id,
        cast(null as timestamp) as starts_at
    from deals
    left join first_changes using (account_id, deal_id)

    union all

    select
        account_id,
        deal_id,
        change_number as step,
        after_responsible_user_id as responsible_user_id,
        created_at as starts_at
    from changes
),

close_intervals as (
    select
        account_id,
        deal_id,
        cast(row_number() over deal as integer) as interval_number,
        responsible_user_id,
        starts_at,
        lead(starts_at) over deal as ends_at
    from all_holders
    window deal as (partition by account_id, deal_id order by step)
)

select * from close_intervals
