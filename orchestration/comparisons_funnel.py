"""What of a simulated company's truth about its funnel is compared with what."""

from orchestration.comparisons_base import Comparison

FUNNEL_COMPARISONS = (
    Comparison(
        "stays: who moved the deal, which way, over how many stages",
        """select deal_id, visit_number, pipeline_id, stage_id,
                  case when visit_number > 1 then entered_by_user_id end, direction,
                  skipped_stages, entered_at, left_at
           from truth_funnel_stays""",
        """select deal_id, visit_number, pipeline_id, stage_id,
                  case when visit_number > 1 then entered_by_user_id end, direction,
                  skipped_stages, entered_at, left_at
           from marts.fct_deal_stage_visits""",
    ),
    Comparison(
        "stays whose record had to be repaired",
        """select deal_id, visit_number, repair from truth_funnel_stays
           where repair is not null""",
        """select deal_id, visit_number, repair from marts.fct_deal_stage_visits
           where repair is not null""",
    ),
    Comparison(
        "stays entered in bulk, by clicking through, or by a sloppy move",
        """select deal_id, visit_number, is_mass_change, is_click_through, is_sloppy
           from truth_funnel_stays where is_mass_change or is_click_through or is_sloppy""",
        """select deal_id, visit_number, is_mass_change, is_click_through, is_sloppy
           from marts.fct_deal_stage_visits
           where is_mass_change or is_click_through or is_sloppy""",
    ),
    Comparison(
        "mass changes of stage and of responsible",
        """select kind, actor_user_id, target_pipeline_id, target_id, deals, changes, is_mixed,
                  started_at, ended_at
           from truth_funnel_mass_changes""",
        """select kind, actor_user_id, target_pipeline_id,
                  coalesce(target_stage_id, target_user_id), deals, changes, is_mixed,
                  started_at, ended_at
           from marts.fct_mass_changes""",
    ),
    Comparison(
        "skips: class and evidence",
        """select deal_id, visit_number, skipped_stages, "class", evidence
           from truth_funnel_skips""",
        """select deal_id, visit_number, skipped_stages, skip_class, skip_evidence
           from marts.fct_deal_skips""",
    ),
    Comparison(
        "deals clicked through",
        "select deal_id, count(*) from truth_funnel_click_through group by deal_id",
        """select deal_id, click_throughs from marts.fct_deal_paths where click_throughs > 0""",
    ),
    Comparison(
        "who was responsible when",
        "select deal_id, interval_number, user_id, starts_at, ends_at from truth_funnel_holders",
        """select deal_id, interval_number, user_id, starts_at, ends_at
           from marts.fct_deal_responsibility""",
    ),
    Comparison(
        "credit for sales by every rule",
        """select deal_id, user_id, 'closer', 1.0::double from truth_funnel_credits
           where is_closer
           union all
           select deal_id, user_id, 'originator', 1.0 from truth_funnel_credits
           where is_originator
           union all
           select deal_id, user_id, 'share_time', round(share_of_time, 9)
           from truth_funnel_credits where share_of_time > 0
           union all
           select deal_id, user_id, 'share_stages', round(share_of_stages, 9)
           from truth_funnel_credits where share_of_stages > 0""",
        """select deal_id, user_id, rule, round(weight, 9) from marts.fct_deal_credits""",
    ),
    Comparison(
        "sale chains over pipelines",
        """select deal_id, parent_deal_id, root_deal_id,
                  case mechanism when 'new_deal' then 'new_deal' when 'same_deal' then 'moved'
                       else 'root' end
           from truth_funnel_chains""",
        """select deal_id, parent_deal_id, sale_chain_id, mechanism
           from marts.fct_sale_chain_links""",
    ),
    Comparison(
        "outcomes of departments: handed over, won, lost",
        """select deal_id, pipeline_id, outcome, outcome_at, credited_user_id
           from truth_funnel_departments""",
        """select deal_id, pipeline_id, outcome, outcome_at, credited_user_id
           from marts.fct_department_outcomes""",
    ),
    Comparison(
        "deals of people who were here before",
        """select deal_id, inquiry_class from truth_funnel_inquiry_classes
           where "system" = 'deals'""",
        "select deal_id, inquiry_class from marts.fct_deals where not is_deleted",
    ),
    Comparison(
        "calls and forms of call tracking: new or repeated",
        """select "system", kind, direction, occurred_at, inquiry_class
           from truth_funnel_inquiry_classes
           where "system" in ('calltouch', 'uis') and exists (from truth_calls)""",
        """select source, kind, direction, occurred_at, inquiry_class
           from marts.fct_inquiries
           where source in ('calltouch', 'uis') and kind in ('call', 'form')""",
    ),
    Comparison(
        "calls that only the CRM knows: new or repeated",
        """select 'amocrm:call:' || record_id, direction, occurred_at, inquiry_class
           from truth_funnel_inquiry_classes where "system" = 'calls' and is_first_hand""",
        """select inquiry_id, direction, occurred_at, inquiry_class from marts.fct_inquiries
           where source = 'amocrm_calls'""",
    ),
    Comparison(
        "unsorted inquiries, whoever else saw them: new or repeated",
        """select 'amocrm:unsorted:' || record_id, inquiry_class
           from truth_funnel_inquiry_classes where "system" = 'unsorted'""",
        """select r.record_id, i.inquiry_class
           from marts.fct_inquiries as i
           cross join unnest([i.inquiry_id, i.second_record_id, i.last_record_id]) as r (record_id)
           where r.record_id like 'amocrm:unsorted:%' group by all""",
    ),
    Comparison(
        "limits of stages: time run, who is waited for, breaches, warnings",
        """select deal_id, visit_number, limit_seconds, running_seconds, waiting_on, is_breach,
                  is_warning
           from truth_funnel_sla""",
        """select deal_id, visit_number, limit_seconds, running_seconds, waiting_on, is_breach,
                  is_warning
           from marts.fct_stage_sla""",
    ),
    Comparison(
        "tasks put off: how often and how far",
        "select task_id, deal_id, postponements, delay_seconds from truth_funnel_postponements",
        """select task_id, deal_id, shifts, delay_seconds from marts.fct_task_postponements
           where deal_id is not null""",
    ),
    Comparison(
        "stages badly named, dead, for reminders, or without a standard",
        "select rule_id, pipeline_id, stage_id from truth_funnel_lint",
        """select rule_id, pipeline_id, stage_id from marts.rpt_pipeline_lint
           where rule_id in ('reminder_stage', 'missing_task', 'compound_name', 'dead_stage',
                             'no_standard')""",
    ),
)
