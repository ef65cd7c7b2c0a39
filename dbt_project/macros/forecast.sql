{#
  Days in a stage at which its age classes begin. Narrow at first, where chances change quickly; a
  class is wide enough to hold deals of a stage that few enter.
#}
{% macro forecast_ages() -%}
    {{ return([0, 2, 5, 10, 20, 40, 80]) }}
{%- endmacro %}

{# The age class, from 0, of so many days in a stage. #}
{% macro age_class(days) -%}
    case
        {%- for edge in forecast_ages()[1:] | reverse %}
        when {{ days }} >= {{ edge }} then {{ loop.revindex }}
        {%- endfor %}
        else 0
    end
{%- endmacro %}

{# The day at which an age class begins, or with next=true the next one; the last has no end. #}
{% macro age_class_edge(age_class, next=false) -%}
    case {{ age_class }}
        {%- for edge in forecast_ages() %}
        {%- set shown = forecast_ages()[loop.index0 + 1] if next and not loop.last else edge %}
        {%- if not (next and loop.last) %}
        when {{ loop.index0 }} then {{ shown }}
        {%- endif %}
        {%- endfor %}
    end
{%- endmacro %}

{#
  So many of the last complete months the forecast is tried on; the present forecast has the number
  after theirs.
#}
{% macro forecast_months() -%}
    {{ return(6) }}
{%- endmacro %}

{#
  Draws of a Monte-Carlo simulation. A prime: a * j + b then runs through all draws for every a and
  b, so that each deal is won in as many draws as its chance says, in an order of its own.
#}
{% macro forecast_draws() -%}
    {{ return(1009) }}
{%- endmacro %}

{# So many of the latest sales, and no fewer than so many, lend open deals their payments. #}
{% macro forecast_donors() -%}
    {{ return(100) }}
{%- endmacro %}

{% macro forecast_minimum_donors() -%}
    {{ return(10) }}
{%- endmacro %}

{# A forecast is tried only where so many deals had been closed, an error told of so many trials. #}
{% macro forecast_minimum_closings() -%}
    {{ return(30) }}
{%- endmacro %}

{% macro forecast_minimum_origins() -%}
    {{ return(3) }}
{%- endmacro %}
