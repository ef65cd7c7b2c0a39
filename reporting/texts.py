"""Sentences that the templates ask for by a key."""

from decimal import Decimal

from reporting.i18n import Wording
from reporting.inputs import FeedProblem
from reporting.ratio import Why


def why_texts(wording: Wording, minimum_coverage: Decimal) -> dict[Why, str]:
    """Why a number is not there, in words."""
    least = wording.percent(minimum_coverage)
    _ = wording.gettext
    return {
        "no_deals_feed": _("no source of deals is switched on"),
        "deals_not_loaded": _("deals have never been loaded"),
        "money_not_loaded": _("payments have never been loaded"),
        "spend_off": _("no source of advertising spend is switched on"),
        "spend_not_loaded": _("advertising spend has never been loaded"),
        "no_money_feed": _("no source of payments is switched on"),
        "no_spend_feed": _("no data on advertising spend here"),
        "no_money": _("no money from customers to divide by"),
        "no_leads": _("no leads to divide by"),
        "no_spend": _("nothing was spent"),
        "low_coverage": _("withheld: the channel is known for less than %(share)s of the money")
        % {"share": least},
        "final_stage": _("nothing lies beyond a win"),
        "nobody_entered": _("no deal reached this stage"),
        "order_unknown": _("the CRM has this stage no more, so its place is not known"),
        "no_stays": _("no stay whose length can be trusted"),
        "still_standing": _("too many deals still stand here to tell"),
        "no_moves": _("moved no deals"),
        "no_wins": _("won no deals"),
        "none_judged": _("no stay has ended or passed its limit yet"),
        "no_losses": _("no deals were lost"),
        "no_inquiries": _("no inquiries to divide by"),
        "no_history": _("the history is too short: fewer than three past forecasts to check"),
        "no_payments_yet": _("no past payments to learn from"),
        "nothing_paid": _("nothing was paid in the month"),
        "no_new_leads": _("no new leads to divide by"),
        "no_qualifying": _("no stage is named as one that qualifies a lead"),
        "no_qualified": _("no qualified leads to divide by"),
        "no_customers": _("no new customers to divide by"),
        "no_cogs": _("the cost of goods is not known"),
        "low_cogs": _("withheld: the cost of goods is known for less than %(share)s of the money")
        % {"share": least},
        "low_leads": _("withheld: the source is known for less than %(share)s of the leads")
        % {"share": least},
        "few_paths": _("withheld: too few paths of customers to learn from"),
        "no_score": _("not known"),
        "nothing_mended": _("nobody has mended such a breach yet"),
        "no_deals_here": _("no deals to judge"),
        "no_owned": _("its deals have neither payments nor prices to weigh"),
        "no_earlier": _("no earlier report"),
    }


def tie_names(wording: Wording) -> dict[str, str]:
    """What is compared with what."""
    _ = wording.gettext
    return {
        "leads": _("Leads: by source and in the funnel"),
        "credit": _("Prices of won deals: over managers and over deals"),
        "losses": _("Lost deals: by reason and in the CRM"),
        "money_cash": _("Net revenue: by date of payment and in the ledger of payments"),
        "money_cohort": _("Net revenue: by month of the lead and in the ledger of payments"),
        "money_payback": _("Net revenue: by payback of channels and in the ledger of payments"),
        "money_models": _("Net revenue: by models of attribution and in the ledger of payments"),
        "money_ledger": _("Customers' money with VAT: by bucket and in the ledger of payments"),
        "spend_cash": _("Spend: by date of payment and in the advertising cabinets"),
        "spend_cohort": _("Spend: by month of the lead and in the advertising cabinets"),
        "spend_payback": _("Spend: by payback of channels and in the advertising cabinets"),
        "spend_ledger": _("Spend: by bucket and in the advertising cabinets"),
    }


def problem_text(wording: Wording, problem: FeedProblem) -> str:
    """What of a source was not loaded; a kind that is not known here is said in general words."""
    _ = wording.gettext
    texts = {
        "not_loaded_yet": _("loaded by an earlier version, load it again"),
        "unreadable_row": _("rows that could not be read: %(rows)s"),
        "unreadable_sheet": _("sheets that could not be read: %(rows)s"),
        "unreadable_file": _("the file could not be read at all"),
        "malformed_record": _("records in a form nobody knows: %(rows)s"),
        "load_failed": _("the last load failed, figures are as they were before it"),
        "silent_day": _("not a single record that day, though there used to be some"),
        "unknown_value": _("values of an unknown kind, taken as they are: %(rows)s"),
        "unknown_column": _("columns that nobody reads: %(rows)s"),
        "missing_column": _("columns that the mapping names and the file lacks: %(rows)s"),
        "unknown_deal": _("deals that are not among the loaded ones: %(rows)s"),
        "duplicate_rows": _("rows replaced by a later row of the same file: %(rows)s"),
        "unsettled_day": _("days whose figures were never confirmed: %(rows)s"),
        "vanished_deal": _("deals that are gone though nobody deleted them: %(rows)s"),
        "superseded": _("rows replaced by a later file: %(rows)s"),
        "no_rate": _("amounts without an exchange rate: %(rows)s"),
    }
    text = texts.get(problem.kind, _("was not loaded whole"))
    amount = ""
    if problem.kind == "totals_do_not_tie" and problem.amount:
        text = _("the bank's control totals differ by %(amount)s")
        amount = wording.money(problem.amount)
    elif problem.kind == "totals_do_not_tie":
        text = _("the bank's control totals contradict each other")
    said = text % {"amount": amount, "rows": wording.count(problem.rows)}
    return f"{problem.subject}: {said}"
