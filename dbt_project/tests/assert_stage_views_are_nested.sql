-- Whoever entered a stage strictly visited it, and whoever visited it is imputed: in every row of
-- every cut. Who is imputed only has advanced.
with views as (
    select
        account_id,
        pipeline_id,
        stage_id,
        period_kind,
        period_start,
        breakdown,
        breakdown_value,
        sum(entered) filter (where view = 'imputed') as imputed,
        sum(entered) filter (where view = 'visited') as visited,
        sum(entered) filter (where view = 'strict') as strict,
        sum(advanced) filter (where view = 'imputed') as imputed_advanced,
        sum(advanced) filter (where view = 'visited') as visited_advanced,
        sum(advanced) filter (where view = 'strict') as strict_advanced
    from {{ ref('rpt_stage_conversion_by') }}
    group by all
)

select * from views
where
    -- a missing row is a failure, too
    not coalesce(imputed >= visited and visited >= strict, false)
    or not coalesce(visited_advanced >= strict_advanced, false)
    or imputed - imputed_advanced <> visited - visited_advanced
