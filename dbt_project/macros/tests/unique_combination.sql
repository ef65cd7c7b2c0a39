{# Fails with every combination of the columns that occurs more than once; NULLs count as equal. #}
{% test unique_combination(model, columns) %}

    select
        {{ columns | join(', ') }},
        count(*) as copies
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1

{% endtest %}
