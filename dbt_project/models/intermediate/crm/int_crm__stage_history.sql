with status_history as (
    select * from {{ ref('stg_amocrm__status_history') }}
),

add_previous as (
    select
        *,
        row_number() over stage as version_number,
        lag(pipeline_name) over stage as previous_pipeline_name,
        lag(status_name) over stage as previous_status_name,
        lag(status_order) over stage as previous_status_order,
        lag(is_unsorted) over stage as previous_is_unsorted,
        lag(is_listed) over stage as previous_is_listed
    from status_history
    window stage as (partition by account_id, pipeline_id, status_id order by valid_from)
),

-- colours and rights change nothing that is counted
keep_changes as (
    select * from add_previous
    where
        version_number = 1
        or pipeline_name is distinct from previous_pipeline_name
        or status_name is distinct from previous_status_name
        or status_order is distinct from previous_status_order
        or is_unsorted is distinct from previous_is_unsorted
        or is_listed is distinct from previous_is_listed
)

select
    -- ids
    account_id,
    pipeline_id,
    status_id as stage_id,
    -- strings
    pipeline_name,
    status_name as stage_name,
    -- numbers
    status_order as sort,
    -- booleans; 142 and 143 close a deal, whatever they are called
    is_unsorted,
    not is_unsorted and status_id not in (142, 143) as is_ordinary,
    is_listed,
    -- timestamps
    valid_from as known_from,
    lead(valid_from) over (
        partition by account_id, pipeline_id, status_id order by valid_from
    ) as known_to
from keep_changes
