with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'leads') }}
),

events as (
    select * from {{ ref('stg_amocrm__events') }}
),

tombstones as (
    select * from {{ ref('stg_amocrm__deleted_leads') }}
),

-- a tombstone is what the basket showed; the feed knows of deletions and restorations
collect_deletion_marks as (
    select
        account_id,
        lead_id,
        deleted_at as marked_at,
        true as is_deleted
    from tombstones

    union all

    select
        account_id,
        entity_id as lead_id,
        created_at as marked_at,
        event_type = 'lead_deleted' as is_deleted
    from events
    where
        entity_type = 'lead'
        and event_type in ('lead_deleted', 'lead_restored')
),

pick_last_mark as (
    select * from collect_deletion_marks
    qualify row_number() over (
        partition by account_id, lead_id order by marked_at desc, is_deleted desc
    ) = 1
),

renamed as (
    select
        -- ids
        raw_rows.account_id,
        raw_rows.lead_id,
        raw_rows.responsible_user_id,
        raw_rows.pipeline_id,
        raw_rows.status_id,
        raw_rows.loss_reason_id,
        raw_rows.company_id,
        raw_rows.main_contact_id,
        raw_rows.created_by as created_by_user_id,
        -- strings
        raw_rows.name as lead_name,
        nullif(trim(raw_rows.loss_reason_name), '') as loss_reason_name,
        nullif(trim(raw_rows.source_name), '') as source_name,
        -- numbers
        raw_rows.price,
        -- booleans
        -- a card that was listed after its deletion has been restored, whatever the feed says
        coalesce(
            pick_last_mark.is_deleted
            and not coalesce(
                {{ to_utc('raw_rows.updated_at') }} > pick_last_mark.marked_at, false
            ),
            false
        ) as is_deleted,
        -- timestamps
        {{ to_utc('raw_rows.created_at') }} as created_at,
        {{ to_utc('raw_rows.updated_at') }} as updated_at,
        {{ to_utc('raw_rows.closed_at') }} as closed_at
    from raw_rows
    left join pick_last_mark
        on
            raw_rows.account_id = pick_last_mark.account_id
            and raw_rows.lead_id = pick_last_mark.lead_id
    qualify row_number() over (
        partition by raw_rows.account_id, raw_rows.lead_id
        order by raw_rows.updated_at desc
    ) = 1
)

select * from renamed
