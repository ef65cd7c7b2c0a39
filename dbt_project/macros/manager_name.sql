{# What a user is called in reports: a robot, who left and who was not recorded have a name too. #}
{% macro manager_name(user_name, user_id) -%}
    case
        when {{ user_id }} is null then {{ in_language('Не записано', 'Not recorded') }}
        when {{ user_id }} = 0 then {{ in_language('Робот', 'Robot') }}
        else coalesce(
            {{ user_name }},
            {{ in_language('Сотрудник ', 'User ') }} || {{ user_id }}
            || {{ in_language(' (удалён)', ' (deleted)') }}
        )
    end
{%- endmacro %}
