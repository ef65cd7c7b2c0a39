-- Every readable row of every spend file stands in its days to the kopeck, and each of its days
-- either counts or is superseded by another file.
with raw_rows as (
    {{ source_or_empty('raw_spend_files', 'spend_rows') }}
),

days as (
    select * from {{ ref('stg_spend_files__days') }}
),

by_row as (
    select
        file_sha256,
        sheet,
        row_number,
        sum(cost) as cost,
        count(*) as day_count,
        count(*) filter (where is_superseded = (superseded_by is not null)) as settled_count
    from days
    group by file_sha256, sheet, row_number
)

select
    raw_rows.file_name,
    raw_rows.sheet,
    raw_rows.row_number,
    raw_rows.cost,
    by_row.cost as cost_of_days
from raw_rows
left join by_row using (file_sha256, sheet, row_number)
where
    by_row.cost is null
    or by_row.cost <> raw_rows.cost
    or by_row.settled_count <> by_row.day_count
    or by_row.day_count <> {{ days_between('raw_rows.date_from', 'raw_rows.date_to') }} + 1
