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
        count(*) as rows_found,
        sum(entered) filter (where view = 'imputed') as imputed,
        coalesce(sum(entered) filter (where view = 'visited'), 0) as visited,
        coalesce(sum(entered) filter (where view = 'strict'), 0) as strict,
        sum(advanced) filter (where view = 'imputed') as imputed_advanced,
        coalesce(sum(advanced) filter (where view = 'visited'), 0) as visited_advanced,
        coalesce(sum(advanced) filter (where view = 'strict'), 0) as strict_advanced
    from {{ ref('rpt_stage_conversion_by') }}
    group by all
)

select * from views
where
    -- a missing row is a failure, too; only a breakdown has none where it would be all zeroes
    not coalesce(imputed > 0 and imputed >= visited and visited >= strict, false)
    or (breakdown = 'all' and rows_found <> 3)
    or visited_advanced < strict_advanced
    or imputed - imputed_advanced <> visited - visited_advanced
