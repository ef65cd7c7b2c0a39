{% set evidences = ['work_done', 'plausible', 'mass_change', 'click_through', 'late_jump'] %}

with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
    where visit_number > 1 and not is_deleted
),

judged_moves as (
    select * from {{ ref('int_funnel__judged_moves') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

count_moves as (
    select
        account_id,
        {{ month_of(local_date('visits.entered_at')) }} as month,
        visits.entered_by_user_id as actor_user_id,
        visits.responsible_user_id,
        count(*) as moves,
        count(*) filter (where visits.direction = 'forward' and not visits.is_lost)
            as forward_moves,
        count(judged_moves.skip_class) as skips,
        count(*) filter (where judged_moves.skip_class = 'legit') as legit_skips,
        count(*) filter (where judged_moves.skip_class = 'sloppy') as sloppy_skips,
        {% for evidence in evidences %}
            count(*) filter (where judged_moves.skip_evidence = '{{ evidence }}')
                as {{ evidence }}_skips,
        {% endfor %}
        coalesce(sum(visits.skipped_stages), 0) as skipped_stages
    from visits
    left join judged_moves using (account_id, deal_id, visit_number)
    group by all
),

-- whoever drags a card is not always whose deal it is
two_roles as (
    {% for role in ['actor', 'responsible'] %}
        select
            account_id,
            month,
            '{{ role }}' as role,
            {{ role }}_user_id as user_id,
            sum(moves) as moves,
            sum(forward_moves) as forward_moves,
            sum(skips) as skips,
            sum(legit_skips) as legit_skips,
            sum(sloppy_skips) as sloppy_skips,
            {% for evidence in evidences %}
                sum({{ evidence }}_skips) as {{ evidence }}_skips,
            {% endfor %}
            sum(skipped_stages) as skipped_stages
        from count_moves
        group by account_id, month, {{ role }}_user_id
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    two_roles.account_id,
    two_roles.month,
    two_roles.role,
    two_roles.user_id,
    {{ manager_name('users.user_name', 'two_roles.user_id') }} as user_name,
    {% for column in ['moves', 'forward_moves', 'skips', 'legit_skips', 'sloppy_skips'] %}
        cast(two_roles.{{ column }} as bigint) as {{ column }},
    {% endfor %}
    {% for evidence in evidences %}
        cast(two_roles.{{ evidence }}_skips as bigint) as {{ evidence }}_skips,
    {% endfor %}
    cast(two_roles.skipped_stages as bigint) as skipped_stages,
    cast(two_roles.skips as double) / nullif(two_roles.forward_moves, 0) as skip_share,
    cast(two_roles.sloppy_skips as double) / nullif(two_roles.skips, 0) as sloppy_share
from two_roles
left join users
    on
        two_roles.account_id = users.account_id
        and two_roles.user_id = users.user_id
