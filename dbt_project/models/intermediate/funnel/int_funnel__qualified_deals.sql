with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

qualifying_places as (
    select
        stages.account_id,
        stages.pipeline_id,
        min(stages.stage_order) as place
    from {{ ref('int_funnel__stages') }} as stages
    inner join {{ ref('int_funnel__stage_standards') }} as standards
        using (account_id, pipeline_id, stage_id)
    where standards.role = 'qualified'
    group by stages.account_id, stages.pipeline_id
),

-- a win stands behind every other stage; a loss proves nothing
first_entries as (
    select
        visits.account_id,
        visits.deal_id,
        min(visits.entered_at) as qualified_at
    from visits
    inner join qualifying_places
        on
            visits.account_id = qualifying_places.account_id
            and visits.pipeline_id = qualifying_places.pipeline_id
            and visits.stage_order >= qualifying_places.place
            and not visits.is_lost
    group by visits.account_id, visits.deal_id
)

select * from first_entries
