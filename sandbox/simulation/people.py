"""Customers: contacts with phones as people write them, and firms that buy for others."""

from random import Random

from sandbox.model import CompanyCard, Contact, FieldValue
from sandbox.simulation import structure as ids
from sandbox.simulation.clock import DAY
from sandbox.simulation.world import Story, World, inn
from sandbox.vocabulary import (
    FIRM_SUFFIXES,
    FIRMS,
    FIRST_NAMES_F,
    FIRST_NAMES_M,
    PATRONYMIC_ROOTS,
    SURNAMES,
)  # fmt: skip

RETURNING = 0.08  # a deal of somebody who has one already
FIRM_SHARE = 0.13
UNLISTED = 0.015  # linked to a deal, but /contacts does not return them
SECOND_CONTACT = 0.05


def introduce(world: World) -> None:
    """Give every story its contacts and, for some, the firm that pays."""
    rng = world.stream("people")
    known: list[tuple[Contact, CompanyCard | None]] = []
    for story in world.stories:
        if known and rng.random() < RETURNING:
            contact, firm = rng.choice(known[-400:])
        else:
            firm = _firm(world, rng, story) if rng.random() < FIRM_SHARE else None
            contact = _contact(world, rng, story)
            contact.company_id = firm.id if firm else None
            known.append((contact, firm))
        story.contacts, story.firm = [contact], firm
        if rng.random() < SECOND_CONTACT:
            story.contacts.append(_contact(world, rng, story))


def _contact(world: World, rng: Random, story: Story) -> Contact:
    name = full_name(rng)
    short = " ".join(name.split()[:2]) if rng.random() < 0.6 else name.split()[1]
    contact = Contact(
        world.next_id(rng), short, story.manager, story.added_at,
        min(story.added_at + rng.randrange(5 * DAY), world.clock.now),
    )  # fmt: skip
    enum = rng.choice(tuple(ids.PHONE_ENUMS))
    phones = [{"value": phone(rng), "enum_id": ids.PHONE_ENUMS[enum], "enum_code": enum}]
    contact.custom_fields.append(FieldValue(ids.PHONE, phones))
    if rng.random() < 0.45:
        mail = {"value": f"client{contact.id}@mail.example", "enum_id": ids.EMAIL_ENUMS["PRIV"]}
        contact.custom_fields.append(FieldValue(ids.EMAIL, [mail | {"enum_code": "PRIV"}]))
    contact.is_listed = rng.random() >= UNLISTED
    world.company.contacts.append(contact)
    return contact


def _firm(world: World, rng: Random, story: Story) -> CompanyCard:
    name = f'ООО "{rng.choice(FIRMS)}{rng.choice(FIRM_SUFFIXES)}"'
    firm = CompanyCard(
        world.next_id(rng), name, story.manager, story.added_at,
        min(story.added_at + rng.randrange(DAY), world.clock.now),
    )  # fmt: skip
    firm.custom_fields.append(FieldValue(ids.FIRM_INN, [{"value": inn(rng, 10)}]))
    world.company.companies.append(firm)
    return firm


def full_name(rng: Random) -> str:
    surname, root = rng.choice(SURNAMES), rng.choice(PATRONYMIC_ROOTS)
    if rng.random() < 0.5:
        return f"{surname} {rng.choice(FIRST_NAMES_M)} {root}ич"
    return f"{surname}а {rng.choice(FIRST_NAMES_F)} {root}на"


def phone(rng: Random) -> str:
    """The same kind of number in the spellings that forms, robots and people leave."""
    digits = f"9{rng.randrange(10**9):09d}"
    a, b, c, d = digits[:3], digits[3:6], digits[6:8], digits[8:]
    form = rng.randrange(5)
    return (
        f"+7{digits}", f"7{digits}", f"8{digits}", f"+7 ({a}) {b}-{c}-{d}", f"8 {a} {b} {c} {d}",
    )[form]  # fmt: skip
