{% set language = 'en' if var('company_language') == 'en' else 'ru' %}

with reminder_findings as (
    select * from {{ ref('int_lint__reminder_findings') }}
),

stage_findings as (
    select * from {{ ref('int_lint__stage_findings') }}
),

pipeline_findings as (
    select * from {{ ref('int_lint__pipeline_findings') }}
),

rules as (
    select * from {{ ref('lint_rules') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

open_deals as (
    select * from {{ ref('int_lint__open_deals') }}
),

union_findings as (
    select * from reminder_findings

    union all

    select * from stage_findings

    union all

    select
        account_id,
        pipeline_id,
        0 as stage_id,
        rule_id,
        score,
        evidence
    from pipeline_findings
),

pipelines as (
    select
        account_id,
        pipeline_id,
        any_value(pipeline_name) as pipeline_name
    from stages
    group by account_id, pipeline_id
),

-- what stands there: in one stage, in a pipeline (stage 0), in the account (pipeline 0)
sum_open_deals as (
    select
        account_id,
        pipeline_id,
        stage_id,
        price,
        untracked_price,
        deals,
        unpriced_deals,
        untracked_deals,
        untracked_unpriced_deals
    from open_deals

    union all

    select
        account_id,
        pipeline_id,
        0 as stage_id,
        sum(price) as price,
        sum(untracked_price) as untracked_price,
        sum(deals) as deals,
        sum(unpriced_deals) as unpriced_deals,
        sum(untracked_deals) as untracked_deals,
        sum(untracked_unpriced_deals) as untracked_unpriced_deals
    from open_deals
    group by account_id, pipeline_id

    union all

    select
        account_id,
        0 as pipeline_id,
        0 as stage_id,
        sum(price) as price,
        sum(untracked_price) as untracked_price,
        sum(deals) as deals,
        sum(unpriced_deals) as unpriced_deals,
        sum(untracked_deals) as untracked_deals,
        sum(untracked_unpriced_deals) as untracked_unpriced_deals
    from open_deals
    group by account_id
)

select
    -- ids
    findings.account_id,
    findings.pipeline_id,
    findings.stage_id,
    findings.rule_id,
    -- strings
    rules.severity,
    coalesce(pipelines.pipeline_name, '__all__') as pipeline_name,
    coalesce(stages.stage_name, '__all__') as stage_name,
    rules.title_{{ language }} as title,
    findings.evidence,
    rules.advice_{{ language }} as advice,
    '{{ var("company_currency") }}' as currency,
    -- money
    {{ money(
        "coalesce(case when findings.rule_id = 'reminder_untracked' then standing.untracked_price else standing.price end, 0)"
    ) }} as money_locked,
    -- numbers
    stages.stage_order,
    cast(greatest(least(findings.score, 1), 0) as double) as score,
    cast(coalesce(
        case
            when findings.rule_id = 'reminder_untracked' then standing.untracked_deals
            else standing.deals
        end,
        0
    ) as bigint) as deals_open,
    cast(coalesce(
        case
            when findings.rule_id = 'reminder_untracked' then standing.untracked_unpriced_deals
            else standing.unpriced_deals
        end,
        0
    ) as bigint) as deals_unpriced
from union_findings as findings
inner join rules on findings.rule_id = rules.rule_id
left join pipelines
    on
        findings.account_id = pipelines.account_id
        and findings.pipeline_id = pipelines.pipeline_id
left join stages
    on
        findings.account_id = stages.account_id
        and findings.pipeline_id = stages.pipeline_id
        and findings.stage_id = stages.stage_id
left join sum_open_deals as standing
    on
        findings.account_id = standing.account_id
        and findings.pipeline_id = standing.pipeline_id
        and findings.stage_id = standing.stage_id
