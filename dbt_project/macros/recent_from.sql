{#
  Findings of what nobody can undo are raised while it is recent: later than this moment, naive UTC.
  It leaves the list after so many days (var quality_recent_days).
#}
{% macro recent_from() -%}
    ({{ as_of() }} - interval '{{ var("quality_recent_days") }}' day)
{%- endmacro %}
