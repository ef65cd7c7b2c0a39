with spend_days as (
    select distinct
        source,
        cabinet,
        spend_on
    from {{ ref('int_money__spend') }}
),

surcharges as (
    select * from {{ ref('surcharges') }}
),

-- several surcharges of one day add up: a levy beside an agency's fee
sum_percents as (
    select
        spend_days.source,
        spend_days.cabinet,
        spend_days.spend_on,
        cast(sum(surcharges.percent) as decimal(8, 3)) as percent
    from spend_days
    inner join surcharges
        on
            spend_days.source = surcharges.source
            and (
                coalesce(surcharges.cabinet, '') = '' or spend_days.cabinet = surcharges.cabinet
            )
            and spend_days.spend_on
            between surcharges.valid_from and coalesce(surcharges.valid_to, spend_days.spend_on)
    group by spend_days.source, spend_days.cabinet, spend_days.spend_on
)

select * from sum_percents
