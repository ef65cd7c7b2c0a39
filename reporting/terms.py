"""Codes of the marts in words."""

from reporting.i18n import Wording


def terms(wording: Wording) -> dict[str, dict[str, str]]:
    """By kind of code."""
    _ = wording.gettext
    return {
        "waiting_on": {
            "client": _("the client"),
            "manager": _("us: the client has written last"),
            "unknown": _("unclear: no contact"),
        },
        "stuck": {
            "over_limit": _("longer than its standard"),
            "over_p90": _("longer than nine in ten deals here"),
            "no_next_step": _("no task ahead"),
        },
        "mass": {
            "stage": _("moved to a stage"),
            "responsible": _("handed to another"),
        },
        "inquiry": {
            "new": _("For the first time"),
            "new_after_window": _("Came back after a long time"),
            "repeat_within_window": _("Came back soon after a closed deal"),
            "repeat_open": _("Wrote again about an open deal"),
            "configured": _("as the company has it"),
            "7": _("if “soon” were 7 days"),
            "30": _("if “soon” were 30 days"),
            "90": _("if “soon” were 90 days"),
        },
        "severity": {
            "warning": _("It harms the figures"),
            "advice": _("Worth thinking about"),
        },
        **_money_terms(wording),
        **_discipline_terms(wording),
    }


def _discipline_terms(wording: Wording) -> dict[str, dict[str, str]]:
    _ = wording.gettext
    return {
        "gravity": {
            "blocker": _("figures withheld"),
            "error": _("error"),
            "warning": _("warning"),
            "advice": _("advice"),
        },
        "urgency": {
            "blocker": _("At once: figures are withheld because of it"),
            "error": _("At once: errors"),
            "warning": _("This week: warnings"),
            "advice": _("Advice: it does not lower the score"),
        },
        "role": {
            "responsible": _("Managers, in their deals"),
            "supervisor": _("The head of sales"),
            "marketing": _("Marketing"),
            "administrator": _("The CRM's administrator"),
            "accountant": _("The accountant"),
        },
        "thing": {
            "deal": _("Deals"),
            "deal_field": _("Fields of deals"),
            "contact": _("Contacts"),
            "payment": _("Payments"),
            "inquiry": _("Inquiries"),
            "entry_point_day": _("Entry points and their days"),
            "campaign": _("Campaigns"),
            "paid_mark": _("Paid marks"),
            "mark": _("Values of marks"),
            "stage": _("Stages and pipelines"),
            "mass_change": _("Mass changes"),
            "user": _("Employees"),
            "bank_file": _("Bank statements"),
            "tie": _("Totals of the reports"),
        },
        "field": {
            "price": _("price"),
            "contact": _("contact"),
            "phone": _("telephone of the contact"),
            "source": _("source"),
            "message": _("a message or a document to the client"),
        },
    }


def _money_terms(wording: Wording) -> dict[str, dict[str, str]]:
    _ = wording.gettext
    return {
        "bucket": {
            "paid_deals": _("Campaigns whose deals have paid"),
            "deals_unpaid": _("Campaigns with deals, none of them has paid yet"),
            "deals_payment_unknown": _("Campaigns with deals; payments are not connected"),
            "without_deals": _("Campaigns that have never brought a deal"),
            "no_campaign": _("The cabinet does not name the campaign"),
            "unknown_cost": _("The cabinet gave no cost"),
            "surcharge": _("Surcharge: agency's fee and the like"),
            "allocated": _("A deal was found"),
            "by_manual": _("Matched by hand"),
            "by_deal": _("By the deal's number"),
            "by_invoice": _("By the invoice's number"),
            "by_inn": _("By the payer's tax number"),
            "by_refund": _("Refund of a matched payment"),
            "by_other": _("By another rule"),
            "unallocated_remainder": _("No deal: rest of a payment that was split"),
            "unallocated_review": _("No deal: a likely one waits for your word"),
            "unallocated_ambiguous": _("No deal: several fit equally"),
            "unallocated_no_candidate": _("No deal: nothing fits"),
            "unallocated_manual": _("No deal: so a person decided"),
            "customers": _("Customers' money"),
            "duplicate": _("The same movement told by two sources"),
            "not_in_payments": _("Lost: not among the payments"),
            "not_in_customer_money": _("Lost: customers' money of no report"),
            "class_own_transfer": _("Transfers between own accounts"),
            "class_acquiring_settlement": _("Settlements of the acquirer"),
            "class_acquiring_fee": _("Fees of the acquirer"),
            "class_bank_fee": _("Fees of the bank"),
            "class_tax": _("Taxes"),
            "class_salary": _("Wages"),
            "class_loan_deposit_interest": _("Loans, deposits, interest"),
            "class_other_in": _("Other money in"),
            "class_other_out": _("Other money out"),
        },
        "model": {
            "deal_source": _("Source on the card"),
            "first": _("First touch"),
            "last": _("Last touch"),
            "last_non_direct": _("Last but direct"),
            "linear": _("Evenly"),
            "position_40_20_40": _("By place, 40-20-40"),
            "time_decay": _("The later the more"),
            "u_first_leadcreate": _("First touch and inquiry"),
            "w_shaped": _("First, inquiry, deal"),
            "markov_1": _("Markov chain"),
            "markov_2": _("Markov chain of two steps"),
            "shapley": _("Shapley value"),
        },
        "payback": {
            "paid_back": _("paid back"),
            "not_yet": _("not yet"),
            "no_spend": _("nothing was spent"),
            "withheld": _("withheld"),
        },
        "basis": {
            "gross_profit": _("gross profit"),
            "revenue": _("revenue, cost of goods not known"),
        },
        "violation": {
            "letter_case": _("capital letters"),
            "cyrillic": _("Cyrillic letters"),
            "blanks": _("spaces"),
            "unreplaced_macro": _("a macro that was not filled in"),
            "swapped": _("source and medium are swapped"),
            "unknown_value": _("not in the list of known values"),
            "near_duplicate": _("almost the same as another"),
            "no_utm": _("the link has no marks"),
        },
        "mark": {"link": _("link")},
        "method": {
            "deal_id": _("deal's number in the payment"),
            "deal_number": _("deal's number in the purpose"),
            "invoice_inn": _("invoice and tax number"),
            "invoice_sum": _("invoice and sum"),
            "invoices_split": _("several invoices"),
            "invoice": _("invoice"),
            "inn_sum": _("tax number and sum"),
            "refund_of_payment": _("refund of a payment"),
            "inn_fifo": _("tax number, oldest first"),
            "name_sum": _("name and sum"),
        },
        "maker": {"robot": _("integration"), "user": _("a person by hand")},
    }
