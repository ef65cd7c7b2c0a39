{#
  A Russian tax number (ИНН): ten digits for a company, twelve for a person, the last one or two of
  them check digits over the others. A number that fails them was mistyped or is of another country:
  it proves nothing, so it is NULL here.
#}

{# The check digit that the first digits of a number call for, a whole number. #}
{% macro inn_check_digit(inn, weights) -%}
    {%- set terms = [] -%}
    {%- for weight in weights -%}
        {%- do terms.append(
            weight ~ " * try_cast(substr(" ~ inn ~ ", " ~ loop.index ~ ", 1) as integer)"
        ) -%}
    {%- endfor -%}
    {{ return("((" ~ terms | join(' + ') ~ ") % 11) % 10") }}
{%- endmacro %}

{#
  The INN as it is compared: its digits, where length and check digits hold, else NULL.

  Example: checked_inn("' 7707083893 '") gives '7707083893', checked_inn("'7707083894'") NULL
#}
{% macro checked_inn(text) -%}
    {%- set inn = "trim(" ~ text ~ ")" -%}
    {%- set company = [2, 4, 10, 3, 5, 9, 4, 6, 8] -%}
    case
        -- noughts alone satisfy their own check digit
        when {{ regexp_matches(inn, "'^0+$'") }} then null
        when
            {{ regexp_matches(inn, "'^[0-9]{10}$'") }}
            and {{ inn_check_digit(inn, company) }} = try_cast(substr({{ inn }}, 10, 1) as integer)
            then {{ inn }}
        when
            {{ regexp_matches(inn, "'^[0-9]{12}$'") }}
            and {{ inn_check_digit(inn, [7] + company) }}
            = try_cast(substr({{ inn }}, 11, 1) as integer)
            and {{ inn_check_digit(inn, [3, 7] + company) }}
            = try_cast(substr({{ inn }}, 12, 1) as integer)
            then {{ inn }}
    end
{%- endmacro %}
