-- every call that telephony noted is an activity, and no call that call tracking heard is two
with notes as (
    select
        account_id,
        'note:' || {{ card_type('entity_type') }} || ':' || note_id as activity_id
    from {{ ref('stg_amocrm__calls') }}
),

activities as (
    select
        account_id,
        activity_id
    from {{ ref('fct_deal_activities') }}
    where kind = 'call' and source = 'note'
)

select
    account_id,
    activity_id
from notes
full outer join activities using (account_id, activity_id)
group by account_id, activity_id
having count(*) <> 1 or count(notes.activity_id) <> 1 or count(activities.activity_id) <> 1
