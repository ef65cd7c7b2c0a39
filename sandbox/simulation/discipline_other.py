"""Breaches of every rule that is not about a single deal, as far as the feeds that are on tell."""

from sandbox.model import Company
from sandbox.simulation.discipline_campaigns import campaign_breaches
from sandbox.simulation.discipline_contacts import contact_breaches
from sandbox.simulation.discipline_inquiries import entry_point_breaches, inquiry_breaches
from sandbox.simulation.discipline_payments import bank_breaches
from sandbox.simulation.discipline_people import change_breaches, user_breaches
from sandbox.simulation.discipline_stages import stage_breaches
from sandbox.simulation.discipline_told import Row, Told
from sandbox.simulation.discipline_utm import mark_breaches
from sandbox.simulation.funnel_record import Record


def other_defects(
    company: Company, feeds: set[str], sources: list[Row]
) -> tuple[list[Row], list[Row], list[tuple[str, str]]]:
    """Breaches, what nobody can be certain of, and the rules that are spoken of."""
    record = Record(company)
    told = Told()
    contact_breaches(told, record)
    bank_breaches(told, company, feeds)
    inquiry_breaches(told, record, feeds)
    entry_point_breaches(told, record, feeds)
    campaign_breaches(told, record, feeds, sources)
    mark_breaches(told, record, feeds, sources)
    stage_breaches(told, record)
    change_breaches(told, record)
    user_breaches(told, record)
    return told.rows, told.doubts, told.rules
