{#
  A contact, a company or a telephone number may have any number of deals. Of those created before an
  activity the latest are looked at: between so many and twice so many.
#}
{% set shelf = 50 %}

{# Call tracking and the CRM may date one call so many seconds apart. #}
{% set same_call_seconds = 120 %}

with crm_activities as (
    select * from {{ ref('int_crm__activities') }}
),

parsed_phones as (
    select * from {{ ref('int_identity__parsed_phones') }}
),

crm_calls as (
    select
        calls.call_id,
        calls.direction,
        {{ e164('calls.phone', 'parsed_phones.phone') }} as phone,
        calls.called_at
    from {{ ref('stg_amocrm__calls') }} as calls
    left join parsed_phones on calls.phone = parsed_phones.spelling
),

tracked_calls as (
    select
        entry_id,
        source,
        direction,
        phone,
        external_deal_id,
        -- one service puts its site before the number of the call
        {{ regexp_replace_all('source_row_id', '^.*-', '') }} as call_id,
        coalesce(wait_seconds, 0) + coalesce(duration_seconds, 0) as seconds,
        is_lost,
        occurred_at
    from {{ ref('int_touchpoints__entry_points') }}
    where kind = 'call'
),

payments as (
    select * from {{ ref('int_money__allocated_payments') }}
),

deals as (
    select
        deals.account_id,
        deals.deal_id,
        deals.source_deal_id,
        deals.company_id,
        deals.is_deleted,
        deals.created_at,
        milestones.closed_at
    from {{ ref('int_crm__deals') }} as deals
    inner join {{ ref('int_funnel__deal_milestones') }} as milestones using (account_id, deal_id)
),

deal_contacts as (
    select * from {{ ref('int_crm__deal_contacts') }}
),

phones as (
    select distinct
        custom_values.account_id,
        custom_values.entity_type,
        custom_values.entity_id,
        {{ e164('custom_values.value', 'parsed_phones.phone') }} as phone
    from {{ ref('int_crm__custom_values') }} as custom_values
    left join parsed_phones on custom_values.value = parsed_phones.spelling
    where custom_values.code = 'PHONE' and custom_values.entity_type in ('contacts', 'companies')
),

main_account as (
    select * from {{ ref('int_company__account') }}
),

known_by_number as (
    select distinct tracked_calls.entry_id
    from tracked_calls
    inner join crm_calls
        on
            tracked_calls.call_id = crm_calls.call_id
            and tracked_calls.phone = crm_calls.phone
),

line_up_calls as (
    select
        cast(null as string) as entry_id,
        'crm' as source,
        phone,
        direction,
        cast(0 as bigint) as seconds,
        called_at as occurred_at
    from crm_calls
    where phone is not null

    union all

    select
        entry_id,
        source,
        phone,
        direction,
        seconds,
        occurred_at
    from tracked_calls
    where phone is not null
),

compare_neighbours as (
    select
        entry_id,
        source,
        seconds,
        occurred_at,
        max(case when source = 'crm' then occurred_at end) over (
            partition by phone, direction order by occurred_at
        ) as noted_before_at,
        min(case when source = 'crm' then occurred_at end) over (
            partition by phone, direction order by occurred_at desc
        ) as noted_after_at,
        max(case when source = 'uis' then occurred_at end) over (
            partition by phone, direction order by occurred_at
        ) as heard_before_at,
        min(case when source = 'uis' then occurred_at end) over (
            partition by phone, direction order by occurred_at desc
        ) as heard_after_at
    from line_up_calls
),

-- telephony writes its note when the call is over; and two services may hear one call
known_by_phone as (
    select entry_id
    from compare_neighbours
    where
        entry_id is not null
        and (
            {{ seconds_between('noted_before_at', 'occurred_at') }} <= {{ same_call_seconds }}
            or {{ seconds_between('occurred_at', 'noted_after_at') }}
            <= seconds + {{ same_call_seconds }}
            or (
                source <> 'uis'
                and (
                    {{ seconds_between('heard_before_at', 'occurred_at') }}
                    <= {{ same_call_seconds }}
                    or {{ seconds_between('occurred_at', 'heard_after_at') }}
                    <= {{ same_call_seconds }}
                )
            )
        )
),

-- an id that two accounts have names none
named_deals as (
    select
        source_deal_id,
        min(account_id) as account_id,
        min(deal_id) as deal_id
    from deals
    group by source_deal_id
    having count(*) = 1
),

all_activities as (
    select
        account_id,
        activity_id,
        deal_id,
        case
            when deal_id is null and owner_id is not null
                then account_id || ':' || owner_type || ':' || owner_id
        end as owner_key,
        actor_user_id,
        source,
        kind,
        direction,
        is_contact,
        occurred_at
    from crm_activities

    union all

    -- call tracking knows no users of the CRM
    select
        coalesce(named_deals.account_id, main_account.account_id) as account_id,
        'tracker:' || tracked_calls.entry_id as activity_id,
        named_deals.deal_id,
        case when named_deals.deal_id is null then tracked_calls.phone end as owner_key,
        cast(null as bigint) as actor_user_id,
        tracked_calls.source,
        'call' as kind,
        case when tracked_calls.direction in ('in', 'out') then tracked_calls.direction end
            as direction,
        not tracked_calls.is_lost as is_contact,
        tracked_calls.occurred_at
    from tracked_calls
    cross join main_account
    left join known_by_number using (entry_id)
    left join known_by_phone using (entry_id)
    left join named_deals on trim(tracked_calls.external_deal_id) = named_deals.source_deal_id
    where known_by_number.entry_id is null and known_by_phone.entry_id is null

    union all

    select
        account_id,
        -- one payment may be shared out among deals
        'payment:' || payment_id || ':' || deal_id as activity_id,
        deal_id,
        cast(null as string) as owner_key,
        cast(null as bigint) as actor_user_id,
        'payment' as source,
        case when amount < 0 then 'refund' else 'payment' end as kind,
        cast(null as string) as direction,
        false as is_contact,
        {{ local_moment('booked_on', 0) }} as occurred_at
    from payments
),

contact_deals as (
    select
        deal_contacts.contact_id,
        deals.*
    from deal_contacts
    inner join deals using (account_id, deal_id)
),

owner_deals as (
    select
        account_id || ':contact:' || contact_id as owner_key,
        account_id,
        deal_id,
        is_deleted,
        created_at,
        closed_at
    from contact_deals

    union all

    select
        account_id || ':company:' || company_id as owner_key,
        account_id,
        deal_id,
        is_deleted,
        created_at,
        closed_at
    from deals
    where company_id is not null

    union

    select
        phones.phone as owner_key,
        contact_deals.account_id,
        contact_deals.deal_id,
        contact_deals.is_deleted,
        contact_deals.created_at,
        contact_deals.closed_at
    from phones
    inner join contact_deals
        on
            phones.entity_type = 'contacts'
            and phones.account_id = contact_deals.account_id
            and phones.entity_id = contact_deals.contact_id

    union

    select
        phones.phone as owner_key,
        deals.account_id,
        deals.deal_id,
        deals.is_deleted,
        deals.created_at,
        deals.closed_at
    from phones
    inner join deals
        on
            phones.entity_type = 'companies'
            and phones.account_id = deals.account_id
            and phones.entity_id = deals.company_id
),

number_deals as (
    select
        *,
        row_number() over (partition by owner_key order by created_at, account_id, deal_id)
            as deal_number
    from owner_deals
),

line_up_owners as (
    select
        owner_key,
        account_id,
        activity_id,
        cast(null as bigint) as deal_number,
        occurred_at as happened_at
    from all_activities
    where owner_key is not null

    union all

    select
        owner_key,
        account_id,
        cast(null as string) as activity_id,
        deal_number,
        created_at as happened_at
    from number_deals
),

count_deals_before as (
    select
        *,
        max(deal_number) over (
            partition by owner_key order by happened_at
            range between unbounded preceding and current row
        ) as deals_before
    from line_up_owners
),

shelve_deals as (
    select
        *,
        {{ integer_divide('deal_number - 1', shelf) }} as shelf
    from number_deals

    union all

    select
        *,
        {{ integer_divide('deal_number - 1', shelf) }} + 1 as shelf
    from number_deals
),

-- the deal that was open then, the latest of several; else the latest; a deleted one only where
-- there is no other
place_activities as (
    select
        counted.account_id,
        counted.activity_id,
        deals.account_id as deal_account_id,
        deals.deal_id
    from count_deals_before as counted
    inner join shelve_deals as deals
        on
            counted.owner_key = deals.owner_key
            and {{ integer_divide('counted.deals_before - 1', shelf) }} = deals.shelf
            and counted.deals_before >= deals.deal_number
    where counted.activity_id is not null
    qualify row_number() over (
        partition by counted.account_id, counted.activity_id
        order by
            deals.is_deleted asc,
            coalesce(deals.closed_at <= counted.happened_at, false) asc,
            deals.deal_number desc
    ) = 1
),

resolve_deals as (
    select
        activities.account_id,
        activities.activity_id,
        deals.deal_id,
        activities.actor_user_id,
        activities.source,
        activities.kind,
        activities.direction,
        activities.is_contact,
        activities.occurred_at
    from all_activities as activities
    left join deals
        on
            activities.account_id = deals.account_id
            and activities.deal_id = deals.deal_id
    where activities.owner_key is null

    union all

    select
        coalesce(place_activities.deal_account_id, activities.account_id) as account_id,
        activities.activity_id,
        place_activities.deal_id,
        activities.actor_user_id,
        activities.source,
        activities.kind,
        activities.direction,
        activities.is_contact,
        activities.occurred_at
    from all_activities as activities
    left join place_activities using (account_id, activity_id)
    where activities.owner_key is not null
)

select
    -- ids
    account_id,
    activity_id,
    deal_id,
    actor_user_id,
    -- strings
    source,
    kind,
    direction,
    -- booleans
    is_contact,
    is_contact or kind in ('meeting', 'document', 'payment') as is_work,
    -- timestamps
    occurred_at
from resolve_deals
