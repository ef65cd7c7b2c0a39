{# How cohorts are cut: every kind of period with every breakdown, as a list of pairs. There is no
   manager by week: most such cohorts would be a deal or none. #}
{% macro cohort_cuts() -%}
    {{ return([
        ('month', 'all'), ('month', 'channel'), ('month', 'manager'),
        ('week', 'all'), ('week', 'channel'),
    ]) }}
{%- endmacro %}

{# The first day, a DATE, of the month or the week (from Monday) of a DATE. #}
{% macro period_of(period_kind, day) -%}
    cast(date_trunc('{{ period_kind }}', {{ day }}) as date)
{%- endmacro %}

{# The Monday of the first week that cohorts are cut by; the last one is that of the data cut. #}
{% macro first_cohort_week() -%}
    {{ add_days(
        period_of('week', local_date(as_of())),
        '(7 - 7 * ' ~ var('conversion_weeks') ~ ')'
    ) }}
{%- endmacro %}

{# A row's value of a breakdown, from its columns channel and responsible_user_id. #}
{% macro breakdown_value(breakdown) -%}
    {%- if breakdown == 'channel' -%}
        channel
    {%- elif breakdown == 'manager' -%}
        coalesce(cast(responsible_user_id as string), '__none__')
    {%- else -%}
        '__all__'
    {%- endif -%}
{%- endmacro %}
