{#
  whole * part / total as DECIMAL(18,2), rounded half away from zero and counted in whole kopecks:
  engines divide decimals as floating point, and kopecks by kopecks outgrow 64 bits. whole is money
  of any sign; part and total are money, or whole numbers, with 0 <= part <= total and total > 0.

  Example: part_of_money('100.00', '1', '3') gives 33.33
#}
{% macro part_of_money(whole, part, total) -%}
    {{ return(adapter.dispatch('part_of_money', 'skvoz')(whole, part, total)) }}
{%- endmacro %}

{% macro default__part_of_money(whole, part, total) -%}
    {{ return(whole_kopecks_part(whole, part, total, 'decimal(38, 0)', 'div')) }}
{%- endmacro %}

{% macro duckdb__part_of_money(whole, part, total) -%}
    {{ return(whole_kopecks_part(whole, part, total, 'hugeint', '//')) }}
{%- endmacro %}

{% macro whole_kopecks_part(whole, part, total, type, divide) -%}
    {%- set kopecks = "cast(abs(" ~ whole ~ ") * 100 as " ~ type ~ ")" -%}
    {%- set numerator = "cast((" ~ part ~ ") * 100 as " ~ type ~ ")" -%}
    {%- set denominator = "cast((" ~ total ~ ") * 100 as " ~ type ~ ")" -%}
    {{ return(
        "cast(sign(" ~ whole ~ ") * cast((2 * " ~ kopecks ~ " * " ~ numerator ~ " + " ~ denominator
        ~ ") " ~ divide ~ " (2 * " ~ denominator ~ ") as decimal(16, 0))"
        ~ " * cast(0.01 as decimal(3, 2)) as decimal(18, 2))"
    ) }}
{%- endmacro %}
