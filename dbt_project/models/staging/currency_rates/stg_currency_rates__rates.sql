with feed_rates as (
    {{ source_or_empty('raw_currency_rates', 'feed_rates') }}
),

file_rates as (
    {{ source_or_empty('raw_currency_rates', 'file_rates') }}
),

files as (
    {{ source_or_empty('raw_currency_rates', 'files') }}
),

renamed as (
    select
        currency,
        'feed' as origin,
        unit_rate as rub_per_unit,
        rate_on,
        0 as load_number,
        cast(null as timestamp) as modified_at,
        cast(0 as bigint) as row_number
    from feed_rates
    where not is_empty_day

    union all

    select
        file_rates.currency,
        file_rates.file_name as origin,
        file_rates.unit_rate as rub_per_unit,
        file_rates.rate_on,
        files.load_number,
        {{ to_utc('files.modified_at') }} as modified_at,
        file_rates.row_number
    from file_rates
    inner join files using (file_sha256)
),

pick_rate as (
    select
        currency,
        origin,
        rub_per_unit,
        rate_on
    from renamed
    qualify row_number() over (
        partition by currency, rate_on
        order by load_number desc, modified_at desc, origin desc, row_number desc
    ) = 1
)

select * from pick_rate
