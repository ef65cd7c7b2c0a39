"""Simulates a demo company: from a seed to everything its services hold, and the truth about it."""

import gc

from sandbox import bank
from sandbox.model import Company, CompanySpec
from sandbox.simulation.advertising import advertise
from sandbox.simulation.cards import fill_cards
from sandbox.simulation.clock import Clock
from sandbox.simulation.costs import write_costs
from sandbox.simulation.deals import live_through
from sandbox.simulation.defects import plant_bad_cards
from sandbox.simulation.discipline_plants_deals import (
    plant_cards,
    plant_lost_sources,
    plant_money,
    plant_prices,
    plant_stories,
)
from sandbox.simulation.discipline_plants_other import (
    plant_contacts,
    plant_habits,
    plant_hoarding,
    plant_late_calls,
    plant_long_fittings,
    plant_pipelines,
)
from sandbox.simulation.funnel_bursts import change_in_bulk
from sandbox.simulation.funnel_paths import bend_paths
from sandbox.simulation.funnel_sales import meet_again
from sandbox.simulation.funnel_talks import neglect_tasks, plan_talks
from sandbox.simulation.journal import write_journal
from sandbox.simulation.ledger import keep_books
from sandbox.simulation.money import collect
from sandbox.simulation.outcome import tell_truth
from sandbox.simulation.payment_truth import close_books
from sandbox.simulation.people import introduce
from sandbox.simulation.source_plants import plant_sources
from sandbox.simulation.sources import record
from sandbox.simulation.structure import furnish
from sandbox.simulation.world import World
from sandbox.vocabulary import COMPANY_INN, COMPANY_NAME

OWN_ACCOUNTS = ("40702810500000012345", "40702810900000067890")


def simulate(spec: CompanySpec) -> Company:
    """Build the company of ``spec``; the same spec gives the same company.

    ``Company.truth`` holds the truth tables (see ``sandbox/README.md``); money is Decimal roubles,
    moments are unix seconds in the company and UTC datetimes in the truth.
    """
    company = Company(spec, COMPANY_NAME, COMPANY_INN, list(OWN_ACCOUNTS))
    world = World(company, Clock(spec))
    collecting = gc.isenabled()
    gc.disable()  # nothing here is freed before the end, so looking for garbage only costs time
    try:
        furnish(world)
        plant_pipelines(world)
        advertise(world)
        live_through(world)
        plant_hoarding(world)
        plant_long_fittings(world)
        bend_paths(world)
        change_in_bulk(world)
        introduce(world)
        meet_again(world)
        plant_stories(world)
        plan_talks(world)
        plant_contacts(world)
        plant_bad_cards(world)
        plant_prices(world)
        collect(world)
        plant_habits(world)
        plant_money(world)
        marks = record(world)
        plant_sources(world, marks)
        plant_lost_sources(world, marks)
        fill_cards(world, marks)
        plant_late_calls(world)
        write_costs(world)
        neglect_tasks(world)
        plant_cards(world)
        write_journal(world)
        books = close_books(keep_books(world))
        company.truth = tell_truth(world, books)
        company.truth["bank_defects"] = bank.list_defects(company)
        company.stories = world.stories
    finally:
        if collecting:
            gc.enable()
    return company
