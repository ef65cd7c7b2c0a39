{% set bases = ['visit', 'cumulative'] %}
{% set clocks = ['calendar', 'working'] %}
{% set populations = {
    'all': 'true',
    'without_mass': 'not is_mass_changed',
    'without_sloppy': 'not is_sloppy',
    'norm': 'not (is_mass_changed or is_sloppy)',
} %}
{% set series = [] %}
{% for basis in bases %}{% for clock in clocks %}{% for population in populations %}
    {% do series.append((basis, clock, population)) %}
{% endfor %}{% endfor %}{% endfor %}

with visits as (
    select * from {{ ref('fct_deal_stage_visits') }}
    where not is_deleted
),

-- one number in place of three ids: what is sorted sixteen times below is sorted by it
stages as (
    select
        *,
        row_number() over (order by account_id, pipeline_id, stage_id) as stage_number
    from {{ ref('int_funnel__stages') }}
    where not (is_won or is_lost)
),

visit_stays as (
    select
        stages.stage_number,
        visits.deal_id,
        visits.dwell_seconds as calendar_seconds,
        visits.working_seconds,
        visits.is_open,
        visits.is_unbroken,
        visits.is_mass_change or visits.is_mass_change_exit as is_mass_changed,
        visits.is_sloppy or visits.is_sloppy_exit as is_sloppy
    from visits
    inner join stages using (account_id, pipeline_id, stage_id)
),

-- a sum with a piece missing is no length: every stay of the deal in the stage must be fit to count
cumulative_stays as (
    select
        stage_number,
        deal_id,
        cast(sum(calendar_seconds) as bigint) as calendar_seconds,
        cast(sum(working_seconds) as bigint) as working_seconds,
        bool_or(is_open) as is_open,
        bool_and(is_unbroken) as is_unbroken,
        bool_or(is_mass_changed) as is_mass_changed,
        bool_or(is_sloppy) as is_sloppy
    from visit_stays
    group by stage_number, deal_id
),

count_stays as (
    {% for basis in bases %}
        select
            stage_number,
            '{{ basis }}' as basis,
            count(*) as stays
        from {{ basis }}_stays
        group by stage_number
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

{% for basis, clock, population in series %}
    measure_{{ basis }}_{{ clock }}_{{ population }} as (
        select
            '{{ basis }}' as basis,
            '{{ clock }}' as clock,
            '{{ population }}' as population,
            *
        from {{ duration_statistics(
            '(select stage_number, ' ~ clock ~ '_seconds as seconds, is_open from ' ~ basis
            ~ '_stays where is_unbroken and ' ~ populations[population] ~ ')',
            'stage_number'
        ) }} as statistics
    ),
{% endfor %}

measured as (
    {% for basis, clock, population in series %}
        select * from measure_{{ basis }}_{{ clock }}_{{ population }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

series as (
    {% for basis, clock, population in series %}
        select
            '{{ basis }}' as basis,
            '{{ clock }}' as clock,
            '{{ population }}' as population
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- a population without a stay is a row of zeroes, not a hole
all_rows as (
    select
        count_stays.stage_number,
        count_stays.stays,
        basis,
        series.clock,
        series.population
    from count_stays
    inner join series using (basis)
)

select
    -- ids
    stages.account_id,
    stages.pipeline_id,
    stages.stage_id,
    -- strings
    stages.pipeline_name,
    stages.stage_name,
    all_rows.basis,
    all_rows.clock,
    all_rows.population,
    -- numbers
    stages.stage_order,
    coalesce(measured.finished, 0) as finished,
    coalesce(measured.open, 0) as open,
    all_rows.stays - coalesce(measured.finished + measured.open, 0) as left_out,
    measured.mean_seconds,
    measured.median_seconds,
    measured.p75_seconds,
    measured.p90_seconds,
    measured.max_seconds,
    measured.km_median_seconds,
    measured.km_p90_seconds,
    measured.longest_seconds
from all_rows
inner join stages using (stage_number)
left join measured using (stage_number, basis, clock, population)
