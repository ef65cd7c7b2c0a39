with leads as (
    select * from {{ ref('stg_amocrm__leads') }}
),

lead_contacts as (
    select * from {{ ref('stg_amocrm__lead_contacts') }}
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
        lead_id,
        contact_id
    from lead_contacts
    qualify row_number() over (
        partition by account_id, lead_id order by is_main desc, contact_id asc
    ) = 1
),

-- the API's closed_at may survive a reopening or be written by hand: the last event decides, and
-- where stage history is missing closed_at is all there is
date_closings as (
    select
        leads.account_id,
        leads.lead_id,
        coalesce(main_contacts.contact_id, leads.main_contact_id) as contact_id,
        first_intervals.responsible_user_id as originator_user_id,
        case
            when leads.status_id not in (142, 143) then null
            when last_visits.repair = 'no_events'
                then coalesce(leads.closed_at, last_visits.entered_at)
            else last_visits.entered_at
        end as closed_at
    from leads
    inner join last_visits using (account_id, lead_id)
    inner join first_intervals using (account_id, lead_id)
    left join main_contacts using (account_id, lead_id)
)

select * from date_closings
