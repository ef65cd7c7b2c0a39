{# Models of attribution whose weights follow from a path alone, in the order of reports. #}
{% macro rule_models() -%}
    {{ return([
        'first', 'last', 'last_non_direct', 'linear', 'position_40_20_40', 'time_decay',
        'w_shaped', 'u_first_leadcreate',
    ]) }}
{%- endmacro %}

{# Of them, those that give the whole of a payment to one touch. #}
{% macro single_touch_models() -%}
    {{ return(['first', 'last', 'last_non_direct']) }}
{%- endmacro %}

{# Models that learn from all paths what a channel is worth. #}
{% macro data_driven_models() -%}
    {{ return(['markov_1', 'markov_2', 'shapley']) }}
{%- endmacro %}

{# Every model of attribution; deal_source knows no path, it is the deal's one resolved source. #}
{% macro attribution_models() -%}
    {{ return(rule_models() + data_driven_models() + ['deal_source']) }}
{%- endmacro %}

{# Channels that stand for money whose origin is not known, as a list in brackets. #}
{% macro channels_without_source() -%}
    ('unassigned', 'unknown', 'unallocated', 'unexplained')
{%- endmacro %}

{# A weight as amounts are shared by it, a DECIMAL: twelve digits, so that the last bits of a
   floating point, which may differ between engines, never reach a kopeck. #}
{% macro exact_weight(weight) -%}
    cast(round({{ weight }}, 12) as decimal(13, 12))
{%- endmacro %}

{# An exact weight as a whole number of its last digits, from 0 to 10^12. #}
{% macro weight_units(weight) -%}
    cast(round(cast({{ weight }} as double) * 1000000000000) as bigint)
{%- endmacro %}

{# An amount of money in kopecks without its sign, a whole number. #}
{% macro kopecks_of(amount) -%}
    cast(abs(cast({{ amount }} as decimal(20, 2))) * 100 as bigint)
{%- endmacro %}

{# Kopecks as money with the sign of another amount. #}
{% macro amount_of_kopecks(kopecks, signed) -%}
    cast(
        cast(case when {{ signed }} < 0 then -{{ kopecks }} else {{ kopecks }} end as decimal(18, 0))
        * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
    )
{%- endmacro %}

{# One row per name of a list, in one column: a subquery without its brackets. #}
{% macro rows_of(names, column) -%}
    {%- for name in names %}
    select '{{ name }}' as {{ column }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#
  What the row at a place (from 1) of so many rows gets of the kopecks that rounding down left over:
  one each to the first of them. Weights of twelve digits may miss 1 by a little, so that of a very
  large sum more kopecks are left than there are rows, or fewer than none: then all rows get the
  same first.
#}
{% macro part_of_kopecks_left(kopecks, place, parts) -%}
    {%- set each = "cast(floor(cast(" ~ kopecks ~ " as double) / " ~ parts ~ ") as bigint)" -%}
    {{ each }}
    + case when {{ place }} <= {{ kopecks }} - {{ parts }} * {{ each }} then 1 else 0 end
{%- endmacro %}

{# What var attribution_window_end says a path ends with: deal_creation or first_payment, a text. #}
{% macro attribution_window_end() -%}
    {%- set window_end = var('attribution_window_end') -%}
    {%- if execute and window_end not in ('deal_creation', 'first_payment') -%}
        {{ exceptions.raise_compiler_error(
            'var attribution_window_end is "' ~ window_end
            ~ '"; expected deal_creation or first_payment'
        ) }}
    {%- endif -%}
    {{ return(window_end) }}
{%- endmacro %}
