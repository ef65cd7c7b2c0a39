with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

qualified_deals as (
    select * from {{ ref('int_funnel__qualified_deals') }}
),

-- where no stage qualifies, nobody knows how many are qualified
standards as (
    select count(*) as qualifying_stages
    from {{ ref('int_funnel__stage_standards') }}
    where role = 'qualified'
)

select
    account_id,
    deals.created_on,
    deals.channel,
    deals.utm_source,
    deals.utm_medium,
    deals.utm_campaign,
    count(*) as leads,
    count(*) filter (where deals.inquiry_class in ('new', 'new_after_window')) as new_leads,
    case
        when max(standards.qualifying_stages) > 0 then count(qualified_deals.qualified_at)
    end as qualified_leads,
    count(*) filter (where deals.status = 'won') as won,
    count(*) filter (where deals.status = 'lost') as lost,
    count(*) filter (where deals.status = 'open') as open
from deals
left join qualified_deals using (account_id, deal_id)
cross join standards
group by all
