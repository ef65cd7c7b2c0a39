{% set origins = range(1, forecast_months() + 2) %}

with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
    where not is_deleted
),

origins as (
    select
    {% for number in origins %}
            max(origin_at) filter (where origin_number = {{ number }}) as origin_{{ number }}_at
            {{- ',' if not loop.last }}
    {% endfor %}
    from {{ ref('int_funnel__forecast_origins') }}
),

-- how many origins lie at or before each end of the stay
count_origins as (
    select
        visits.account_id,
        visits.deal_id,
        visits.visit_number,
        visits.pipeline_id,
        visits.stage_id,
        visits.is_won,
        visits.is_lost,
        visits.entered_at,
        visits.left_at,
        {% for number in origins %}
            case when origins.origin_{{ number }}_at <= visits.entered_at then 1 else 0 end
            {{- ' +' if not loop.last }}
        {% endfor %}
            as origins_before_entry,
        {% for number in origins %}
            case when origins.origin_{{ number }}_at <= visits.left_at then 1 else 0 end
            {{- ' +' if not loop.last }}
        {% endfor %}
            as origins_before_exit
    from visits
    cross join origins
),

find_ranges as (
    select
        account_id,
        deal_id,
        visit_number,
        pipeline_id,
        stage_id,
        is_won,
        is_lost,
        origins_before_entry + 1 as first_origin,
        case
            when left_at is null then {{ forecast_months() + 1 }} else origins_before_exit
        end as last_origin,
        entered_at,
        left_at
    from count_origins
)

select * from find_ranges
where first_origin <= last_origin
