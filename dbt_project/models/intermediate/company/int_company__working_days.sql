{% set opening = (var('working_day_start') | float * 3600) | int %}
{% set closing = (var('working_day_end') | float * 3600) | int %}
{% set short_closing = [closing - 3600, opening] | max %}

with exceptions as (
    select * from {{ ref('production_calendar') }}
),

-- far enough both ways for every moment a company can have on record
all_days as (
    select {{ unnest(each_day("date '1970-01-01'", "date '2099-12-31'")) }} as day_on
),

-- 29 December 1969 was a Monday
add_weekdays as (
    select
        day_on,
        {{ days_between("date '1969-12-29'", 'day_on') }} % 7 + 1 as weekday
    from all_days
),

judge_days as (
    select
        add_weekdays.day_on,
        exceptions.kind,
        coalesce(
            exceptions.kind <> 'holiday',
            add_weekdays.weekday in ({{ var('working_weekdays') | join(', ') }})
        ) as is_working
    from add_weekdays
    left join exceptions on add_weekdays.day_on = exceptions.date
),

-- hours are those of the clock on the wall: a day on which clocks are changed may be an hour longer
set_hours as (
    select
        day_on,
        is_working,
        {{ local_moment('day_on', opening) }} as opens_at,
        case
            when not is_working then {{ local_moment('day_on', opening) }}
            when kind = 'short' then {{ local_moment('day_on', short_closing) }}
            else {{ local_moment('day_on', closing) }}
        end as closes_at
    from judge_days
),

measure_days as (
    select
        *,
        {{ seconds_between('opens_at', 'closes_at') }} as working_seconds
    from set_hours
)

select
    day_on,
    is_working,
    working_seconds,
    cast(sum(working_seconds) over (
        order by day_on rows between unbounded preceding and current row
    ) as bigint) - working_seconds as working_seconds_before,
    opens_at,
    closes_at
from measure_days
