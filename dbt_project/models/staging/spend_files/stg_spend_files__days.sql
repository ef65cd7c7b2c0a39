with raw_days as (
    {{ source_or_empty('raw_spend_files', 'spend_days') }}
),

file_rows as (
    select * from {{ ref('stg_spend_files__rows') }}
),

files as (
    select * from {{ ref('stg_spend_files__files') }}
),

-- what a file speaks of: from the first to the last day of a source in a cabinet
periods as (
    select
        file_rows.cabinet,
        file_rows.utm_source,
        file_rows.file_sha256,
        file_rows.file_name,
        files.file_order,
        min(file_rows.date_from) as first_on,
        max(file_rows.date_to) as last_on
    from file_rows
    inner join files using (file_sha256)
    group by all
),

days as (
    select
        raw_days.file_sha256,
        raw_days.sheet,
        raw_days.row_number,
        raw_days.day_index,
        file_rows.cabinet,
        file_rows.campaign_id,
        file_rows.campaign_name,
        file_rows.utm_source,
        file_rows.utm_medium,
        file_rows.utm_campaign,
        file_rows.currency,
        file_rows.vat_mode,
        file_rows.vat_rate,
        file_rows.file_name,
        raw_days.impressions,
        raw_days.clicks,
        raw_days.cost,
        raw_days.spend_on
    from raw_days
    inner join file_rows using (file_sha256, sheet, row_number)
),

told_days as (
    select distinct
        cabinet,
        utm_source,
        spend_on
    from days
),

-- the later file replaces the earlier one on every day of its period, also where it has no row
latest_file as (
    select
        told_days.cabinet,
        told_days.utm_source,
        told_days.spend_on,
        periods.file_sha256,
        periods.file_name
    from told_days
    inner join periods
        on
            told_days.cabinet = periods.cabinet
            and told_days.utm_source = periods.utm_source
            and told_days.spend_on between periods.first_on and periods.last_on
    qualify row_number() over (
        partition by told_days.cabinet, told_days.utm_source, told_days.spend_on
        order by periods.file_order desc
    ) = 1
),

mark_superseded as (
    select
        days.*,
        case
            when days.file_sha256 <> latest_file.file_sha256 then latest_file.file_name
        end as superseded_by,
        days.file_sha256 <> latest_file.file_sha256 as is_superseded
    from days
    inner join latest_file using (cabinet, utm_source, spend_on)
)

select * from mark_superseded
