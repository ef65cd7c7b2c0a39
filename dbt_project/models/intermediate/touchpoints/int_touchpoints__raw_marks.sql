{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}

with field_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where entity_type in ('leads', 'contacts')
),

mark_names as (
    {% for mark in marks %}
        select '{{ mark }}' as mark
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
        field_id,
        value_index,
        value,
        lower(code) as code_mark,
        lower(trim(name)) as name_mark
    from field_values
),

-- a field is what its code says, else what its name does
tell_fields as (
    select
        name_fields.*,
        codes.mark is not null as has_code,
        coalesce(codes.mark, names.mark) as mark
    from name_fields
    left join mark_names as codes on name_fields.code_mark = codes.mark
    left join mark_names as names on name_fields.name_mark = names.mark
),

-- the field that is read first, with whatever it holds
pick_value as (
    select * from tell_fields
    where mark is not null and value <> ''
    qualify row_number() over (
        partition by account_id, entity_type, entity_id, mark
        order by has_code desc, field_id asc, value_index asc
    ) = 1
),

pivot_marks as (
    select
        account_id,
        case entity_type when 'leads' then 'deal' else 'contact' end as record_kind,
        entity_id as record_id,
    {% for mark in marks %}
        max(value) filter (where mark = '{{ mark }}') as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from pick_value
    group by account_id, entity_type, entity_id
)

select * from pivot_marks
