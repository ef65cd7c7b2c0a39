-- every visit, incoming inquiry and touch of a file is in exactly one touch
with expected as (
    select 'visit:' || counter_id || ':' || visit_id as raw_touch_id
    from {{ ref('stg_yandex_metrica__visits') }}

    union all

    select 'inquiry:' || inquiry_id as raw_touch_id
    from {{ ref('fct_inquiries') }}
    where direction = 'in'

    union all

    select 'file:' || touch_key as raw_touch_id
    from {{ ref('stg_files__touches') }}
),

raw_touches as (
    select * from {{ ref('int_touchpoints__raw_touches') }}
),

touchpoints as (
    select * from {{ ref('fct_touchpoints') }}
),

counted_records as (
    select count(*) as records from raw_touches
),

collapsed_touches as (
    select coalesce(sum(collapsed), 0) as records from touchpoints
),

find_lost as (
    select
        expected.raw_touch_id,
        'not a touch' as fault
    from expected
    left join raw_touches on expected.raw_touch_id = raw_touches.raw_touch_id
    where raw_touches.raw_touch_id is null

    union all

    select
        'all' as raw_touch_id,
        'records and touches differ' as fault
    from collapsed_touches
    cross join counted_records
    where collapsed_touches.records <> counted_records.records
)

select * from find_lost
