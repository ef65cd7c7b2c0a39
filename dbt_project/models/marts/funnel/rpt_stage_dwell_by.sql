{% set cuts = {'month': 'entered_month', 'manager': 'responsible_user_id'} %}
{% set series = [] %}
{% for cut in cuts %}{% for clock in ['calendar', 'working'] %}
    {% do series.append((cut, clock)) %}
{% endfor %}{% endfor %}

with visits as (
    select * from {{ ref('fct_deal_stage_visits') }}
    where
        not is_deleted
        and is_unbroken
        and not (is_mass_change or is_mass_change_exit or is_sloppy or is_sloppy_exit)
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
    where not (is_won or is_lost)
),

users as (
    select * from {{ ref('int_crm__users') }}
),

stays as (
    select
        account_id,
        pipeline_id,
        stage_id,
        coalesce(visits.responsible_user_id, 0) as responsible_user_id,
        {{ month_of(local_date('visits.entered_at')) }} as entered_month,
        visits.dwell_seconds as calendar_seconds,
        visits.working_seconds,
        visits.is_open
    from visits
    inner join stages using (account_id, pipeline_id, stage_id)
),

{% for cut, column in cuts.items() %}
    -- one number in place of four columns: what is sorted below is sorted by it
    {{ cut }}_cells as (
        select
            *,
            row_number() over (order by account_id, pipeline_id, stage_id, {{ column }})
                as cell_number
        from (
            select distinct
                account_id,
                pipeline_id,
                stage_id,
                {{ column }}
            from stays
        ) as cells
    ),

    {{ cut }}_stays as (
        select
            cells.cell_number,
            stays.calendar_seconds,
            stays.working_seconds,
            stays.is_open
        from stays
        inner join {{ cut }}_cells as cells using (account_id, pipeline_id, stage_id, {{ column }})
    ),
{% endfor %}

{% for cut, clock in series %}
    {{ cut }}_{{ clock }} as (
        select
            cells.account_id,
            cells.pipeline_id,
            cells.stage_id,
            '{{ cut }}' as cut,
            '{{ clock }}' as clock,
            {% if cut == 'manager' %}
                cells.responsible_user_id,
                cast(null as date) as entered_month,
            {% else %}
                cast(null as bigint) as responsible_user_id,
                cells.entered_month,
            {% endif %}
            statistics.*
        from {{ duration_statistics(
            '(select cell_number, ' ~ clock ~ '_seconds as seconds, is_open from ' ~ cut ~ '_stays)',
            'cell_number'
        ) }} as statistics
        inner join {{ cut }}_cells as cells using (cell_number)
    ),
{% endfor %}

measured as (
    {% for cut, clock in series %}
        select * from {{ cut }}_{{ clock }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    measured.responsible_user_id,
    -- strings
    stages.pipeline_name,
    stages.stage_name,
    measured.cut,
    measured.clock,
    case
        when measured.responsible_user_id = 0 then '__none__'
        when measured.responsible_user_id is not null
            then coalesce(
                users.user_name,
                {{ in_language('Сотрудник ', 'User ') }} || measured.responsible_user_id
                || {{ in_language(' (удалён)', ' (deleted)') }}
            )
    end as responsible_name,
    -- numbers
    stages.stage_order,
    measured.finished,
    measured.open,
    measured.mean_seconds,
    measured.median_seconds,
    measured.p75_seconds,
    measured.p90_seconds,
    measured.max_seconds,
    measured.km_median_seconds,
    measured.km_p90_seconds,
    measured.longest_seconds,
    -- days
    measured.entered_month
from measured
inner join stages using (account_id, pipeline_id, stage_id)
left join users
    on
        measured.account_id = users.account_id
        and measured.responsible_user_id = users.user_id
