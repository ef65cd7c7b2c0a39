with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'events') }}
),

renamed as (
    select
        -- ids
        account_id,
        event_id,
        entity_id,
        created_by as created_by_user_id,
        before_status_id,
        before_pipeline_id,
        after_status_id,
        after_pipeline_id,
        before_responsible_user_id,
        after_responsible_user_id,
        before_customer_status_id,
        after_customer_status_id,
        field_id,
        before_field_enum_id,
        after_field_enum_id,
        before_task_type_id,
        after_task_type_id,
        linked_entity_id,
        note_id,
        message_id,
        talk_id,
        linked_talk_contact_id,
        transaction_id,
        -- strings
        type as event_type,
        entity_type,
        before_name,
        after_name,
        before_field_text,
        after_field_text,
        before_task_text,
        after_task_text,
        linked_entity_type,
        message_origin,
        -- JSON: every value of a field of several, names of tags
        before_field_values,
        after_field_values,
        tags,
        -- numbers
        before_price,
        after_price,
        nps_rate,
        -- timestamps
        {{ to_utc('before_task_deadline') }} as before_task_due_at,
        {{ to_utc('after_task_deadline') }} as after_task_due_at,
        {{ to_utc('created_at') }} as created_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, event_id order by created_at desc
    ) = 1
)

select * from renamed
