with names as (
    select * from {{ ref('int_touchpoints__campaign_names') }}
),

account as (
    select * from {{ ref('int_company__account') }}
)

select
    -- ids
    account.account_id,
    names.campaign_key,
    names.source,
    names.cabinet,
    names.campaign_id,
    -- strings
    names.campaign_name,
    -- booleans
    coalesce(names.is_present, false) as is_present,
    -- timestamps
    names.seen_from,
    names.seen_to
from names
cross join account
