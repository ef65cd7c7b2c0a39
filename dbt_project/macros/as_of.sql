{# The moment the data is cut at, naive UTC: var as_of, else the start of this run. #}
{% macro as_of() -%}
    {%- set moment = var('as_of') or run_started_at.isoformat() -%}
    {{ to_utc("'" ~ moment ~ "'") }}
{%- endmacro %}
