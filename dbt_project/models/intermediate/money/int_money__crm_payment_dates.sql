with field_values as (
    select * from {{ ref('stg_amocrm__custom_field_values') }}
    where entity_type = 'leads' and {{ is_custom_field('payment_date_field') }}
),

-- amoCRM writes a date as the unix second of its midnight in the account's zone; a text field may
-- hold an ISO date
read_dates as (
    select
        account_id,
        entity_id as lead_id,
        coalesce(
            {{ local_date(from_epoch('try_cast(value as bigint)')) }},
            try_cast(value as date)
        ) as paid_on
    from field_values
),

earliest_dates as (
    select
        account_id,
        lead_id,
        min(paid_on) as crm_paid_on
    from read_dates
    where paid_on is not null
    group by account_id, lead_id
)

select * from earliest_dates
