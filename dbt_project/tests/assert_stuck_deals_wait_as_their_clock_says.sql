-- the list of stuck deals judges contacts by itself, for it also has stages without a clock
select
    stuck.account_id,
    stuck.deal_id,
    stuck.waiting_on,
    slas.waiting_on as clock_waits_on
from {{ ref('rpt_stuck_deals') }} as stuck
inner join {{ ref('fct_stage_sla') }} as slas
    on
        stuck.account_id = slas.account_id
        and stuck.deal_id = slas.deal_id
        and stuck.visit_number = slas.visit_number
where stuck.waiting_on <> slas.waiting_on
