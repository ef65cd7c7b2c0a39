{#
  What durations say, some of which are not over: one row per key, a subquery.

  `durations` is a relation or subquery of key, seconds and is_open: seconds lasted so far where it
  is open, in full where not. finished, mean, quantiles and max are of what is over; open counts the
  rest. Quantiles interpolate linearly between neighbours.

  km_* are by Kaplan and Meier (1958), with what is open censored: the shortest time that at most so
  large a share outlasts, NULL where it is not reached. Then all that is known is that it is longer
  than longest_seconds, the longest duration seen, over or not. What ends at a time is still counted
  against what is censored at the same time, so the chance to outlast is multiplied row by row, by
  (n - 1) / n with n rows left, and equal times need no row of their own. The product is a sum of
  logarithms, for no engine has a product over a window, and the last of all that ends takes it to 0.

  The key should be one narrow number: the rows are sorted by it twice.
#}
{% macro duration_statistics(durations, key) -%}
    {#- a sum of logarithms may miss an exact half; shares of 10 million stays differ by 1e-7 -#}
    {%- set rounding = 1e-9 -%}
    (
        select
            {{ key }},
            max(finished) as finished,
            max(total) - max(finished) as open,
            avg(case when not is_open then seconds end) as mean_seconds,
            {% for name, percent in [('median', 50), ('p75', 75), ('p90', 90)] %}
                cast({{ hundredfold_quantile(percent) }} as double) / 100 as {{ name }}_seconds,
            {% endfor %}
            max(case when not is_open then seconds end) as max_seconds,
            {% for name, share in [('median', 0.5), ('p90', 0.1)] %}
                min(
                    case when outlasting <= ln({{ share }}) + {{ rounding }} then seconds end
                ) as km_{{ name }}_seconds,
            {% endfor %}
            max(seconds) as longest_seconds
        from (
            select
                *,
                sum(
                    case
                        when is_open then 0
                        when total = place then -1000
                        else ln(cast(total - place as double) / (total - place + 1))
                    end
                ) over (
                    partition by {{ key }} order by place
                    rows between unbounded preceding and current row
                ) as outlasting
            from (
                select
                    *,
                    row_number() over ordered as place,
                    count(case when not is_open then 1 end) over ordered as finished_place,
                    count(*) over everything as total,
                    count(case when not is_open then 1 end) over everything as finished
                from {{ durations }} as durations
                window
                    ordered as (
                        partition by {{ key }} order by seconds, is_open
                        rows between unbounded preceding and current row
                    ),
                    everything as (partition by {{ key }})
            ) as placed
        ) as outlasted
        group by {{ key }}
    )
{%- endmacro %}

{#
  Part of the above: a hundred times the quantile between the two finished durations around its
  place, a whole number, as 0.9 of a place has no exact form.
#}
{% macro hundredfold_quantile(percent) -%}
    {%- set hundredths = '(finished - 1) * ' ~ percent -%}
    {%- set below = integer_divide(hundredths, 100) -%}
    sum(case
        when is_open then null
        when finished_place = {{ below }} + 1 then seconds * (100 - ({{ hundredths }}) % 100)
        when finished_place = {{ below }} + 2 then seconds * (({{ hundredths }}) % 100)
    end)
{%- endmacro %}
