with deals as (
    select * from {{ ref('int_crm__deals') }}
),

milestones as (
    select * from {{ ref('int_funnel__deal_milestones') }}
),

standards as (
    select * from {{ ref('int_funnel__pipeline_standards') }}
),

persons as (
    select * from {{ ref('int_identity__persons') }}
),

list_contacts as (
    select
        account_id,
        deal_id,
        contact_id,
        true as is_main
    from milestones
    where contact_id is not null

    union all

    select
        account_id,
        deal_id,
        contact_id,
        false as is_main
    from {{ ref('int_crm__deal_contacts') }}
),

-- two contacts of a deal may be one person
pair_persons as (
    select
        list_contacts.account_id,
        persons.person_id,
        list_contacts.deal_id,
        bool_or(list_contacts.is_main) as is_main
    from list_contacts
    inner join persons using (account_id, contact_id)
    group by list_contacts.account_id, persons.person_id, list_contacts.deal_id
),

describe_deals as (
    select
        pair_persons.account_id,
        pair_persons.person_id,
        pair_persons.deal_id,
        pair_persons.is_main,
        deals.is_deleted,
        cast(standards.reopen_window_days as bigint) * 86400 as window_seconds,
        deals.created_at,
        milestones.closed_at
    from pair_persons
    inner join deals using (account_id, deal_id)
    inner join milestones using (account_id, deal_id)
    inner join standards
        on
            deals.account_id = standards.account_id
            and deals.pipeline_id = standards.pipeline_id
)

select
    account_id,
    person_id,
    deal_id,
    is_main,
    is_deleted,
    window_seconds,
    row_number() over (
        partition by account_id, person_id order by created_at, deal_id
    ) as deal_number,
    -- a deal in the basket is no earlier deal of anybody: its card may stay open for ever
    case
        when not is_deleted
            then row_number() over (
                partition by account_id, person_id, is_deleted
                order by
                    closed_at asc nulls last,
                    case when closed_at is null then created_at end asc nulls first,
                    window_seconds asc,
                    deal_id asc
            )
    end as end_rank,
    created_at,
    closed_at
from describe_deals
