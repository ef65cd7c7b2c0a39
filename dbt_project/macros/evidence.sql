{# Numbers inside a sentence that the models write, in the owner's language. #}

{# A share as whole percents: 0.256 is "26 %". #}
{% macro percent_text(share) -%}
    cast(cast(round(100 * ({{ share }})) as bigint) as string) || ' %'
{%- endmacro %}

{# A number with one decimal; Russian writes a comma. #}
{% macro decimal_text(number) -%}
    replace(
        cast(cast(round({{ number }}, 1) as decimal(18, 1)) as string),
        '.',
        {{ in_language(',', '.') }}
    )
{%- endmacro %}

{# A length of time in the unit that suits it: minutes, from an hour and a half hours, from a day and a half days. #}
{% macro duration_text(seconds) -%}
    case
        when {{ seconds }} < 5400
            then {{ decimal_text(seconds ~ ' / 60.0') }} || {{ in_language(' мин', ' min') }}
        when {{ seconds }} < 129600
            then {{ decimal_text(seconds ~ ' / 3600.0') }} || {{ in_language(' ч', ' h') }}
        else {{ decimal_text(seconds ~ ' / 86400.0') }} || {{ in_language(' дн.', ' d') }}
    end
{%- endmacro %}
