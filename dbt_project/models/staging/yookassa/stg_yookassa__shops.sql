-- refunds are asked for by whole days of the same span as payments, which also have days before it
with raw_rows as (
    {{ source_or_empty('raw_yookassa', 'refunds') }}
),

span_days as (
    select
        shop_id,
        min(created_on) as covered_from,
        max(created_on) as covered_to
    from raw_rows
    group by shop_id
)

select * from span_days
