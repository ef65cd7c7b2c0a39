{#- month_1 is the last complete month, month_2 the one before it -#}
with cut as (
    select
        {{ local_date(as_of()) }} as cut_on,
        {{ month_of(local_date(as_of())) }} as month_0
),

{% for number in range(1, forecast_months() + 1) %}
    month_{{ number }} as (
        select
            *,
            {{ month_of(add_days('month_' ~ (number - 1), -1)) }} as month_{{ number }}
        from {{ 'cut' if loop.first else 'month_' ~ (number - 1) }}
    ),
{% endfor %}

list_origins as (
    select
        {{ forecast_months() + 1 }} as origin_number,
        true as is_current,
        {{ add_days('cut_on', 1) }} as origin_on
    from month_{{ forecast_months() }}

    {% for number in range(1, forecast_months() + 1) %}
        union all

        select
            {{ forecast_months() + 1 - number }} as origin_number,
            false as is_current,
            month_{{ number }} as origin_on
        from month_{{ forecast_months() }}
    {% endfor %}
)

select
    origin_number,
    is_current,
    origin_on,
    {{ local_moment('origin_on', 0) }} as origin_at
from list_origins
