"""What a CRM holds besides cards, tasks and stages: notes, inquiries, talks, tags, catalogues.

Times are unix seconds, money is Decimal roubles, as in ``sandbox.model``.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.model import Event


@dataclass
class Note:
    """One row of ``/{entity_type}/notes``; ``params`` is exactly the API's, ``[]`` when empty."""

    id: int
    entity_type: str  # leads | contacts | companies | customers
    entity_id: int
    note_type: str
    created_by: int
    responsible_user_id: int
    created_at: int
    updated_at: int
    params: Any


@dataclass
class Inquiry:
    """One row of ``/leads/unsorted``, listed from ``created_at`` until ``left_at``."""

    uid: str
    category: str  # sip | mail | forms | chats
    pipeline_id: int
    created_at: int
    metadata: dict[str, Any]
    lead_id: int
    contact_id: int | None = None
    source_uid: str | None = None
    source_name: str | None = None
    left_at: int | None = None


@dataclass
class Talk:
    id: int
    contact_id: int
    chat_id: str
    created_at: int
    updated_at: int
    origin: str
    entity_id: int | None = None
    entity_type: str | None = None  # lead | customer
    rate: int = 0
    is_in_work: bool = True
    is_read: bool = True
    missed_at: int | None = None
    is_gone: bool = False  # events know it, GET /talks/{id} answers 404


@dataclass
class Tag:
    id: int
    entity_type: str
    name: str
    color: str | None = None


@dataclass
class Catalog:
    id: int
    name: str
    created_at: int
    type: str = "regular"  # regular | products | invoices | suppliers
    sort: int = 10


@dataclass
class Element:
    """One element of a catalogue; ``fields`` is exactly the API's ``custom_fields_values``."""

    id: int
    catalog_id: int
    name: str
    created_at: int
    updated_at: int
    created_by: int
    fields: list[dict[str, Any]] | None = None
    is_deleted: bool | None = None
    lead_id: int | None = None
    quantity: float = 1
    currency_id: int = 1


@dataclass
class Customer:
    id: int
    name: str
    next_price: Decimal
    next_date: int
    responsible_user_id: int
    status_id: int
    created_at: int
    updated_at: int
    periodicity: int = 30
    ltv: int = 0
    purchases_count: int = 0
    average_check: int = 0
    tags: list[str] = field(default_factory=list)
    contact_ids: list[int] = field(default_factory=list)
    fields: list[dict[str, Any]] | None = None
    is_deleted: bool = False


@dataclass
class CustomerStatus:
    id: int
    name: str
    sort: int
    type: int = 0


@dataclass
class Transaction:
    id: int
    customer_id: int
    price: int
    completed_at: int
    created_at: int
    updated_at: int
    created_by: int
    comment: str = ""
    is_deleted: bool = False


@dataclass
class TalkEvent(Event):
    """A message's event: its entity is the lead, the talk is with this contact."""

    linked_talk_contact_id: int | None = None


@dataclass
class Crm:
    """The rest of one account, and what is true of it (``truth``: table name -> rows)."""

    notes: list[Note] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    catalogs: list[Catalog] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    customer_statuses: list[CustomerStatus] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)  # beside those of ``Company.events``
    customers_mode: str = "unavailable"  # or disabled | segments | dynamic | periodicity
    truth: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _linked: tuple[int, dict[int, list[Element]]] = field(
        default=(-1, {}), repr=False, compare=False
    )

    def elements_of(self, lead_id: int) -> list[Element]:
        """Elements linked to a deal; looked up anew when one was added or removed."""
        if self._linked[0] != len(self.elements):
            by_lead: dict[int, list[Element]] = {}
            for element in self.elements:
                if element.lead_id is not None:
                    by_lead.setdefault(element.lead_id, []).append(element)
            self._linked = (len(self.elements), by_lead)
        return self._linked[1].get(lead_id, [])
