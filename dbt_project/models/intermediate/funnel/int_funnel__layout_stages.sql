with stages as (
    select * from {{ ref('int_funnel__stages') }}
),

sorts as (
    select * from {{ ref('int_crm__stages') }}
),

stage_history as (
    select * from {{ ref('int_crm__stage_history') }}
),

stage_standards as (
    select * from {{ ref('int_funnel__stage_standards') }}
),

pipeline_standards as (
    select * from {{ ref('int_funnel__pipeline_standards') }}
),

visits as (
    select * from {{ ref('int_funnel__chained_visits') }}
),

seen_layouts as (
    select distinct
        account_id,
        pipeline_id,
        known_from
    from stage_history
),

seen_before as (
    select
        *,
        lag(known_from) over (
            partition by account_id, pipeline_id order by known_from
        ) as previous_known_from
    from seen_layouts
),

added_stages as (
    select
        account_id,
        pipeline_id,
        stage_id,
        min(known_from) as known_from
    from stage_history
    group by account_id, pipeline_id, stage_id
),

-- a new stage is in use from the first deal that entered it, not from the load that saw it
first_uses as (
    select
        visits.account_id,
        visits.pipeline_id,
        added_stages.known_from,
        min(visits.entered_at) as used_from
    from visits
    inner join added_stages using (account_id, pipeline_id, stage_id)
    inner join seen_before
        on
            added_stages.account_id = seen_before.account_id
            and added_stages.pipeline_id = seen_before.pipeline_id
            and added_stages.known_from = seen_before.known_from
    where
        visits.repair is null
        and visits.visit_number > 1
        and visits.entered_at > seen_before.previous_known_from
        and visits.entered_at < seen_before.known_from
    group by visits.account_id, visits.pipeline_id, added_stages.known_from
),

-- the first layout ever seen holds for all the time before; where none was seen, the present does
all_layouts as (
    select
        seen_before.account_id,
        seen_before.pipeline_id,
        seen_before.known_from,
        case
            when seen_before.previous_known_from is not null
                then coalesce(first_uses.used_from, seen_before.known_from)
        end as starts_at
    from seen_before
    left join first_uses using (account_id, pipeline_id, known_from)

    union all

    select distinct
        stages.account_id,
        stages.pipeline_id,
        cast(null as timestamp) as known_from,
        cast(null as timestamp) as starts_at
    from stages
    left join seen_layouts using (account_id, pipeline_id)
    where seen_layouts.account_id is null
),

number_layouts as (
    select
        *,
        cast(row_number() over pipeline as integer) as layout_number,
        lead(starts_at) over pipeline as ends_at
    from all_layouts
    window pipeline as (partition by account_id, pipeline_id order by known_from)
),

first_versions as (
    select * from stage_history
    qualify row_number() over (
        partition by account_id, pipeline_id, stage_id order by known_from
    ) = 1
),

