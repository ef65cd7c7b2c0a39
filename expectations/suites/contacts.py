"""Contacts: can the customer be reached, and is the customer there once?"""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_contact_discipline"

RULES = (
    Rule(
        id="contact_unreachable",
        entity="contact",
        frame=_FRAME,
        column="is_unreachable",
        expects=False,
        explains=("live_deals",),
        severity="warning",
        owner_role="responsible",
        requirements=("S41",),
        ru=RuleText(
            title="Контакт без телефона и почты",
            fix="Впишите в карточку контакта телефон или почту. Без них клиенту не перезвонить, "
            "а его звонки, заявки и оплаты не найдут сделку.",
        ),
        en=RuleText(
            title="Contact without a phone or an e-mail",
            fix="Enter a phone or an e-mail on the contact's card. Without them nobody can call "
            "back, and the customer's calls, forms and payments will not find the deal.",
        ),
    ),
    Rule(
        id="contact_duplicate",
        entity="contact",
        frame=_FRAME,
        column="is_duplicate",
        expects=False,
        explains=("duplicate_of_contact_id", "live_deals"),
        severity="warning",
        owner_role="responsible",
        requirements=("S41",),
        ru=RuleText(
            title="Контакт заведён дважды",
            fix="Откройте оба контакта и объедините их. Если это разные люди с общим телефоном или "
            "почтой, впишите этот номер или адрес в справочник identity_exclusions.",
        ),
        en=RuleText(
            title="The contact is there twice",
            fix="Open both contacts and merge them. If they are different people who share a phone "
            "or an address, put it into the seed identity_exclusions.",
        ),
    ),
)
