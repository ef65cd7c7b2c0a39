{% set cohort = 'account_id, pipeline_id, period_kind, period_start, breakdown, breakdown_value' %}

with progress as (
    select * from {{ ref('int_funnel__deal_progress') }}
),

order_stages as (
    select distinct
        account_id,
        pipeline_id,
        stage_id,
        order_number,
        stage_order
    from {{ ref('int_funnel__layout_stages') }}
    where is_counted
),

sources as (
    select * from {{ ref('int_touchpoints__deal_sources') }}
),

-- an entry further right than ever before passes everything between the furthest stage so far and
-- itself
jumps as (
    select
        account_id,
        deal_id,
        progress.visit_number,
        progress.pipeline_id,
        progress.order_number,
        progress.responsible_user_id,
        sources.channel,
        coalesce(progress.prior_progress, 0) as passed_after,
        progress.progress as passed_before,
        progress.is_split,
        {{ local_date('progress.entered_at') }} as entered_on
    from progress
    inner join sources using (account_id, deal_id)
    where progress.progress > coalesce(progress.prior_progress, 0) + 1
),

-- whoever is jumped over and entered later has an entry of its own
late_entries as (
    select
        jumps.account_id,
        jumps.pipeline_id,
        jumps.order_number,
        jumps.responsible_user_id,
        jumps.channel,
        jumps.entered_on,
        progress.stage_order
    from progress
    inner join jumps
        on
            progress.account_id = jumps.account_id
            and progress.deal_id = jumps.deal_id
            and progress.pipeline_id = jumps.pipeline_id
            and progress.stage_order > jumps.passed_after
            and progress.stage_order < jumps.passed_before
    where
        progress.is_first_stay
        and progress.is_counted
        and not progress.is_split
        and progress.prior_progress > progress.progress
),

-- a range of places is one more from its first place on and one fewer behind its last: no jump is
-- ever spelled out stage by stage
range_ends as (
    select
        account_id,
        pipeline_id,
        order_number,
        responsible_user_id,
        channel,
        entered_on,
        passed_after + 1 as stage_order,
        1 as change
    from jumps
    where not is_split

    union all

    select
        account_id,
        pipeline_id,
        order_number,
        responsible_user_id,
        channel,
        entered_on,
        passed_before as stage_order,
        -1 as change
    from jumps
    where not is_split

    union all

    select
        account_id,
        pipeline_id,
        order_number,
        responsible_user_id,
        channel,
        entered_on,
        stage_order,
        -1 as change
    from late_entries

    union all

    select
        account_id,
        pipeline_id,
        order_number,
        responsible_user_id,
        channel,
        entered_on,
        stage_order + 1 as stage_order,
        1 as change
    from late_entries
),

count_range_ends as (
    {% for period_kind, breakdown in cohort_cuts() %}
        select
            account_id,
            pipeline_id,
            '{{ period_kind }}' as period_kind,
            {{ period_of(period_kind, 'entered_on') }} as period_start,
            '{{ breakdown }}' as breakdown,
            {{ breakdown_value(breakdown) }} as breakdown_value,
            order_number,
            stage_order,
            sum(change) as change
        from range_ends
        {% if period_kind == 'week' %}
            where entered_on >= {{ first_cohort_week() }}
        {% endif %}
        group by all
        having sum(change) <> 0
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

cohorts as (
    select distinct
        {{ cohort }},
        order_number
    from count_range_ends
),

every_stage as (
    select
        cohorts.*,
        order_stages.stage_order,
        order_stages.stage_id,
        cast(0 as bigint) as change
    from cohorts
    inner join order_stages using (account_id, pipeline_id, order_number)

    union all

    select
        {{ cohort }},
        order_number,
        stage_order,
        cast(null as bigint) as stage_id,
        cast(change as bigint) as change
    from count_range_ends
),

add_up as (
    select
        {{ cohort }},
        stage_id,
        sum(change) over (
            partition by {{ cohort }}, order_number order by stage_order
        ) as passed
    from every_stage
),

-- where stages were moved in a deal's lifetime, orders have to be compared stage by stage
split_jumps as (
    select
        jumps.account_id,
        jumps.deal_id,
        jumps.pipeline_id,
        order_stages.stage_id,
        jumps.responsible_user_id,
        jumps.channel,
        jumps.entered_on
    from jumps
    inner join order_stages
        on
            jumps.account_id = order_stages.account_id
            and jumps.pipeline_id = order_stages.pipeline_id
            and jumps.order_number = order_stages.order_number
            and jumps.passed_after < order_stages.stage_order
            and jumps.passed_before > order_stages.stage_order
    left join progress as entered
        on
            jumps.account_id = entered.account_id
            and jumps.deal_id = entered.deal_id
            and jumps.pipeline_id = entered.pipeline_id
            and order_stages.stage_id = entered.stage_id
            and entered.is_first_stay
    where jumps.is_split and entered.stage_id is null
    qualify row_number() over (
        partition by jumps.account_id, jumps.deal_id, jumps.pipeline_id, order_stages.stage_id
        order by jumps.visit_number
    ) = 1
),

all_passed as (
    select
        {{ cohort }},
        stage_id,
        passed
    from add_up
    where stage_id is not null and passed <> 0

    {% for period_kind, breakdown in cohort_cuts() %}
        union all

        select
            account_id,
            pipeline_id,
            '{{ period_kind }}' as period_kind,
            {{ period_of(period_kind, 'entered_on') }} as period_start,
            '{{ breakdown }}' as breakdown,
            {{ breakdown_value(breakdown) }} as breakdown_value,
            stage_id,
            count(*) as passed
        from split_jumps
        {% if period_kind == 'week' %}
            where entered_on >= {{ first_cohort_week() }}
        {% endif %}
        group by all
    {% endfor %}
)

select
    {{ cohort }},
    stage_id,
    cast(sum(passed) as bigint) as passed
from all_passed
group by {{ cohort }}, stage_id
