"""Advertising: does what is paid for bring leads, and can they be told apart?"""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_campaign_discipline"

RULES = (
    Rule(
        id="spend_without_leads",
        entity="campaign",
        frame=_FRAME,
        column="is_without_leads",
        expects=False,
        applies_when=("has_spent",),
        explains=("leads", "leads_told_by", "last_spend_on"),
        needs=("deals", "spend"),
        severity="warning",
        owner_role="marketing",
        requirements=("S4",),
        ru=RuleText(
            title="Реклама тратит деньги, а сделок с неё нет",
            fix="Проверьте метки в ссылках кампании и форму на её странице. Если метки доходят до "
            "сделок, а заявок нет, остановите кампанию.",
        ),
        en=RuleText(
            title="Campaign that spends and brings no deal",
            fix="Check the tags in the campaign's links and the form on its page. If tags reach "
            "the deals and there are no inquiries, stop the campaign.",
        ),
    ),
    Rule(
        id="campaign_untagged",
        entity="campaign",
        frame=_FRAME,
        column="is_untagged",
        expects=False,
        applies_when=("has_spent",),
        explains=("untagged_links", "links"),
        needs=("spend",),
        severity="warning",
        owner_role="marketing",
        requirements=("S4",),
        ru=RuleText(
            title="В ссылках рекламы нет UTM-меток",
            fix="Допишите utm_source, utm_medium и utm_campaign во все ссылки кампании, иначе "
            "заявки с неё останутся без источника.",
        ),
        en=RuleText(
            title="Links of the campaign lack UTM tags",
            fix="Add utm_source, utm_medium and utm_campaign to every link of the campaign, or its "
            "inquiries will have no source.",
        ),
    ),
    Rule(
        id="paid_mark_no_spend",
        entity="paid_mark",
        frame="quality.fct_paid_mark_discipline",
        column="is_without_spend",
        expects=False,
        explains=("leads", "first_on", "last_on"),
        needs=("deals", "spend"),
        severity="warning",
        owner_role="marketing",
        requirements=("S4",),
        ru=RuleText(
            title="Платная реклама, расходов на которую нет",
            fix="Подключите рекламный кабинет или положите файл с расходами в папку spend_files. "
            "Если реклама бесплатна, исправьте метку: окупаемость завышена.",
        ),
        en=RuleText(
            title="Paid advertising without any spend",
            fix="Connect the cabinet, or put a file of spend into the folder spend_files. If it is "
            "not paid for, correct the mark: payback is overstated.",
        ),
    ),
)
