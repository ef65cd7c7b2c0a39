{% set rules = seed_rules('loss_reason_kinds') %}

with lost_deals as (
    select * from {{ ref('fct_deals') }}
    where status = 'lost' and not is_deleted
),

visits as (
    select * from {{ ref('int_funnel__described_visits') }}
    where not (is_won or counts_as_lost)
),

intervals as (
    select * from {{ ref('int_funnel__responsible_intervals') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

-- where work stopped; an offer takes more than the first ordinary stage. A stage whose place is not
-- known may have been any
last_working_stages as (
    select
        visits.account_id,
        visits.deal_id,
        max_by(visits.pipeline_id, visits.visit_number) as pipeline_id,
        max_by(visits.stage_id, visits.visit_number) as stage_id,
        bool_or(coalesce(stages.ordinary_up_to, 2) > 1) as can_have_offer
    from visits
    inner join lost_deals using (account_id, deal_id)
    inner join stages
        on
            visits.account_id = stages.account_id
            and visits.pipeline_id = stages.pipeline_id
            and visits.stage_id = stages.stage_id
    group by visits.account_id, visits.deal_id
),

-- who had the deal strictly before the loss: one handed over in that second was lost by the former
losers as (
    select
        lost_deals.account_id,
        lost_deals.deal_id,
        intervals.responsible_user_id
    from lost_deals
    inner join intervals using (account_id, deal_id)
    where
        (intervals.starts_at is null or intervals.starts_at < lost_deals.closed_at)
        and (intervals.ends_at is null or intervals.ends_at >= lost_deals.closed_at)
),

place_losses as (
    select
        account_id,
        deal_id,
        coalesce(last_working_stages.pipeline_id, lost_deals.pipeline_id) as pipeline_id,
        coalesce(last_working_stages.stage_id, 0) as stage_id,
        coalesce(losers.responsible_user_id, 0) as responsible_user_id,
        coalesce(nullif(trim(lost_deals.loss_reason), ''), '__none__') as loss_reason,
        replace(lower(trim(lost_deals.loss_reason)), 'ё', 'е') as reason_text,
        lost_deals.channel,
        lost_deals.price,
        lost_deals.currency,
        coalesce(last_working_stages.can_have_offer, false) as can_have_offer,
        {{ month_of('lost_deals.closed_on') }} as lost_month
    from lost_deals
    left join last_working_stages using (account_id, deal_id)
    left join losers using (account_id, deal_id)
),

classify_losses as (
    select
        *,
        case
            when loss_reason = '__none__' then '__none__'
            else {{ first_fitting_rule(rules, 'kind', {'pattern': 'reason_text'}) }}
        end as reason_kind,
        case
            when loss_reason = '__none__' then 'nothing'
            else {{ first_fitting_rule(rules, 'presumes', {'pattern': 'reason_text'}) }}
        end as presumes
    from place_losses
)

select
    -- ids
    account_id,
    deal_id,
    pipeline_id,
    stage_id,
    responsible_user_id,
    -- strings
    loss_reason,
    reason_kind,
    channel,
    -- money
    price,
    currency,
    -- booleans
    presumes = 'offer' and not can_have_offer as is_too_early,
    -- days
    lost_month
from classify_losses
