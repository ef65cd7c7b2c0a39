with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

required_fields as (
    select * from {{ ref('int_discipline__required_fields') }}
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    required_fields.field_name,
    deals.pipeline_id,
    deals.stage_id,
    deals.responsible_user_id,
    deals.responsible_then_user_id,
    -- strings
    deals.deal_name,
    deals.deal_url,
    deals.entity_name,
    deals.entity_url,
    {% set titles = {
        'price': in_language('Бюджет', 'Price'),
        'contact': in_language('Контакт', 'Contact'),
        'phone': in_language('Телефон клиента', 'Phone of the client'),
        'source': in_language('Источник', 'Source'),
        'message': in_language('Сообщение или документ клиенту', 'Message or document sent'),
    } -%}
    case required_fields.field_name
        {% for field, title in titles.items() -%}
            when '{{ field }}' then {{ title }}
        {% endfor -%}
        else required_fields.field_name
    end as field_title,
    deals.pipeline_name,
    deals.stage_name,
    deals.responsible_name,
    deals.channel,
    -- money
    deals.price,
    deals.money_at_stake,
    deals.currency,
    -- booleans
    required_fields.is_filled,
    required_fields.field_name = 'price' as is_price,
    required_fields.field_name <> 'price' as is_other_field
from required_fields
inner join deals using (account_id, deal_id)
