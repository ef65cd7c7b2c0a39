with deals as (
    select * from {{ ref('int_crm__deals') }}
),

deal_contacts as (
    select * from {{ ref('int_crm__deal_contacts') }}
),

last_visits as (
    select * from {{ ref('int_funnel__chained_visits') }}
    where left_at is null
),

first_intervals as (
    select * from {{ ref('int_funnel__responsible_intervals') }}
    where interval_number = 1
),

main_contacts as (
    select
        account_id,
        deal_id,
        contact_id
    from deal_contacts
    qualify row_number() over (
        partition by account_id, deal_id order by is_main desc, contact_id asc
    ) = 1
),

-- the API's closed_at may survive a reopening or be written by hand: the last event decides, and
-- where stage history is missing closed_at is all there is
date_closings as (
    select
        deals.account_id,
        deals.deal_id,
        coalesce(main_contacts.contact_id, deals.main_contact_id) as contact_id,
        first_intervals.responsible_user_id as originator_user_id,
        case
            when not deals.is_closed then null
            when last_visits.repair = 'no_events'
                then coalesce(deals.closed_at, last_visits.entered_at)
            else last_visits.entered_at
        end as closed_at
    from deals
    inner join last_visits using (account_id, deal_id)
    inner join first_intervals using (account_id, deal_id)
    left join main_contacts using (account_id, deal_id)
)

select * from date_closings
