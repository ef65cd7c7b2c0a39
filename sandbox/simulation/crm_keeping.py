"""Everything a simulated company's CRM holds besides cards, tasks and stages."""

import gc

from sandbox.model import Company
from sandbox.simulation.crm_bills import make_bills
from sandbox.simulation.crm_calls import make_calls
from sandbox.simulation.crm_changes import make_changes
from sandbox.simulation.crm_desk import Desk
from sandbox.simulation.crm_inbox import make_inquiries
from sandbox.simulation.crm_letters import make_letters
from sandbox.simulation.crm_model import Crm
from sandbox.simulation.crm_planned import make_planned
from sandbox.simulation.crm_talks import make_talks

_PARTS = (
    make_calls, make_letters, make_inquiries, make_talks, make_bills, make_changes, make_planned,
)  # fmt: skip


def crm_of(company: Company) -> Crm:
    """The company's records, made once when first asked for.

    They follow from the company and change nothing in it. A company made by hand, of which no
    truth is told, has none but those it was given.
    """
    if company.crm is None:
        company.crm = keep_crm(company) if company.truth else Crm()
    return company.crm


def keep_crm(company: Company) -> Crm:
    """Records beside the cards, with their truth tables ``crm_*``."""
    collecting = gc.isenabled()
    gc.disable()  # as in ``simulate``: nothing is freed before the end
    try:
        desk = Desk(company)
        for make in _PARTS:
            make(desk)
    finally:
        if collecting:
            gc.enable()
    desk.crm.events.sort(key=lambda event: (event.created_at, event.id))
    desk.crm.notes.sort(key=lambda note: note.id)
    return desk.crm
