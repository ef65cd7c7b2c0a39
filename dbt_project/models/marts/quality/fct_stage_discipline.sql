{# the rules of seed lint_rules, which says what each of them means #}
{% set rules = [
    'reminder_stage', 'parked_stage', 'reminder_untracked', 'missing_task', 'compound_name',
    'wide_dwell', 'dead_stage', 'mixed_origins', 'no_standard', 'fragmented_pipeline',
    'default_untouched', 'automation_untyped', 'many_pipelines', 'pipelines_near_limit',
    'stages_near_limit',
] %}

with stages as (
    select * from {{ ref('int_funnel__stages') }}
    where is_listed
),

lint as (
    select * from {{ ref('rpt_pipeline_lint') }}
),

accounts as (
    select * from {{ ref('int_crm__accounts') }}
),

-- whatever a rule speaks of has a row, listed or not
list_places as (
    select
        account_id,
        pipeline_id,
        stage_id
    from stages

    union

    select
        account_id,
        pipeline_id,
        0 as stage_id
    from stages

    union

    select
        account_id,
        0 as pipeline_id,
        0 as stage_id
    from stages

    union

    select
        account_id,
        pipeline_id,
        stage_id
    from lint
),

name_places as (
    select
        account_id,
        pipeline_id,
        any_value(pipeline_name) as pipeline_name
    from {{ ref('int_funnel__stages') }}
    group by account_id, pipeline_id
),

name_stages as (
    select
        account_id,
        pipeline_id,
        stage_id,
        stage_name
    from {{ ref('int_funnel__stages') }}
),

spread_rules as (
    select
        account_id,
        pipeline_id,
        stage_id,
        {% for rule in rules %}
            bool_or(rule_id = '{{ rule }}') as is_{{ rule }},
        {% endfor %}
        {{ joined_text("title || ': ' || evidence", '; ', 'rule_id') }} as reasons,
        max(case when rule_id <> 'reminder_untracked' then money_locked end) as money_locked,
        max(case when rule_id = 'reminder_untracked' then money_locked end) as untracked_amount,
        max(deals_open) as deals_open
    from lint
    group by account_id, pipeline_id, stage_id
)

select
    -- ids
    places.account_id,
    {{ frame_columns({
        'pipeline_id': 'places.pipeline_id',
        'stage_id': 'places.stage_id',
        'pipeline_name': 'name_places.pipeline_name',
        'stage_name': 'name_stages.stage_name',
        'entity_name': "coalesce(name_places.pipeline_name || coalesce(' / ' || name_stages.stage_name, ''), "
            ~ in_language('Все воронки', 'All pipelines') ~ ")",
        'entity_url':
            "accounts.base_url || '/leads/pipeline/' || nullif(places.pipeline_id, 0)",
        'money_at_stake': 'coalesce(spread.money_locked, spread.untracked_amount, 0)',
    }) }},
    spread.reasons,
    -- money
    {{ money('coalesce(spread.untracked_amount, 0)') }} as untracked_amount,
    -- numbers
    coalesce(spread.deals_open, 0) as deals_open,
    -- booleans
    places.stage_id <> 0 as is_stage,
    places.stage_id = 0 and places.pipeline_id <> 0 as is_pipeline,
    places.pipeline_id = 0 as is_account,
{% for rule in rules %}
    coalesce(spread.is_{{ rule }}, false) as is_{{ rule }}{{ ',' if not loop.last }}
{% endfor %}
from list_places as places
left join name_places
    on
        places.account_id = name_places.account_id
        and places.pipeline_id = name_places.pipeline_id
left join name_stages
    on
        places.account_id = name_stages.account_id
        and places.pipeline_id = name_stages.pipeline_id
        and places.stage_id = name_stages.stage_id
left join spread_rules as spread
    on
        places.account_id = spread.account_id
        and places.pipeline_id = spread.pipeline_id
        and places.stage_id = spread.stage_id
left join accounts on places.account_id = accounts.account_id
