{% set made_up = [
    ('open', in_language('В работе', 'In progress')),
    ('won', in_language('Выиграна', 'Won')),
    ('lost', in_language('Проиграна', 'Lost')),
] %}

with named_stages as (
    select * from {{ ref('int_crm__files_named_stages') }}
),

places as (
    select * from {{ ref('int_crm__files_places') }}
),

-- a deal that its status closes, though its stage does not, and a deal of no known stage
find_unplaced as (
    select distinct
        places.account_id,
        places.pipeline_id,
        places.pipeline_name,
        coalesce(places.status, 'open') as kind
    from places
    left join named_stages using (account_id, pipeline_id, stage_id)
    where
        named_stages.kind is null
        or (places.status in ('won', 'lost') and places.status <> named_stages.kind)
),

count_closings as (
    select
        account_id,
        pipeline_id,
        kind,
        count(*) as stages
    from named_stages
    where kind in ('won', 'lost')
    group by account_id, pipeline_id, kind
),

-- a pipeline's only stage of that kind takes them in, else one is made up
make_up_stages as (
    select
        find_unplaced.account_id,
        find_unplaced.pipeline_id,
        min(find_unplaced.pipeline_name) as pipeline_name,
        find_unplaced.kind
    from find_unplaced
    left join count_closings using (account_id, pipeline_id, kind)
    where coalesce(count_closings.stages, 0) <> 1
    group by find_unplaced.account_id, find_unplaced.pipeline_id, find_unplaced.kind
),

all_stages as (
    select
        account_id,
        pipeline_id,
        stage_id,
        pipeline_name,
        stage_name,
        kind,
        sort,
        median_place,
        first_seen_at,
        is_listed,
        false as is_made_up
    from named_stages

    union all

    select
        account_id,
        pipeline_id,
        {{ hash_text("cast(pipeline_id as string) || chr(31) || chr(31) || kind") }} as stage_id,
        pipeline_name,
        case
            {% for kind, name in made_up %}
                when kind = '{{ kind }}' then {{ name }}
            {% endfor %}
        end as stage_name,
        kind,
        cast(null as bigint) as sort,
        cast(null as double) as median_place,
        cast(null as timestamp) as first_seen_at,
        false as is_listed,
        true as is_made_up
    from make_up_stages
),

-- the company's own order; without one, that in which deals usually get there, the ends behind
order_stages as (
    select
        *,
        row_number() over (
            partition by account_id, pipeline_id
            order by
                case
                    when is_listed then 0
                    when kind = 'won' then 2
                    when kind = 'lost' then 3
                    else 1
                end,
                sort nulls last,
                median_place nulls last,
                first_seen_at nulls last,
                stage_name,
                stage_id
        ) as place,
        bool_or(is_listed) over (partition by account_id, pipeline_id) as is_pipeline_listed,
        max(case when is_listed then pipeline_name end) over (
            partition by account_id, pipeline_id
        ) as listed_pipeline_name,
        min(pipeline_name) over (partition by account_id, pipeline_id) as any_pipeline_name
    from all_stages
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    -- strings
    coalesce(listed_pipeline_name, any_pipeline_name) as pipeline_name,
    stage_name,
    kind,
    -- numbers
    place as sort,
    -- booleans
    kind = 'won' as is_won,
    kind = 'lost' as is_lost,
    kind = 'unsorted' as is_unsorted,
    kind = 'open' as is_ordinary,
    is_listed or is_made_up or not is_pipeline_listed as is_listed,
    -- a stage that the company's own list has no longer keeps its name and loses its place
    is_listed or kind in ('won', 'lost') or not is_pipeline_listed as has_place,
    not is_pipeline_listed as is_order_derived,
    is_made_up
from order_stages
