-- Every rouble of spend and every lead is in exactly one row of rpt_campaigns.
with by_campaign as (
    select
        month,
        currency,
        sum(coalesce(spend, 0)) as spend,
        sum(coalesce(leads, 0)) as leads
    from {{ ref('rpt_campaigns') }}
    group by month, currency
),

all_spend as (
    select
        {{ month_of('spend_on') }} as month,
        currency,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as spend
    from {{ ref('fct_spend') }}
    group by all
),

all_leads as (
    select
        {{ month_of('created_on') }} as month,
        '{{ var("company_currency") }}' as currency,
        count(*) as leads
    from {{ ref('fct_deals') }}
    where not is_deleted
    group by all
)

select
    month,
    currency,
    by_campaign.spend as campaign_spend,
    all_spend.spend,
    by_campaign.leads as campaign_leads,
    all_leads.leads
from by_campaign
full outer join all_spend using (month, currency)
full outer join all_leads using (month, currency)
where
    coalesce(by_campaign.spend, 0) <> coalesce(all_spend.spend, 0)
    or coalesce(by_campaign.leads, 0) <> coalesce(all_leads.leads, 0)
