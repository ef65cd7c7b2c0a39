"""Talks in messengers: never listed, known by the events of their messages."""

from random import Random

from sandbox.model import Lead
from sandbox.simulation.cards import CARRIED_ON
from sandbox.simulation.clock import DAY, HOUR
from sandbox.simulation.crm_desk import Desk
from sandbox.simulation.crm_inbox import CHATS
from sandbox.simulation.crm_model import Talk, TalkEvent
from sandbox.simulation.world import event_id

WITHOUT_TALK_ID = 0.1  # older messages name no talk


def make_talks(desk: Desk) -> None:
    """Write talks and their messages for deals that came by a messenger."""
    rng = desk.stream("talks")
    for lead in desk.leads:
        if lead.source_name in CHATS and CARRIED_ON not in lead.tags:
            _talk(desk, rng, lead)


def _talk(desk: Desk, rng: Random, lead: Lead) -> None:
    contact_id, at = lead.contact_ids[0], desk.added_at(lead)
    talk = Talk(
        desk.next_id(rng), contact_id, f"{rng.getrandbits(128):032x}", at, at,
        CHATS[lead.source_name or ""], lead.id, "lead",
    )  # fmt: skip
    desk.crm.talks.append(talk)
    names_talk = rng.random() >= WITHOUT_TALK_ID
    incoming = True
    for _ in range(rng.randint(2, 8)):
        if at > desk.now:
            break
        _message(desk, rng, lead, talk, at, incoming=incoming, names_talk=names_talk)
        talk.updated_at, talk.is_read = at, not incoming
        at += rng.choice((rng.randint(20, HOUR), rng.randint(HOUR, DAY)))
        incoming = rng.random() < 0.5
    talk.is_in_work = talk.updated_at > desk.now - 3 * DAY
    talk.rate = 0 if talk.is_in_work else rng.choice((0, 0, 4, 5))
    if not talk.is_read:
        talk.missed_at = talk.updated_at + 600


def _message(
    desk: Desk, rng: Random, lead: Lead, talk: Talk, at: int, *, incoming: bool, names_talk: bool
) -> None:
    message = {"id": f"{rng.getrandbits(128):032x}", "origin": talk.origin}
    kind = "incoming_chat_message" if incoming else "outgoing_chat_message"
    by = 0 if incoming else desk.responsible_at(lead, at)
    # the deal's events, unless the deal is gone: then they are the contact's
    entity = ("contact", talk.contact_id) if lead.is_deleted else ("lead", lead.id)
    value = message | ({"talk_id": talk.id} if names_talk else {})
    desk.crm.events.append(
        TalkEvent(
            event_id(rng, at), kind, entity[1], entity[0], by, at, [{"message": value}],
            linked_talk_contact_id=talk.contact_id,
        )
    )  # fmt: skip
