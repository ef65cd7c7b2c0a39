{% set today = local_date(as_of()) %}
{% set first_day = add_days(today, '-' ~ var('quality_silent_days')) %}

with records as (
    select
        *,
        {{ local_date('occurred_at') }} as occurred_on
    from {{ ref('int_touchpoints__inquiries_recorded') }}
    where direction = 'in'
),

last_asked as (
    select * from {{ ref('int_touchpoints__entry_points_asked') }}
),

count_records as (
    select
        account_id,
        source,
        kind,
        occurred_on,
        count(*) as records
    from records
    group by account_id, source, kind, occurred_on
),

list_entry_points as (
    select
        account_id,
        source,
        kind,
        min(occurred_on) as first_on
    from count_records
    group by account_id, source, kind
),

list_days as (
    select {{ unnest(each_day(first_day, add_days(today, -1))) }} as day
),

-- 0 is the day itself
list_weeks as (
    select {{ unnest(numbers_below(var('quality_silent_weeks') ~ ' + 1')) }} as weeks_ago
),

compare_days as (
    select
        entry_points.account_id,
        entry_points.source,
        entry_points.kind,
        entry_points.first_on,
        list_days.day,
        list_weeks.weeks_ago,
        {{ add_days('list_days.day', '-7 * list_weeks.weeks_ago') }} as compared_on
    from list_entry_points as entry_points
    inner join list_days on entry_points.first_on <= list_days.day
    cross join list_weeks
),

measure_days as (
    select
        compare_days.account_id,
        compare_days.source,
        compare_days.kind,
        compare_days.first_on,
        compare_days.day,
        coalesce(max(case when compare_days.weeks_ago = 0 then count_records.records end), 0)
            as records,
        median(case when compare_days.weeks_ago > 0 then coalesce(count_records.records, 0) end)
            as usual_records
    from compare_days
    left join count_records
        on
            compare_days.account_id = count_records.account_id
            and compare_days.source = count_records.source
            and compare_days.kind = count_records.kind
            and compare_days.compared_on = count_records.occurred_on
    group by all
),

add_asked as (
    select
        measure_days.*,
        coalesce(last_asked.asked_on > measure_days.day, false) as is_asked
    from measure_days
    left join last_asked using (account_id, source, kind)
)

select
    -- ids
    account_id,
    source,
    kind,
    day,
    {{ frame_columns({
        'entity_name': "source || ' / ' || kind || ' / ' || day",
        'money_at_stake': '0',
    }) }},
    -- numbers
    records,
    cast(usual_records as double) as usual_records,
    -- booleans
    is_asked,
    is_asked
    and records = 0
    and usual_records >= {{ var('quality_silent_minimum') }} as is_silent,
    -- days, in the company's zone
    first_on
from add_asked
