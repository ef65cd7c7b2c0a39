"""Fields that an open deal of a stage must have filled, by the company's requirements."""

from collections.abc import Iterator

from sandbox.simulation.discipline_facts import Facts
from sandbox.simulation.funnel_record import Deal
from sandbox.simulation.structure import INVOICE, PHONE

FIELD_RULES = ("open_no_price", "required_field_empty")
# From which stage on, and what; as the shipped seed of requirements says.
REQUIRED = (
    ("КП отправлено", "price"),
    ("КП отправлено", "message"),
    ("Договор", "Номер счёта"),
    ("Квалификация", "phone"),
)


def field_breaches(facts: Facts) -> Iterator[tuple[str, int, str]]:
    """Rule, deal and field."""
    places = facts.record.places
    since = {
        (pipeline.id, status.name): places[pipeline.id, status.id]
        for pipeline in facts.company.pipelines
        for status in pipeline.statuses
        if status.is_listed
    }
    phones = {
        contact.id
        for contact in facts.company.contacts
        if contact.is_listed
        and any(
            filled.field_id == PHONE and any(str(value["value"]).strip() for value in filled.values)
            for filled in contact.custom_fields
        )
    }
    for deal in facts.deals:
        if deal.status != "open":
            continue
        stage = deal.stays[-1].stage
        for name, field in REQUIRED:
            first = since.get((stage[0], name))
            if first is None or places.get(stage, -1) < first:
                continue
            if not _is_filled(facts, deal, field, phones):
                rule = "open_no_price" if field == "price" else "required_field_empty"
                yield rule, deal.id, field


def _is_filled(facts: Facts, deal: Deal, field: str, phones: set[int]) -> bool:
    if field == "price":
        return deal.story.price > 0
    if field == "phone":
        return any(contact_id in phones for contact_id in deal.contact_ids[:1])
    if field == "message":
        return any(deed.direction == "out" or deed.is_document for deed in facts.deeds.of[deal.id])
    fields = deal.story.lead.custom_fields if deal.story.lead else []
    return any(filled.field_id == INVOICE for filled in fields)
