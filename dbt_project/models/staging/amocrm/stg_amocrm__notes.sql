with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'notes') }}
),

renamed as (
    select
        -- ids
        account_id,
        note_id,
        entity_id,
        created_by as created_by_user_id,
        responsible_user_id,
        call_responsible_user_id,
        -- strings
        entity_type,
        note_type,
        text as note_text,
        nullif(trim(phone), '') as phone,
        call_uniq,
        call_source,
        call_result,
        call_responsible,
        call_link,
        mail_thread_id,
        mail_message_id,
        mail_from_email,
        mail_from_name,
        mail_to_email,
        mail_to_name,
        mail_subject,
        mail_summary,
        mail_delivery_status,
        params,
        -- numbers
        call_seconds,
        call_status,
        mail_attachments,
        -- booleans
        coalesce(is_pinned, false) as is_pinned,
        mail_is_incoming,
        -- timestamps
        {{ to_utc('mail_delivered_at') }} as mail_delivered_at,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, entity_type, note_id order by updated_at desc
    ) = 1
)

select * from renamed
