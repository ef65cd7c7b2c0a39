{#
  Files have columns where amoCRM has custom fields: (entity, its id, column, code, name). The codes
  are amoCRM's own, so that readers need to know one spelling only.
#}
{% set file_fields = [
    ('leads', 'deal_id', 'utm_source', 'UTM_SOURCE', none),
    ('leads', 'deal_id', 'utm_medium', 'UTM_MEDIUM', none),
    ('leads', 'deal_id', 'utm_campaign', 'UTM_CAMPAIGN', none),
    ('leads', 'deal_id', 'utm_content', 'UTM_CONTENT', none),
    ('leads', 'deal_id', 'utm_term', 'UTM_TERM', none),
    ('leads', 'deal_id', 'yclid', 'YCLID', none),
    ('leads', 'deal_id', 'gclid', 'GCLID', none),
    ('leads', 'deal_id', 'ym_uid', '_YM_UID', none),
    ('leads', 'deal_id', 'invoice_number', none, var('invoice_number_field')),
    ('leads', 'deal_id', 'paid_on', none, var('payment_date_field')),
    ('contacts', 'contact_id', 'contact_phone', 'PHONE', none),
    ('contacts', 'contact_id', 'contact_email', 'EMAIL', none),
    ('companies', 'company_id', 'company_inn', none, var('inn_field')),
] %}

with amocrm_values as (
    select * from {{ ref('stg_amocrm__custom_field_values') }}
),

files_deals as (
    select * from {{ ref('stg_files__deals') }}
),

list_file_values as (
    {% for entity_type, id_column, column, code, name in file_fields %}
        select distinct
            account_id,
            '{{ entity_type }}' as entity_type,
            {{ id_column }} as entity_id,
            cast({{ -loop.index }} as bigint) as field_id,
            cast({{ text_literal(code) if code else 'null' }} as string) as code,
            {{ text_literal(name or column) }} as name,
            cast({{ column }} as string) as value
        from files_deals
        where {{ id_column }} is not null and {{ column }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

union_sources as (
    select
        account_id,
        entity_type,
        entity_id,
        field_id,
        code,
        name,
        value,
        value_index
    from amocrm_values

    union all

    select
        account_id,
        entity_type,
        entity_id,
        field_id,
        code,
        name,
        value,
        row_number() over (
            partition by account_id, entity_type, entity_id, field_id order by value
        ) - 1 as value_index
    from list_file_values
)

select * from union_sources
