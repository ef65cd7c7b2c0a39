{#
  Working time: the seconds in which the company works, by int_company__working_days.

  A moment becomes the working seconds passed since the calendar began, by a join to the moment's day
  in the company's zone; working time between two moments is the difference of two such numbers. So
  it costs two hash joins however long the stretch is, and never a row per day. The joins belong to
  the model that asks, as left joins: a moment outside the calendar (1970 to 2099) or NULL gives NULL.

  Example:

      select
          {{ working_seconds('visits.entered_at', 'visits.left_at', 'entry_days', 'exit_days') }}
              as working_seconds
      from visits
      left join working_days as entry_days
          on {{ local_date('visits.entered_at') }} = entry_days.day_on
      left join working_days as exit_days
          on {{ local_date('visits.left_at') }} = exit_days.day_on
#}

{# Working seconds from the calendar's first day to a moment, BIGINT; days is the moment's row. #}
{% macro working_seconds_until(moment, days) -%}
    ({{ days }}.working_seconds_before + greatest(
        least(
            {{ seconds_between(days ~ '.opens_at', moment) }}, {{ days }}.working_seconds
        ),
        0
    ))
{%- endmacro %}

{# Working seconds from one moment to a later one, BIGINT; negative to an earlier one. #}
{% macro working_seconds(earlier, later, earlier_days, later_days) -%}
    ({{ working_seconds_until(later, later_days) }}
    - {{ working_seconds_until(earlier, earlier_days) }})
{%- endmacro %}
