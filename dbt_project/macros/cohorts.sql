{# How cohorts are cut: every kind of period with every breakdown, as a list of pairs. #}
{% macro cohort_cuts() -%}
    {{ return([
        ('month', 'all'), ('month', 'channel'), ('month', 'manager'),
        ('week', 'all'), ('week', 'channel'), ('week', 'manager'),
    ]) }}
{%- endmacro %}

{# The first day, a DATE, of the month or the week (from Monday) of a DATE. #}
{% macro period_of(period_kind, day) -%}
    cast(date_trunc('{{ period_kind }}', {{ day }}) as date)
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
