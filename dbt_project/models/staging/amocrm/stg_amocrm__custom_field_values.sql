{% set parents = [
    ('leads', 'lead_id'), ('contacts', 'contact_id'), ('companies', 'company_id')
] %}

with
{% for entity_type, id_column in parents %}
    raw_{{ entity_type }} as (
        {{ source_or_empty('raw_amocrm', entity_type ~ '__custom_field_values') }}
    ),

    {{ entity_type }} as (
        select
            account_id,
            '{{ entity_type }}' as entity_type,
            {{ id_column }} as entity_id,
            raw_row_id
        from {{ ref('stg_amocrm__' ~ entity_type) }}
    ),
{% endfor %}

renamed as (
    {% for entity_type, _ in parents %}
        select
            {{ entity_type }}.account_id,
            {{ entity_type }}.entity_type,
            {{ entity_type }}.entity_id,
            raw_{{ entity_type }}.field_id,
            raw_{{ entity_type }}.enum_id,
            upper(nullif(trim(raw_{{ entity_type }}.code), '')) as code,
            trim(raw_{{ entity_type }}.name) as name,
            raw_{{ entity_type }}.type,
            nullif(trim(raw_{{ entity_type }}.value), '') as value,
            raw_{{ entity_type }}.value_index
        from raw_{{ entity_type }}
        inner join {{ entity_type }}
            on raw_{{ entity_type }}._dlt_parent_id = {{ entity_type }}.raw_row_id
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select * from renamed
