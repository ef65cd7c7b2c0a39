with shops as (
    select * from {{ ref('stg_yookassa__shops') }}
),

-- the days for which every shop of the acquirer is held: a bank's line does not say whose it is
join_spans as (
    select
        'yookassa' as source,
        max(covered_from) as covered_from,
        min(covered_to) as covered_to
    from shops
    having count(*) > 0
)

select * from join_spans
