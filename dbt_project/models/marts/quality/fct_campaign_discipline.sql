{% set today = local_date(as_of()) %}
{% set first_day = add_days(today, '-' ~ var('quality_spend_window_days')) %}

with campaigns as (
    select
        *,
        case
            -- a billboard has no link, so nothing leads from its leads to it
            when channel = 'offline' then 'channel'
            when campaign_id is null and utm_campaign is null then 'source'
            else 'campaign'
        end as leads_told_by
    from {{ ref('dim_campaigns') }}
),

spend as (
    select * from {{ ref('fct_spend') }}
    where
        currency = '{{ var("company_currency") }}'
        and spend_on >= {{ first_day }}
        and spend_on < {{ today }}
),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        not is_deleted
        and created_on >= {{ first_day }}
        and created_on < {{ today }}
),

sum_spend as (
    select
        account_id,
        campaign_key,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as spend,
        max(spend_on) as last_spend_on
    from spend
    group by account_id, campaign_key
),

count_leads as (
    {% for told_by, column in [
        ('campaign', 'campaign_key'), ('source', 'utm_source'), ('channel', 'channel')
    ] %}
        select
            account_id,
            '{{ told_by }}' as leads_told_by,
            {{ column }} as lead_key,
            count(*) as leads
        from deals
        where {{ column }} is not null
        group by account_id, {{ column }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select
    -- ids
    campaigns.account_id,
    campaigns.campaign_key,
    {{ frame_columns({
        'entity_name': 'coalesce(campaigns.campaign_name, campaigns.campaign_key)',
        'channel': 'campaigns.channel',
        'money_at_stake': 'coalesce(sum_spend.spend, 0)',
    }) }},
    campaigns.placement,
    campaigns.leads_told_by,
    -- numbers
    coalesce(count_leads.leads, 0) as leads,
    coalesce(campaigns.untagged_links, 0) as untagged_links,
    coalesce(campaigns.links, 0) as links,
    -- booleans
    coalesce(sum_spend.spend > 0, false) as has_spent,
    coalesce(
        sum_spend.spend >= {{ var('quality_spend_minimum') }} and count_leads.leads is null,
        false
    ) as is_without_leads,
    coalesce(campaigns.is_untagged and sum_spend.spend > 0, false) as is_untagged,
    -- days, as the cabinet counts them
    sum_spend.last_spend_on
from campaigns
left join sum_spend using (account_id, campaign_key)
left join count_leads
    on
        campaigns.account_id = count_leads.account_id
        and campaigns.leads_told_by = count_leads.leads_told_by
        and case campaigns.leads_told_by
            when 'channel' then campaigns.channel
            when 'source' then campaigns.utm_source
            else campaigns.campaign_key
        end = count_leads.lead_key
