{#- what each population leaves out: moves that took a deal further, and stays that they border -#}
{% set left_out = {
    'all': 'false',
    'without_mass': 'is_mass',
    'without_sloppy': 'is_sloppy',
    'norm': '(is_mass or is_sloppy)',
} %}

with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
    where not is_deleted
),

judged_moves as (
    select * from {{ ref('int_funnel__judged_moves') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

-- a win is further than any stage, a loss leads nowhere
flag_visits as (
    select
        account_id,
        deal_id,
        visit_number,
        visits.pipeline_id,
        visits.stage_id,
        case
            when visits.is_won then 1000000
            when visits.is_unsorted then 0
            when visits.is_ordinary then visits.stage_order
        end as place,
        visits.is_won or visits.is_lost as is_terminal,
        case when visits.left_at is not null and visits.is_unbroken then visits.dwell_seconds end
            as stay_seconds,
        coalesce(judged_moves.is_mass_change, false) as is_mass,
        coalesce(judged_moves.is_sloppy, false) as is_sloppy
    from visits
    left join judged_moves using (account_id, deal_id, visit_number)
),

-- how far a deal came in the pipeline after the stay, by the moves that each population knows of
look_ahead as (
    select
        account_id,
        pipeline_id,
        stage_id,
        place,
        is_terminal,
        stay_seconds,
        is_mass or coalesce(lead(is_mass) over deal, false) as is_mass,
        is_sloppy or coalesce(lead(is_sloppy) over deal, false) as is_sloppy,
        {% for population, condition in left_out.items() %}
            max(case when not {{ condition }} then place end) over later as {{ population }}_place,
        {% endfor %}
        row_number() over stage = 1 as is_first_stay
    from flag_visits
    window
        deal as (partition by account_id, deal_id order by visit_number),
        stage as (
            partition by account_id, deal_id, pipeline_id, stage_id order by visit_number
        ),
        later as (
            partition by account_id, deal_id, pipeline_id order by visit_number
            rows between 1 following and unbounded following
        )
),

measure_stages as (
    select
        account_id,
        pipeline_id,
        stage_id,
        {% for population, condition in left_out.items() %}
            count(*) filter (where is_first_stay and {{ population }}_place > place)
                as {{ population }}_advanced,
            count(stay_seconds) filter (where not {{ condition }}) as {{ population }}_stays,
            avg(stay_seconds) filter (where not {{ condition }}) as {{ population }}_mean,
            median(stay_seconds) filter (where not {{ condition }}) as {{ population }}_median,
            percentile_cont(0.9) within group (order by stay_seconds)
            filter (where not {{ condition }}) as {{ population }}_p90,
        {% endfor %}
        count(*) filter (where is_first_stay) as entered
    from look_ahead
    where place is not null and not is_terminal
    group by account_id, pipeline_id, stage_id
),

-- a deal that only moves left out took further is no evidence either way: it leaves the cohort
list_populations as (
    {% for population in left_out %}
        select
            account_id,
            pipeline_id,
            stage_id,
            '{{ population }}' as population,
            entered - (all_advanced - {{ population }}_advanced) as entered,
            {{ population }}_advanced as advanced,
            all_advanced - {{ population }}_advanced as left_out_deals,
            cast(all_advanced as double) / nullif(entered, 0) as conversion_of_all,
            {{ population }}_stays as stays,
            all_stays - {{ population }}_stays as left_out_stays,
            {{ population }}_mean as mean_seconds,
            cast({{ population }}_median as double) as median_seconds,
            cast({{ population }}_p90 as double) as p90_seconds
        from measure_stages
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    -- strings
    stages.pipeline_name,
    stages.stage_name,
    list_populations.population,
    -- numbers
    stages.stage_order,
    list_populations.entered,
    list_populations.advanced,
    list_populations.left_out_deals,
    cast(list_populations.advanced as double) / nullif(list_populations.entered, 0) as conversion,
    cast(list_populations.advanced as double) / nullif(list_populations.entered, 0)
    - list_populations.conversion_of_all as conversion_change,
    list_populations.stays,
    list_populations.left_out_stays,
    list_populations.mean_seconds / 86400 as mean_days,
    list_populations.median_seconds / 86400 as median_days,
    list_populations.p90_seconds / 86400 as p90_days
from list_populations
inner join stages using (account_id, pipeline_id, stage_id)
