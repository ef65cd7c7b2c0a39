with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
)

select
    account_id,
    created_on,
    channel,
    utm_source,
    utm_medium,
    utm_campaign,
    count(*) as leads,
    count(*) filter (where status = 'won') as won,
    count(*) filter (where status = 'lost') as lost,
    count(*) filter (where status = 'open') as open
from deals
group by all
