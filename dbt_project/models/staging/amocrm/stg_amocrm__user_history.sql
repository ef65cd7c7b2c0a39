with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'users_history') }}
),

renamed as (
    select
        -- ids
        account_id,
        user_id,
        group_id,
        role_id,
        -- strings
        nullif(trim(name), '') as user_name,
        email,
        -- booleans
        is_admin,
        is_active,
        is_listed,
        -- timestamps
        {{ to_utc('valid_from') }} as valid_from
    from raw_rows
    -- two changes of one moment are one run of a replay: the last one counts
    qualify row_number() over (
        partition by account_id, user_id, valid_from order by _dlt_id asc
    ) = 1
),

close_rows as (
    select
        *,
        lead(valid_from) over (
            partition by account_id, user_id order by valid_from
        ) as valid_to
    from renamed
)

select
    *,
    valid_to is null as is_current
from close_rows
