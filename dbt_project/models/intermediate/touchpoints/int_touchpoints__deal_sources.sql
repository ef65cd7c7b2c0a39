with deals as (
    select * from {{ ref('int_crm__deals') }}
),

evidence as (
    select * from {{ ref('int_touchpoints__source_evidence') }}
),

edits as (
    select * from {{ ref('int_touchpoints__source_edits') }}
),

campaigns as (
    select * from {{ ref('int_touchpoints__campaigns') }}
),

-- what a card tells that no rule can use
deal_records as (
    select
        cast(record_id as bigint) as deal_id,
        *
    from {{ ref('int_touchpoints__marked_records') }}
    where record_kind = 'deal'
),

first_evidence as (
    select * from evidence
    qualify row_number() over (partition by account_id, deal_id order by rule_rank) = 1
),

-- whichever rule speaks: what the card and its contacts have
card_evidence as (
    select
        account_id,
        deal_id,
        bool_or(source_rule in ('deal_utm', 'deal_source', 'contact_utm')) as has_card_source,
        bool_or(source_rule in ('deal_utm', 'contact_utm')) as has_card_marks
    from evidence
    group by account_id, deal_id
),

join_evidence as (
    select
        deals.account_id,
        deals.deal_id,
        coalesce(first_evidence.source_rule, 'unknown') as source_rule,
        first_evidence.evidence_kind,
        first_evidence.evidence_id,
        deals.source_name as source_raw,
        case
            when first_evidence.source_rule <> 'deal_source'
                then coalesce(first_evidence.utm_source, first_evidence.placement)
        end as utm_source,
        -- a click id, a visit and a referrer stand for a source and a medium
        case
            when first_evidence.source_rule is null then deal_records.utm_medium
            when
                first_evidence.utm_source is null and first_evidence.source_rule <> 'deal_source'
                then first_evidence.told_medium
            else first_evidence.utm_medium
        end as utm_medium,
        {% for mark in ['utm_campaign', 'utm_content', 'utm_term'] %}
            case
                when first_evidence.source_rule is null then deal_records.{{ mark }}
                else first_evidence.{{ mark }}
            end as {{ mark }},
        {% endfor %}
        coalesce(first_evidence.channel, 'unknown') as channel,
        first_evidence.placement,
        first_evidence.campaign_key,
        campaigns.campaign_id,
        first_evidence.join_method,
        first_evidence.evidence_at,
        edits.edited_by_user_id,
        edits.edited_at,
        edits.is_edited_after_win,
        coalesce(card_evidence.has_card_source, false) as has_card_source,
        coalesce(card_evidence.has_card_marks, false) as has_card_marks
    from deals
    left join first_evidence
        on
            deals.account_id = first_evidence.account_id
            and deals.deal_id = first_evidence.deal_id
    left join card_evidence
        on
            deals.account_id = card_evidence.account_id
            and deals.deal_id = card_evidence.deal_id
    left join deal_records
        on
            deals.account_id = deal_records.account_id
            and deals.deal_id = deal_records.deal_id
    left join campaigns on first_evidence.campaign_key = campaigns.campaign_key
    left join edits
        on
            deals.account_id = edits.account_id
            and deals.deal_id = edits.deal_id
)

select
    -- ids
    account_id,
    deal_id,
    campaign_key,
    campaign_id,
    edited_by_user_id,
    -- strings
    source_rule,
    evidence_kind,
    evidence_id,
    source_raw,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    channel,
    placement,
    join_method,
    -- an edit by a person is the last word on what the card tells
    case
        when edited_at is not null then 'human'
        when has_card_source then 'integration'
    end as source_set_by,
    -- booleans
    has_card_source,
    source_rule in ('inquiry_utm', 'click_id', 'visit') and not has_card_marks as is_source_lost,
    coalesce(is_edited_after_win, false) as is_source_overwritten,
    -- timestamps
    evidence_at,
    edited_at
from join_evidence
