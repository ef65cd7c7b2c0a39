with users as (
    select * from {{ ref('int_crm__users') }}
),

discipline as (
    select * from {{ ref('fct_deal_discipline') }}
),

closing_habits as (
    select * from {{ ref('int_funnel__closing_habits') }}
),

postponers as (
    select * from {{ ref('rpt_postponers') }}
    where responsible_user_id <> 0
),

postponements as (
    select distinct
        account_id,
        responsible_user_id as user_id,
        deal_id
    from {{ ref('fct_task_postponements') }}
    where not is_completed and responsible_user_id <> 0
),

account as (
    select * from {{ ref('int_company__account') }}
),

-- what their tasks that were put off and are not done keep waiting, in the account's currency
sum_waiting as (
    select
        postponements.account_id,
        postponements.user_id,
        sum(
            case
                when discipline.currency = account.currency then discipline.money_at_stake
                else 0
            end
        ) as postponed_amount
    from postponements
    inner join discipline using (account_id, deal_id)
    cross join account
    where discipline.status = 'open'
    group by postponements.account_id, postponements.user_id
),

list_users as (
    select
        account_id,
        user_id
    from users
    where user_id <> 0

    union

    select
        account_id,
        user_id
    from closing_habits

    union

    select
        account_id,
        responsible_user_id as user_id
    from postponers
),

join_habits as (
    select
        list_users.account_id,
        list_users.user_id,
        {{ user_label('users.user_name', 'list_users.user_id') }} as user_name,
        coalesce(closing_habits.dated_deals, 0) as dated_deals,
        coalesce(closing_habits.defaulted_deals, 0) as defaulted_deals,
        closing_habits.defaulted_share,
        coalesce(closing_habits.measured_deals, 0) as measured_deals,
        closing_habits.first_stage_share,
        coalesce(postponers.tasks, 0) as tasks,
        postponers.postponed_share,
        coalesce(closing_habits.defaulted_amount, 0) as defaulted_amount,
        coalesce(closing_habits.first_stage_amount, 0) as first_stage_amount,
        coalesce(sum_waiting.postponed_amount, 0) as postponed_amount
    from list_users
    left join users using (account_id, user_id)
    left join closing_habits using (account_id, user_id)
    left join sum_waiting using (account_id, user_id)
    left join postponers
        on
            list_users.account_id = postponers.account_id
            and list_users.user_id = postponers.responsible_user_id
)

select
    -- ids
    habits.account_id,
    habits.user_id,
    {{ frame_columns({
        'responsible_user_id': 'habits.user_id',
        'responsible_then_user_id': 'habits.user_id',
        'responsible_name': 'habits.user_name',
        'entity_name': 'habits.user_name',
        'currency': 'account.currency',
        'money_at_stake':
            'greatest(habits.defaulted_amount, habits.first_stage_amount, habits.postponed_amount)',
    }) }},
    -- money
    {{ money('habits.defaulted_amount') }} as defaulted_amount,
    {{ money('habits.first_stage_amount') }} as first_stage_amount,
    {{ money('habits.postponed_amount') }} as postponed_amount,
    -- numbers
    habits.dated_deals,
    habits.defaulted_deals,
    habits.defaulted_share,
    habits.measured_deals,
    habits.first_stage_share,
    habits.tasks,
    habits.postponed_share,
    -- booleans
    {% for base in ['dated_deals', 'measured_deals', 'tasks'] %}
        habits.{{ base }} >= {{ var('quality_user_minimum_deals') }} as has_{{ base }},
    {% endfor %}
    coalesce(
        habits.dated_deals >= {{ var('quality_user_minimum_deals') }}
        and habits.defaulted_share >= {{ var('quality_defaulted_dates_share') }},
        false
    ) as is_date_defaulter,
    coalesce(
        habits.measured_deals >= {{ var('quality_user_minimum_deals') }}
        and habits.first_stage_share >= {{ var('quality_first_stage_share') }},
        false
    ) as is_first_stage_hoarder,
    coalesce(
        habits.tasks >= {{ var('quality_user_minimum_deals') }}
        and habits.postponed_share >= {{ var('quality_postponed_share') }},
        false
    ) as is_postponer
from join_habits as habits
cross join account
