{% set iso_dates = regexp_replace_all(
    'value', '^([0-9]{1,2})[.]([0-9]{1,2})[.]([0-9]{4})', '\\3-\\2-\\1'
) %}

with field_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where entity_type = 'leads' and {{ is_custom_field('payment_date_field') }}
),

-- amoCRM writes a date as the unix second of its midnight in the account's zone; a text field may
-- hold a date as people write it, or a number that is no date at all (before 2000, after 2099)
read_dates as (
    select
        account_id,
        entity_id as deal_id,
        case
            when try_cast(value as bigint) between 946684800 and 4102444799
                then {{ local_date(from_epoch('try_cast(value as bigint)')) }}
            when try_cast(value as bigint) is null
                then try_cast({{ iso_dates }} as date)
        end as paid_on
    from field_values
),

earliest_dates as (
    select
        account_id,
        deal_id,
        min(paid_on) as crm_paid_on
    from read_dates
    where paid_on is not null
    group by account_id, deal_id
)

select * from earliest_dates
