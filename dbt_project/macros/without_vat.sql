{#
  A gross amount DECIMAL(18,2) without the VAT inside it, DECIMAL(18,2), rounded half away from zero.
  Counted in whole kopecks, because engines divide decimals as floating point.

  Example: without_vat('120.00', '0.20') gives 100.00
#}
{% macro without_vat(gross, rate) -%}
    {%- set kopecks = "cast(abs(" ~ gross ~ ") * 100 as bigint)" -%}
    {%- set divisor = "cast((1 + " ~ rate ~ ") * 10000 as bigint)" -%}
    {%- set net = integer_divide(kopecks ~ " * 20000 + " ~ divisor, "2 * " ~ divisor) -%}
    cast(
        sign({{ gross }}) * cast({{ net }} as decimal(16, 0)) * cast(0.01 as decimal(3, 2))
        as decimal(18, 2)
    )
{%- endmacro %}
