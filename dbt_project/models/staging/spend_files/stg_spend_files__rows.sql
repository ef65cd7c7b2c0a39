with raw_rows as (
    {{ source_or_empty('raw_spend_files', 'spend_rows') }}
),

source_aliases as (
    select * from {{ ref('utm_source_aliases') }}
),

medium_aliases as (
    select * from {{ ref('utm_medium_aliases') }}
),

clean_marks as (
    select
        *,
        {{ clean_mark('utm_source') }} as clean_source,
        {{ clean_mark('utm_medium') }} as clean_medium,
        {{ clean_mark('utm_campaign') }} as clean_campaign
    from raw_rows
),

-- a source that only looks like a value, "(not set)", stays what was written: its money has a place
resolve_aliases as (
    select
        clean_marks.*,
        coalesce(
            source_aliases.utm_source, clean_marks.clean_source, lower(clean_marks.utm_source)
        ) as source,
        coalesce(medium_aliases.utm_medium, clean_marks.clean_medium) as medium
    from clean_marks
    left join source_aliases on clean_marks.clean_source = source_aliases.raw
    left join medium_aliases on clean_marks.clean_medium = medium_aliases.raw
),

renamed as (
    select
        -- ids
        file_sha256,
        sheet,
        row_number,
        campaign_id,
        -- strings
        file_name,
        coalesce(cabinet, source) as cabinet,
        source as utm_source,
        medium as utm_medium,
        clean_campaign as utm_campaign,
        utm_campaign as campaign_name,
        currency,
        vat_mode,
        comment,
        -- numbers
        cost,
        vat_rate,
        -- days
        date_from,
        date_to
    from resolve_aliases
)

select * from renamed
