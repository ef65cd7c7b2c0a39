with listed_stages as (
    select * from {{ ref('stg_files__pipelines') }}
),

steps as (
    select * from {{ ref('int_crm__files_steps') }}
),

places as (
    select * from {{ ref('int_crm__files_places') }}
    where stage_name is not null
),

-- how far along a deal's own way each stage lies, by the first time it got there
first_entries as (
    select
        account_id,
        deal_id,
        pipeline_id,
        stage_id,
        min(entered_at) as first_seen_at,
        row_number() over (
            partition by account_id, deal_id, pipeline_id order by min(step)
        ) as place
    from steps
    group by account_id, deal_id, pipeline_id, stage_id
),

sum_entries as (
    select
        account_id,
        pipeline_id,
        stage_id,
        median(place) as median_place,
        min(first_seen_at) as first_entered_at
    from first_entries
    group by account_id, pipeline_id, stage_id
),

sum_steps as (
    select
        account_id,
        pipeline_id,
        stage_id,
        min(pipeline_name) as pipeline_name,
        min(stage_name) as stage_name,
        count(case when is_last then 1 end) as ends,
        count(case when not is_last then 1 end) as departures
    from steps
    group by account_id, pipeline_id, stage_id
),

sum_places as (
    select
        account_id,
        pipeline_id,
        stage_id,
        min(pipeline_name) as pipeline_name,
        min(stage_name) as stage_name,
        count(case when status = 'won' then 1 end) as won,
        count(case when status = 'lost' then 1 end) as lost,
        count(case when status = 'open' then 1 end) as open,
        min(created_at) as first_stood_at
    from places
    group by account_id, pipeline_id, stage_id
),

join_facts as (
    select
        account_id,
        pipeline_id,
        stage_id,
        coalesce(
            listed_stages.pipeline_name, sum_steps.pipeline_name, sum_places.pipeline_name
        ) as pipeline_name,
        coalesce(listed_stages.stage_name, sum_steps.stage_name, sum_places.stage_name)
            as stage_name,
        listed_stages.stage_id is not null as is_listed,
        listed_stages.sort,
        listed_stages.kind as listed_kind,
        coalesce(sum_places.won, 0) as won,
        coalesce(sum_places.lost, 0) as lost,
        coalesce(sum_places.open, 0) as open,
        coalesce(sum_steps.ends, 0) as ends,
        coalesce(sum_steps.departures, 0) as departures,
        sum_entries.median_place,
        least(sum_entries.first_entered_at, sum_places.first_stood_at) as first_seen_at
    from listed_stages
    full outer join sum_steps using (account_id, pipeline_id, stage_id)
    full outer join sum_places using (account_id, pipeline_id, stage_id)
    left join sum_entries using (account_id, pipeline_id, stage_id)
),

-- where nobody lists what kind a stage is, it closes deals if all that stand in it are closed one
-- way and more ways end in it than lead on: in some CRMs a lost deal stays in the stage it was lost
-- in, which therefore proves nothing
judge_kinds as (
    select
        *,
        coalesce(
            listed_kind,
            case
                when departures >= greatest(ends, won + lost) then 'open'
                when won > 0 and lost + open = 0 then 'won'
                when lost > 0 and won + open = 0 then 'lost'
                else 'open'
            end
        ) as kind,
        bool_or(is_listed) over (partition by account_id, pipeline_id) as is_pipeline_listed
    from join_facts
)

select * from judge_kinds
