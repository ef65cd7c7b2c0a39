with new_deals as (
    select
        *,
        coalesce({{ name_key('source_raw') }}, '') as source_key
    from {{ ref('int_discipline__deals') }}
    where is_root and created_at > {{ recent_from() }}
),

first_visits as (
    select
        account_id,
        deal_id,
        pipeline_id,
        pipeline_name
    from {{ ref('int_funnel__described_visits') }}
    where visit_number = 1
),

pipelines as (
    select
        account_id,
        pipeline_id,
        pipeline_name
    from {{ ref('int_funnel__pipeline_standards') }}
),

routing_rules as (
    select
        rule_order,
        {{ name_key("coalesce(source_name, '')") }} as source_key,
        trim(coalesce(channel, '')) as channel,
        {{ name_key('pipeline') }} as pipeline_key
    from {{ ref('routing_rules') }}
),

-- a rule of a pipeline that the account does not have says nothing; an id before a name
find_pipelines as (
    select
        pipelines.account_id,
        routing_rules.rule_order,
        routing_rules.source_key,
        routing_rules.channel,
        pipelines.pipeline_id,
        pipelines.pipeline_name
    from routing_rules
    inner join pipelines
        on routing_rules.pipeline_key = cast(pipelines.pipeline_id as string)

    union

    select
        pipelines.account_id,
        routing_rules.rule_order,
        routing_rules.source_key,
        routing_rules.channel,
        pipelines.pipeline_id,
        pipelines.pipeline_name
    from routing_rules
    inner join pipelines
        on routing_rules.pipeline_key = {{ name_key('pipelines.pipeline_name') }}
),

-- deals are many, their sources few
sources as (
    select distinct
        account_id,
        source_key,
        channel
    from new_deals
),

pick_rules as (
    select
        sources.account_id,
        sources.source_key,
        sources.channel,
        rules.pipeline_id,
        rules.pipeline_name
    from sources
    inner join find_pipelines as rules
        on sources.account_id = rules.account_id
    where
        (rules.source_key = '' or rules.source_key = sources.source_key)
        and (rules.channel = '' or rules.channel = sources.channel)
    qualify rank() over (
        partition by sources.account_id, sources.source_key, sources.channel
        order by rules.rule_order
    ) = 1
),

-- of pipelines of one name any is right
judge_routes as (
    select
        new_deals.account_id,
        new_deals.deal_id,
        first_visits.pipeline_name as first_pipeline_name,
        min(pick_rules.pipeline_name) as right_pipeline_name,
        not bool_or(first_visits.pipeline_id = pick_rules.pipeline_id) as is_misrouted
    from new_deals
    inner join first_visits
        on
            new_deals.account_id = first_visits.account_id
            and new_deals.deal_id = first_visits.deal_id
    inner join pick_rules
        on
            new_deals.account_id = pick_rules.account_id
            and new_deals.source_key = pick_rules.source_key
            and new_deals.channel = pick_rules.channel
    group by new_deals.account_id, new_deals.deal_id, first_visits.pipeline_name
)

select * from judge_routes
