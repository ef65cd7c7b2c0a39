"""What of a simulated company's truth about where deals come from is compared with what.

Deals whose source hangs on a record of nobody's number (``is_certain`` false) are left out.
"""

from orchestration.comparisons_base import Comparison

_CERTAIN = "deal_id in (select deal_id from truth_deal_sources where is_certain)"
_KNOWN = "deal_id in (select deal_id from truth_deal_sources where is_person_certain)"
# A click, a visit without marks and a page stand for a source; how they are written is no matter.
_MARKED = "source_rule in ('deal_utm', 'inquiry_utm', 'contact_utm', 'first_deal')"
_DOUBTFUL_DAYS = """(select (d.created_at at time zone $zone)::date
                     from truth_deals as d join truth_deal_sources as s using (deal_id)
                     where not s.is_certain)"""
_LOSSES = """(
    select coalesce(l.pipeline_id, d.pipeline_id) as pipeline_id,
           coalesce(l.stage_id, 0) as stage_id,
           coalesce(l.loss_reason, '__none__') as loss_reason, l.is_other,
           l.responsible_user_id, s.channel, s.is_certain, d.price,
           date_trunc('month', l.lost_at at time zone $zone)::date as lost_month
    from truth_funnel_losses as l
    join truth_deals as d using (deal_id)
    join truth_deal_sources as s using (deal_id)
)"""
_LOSS_KEYS = "pipeline_id, stage_id, loss_reason, responsible_user_id, lost_month"
_DOUBTFUL_LOSSES = f"(select {_LOSS_KEYS} from {_LOSSES} where not is_certain)"  # noqa: S608

SOURCE_COMPARISONS = (
    Comparison(
        "deals: which record tells the source, and which channel",
        f"""select deal_id, source_rule, channel,
                   case when {_MARKED} then utm_source end,
                   case when {_MARKED} then utm_medium end,
                   case when {_MARKED} then utm_campaign end
            from truth_deal_sources where is_certain""",  # noqa: S608
        f"""select deal_id, source_rule, channel,
                   case when {_MARKED} then utm_source end,
                   case when {_MARKED} then utm_medium end,
                   case when {_MARKED} then utm_campaign end
            from marts.fct_deals where {_CERTAIN}""",  # noqa: S608
    ),
    Comparison(
        "deals: which campaign of Direct or VK, and how it was found",
        """select deal_id, campaign_key, join_method from truth_deal_sources
           where is_certain and utm_source in ('yandex', 'vk')""",
        f"""select deal_id, campaign_key, join_method from marts.fct_deals
            where {_CERTAIN} and utm_source in ('yandex', 'vk')
              and deal_id in (select deal_id from truth_deal_sources
                              where utm_source in ('yandex', 'vk'))""",  # noqa: S608
    ),
    Comparison(
        "sources lost on the way to the card, or typed over after the sale",
        """select deal_id, is_source_lost, is_source_overwritten from truth_deal_sources
           where is_certain and (is_source_lost or is_source_overwritten)""",
        f"""select deal_id, is_source_lost, is_source_overwritten from marts.fct_deals
            where {_CERTAIN} and (is_source_lost or is_source_overwritten)""",  # noqa: S608
    ),
    Comparison(
        "marks that break the naming standard",
        "select violation, mark, raw_value from truth_utm_findings",
        """select violation, mark, raw_value from marts.rpt_utm_lint
           where leads > 0
             and (violation in ('letter_case', 'cyrillic', 'blanks', 'unreplaced_macro')
                  and mark in ('utm_source', 'utm_medium', 'utm_campaign')
                  or violation in ('swapped', 'near_duplicate') and mark = 'utm_source')""",
    ),
    Comparison(
        "visits of a deal's person before it",
        f"""select deal_id, touched_at from truth_touchpoints where {_KNOWN}""",  # noqa: S608
        f"""select d.deal_id, t.touched_at
           from warehouse.intermediate.int_touchpoints__raw_touches as t
           join warehouse.intermediate.int_identity__person_deals as p
               on t.account_id = p.account_id and t.person_id = p.person_id and p.is_main
           join marts.fct_deals as d on p.account_id = d.account_id and p.deal_id = d.deal_id
           where t.kind = 'visit' and not d.is_deleted
             and t.touched_at between d.created_at - interval 90 day and d.created_at
             and d.{_KNOWN}""",  # noqa: S608
    ),
    Comparison(
        "leads by day and channel",
        f"""select (d.created_at at time zone $zone)::date, s.channel, count(*)
            from truth_deals as d join truth_deal_sources as s using (deal_id)
            where (d.created_at at time zone $zone)::date not in {_DOUBTFUL_DAYS}
            group by all""",  # noqa: S608
        f"""select created_on, channel, sum(leads)::bigint from marts.rpt_leads_by_source
            where created_on not in {_DOUBTFUL_DAYS} group by all""",  # noqa: S608
    ),
    Comparison(
        "reasons of refusals by stage, channel, manager and month",
        f"""select pipeline_id, stage_id, loss_reason, is_other, responsible_user_id, channel,
                   lost_month, count(*), sum(price)
            from {_LOSSES} where ({_LOSS_KEYS}) not in {_DOUBTFUL_LOSSES} group by all""",  # noqa: S608
        f"""select pipeline_id, stage_id, loss_reason, is_other, responsible_user_id, channel,
                   lost_month, sum(deals)::bigint, sum(price_sum)
            from marts.rpt_loss_reasons
            where ({_LOSS_KEYS}) not in {_DOUBTFUL_LOSSES} group by all""",  # noqa: S608
    ),
)
