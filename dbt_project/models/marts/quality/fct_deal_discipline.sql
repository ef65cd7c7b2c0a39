{#
  What the rules ask is prepared by subject; here it stands side by side. The contract groups and
  describes the columns.
#}
{% set facts = {
    'deals': [
        'account_id', 'deal_id', 'contact_id', 'sale_chain_id', 'pipeline_id', 'stage_id',
        'responsible_user_id', 'responsible_then_user_id', 'deal_name', 'deal_url',
        'entity_name', 'entity_url', 'pipeline_name', 'pipeline_role', 'stage_name', 'status',
        'responsible_name', 'channel', 'source_rule', 'source_raw', 'inquiry_class', 'crm',
        'price', 'paid_amount', 'net_paid_amount', 'money_at_stake', 'currency', 'is_open',
        'is_won', 'is_lost', 'is_paid', 'is_root', 'is_child', 'is_working', 'is_source_lost',
        'is_source_overwritten', 'created_on', 'closed_on', 'first_paid_on', 'last_paid_on',
        'crm_paid_on', 'created_at', 'closed_at', 'stage_entered_at',
    ],
    'cards': [
        'earlier_deal_id', 'first_pipeline_name', 'right_pipeline_name', 'has_source',
        'is_sale_source_lost', 'is_without_contact', 'is_auto_named', 'is_duplicate',
        'is_repeat_as_new_deal', 'is_misrouted',
    ],
    'prices': [
        'same_price_deals', 'price_before_win', 'price_at_win', 'price_cut_amount',
        'is_placeholder_price', 'is_price_cut_before_win', 'is_price_changed_after_win',
        'price_changed_at',
    ],
    'money': [
        'sale_paid_amount', 'unpaid_amount', 'missing_amount', 'excess_amount', 'has_price',
        'has_payment_date', 'is_paid_before_created', 'is_payment_date_in_future',
        'is_last_of_sale', 'is_won_unpaid', 'is_won_underpaid', 'is_won_overpaid',
        'is_paid_not_won', 'is_lost_with_payment',
    ],
    'people': [
        'has_responsible', 'is_responsible_dismissed', 'is_responsible_service',
        'is_responsible_fit',
    ],
    'tasks': [
        'open_tasks', 'task_shifts', 'task_delay_days', 'is_without_task', 'is_task_overdue',
        'is_task_postponed', 'last_task_due_at',
    ],
    'stages': [
        'waiting_on', 'stay_hours', 'limit_hours', 'stage_contacts', 'is_stage_listed',
        'is_stuck_waiting_client', 'is_stuck_over_norm', 'is_without_next_step',
        'should_be_closed', 'is_sla_breach', 'is_sla_warning', 'is_sloppy_jump',
        'is_stage_unlisted', 'is_first_stage_busy', 'sloppy_moved_at',
    ],
    'closings': [
        'loss_reason', 'has_loss_reason', 'is_loss_reason_other', 'is_loss_reason_too_early',
        'is_lost_without_reason', 'is_won_in_one_jump', 'is_won_without_work',
        'is_lost_client_wrote', 'client_wrote_at',
    ],
    'four_fields': [
        'four_fields',
    ],
} %}
{% set columns = [] %}
{% for subject, names in facts.items() %}
    {% for name in names %}
        {% do columns.append(subject ~ '.' ~ name) %}
    {% endfor %}
{% endfor %}

with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

cards as (
    select * from {{ ref('int_discipline__cards') }}
),

prices as (
    select * from {{ ref('int_discipline__prices') }}
),

money as (
    select * from {{ ref('int_discipline__money') }}
),

people as (
    select * from {{ ref('int_discipline__people') }}
),

tasks as (
    select * from {{ ref('int_discipline__tasks') }}
),

stages as (
    select * from {{ ref('int_discipline__stages') }}
),

closings as (
    select * from {{ ref('int_discipline__closings') }}
),

four_fields as (
    select * from {{ ref('int_discipline__four_fields') }}
)

select
    {{ columns | join(',\n    ') }}
from deals
inner join cards using (account_id, deal_id)
inner join prices using (account_id, deal_id)
inner join money using (account_id, deal_id)
inner join people using (account_id, deal_id)
inner join tasks using (account_id, deal_id)
inner join stages using (account_id, deal_id)
inner join closings using (account_id, deal_id)
inner join four_fields using (account_id, deal_id)
