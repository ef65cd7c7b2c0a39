{# The card that a note or a task lies on, as events call it. #}
{% macro card_type(entity_type) -%}
    case {{ entity_type }}
        when 'leads' then 'lead'
        when 'contacts' then 'contact'
        when 'companies' then 'company'
        when 'customers' then 'customer'
    end
{%- endmacro %}
