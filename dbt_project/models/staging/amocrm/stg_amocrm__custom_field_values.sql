{% set parents = [
    ('leads', 'lead_id'), ('contacts', 'contact_id'), ('companies', 'company_id')
] %}

with
{% for entity_type, id_column in parents %}
    raw_{{ entity_type }} as (
        {{ source_or_empty('raw_amocrm', entity_type) }}
    ),
{% endfor %}

unnest_fields as (
    {% for entity_type, id_column in parents %}
        select
            account_id,
            '{{ entity_type }}' as entity_type,
            {{ id_column }} as entity_id,
            {{ unnest(json_items('custom_fields_values')) }} as field
        from raw_{{ entity_type }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

name_fields as (
    select
        account_id,
        entity_type,
        entity_id,
        try_cast({{ json_text('field', 'field_id') }} as bigint) as field_id,
        {{ json_text('field', 'field_code') }} as code,
        {{ json_text('field', 'field_name') }} as name,
        {{ json_text('field', 'field_type') }} as type,
        {{ json_items(json_text('field', 'values')) }} as field_values
    from unnest_fields
),

number_values as (
    select
        *,
        {{ unnest(array_positions('field_values')) }} as value_index
    from name_fields
),

pick_values as (
    select
        *,
        {{ array_element('field_values', 'value_index') }} as element
    from number_values
),

renamed as (
    select
        account_id,
        entity_type,
        entity_id,
        field_id,
        try_cast({{ json_text('element', 'enum_id') }} as bigint) as enum_id,
        upper(nullif(trim(code), '')) as code,
        trim(name) as name,
        type,
        -- a link to a catalogue has no "value": its whole object is the value
        nullif(trim(
            case
                when {{ json_has_key('element', 'value') }} then {{ json_text('element', 'value') }}
                else {{ json_scalar('element') }}
            end
        ), '') as value,
        value_index
    from pick_values
)

select * from renamed
