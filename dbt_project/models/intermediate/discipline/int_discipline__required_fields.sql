with deals as (
    select * from {{ ref('int_discipline__deals') }}
    where is_working
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

requirements as (
    select * from {{ ref('int_discipline__field_requirements') }}
),

known_facts as (
    select * from {{ ref('int_discipline__known_facts') }}
),

filled_fields as (
    select * from {{ ref('int_discipline__filled_fields') }}
),

-- a field that no deal of the account has filled is one that it does not have
known_fields as (
    select distinct
        account_id,
        field_name
    from filled_fields

    union

    select
        requirements.account_id,
        requirements.field_name
    from requirements
    inner join known_facts using (account_id)
    where
        known_facts.is_amocrm
        and requirements.field_name in ('price', 'contact', 'phone', 'source', 'message')
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    requirements.field_name,
    -- booleans
    filled_fields.deal_id is not null as is_filled
from deals
inner join stages
    on
        deals.account_id = stages.account_id
        and deals.pipeline_id = stages.pipeline_id
        and deals.stage_id = stages.stage_id
inner join requirements
    on
        deals.account_id = requirements.account_id
        and deals.pipeline_id = requirements.pipeline_id
inner join known_fields
    on
        requirements.account_id = known_fields.account_id
        and requirements.field_name = known_fields.field_name
left join filled_fields
    on
        deals.account_id = filled_fields.account_id
        and deals.deal_id = filled_fields.deal_id
        and requirements.field_name = filled_fields.field_name
-- of a stage whose place is not known nothing is asked but what is asked everywhere
where coalesce(stages.stage_order, 0) >= requirements.from_stage_order
