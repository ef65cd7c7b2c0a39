{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}

with field_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where entity_type in ('leads', 'contacts')
),

-- amoCRM's own tracking fields carry a code; many companies keep UTM in text fields that only have
-- a name
name_marks as (
    select
        account_id,
        entity_type,
        entity_id,
        field_id,
        value_index,
        coalesce(left(code, 4) = 'UTM_', false) as has_code,
        lower(case when left(code, 4) = 'UTM_' then code else name end) as mark,
        {{ clean_mark('value') }} as value
    from field_values
),

-- a field that holds nothing usable gives way to the next one of the same meaning
pick_value as (
    select * from name_marks
    where
        mark in ('{{ marks | join("', '") }}')
        and value is not null
    qualify row_number() over (
        partition by account_id, entity_type, entity_id, mark
        order by has_code desc, field_id asc, value_index asc
    ) = 1
),

pivot_marks as (
    select
        account_id,
        entity_type,
        entity_id,
    {% for mark in marks %}
        max(value) filter (where mark = '{{ mark }}') as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from pick_value
    group by account_id, entity_type, entity_id
)

select * from pivot_marks
