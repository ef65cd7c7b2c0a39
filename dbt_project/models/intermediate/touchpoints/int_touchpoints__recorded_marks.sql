{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}
{# what else tells where a person came from: column -> fields, the first that holds something #}
{% set click_marks = {
    'yclid': ['yclid'],
    'gclid': ['gclid', 'gbraid', 'wbraid'],
    'rb_clickid': ['rb_clickid'],
    'ym_uid': ['_ym_uid', 'ym_uid'],
    'referrer': ['referrer', 'referer', 'utm_referrer'],
} %}
{% set click_fields = click_marks.values() | sum(start=[]) %}
{% set click_values = {} %}
{% for column, fields in click_marks.items() %}
    {% set values = ['null'] %}
    {% for field in fields | reverse %}
        {% do values.insert(0, "max(value) filter (where mark = '" ~ field ~ "')") %}
    {% endfor %}
    {% do click_values.update({column: 'coalesce(' ~ values | join(', ') ~ ')'}) %}
{% endfor %}

with field_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where entity_type in ('leads', 'contacts')
),

mark_names as (
    {% for mark in marks + click_fields %}
        select
            '{{ mark }}' as mark,
            {{ 'true' if mark in click_fields else 'false' }} as is_click
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
        value as raw_value,
        lower(code) as code_mark,
        lower(trim(name)) as name_mark
    from field_values
),

-- amoCRM's own tracking fields carry a code; many companies keep UTM in text fields that only have
-- a name
tell_fields as (
    select
        name_fields.*,
        codes.mark is not null as has_code,
        coalesce(codes.mark, names.mark) as mark,
        coalesce(codes.is_click, names.is_click) as is_click
    from name_fields
    left join mark_names as codes on name_fields.code_mark = codes.mark
    left join mark_names as names on name_fields.name_mark = names.mark
),

clean_values as (
    select
        *,
        case
            when is_click then {{ clean_click_id('raw_value') }} else {{ clean_mark('raw_value') }}
        end as value
    from tell_fields
    where mark is not null
),

-- a field that holds nothing usable gives way to the next one of the same meaning
pick_value as (
    select * from clean_values
    where value is not null
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
        {% for column, value in click_values.items() %}
            {{ value }} as {{ column }},
        {% endfor %}
    {% for mark in marks %}
        max(value) filter (where mark = '{{ mark }}') as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from pick_value
    group by account_id, entity_type, entity_id
)

select * from pivot_marks
