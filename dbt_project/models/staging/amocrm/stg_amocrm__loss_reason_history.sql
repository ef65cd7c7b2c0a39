with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'loss_reasons_history') }}
),

renamed as (
    select
        -- ids
        account_id,
        loss_reason_id,
        -- strings
        name as loss_reason,
        -- numbers
        sort as loss_reason_order,
        -- booleans
        is_listed,
        -- timestamps
        {{ to_utc('valid_from') }} as valid_from
    from raw_rows
    -- two changes of one moment are one run of a replay: the last one counts
    qualify row_number() over (
        partition by account_id, loss_reason_id, valid_from order by _dlt_id asc
    ) = 1
),

close_rows as (
    select
        *,
        lead(valid_from) over (
            partition by account_id, loss_reason_id order by valid_from
        ) as valid_to
    from renamed
)

select
    *,
    valid_to is null as is_current
from close_rows
