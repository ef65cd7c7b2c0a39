"""What of a simulated company's truth is compared with what, as pairs of relations.

``truth_<table>`` are the truth's tables; ``marts`` and ``quality`` are the published copy,
``warehouse`` is the file it came from. A pair whose truth a company does not have
is left out: it has no such feed.
"""

from orchestration.comparisons_base import Comparison
from orchestration.comparisons_funnel import FUNNEL_COMPARISONS
from orchestration.comparisons_money import MONEY_COMPARISONS
from orchestration.comparisons_sources import SOURCE_COMPARISONS

__all__ = ["COMPARISONS", "Comparison"]

# A deal that was deleted before the first load exists for nobody but the recycle bin.
COMPARISONS = (
    Comparison(
        "deals: status and price",
        """select deal_id, pipeline_id, status, price from truth_deals where not is_deleted""",
        """select deal_id, pipeline_id, status, price from marts.fct_deals
           where not is_deleted""",
    ),
    Comparison(
        "leads by day",
        """select (created_at at time zone $zone)::date, count(*)
           from truth_deals where not is_deleted group by all""",
        "select created_on, sum(leads)::bigint from marts.rpt_leads_by_source group by all",
    ),
    Comparison(
        "stage history: stays with times",
        """select deal_id, visit_number, pipeline_id, stage_id, entered_at, left_at
           from truth_stage_visits
           where is_observable
             and deal_id not in (select deal_id from truth_deals where is_deleted)""",
        """select deal_id, visit_number, pipeline_id, stage_id, entered_at, left_at
           from marts.fct_deal_stage_visits
           where deal_id in (select deal_id from truth_stage_visits where is_observable)""",
    ),
    Comparison(
        "calls noted in the CRM",
        """select note_id, entity_type, entity_id, direction, called_at, duration_seconds,
                  is_answered
           from truth_crm_calls""",
        """select note_id, entity_type, entity_id, direction, called_at, duration_seconds,
                  is_answered
           from warehouse.staging.stg_amocrm__calls""",
    ),
    Comparison(
        "invoices: status, sum, day of payment",
        "select invoice_id, status, price, paid_on from truth_crm_invoices",
        """select invoice_id, payment_status, amount, paid_on
           from warehouse.staging.stg_amocrm__invoices where not is_deleted""",
    ),
    Comparison(
        "deadlines of tasks put off",
        "select task_id, changed_at, due_before, due_after from truth_crm_task_deadlines",
        """select task_id, changed_at, due_before, due_after
           from warehouse.staging.stg_amocrm__task_deadlines""",
    ),
    Comparison(
        "bank movements with their class",
        """select own_account, booked_on, document_number, direction, payment_class, amount
           from truth_payments""",
        """select own_account, booked_on, document_number, direction, payment_class, amount
           from marts.fct_payments
           where own_account in (select own_account from truth_payments)""",
    ),
    Comparison(
        "faults of bank statements",
        "select kind, file_name, count(*) from truth_bank_defects group by all",
        """select kind, subject, case kind when 'totals_do_not_tie' then 1 else rows end
           from quality.feed_problems where source = 'bank_1c'""",
    ),
    Comparison(
        "online payments and refunds",
        """select payment_id, payment_class, booked_on, amount from truth_online_payments
           where payment_class in ('customer_payment', 'customer_refund')""",
        """select document_number, payment_class, booked_on, amount from marts.fct_payments
           where source = 'yookassa'
             and payment_class in ('customer_payment', 'customer_refund')""",
    ),
    Comparison(
        "spend by campaign and day",
        "select campaign_id::text, spend_on, impressions, clicks, cost_gross from truth_spend",
        """select campaign_id, spend_on, impressions, clicks, cost_gross from marts.fct_spend
           where source = 'yandex_direct'""",
    ),
    Comparison(
        "spend by ad, and what no ad explains",
        """select campaign_id, spend_on, cost_gross, under_ads, under_no_ad, not_in_ad_detail
           from truth_direct_ad_costs""",
        """select campaign_id::bigint, spend_on, max(campaign_cost_gross),
                  coalesce(sum(cost_gross) filter (where bucket = 'ad'), 0),
                  coalesce(sum(cost_gross) filter (where bucket = 'no_ad'), 0),
                  coalesce(sum(cost_gross) filter (where bucket = 'not_in_ad_detail'), 0)
           from marts.rpt_spend_by_ad group by campaign_id, spend_on""",
    ),
    Comparison(
        "spend in VK by campaign and day",
        """select cabinet, campaign_id, spend_on, impressions, clicks, cost_gross
           from truth_vk_spend""",
        """select cabinet, campaign_id, spend_on, impressions, clicks, cost_gross
           from marts.fct_spend where source = 'vk_ads'""",
    ),
    Comparison(
        "spend of files by placement and day, in roubles",
        """select cabinet, campaign_id, utm_source, utm_medium, utm_campaign, channel, spend_on,
                  impressions, clicks, cost_gross, cost_gross_original, currency_original
           from truth_file_spend""",
        """select cabinet, campaign_id, utm_source, utm_medium, utm_campaign, channel, spend_on,
                  impressions, clicks, cost_gross, cost_gross_original, currency_original
           from marts.fct_spend where source = 'spend_files'""",
    ),
    Comparison(
        "faults of spend files",
        "select file_name, kind, rows from truth_spend_file_defects",
        """select subject, kind, rows from quality.feed_problems
           where source = 'spend_files' and kind <> 'unknown_column'""",
    ),
    Comparison(
        "calls by call tracking",
        """select service, direction, occurred_at, '+' || phone, is_lost from truth_calls""",
        """select source, direction, occurred_at, phone, is_lost
           from warehouse.intermediate.int_touchpoints__entry_points where kind = 'call'""",
    ),
    Comparison(
        "forms and chats",
        "select service, kind, occurred_at, '+' || phone from truth_forms",
        """select source, kind, occurred_at, phone
           from warehouse.intermediate.int_touchpoints__entry_points where kind <> 'call'""",
    ),
    Comparison(
        "visits to the site",
        # the counter gives a day out when it is over
        """select visit_id, client_id, visited_at, traffic_source, campaign_id from truth_visits
           where (visited_at at time zone $zone)::date
               < (select max((visited_at at time zone $zone)::date) from truth_visits)""",
        """select visit_id, ym_client_id, visited_at, traffic_source, direct_campaign_id
           from warehouse.staging.stg_yandex_metrica__visits""",
    ),
    *MONEY_COMPARISONS,
    *SOURCE_COMPARISONS,
    *FUNNEL_COMPARISONS,
)
