with live_leads as (
    select
        account_id,
        lead_id
    from {{ ref('stg_amocrm__leads') }}
    where not is_deleted
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

-- won is further than any ordinary stage; lost and unsorted are no progress
visits as (
    select
        chained_visits.account_id,
        chained_visits.lead_id,
        chained_visits.visit_number,
        chained_visits.pipeline_id,
        chained_visits.status_id,
        chained_visits.entered_at,
        stages.stage_order,
        stages.is_won,
        stages.is_lost,
        case
            when stages.is_won then 1000000
            when stages.is_ordinary then coalesce(stages.stage_order, 1)
        end as progress,
        case
            when chained_visits.repair is null and chained_visits.next_repair is null
                then {{ seconds_between('chained_visits.entered_at', 'chained_visits.left_at') }}
        end as stay_seconds
    from {{ ref('int_funnel__chained_visits') }} as chained_visits
    inner join live_leads using (account_id, lead_id)
    inner join stages using (account_id, pipeline_id, status_id)
),

deal_ends as (
    select
        account_id,
        lead_id,
        max(visit_number) as last_visit_number,
        max(visit_number) filter (where not (is_won or is_lost)) as last_working_visit_number,
        max_by(is_lost, visit_number) as is_deal_lost,
        max_by(is_won or is_lost, visit_number) as is_deal_closed
    from visits
    group by account_id, lead_id
),

describe_visits as (
    select
        visits.*,
        deal_ends.is_deal_lost,
        deal_ends.is_deal_closed,
        deal_ends.last_working_visit_number is null as has_no_working_visit,
        visits.visit_number = deal_ends.last_visit_number as is_last_visit,
        coalesce(visits.visit_number = deal_ends.last_working_visit_number, false)
            as is_last_working_visit,
        row_number() over (
            partition by
                visits.account_id, visits.lead_id, visits.pipeline_id, visits.status_id
            order by visits.visit_number
        ) = 1 as is_first_stay,
        max(visits.progress) over (
            partition by visits.account_id, visits.lead_id, visits.pipeline_id
            order by visits.visit_number
            rows between 1 following and unbounded following
        ) as later_progress
    from visits
    inner join deal_ends using (account_id, lead_id)
)

select * from describe_visits
