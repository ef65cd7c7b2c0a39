with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'unsorted') }}
),

listings as (
    select * from {{ ref('stg_amocrm__listings') }}
    where list_name = 'unsorted'
),

renamed as (
    select
        -- ids
        raw_rows.account_id,
        raw_rows.uid as inquiry_uid,
        raw_rows.pipeline_id,
        raw_rows.lead_id,
        raw_rows.contact_id,
        raw_rows.company_id,
        raw_rows.visitor_uid,
        raw_rows.chat_id,
        raw_rows.call_uniq as call_id,
        -- strings
        raw_rows.category,
        raw_rows.source_uid,
        raw_rows.source_name,
        raw_rows.form_id,
        raw_rows.form_name,
        raw_rows.form_page,
        raw_rows.referer,
        raw_rows.ip,
        nullif(trim(raw_rows.phone), '') as phone,
        raw_rows.call_link as record_url,
        raw_rows.call_responsible as answered_by,
        raw_rows.service,
        raw_rows.sender_name,
        raw_rows.sender_email,
        raw_rows.client_name,
        raw_rows.chat_ref,
        raw_rows.subject,
        raw_rows.message_text,
        -- numbers
        raw_rows.call_seconds as duration_seconds,
        -- booleans
        coalesce({{ to_utc('raw_rows.last_seen_at') }} >= listings.listed_at, true) as is_listed,
        -- timestamps
        {{ to_utc('raw_rows.created_at') }} as created_at,
        {{ to_utc('raw_rows.form_sent_at') }} as form_sent_at,
        {{ to_utc('raw_rows.called_at') }} as called_at,
        {{ to_utc('raw_rows.received_at') }} as received_at,
        {{ to_utc('raw_rows.last_seen_at') }} as last_seen_at,
        -- accepted or declined between this load and the next one
        case
            when {{ to_utc('raw_rows.last_seen_at') }} < listings.listed_at
                then {{ to_utc('raw_rows.last_seen_at') }}
        end as left_list_at
    from raw_rows
    left join listings on raw_rows.account_id = listings.account_id
    qualify row_number() over (
        partition by raw_rows.account_id, raw_rows.uid
        order by raw_rows.last_seen_at desc, raw_rows._dlt_id asc
    ) = 1
)

select * from renamed
