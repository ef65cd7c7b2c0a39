with statuses as (
    select
        *,
        status_id as stage_id
    from {{ ref('stg_amocrm__statuses') }}
),

leads as (
    select * from {{ ref('stg_amocrm__leads') }}
),

events as (
    select * from {{ ref('stg_amocrm__events') }}
    where entity_type = 'lead' and event_type = 'lead_status_changed'
),

files_stages as (
    select * from {{ ref('int_crm__files_stages') }}
),

-- 142 and 143 close a deal in every pipeline, also in one that was deleted before the first load
mentioned_closings as (
    {% for end in ['before', 'after'] %}
        select
            account_id,
            {{ end }}_pipeline_id as pipeline_id,
            {{ end }}_status_id as stage_id
        from events
        where {{ end }}_status_id in (142, 143) and {{ end }}_pipeline_id is not null

        union
    {% endfor %}
    select
        account_id,
        pipeline_id,
        status_id as stage_id
    from leads
    where status_id in (142, 143)
),

amocrm_stages as (
    select
        -- ids
        account_id,
        pipeline_id,
        stage_id,
        -- strings
        coalesce(
            statuses.status_name,
            case
                when stage_id = 142 then 'Успешно реализовано'
                when stage_id = 143 then 'Закрыто и не реализовано'
            end
        ) as stage_name,
        -- numbers
        statuses.status_order as sort,
        -- booleans
        stage_id = 142 as is_won,
        stage_id = 143 as is_lost,
        coalesce(statuses.is_unsorted, false) as is_unsorted,
        coalesce(statuses.is_ordinary, false) as is_ordinary,
        coalesce(statuses.is_listed, false) as is_listed,
        statuses.status_id is not null as has_place,
        false as is_order_derived
    from statuses
    full outer join mentioned_closings using (account_id, pipeline_id, stage_id)
),

union_sources as (
    select * from amocrm_stages

    union all

    select
        account_id,
        pipeline_id,
        stage_id,
        stage_name,
        sort,
        is_won,
        is_lost,
        is_unsorted,
        is_ordinary,
        is_listed,
        has_place,
        is_order_derived
    from files_stages
)

select * from union_sources
