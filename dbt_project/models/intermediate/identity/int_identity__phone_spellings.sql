{# (model, column, which of its rows) of every telephone number that is stored #}
{% set numbers = [
    ('int_crm__custom_values', 'value', "code = 'PHONE'"),
    ('stg_amocrm__calls', 'phone', 'true'),
    ('stg_amocrm__unsorted', 'phone', 'true'),
    ('stg_files__inquiries', 'phone', 'true'),
    ('stg_uis__calls', 'phone', 'true'),
    ('stg_uis__calls', 'virtual_phone', 'true'),
    ('stg_uis__offline_messages', 'phone', 'true'),
    ('stg_calltouch__calls', 'phone', 'true'),
    ('stg_calltouch__calls', 'virtual_phone', 'true'),
    ('stg_calltouch__requests', 'phone', 'true'),
] %}

with list_spellings as (
    {% for model, column, rows in numbers %}
        select {{ column }} as spelling
        from {{ ref(model) }}
        where {{ rows }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

-- most numbers are plain, and the library takes its time
select distinct
    spelling,
    '{{ var("phone_region") }}' as region
from list_spellings
where spelling is not null and {{ plain_phone('spelling') }} is null
