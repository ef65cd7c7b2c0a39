{# 79000000000: the ids of contacts are made of it, so it must never change #}
{% set phone_digits -%}
    coalesce(
        replace({{ plain_phone('contact_phone') }}, '+', ''),
        nullif({{ regexp_replace_all('contact_phone', '[^0-9]+', '') }}, '')
    )
{%- endset %}

with raw_rows as (
    {{ source_or_empty('raw_files', 'deals') }}
),

renamed as (
    select
        -- ids
        cast('{{ var("files_account_id") }}' as bigint) as account_id,
        {{ id_of_text('deal_id') }} as deal_id,
        deal_id as source_deal_id,
        -- a contact that has no id is known by its phone, else by its mail
        coalesce(
            {{ id_of_text('contact_id') }},
            {{ hash_text("'phone ' || " ~ phone_digits) }},
            {{ hash_text("'email ' || " ~ plain_name('contact_email')) }}
        ) as contact_id,
        coalesce(contact_id, contact_phone, contact_email)
            as source_contact_id,
        coalesce(
            {{ id_of_text('company_id') }},
            {{ hash_text("'inn ' || company_inn") }}
        ) as company_id,
        {{ id_of_name('responsible') }} as responsible_user_id,
        -- strings
        name as deal_name,
        deal_url,
        pipeline as pipeline_name,
        stage as stage_name,
        case when status in ('open', 'won', 'lost') then status end as status,
        responsible as responsible_name,
        contact_phone,
        contact_email,
        company_inn,
        source as source_name,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        yclid,
        gclid,
        ym_uid,
        loss_reason,
        invoice_number,
        -- money
        price,
        cogs,
        upper(currency) as currency,
        -- booleans
        coalesce(is_deleted, false) as is_deleted,
        -- days
        paid_on,
        -- timestamps
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('closed_at') }} as closed_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('loaded_at') }} as loaded_at
    from raw_rows
    qualify row_number() over (partition by deal_id order by row_order desc) = 1
)

select * from renamed
