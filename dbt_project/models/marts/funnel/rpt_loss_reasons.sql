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

users as (
    select * from {{ ref('int_crm__users') }}
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
),

count_losses as (
    select
        account_id,
        pipeline_id,
        stage_id,
        responsible_user_id,
        loss_reason,
        reason_kind,
        channel,
        currency,
        lost_month,
        count(*) as deals,
        count(*) filter (where price is null) as deals_without_price,
        count(*) filter (where presumes = 'offer' and not can_have_offer) as too_early_deals,
        coalesce(sum(price), 0) as price_sum
    from classify_losses
    group by all
),

name_pipelines as (
    select distinct
        account_id,
        pipeline_id,
        pipeline_name
    from stages
)

select
    -- ids
    losses.account_id,
    losses.pipeline_id,
    losses.stage_id,
    losses.responsible_user_id,
    -- strings
    name_pipelines.pipeline_name,
    coalesce(stages.stage_name, '__none__') as stage_name,
    losses.loss_reason,
    losses.reason_kind,
    losses.channel,
    case
        when losses.responsible_user_id = 0 then '__none__'
        else coalesce(
            users.user_name,
            {{ in_language('Сотрудник ', 'User ') }} || losses.responsible_user_id
            || {{ in_language(' (удалён)', ' (deleted)') }}
        )
    end as responsible_name,
    -- numbers
    stages.stage_order,
    losses.deals,
    losses.deals_without_price,
    losses.too_early_deals,
    -- money
    {{ money('losses.price_sum') }} as price_sum,
    losses.currency,
    -- booleans
    losses.reason_kind = 'other' as is_other,
    -- days
    losses.lost_month
from count_losses as losses
inner join name_pipelines using (account_id, pipeline_id)
left join stages
    on
        losses.account_id = stages.account_id
        and losses.pipeline_id = stages.pipeline_id
        and losses.stage_id = stages.stage_id
left join users
    on
        losses.account_id = users.account_id
        and losses.responsible_user_id = users.user_id
