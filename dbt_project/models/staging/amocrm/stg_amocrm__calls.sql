with notes as (
    select * from {{ ref('stg_amocrm__notes') }}
    where note_type in ('call_in', 'call_out')
),

name_calls as (
    select
        -- ids
        account_id,
        note_id,
        entity_id,
        call_uniq as call_id,
        -- the number in the note may be a person's or, by mistake, the account's own
        nullif(responsible_user_id, account_id) as responsible_user_id,
        call_responsible_user_id as answered_by_user_id,
        created_by_user_id,
        -- strings
        entity_type,
        case note_type when 'call_in' then 'in' else 'out' end as direction,
        phone,
        call_source as line,
        call_responsible as answered_by,
        call_result,
        call_link as record_url,
        case call_status
            when 1 then 'left_message'
            when 2 then 'call_back'
            when 3 then 'absent'
            when 4 then 'talked'
            when 5 then 'wrong_number'
            when 6 then 'no_answer'
            when 7 then 'busy'
            else 'undefined'
        end as call_status,
        -- numbers
        coalesce(call_seconds, 0) as duration_seconds,
        -- booleans; a voicemail lasts too, so the length speaks only where the status is silent
        case
            when call_status in (4, 5) then true
            when call_status in (1, 3, 6, 7) then false
            else coalesce(call_seconds, 0) > 0
        end as is_answered,
        -- timestamps
        created_at as called_at,
        updated_at
    from notes
)

select * from name_calls
