{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}

with sources as (
    select * from {{ ref('int_touchpoints__deal_sources') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

raw_marks as (
    select * from {{ ref('int_touchpoints__raw_marks') }}
    where record_kind = 'deal'
),

evidence as (
    select * from {{ ref('int_touchpoints__source_evidence') }}
),

-- what each rule would have said, in the order they are asked
list_rules as (
    select
        account_id,
        deal_id,
        {{ joined_text("source_rule || ': ' || channel", '; ', 'rule_rank') }} as rules_told
    from evidence
    group by account_id, deal_id
)

select
    -- ids
    sources.account_id,
    sources.deal_id,
    sources.campaign_key,
    sources.campaign_id,
    deals.created_by_user_id,
    sources.edited_by_user_id,
    -- strings
    {% for mark in marks %}
        raw_marks.{{ mark }} as raw_{{ mark }},
    {% endfor %}
    sources.source_raw,
    sources.source_rule,
    sources.evidence_kind,
    sources.evidence_id,
    {% for mark in marks %}
        sources.{{ mark }},
    {% endfor %}
    sources.channel,
    sources.placement,
    sources.join_method,
    sources.source_set_by,
    list_rules.rules_told,
    -- booleans
    sources.is_source_lost,
    sources.is_source_overwritten,
    deals.is_deleted,
    -- days, in the company's zone
    {{ local_date('deals.created_at') }} as created_on,
    -- timestamps
    sources.evidence_at,
    sources.edited_at
from sources
inner join deals using (account_id, deal_id)
left join raw_marks
    on
        sources.account_id = raw_marks.account_id
        and sources.deal_id = raw_marks.record_id
left join list_rules
    on
        sources.account_id = list_rules.account_id
        and sources.deal_id = list_rules.deal_id
