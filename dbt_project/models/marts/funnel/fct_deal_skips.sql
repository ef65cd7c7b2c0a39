with judged_moves as (
    select * from {{ ref('int_funnel__judged_moves') }}
    where skip_class is not null
),

visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

layout_stages as (
    select * from {{ ref('int_funnel__layout_stages') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

describe_skips as (
    select
        judged_moves.*,
        visits.pipeline_id,
        visits.from_stage_id,
        visits.stage_id as to_stage_id,
        visits.layout_number,
        visits.entered_by_user_id,
        visits.responsible_user_id,
        visits.pipeline_name,
        visits.stage_name as to_stage_name,
        visits.is_deleted,
        visits.entered_at as moved_at
    from judged_moves
    inner join visits using (account_id, deal_id, visit_number)
),

-- names are looked up once per way, however many deals took it
ways as (
    select distinct
        account_id,
        pipeline_id,
        layout_number,
        from_stage_id,
        to_stage_id
    from describe_skips
),

name_ways as (
    select
        ways.account_id,
        ways.pipeline_id,
        ways.layout_number,
        ways.from_stage_id,
        ways.to_stage_id,
        origins.stage_name as from_stage_name,
        {{ joined_text('skipped.stage_name', ', ', 'skipped.stage_order') }} as skipped_stage_names
    from ways
    inner join layout_stages as origins
        on
            ways.account_id = origins.account_id
            and ways.pipeline_id = origins.pipeline_id
            and ways.layout_number = origins.layout_number
            and ways.from_stage_id = origins.stage_id
    inner join layout_stages as targets
        on
            ways.account_id = targets.account_id
            and ways.pipeline_id = targets.pipeline_id
            and ways.layout_number = targets.layout_number
            and ways.to_stage_id = targets.stage_id
    left join layout_stages as skipped
        on
            ways.account_id = skipped.account_id
            and ways.pipeline_id = skipped.pipeline_id
            and ways.layout_number = skipped.layout_number
            and skipped.is_counted
            and origins.stage_order < skipped.stage_order
            and targets.stage_order > skipped.stage_order
    group by
        ways.account_id, ways.pipeline_id, ways.layout_number, ways.from_stage_id,
        ways.to_stage_id, origins.stage_name
)

select
    -- ids
    account_id,
    deal_id,
    describe_skips.visit_number,
    pipeline_id,
    from_stage_id,
    to_stage_id,
    describe_skips.entered_by_user_id as actor_user_id,
    describe_skips.responsible_user_id,
    describe_skips.mass_change_id,
    -- strings
    describe_skips.pipeline_name,
    name_ways.from_stage_name,
    describe_skips.to_stage_name,
    name_ways.skipped_stage_names,
    describe_skips.skip_class,
    describe_skips.skip_evidence,
    describe_skips.first_work_id,
    describe_skips.last_work_id,
    -- numbers
    describe_skips.skipped_stages,
    describe_skips.origin_seconds,
    describe_skips.norm_seconds,
    describe_skips.norm_stays,
    describe_skips.work_activities,
    -- money
    deals.price,
    deals.currency,
    -- booleans
    describe_skips.is_mass_change,
    describe_skips.is_click_through,
    describe_skips.is_deleted,
    -- days
    {{ local_date('describe_skips.moved_at') }} as moved_on,
    -- timestamps
    describe_skips.moved_at,
    describe_skips.first_worked_at,
    describe_skips.last_worked_at
from describe_skips
inner join name_ways
    using (account_id, pipeline_id, layout_number, from_stage_id, to_stage_id)
inner join deals using (account_id, deal_id)
