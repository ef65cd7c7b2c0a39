with inquiries as (
    select * from {{ ref('fct_inquiries') }}
)

select
    account_id,
    {{ month_of('occurred_on') }} as month,
    pipeline_id,
    pipeline_name,
    channel,
    kind,
    direction,
    inquiry_class,
    count(*) as inquiries,
    count(*) filter (where is_lead) as leads,
    count(*) filter (where is_missed) as missed,
    count(*) filter (where person_id is null) as of_unknown_persons,
    count(*) filter (where deal_id is null) as without_deal
from inquiries
group by all
