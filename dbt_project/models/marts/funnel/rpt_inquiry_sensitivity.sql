with inquiries as (
    select * from {{ ref('fct_inquiries') }}
    where direction = 'in'
)

select
    account_id,
    {{ month_of('occurred_on') }} as month,
    pipeline_id,
    pipeline_name,
    count(*) as inquiries,
    count(*) filter (where is_lead) as leads,
{% for days in [7, 30, 90] %}
    count(*) filter (
        where
        inquiry_class <> 'repeat_open'
        and coalesce(seconds_since_closing, {{ days * 86400 + 1 }}) > {{ days * 86400 }}
    ) as leads_at_{{ days }}_days{{ ',' if not loop.last }}
{% endfor %}
from inquiries
group by all
