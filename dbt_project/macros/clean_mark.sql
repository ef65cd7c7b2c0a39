{#
  A UTM value as it can be compared: percent-decoded, trimmed, blanks collapsed, lower case. NULL for
  what only looks like a value: (not set), null, "--", and any macro the ad platform left unreplaced
  such as {campaign_id} or {{source}}.

  Example: clean_mark("' Yandex%20Direct '") gives 'yandex direct'
#}
{% macro clean_mark(expression) -%}
    {%- set decoded = url_decode("replace(" ~ expression ~ ", '+', ' ')") -%}
    {%- set collapsed = regexp_replace_all(decoded, '[\\s\\x{200B}-\\x{200D}\\x{FEFF}]+', ' ') -%}
    {%- set clean = "lower(trim(" ~ collapsed ~ "))" -%}
    case
        when {{ regexp_matches(clean, "'[{][^}]*[}]'") }} then null
        when {{ clean }} in (
            '', '(not set)', '(none)', 'not set', 'none', 'null', 'undefined', 'nan', '-', '--'
        ) then null
        else {{ clean }}
    end
{%- endmacro %}
