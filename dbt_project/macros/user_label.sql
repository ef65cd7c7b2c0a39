{#
  What a user is called: the name, a label for one who was deleted before the first load, another for
  nobody at all.

  Example: user_label('users.user_name', 'deals.responsible_user_id')
#}
{% macro user_label(user_name, user_id) -%}
    coalesce(
        {{ user_name }},
        {{ in_language('Сотрудник ', 'User ') }} || nullif({{ user_id }}, 0)
        || {{ in_language(' (удалён)', ' (deleted)') }},
        {{ in_language('Никто', 'Nobody') }}
    )
{%- endmacro %}