-- a stage that was not there yet has no place; a deleted one keeps its last
all_stages as (
    select
        stages.account_id,
        stages.pipeline_id,
        number_layouts.layout_number,
        stages.stage_id,
        coalesce(
            versions.pipeline_name, first_versions.pipeline_name, stages.pipeline_name
        ) as pipeline_name,
        coalesce(versions.stage_name, first_versions.stage_name, stages.stage_name) as stage_name,
        stages.stage_name as stage_name_now,
        case
            when first_versions.stage_id is null then sorts.sort else versions.sort
        end as sort,
        case
            when first_versions.stage_id is null then coalesce(sorts.has_place, false)
            else versions.stage_id is not null
        end as has_place,
        stages.is_won,
        stages.is_lost,
        coalesce(versions.is_unsorted, stages.is_unsorted) as is_unsorted,
        coalesce(versions.is_ordinary, stages.is_ordinary) as is_ordinary,
        case
            when first_versions.stage_id is null then stages.is_listed
            else coalesce(versions.is_listed, false)
        end as is_listed,
        stages.is_order_derived,
        stages.is_lost
        or coalesce(stage_standards.role = 'lost' and not stages.is_won, false) as is_exit,
        coalesce(pipeline_standards.role = 'graveyard', false) and not stages.is_won
            as is_in_graveyard,
        number_layouts.starts_at,
        number_layouts.ends_at
    from stages
    inner join number_layouts using (account_id, pipeline_id)
    left join sorts using (account_id, pipeline_id, stage_id)
    left join first_versions using (account_id, pipeline_id, stage_id)
    left join stage_history as versions
        on
            stages.account_id = versions.account_id
            and stages.pipeline_id = versions.pipeline_id
            and stages.stage_id = versions.stage_id
            and number_layouts.known_from >= versions.known_from
            and (versions.known_to is null or number_layouts.known_from < versions.known_to)
    left join stage_standards
        on
            stages.account_id = stage_standards.account_id
            and stages.pipeline_id = stage_standards.pipeline_id
            and stages.stage_id = stage_standards.stage_id
    left join pipeline_standards
        on
            stages.account_id = pipeline_standards.account_id
            and stages.pipeline_id = pipeline_standards.pipeline_id
),

-- neither a deleted stage nor a bad exit is ever passed or jumped over
find_way as (
    select
        *,
        has_place and is_ordinary and is_listed and not is_exit as is_on_the_way
    from all_stages
),

order_stages as (
    select
        *,
        case
            when has_place then cast(count(case when has_place then 1 end) over layout as integer)
        end as stage_order,
        case
            when has_place
                then cast(count(case when is_on_the_way then 1 end) over layout as integer)
        end as ordinary_up_to
    from find_way
    window layout as (
        partition by account_id, pipeline_id, layout_number
        order by sort nulls last, stage_id
        rows between unbounded preceding and current row
    )
),

compare_orders as (
    select
        *,
        layout_number > 1
        and (
            stage_order is distinct from lag(stage_order) over stage
            or ordinary_up_to is distinct from lag(ordinary_up_to) over stage
            or is_ordinary is distinct from lag(is_ordinary) over stage
            or is_listed is distinct from lag(is_listed) over stage
        ) as is_moved
    from order_stages
    window stage as (partition by account_id, pipeline_id, stage_id order by layout_number)
),

-- layouts that differ in names only have one order: what a deal passed is judged within one order
find_new_orders as (
    select
        account_id,
        pipeline_id,
        layout_number,
        max(case when is_moved then 1 else 0 end) as is_new_order
    from compare_orders
    group by account_id, pipeline_id, layout_number
),

number_orders as (
    select
        account_id,
        pipeline_id,
        layout_number,
        cast(1 + sum(is_new_order) over (
            partition by account_id, pipeline_id order by layout_number
        ) as integer) as order_number
    from find_new_orders
)

select
    -- ids
    compare_orders.account_id,
    compare_orders.pipeline_id,
    compare_orders.layout_number,
    number_orders.order_number,
    compare_orders.stage_id,
    -- strings
    compare_orders.pipeline_name,
    compare_orders.stage_name,
    compare_orders.stage_name_now,
    -- numbers
    compare_orders.stage_order,
    compare_orders.ordinary_up_to,
    -- booleans
    compare_orders.is_won,
    compare_orders.is_lost,
    compare_orders.is_unsorted,
    compare_orders.is_ordinary,
    compare_orders.is_listed,
    compare_orders.is_order_derived,
    compare_orders.is_exit or compare_orders.is_in_graveyard as counts_as_lost,
    -- what a deal further right has passed, and what it has to enter on a strict way
    compare_orders.is_on_the_way and not compare_orders.is_in_graveyard as is_counted,
    -- timestamps
    compare_orders.starts_at,
    compare_orders.ends_at
from compare_orders
inner join number_orders using (account_id, pipeline_id, layout_number)
