"""What a simulated company consists of; the servers only read it (and mutate it when a test asks).

Times are unix seconds, as amoCRM counts them; money is Decimal roubles; days are dates in the
company's zone.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.simulation.crm_model import Crm
    from sandbox.simulation.world import Story


@dataclass(frozen=True)
class CompanySpec:
    """What a company is simulated from: the same spec gives the same company, byte for byte."""

    seed: int = 7
    deals: int = 3000
    months: int = 12
    as_of: datetime = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
    timezone: str = "Europe/Moscow"
    subdomain: str = "demo"
    account_id: int = 31415926


@dataclass
class User:
    id: int
    name: str
    email: str
    group_id: int = 0
    is_active: bool = True
    is_admin: bool = False
    in_account: bool = True  # False: left the company; /users no longer lists them, history does


@dataclass
class Status:
    id: int
    pipeline_id: int
    name: str
    sort: int
    type: int = 0  # 1 = unsorted (incoming)
    is_editable: bool = True
    color: str = "#99ccff"
    is_listed: bool = True  # False: deleted since; only old events know it


@dataclass
class Pipeline:
    id: int
    name: str
    sort: int
    statuses: list[Status]
    is_main: bool = False
    is_archive: bool = False


@dataclass
class LossReason:
    id: int
    name: str
    sort: int
    created_at: int
    is_listed: bool = True


@dataclass
class CustomField:
    id: int
    entity_type: str  # leads | contacts | companies | customers
    name: str
    type: str
    code: str | None = None
    sort: int = 500
    is_api_only: bool = False
    enums: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class FieldValue:
    """A filled custom field; ``values`` is exactly the API's ``values`` array."""

    field_id: int
    values: list[dict[str, Any]]


@dataclass
class Lead:
    id: int
    name: str
    price: Decimal
    responsible_user_id: int
    pipeline_id: int
    status_id: int
    created_by: int
    updated_by: int
    created_at: int
    updated_at: int
    closed_at: int | None = None
    closest_task_at: int | None = None
    loss_reason_id: int | None = None
    source_id: int | None = None
    source_name: str | None = None
    group_id: int = 0
    is_deleted: bool = False  # in the basket: listed only by with=only_deleted, as a stub
    is_purged: bool = False  # gone from the basket as well, or merged away
    custom_fields: list[FieldValue] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    contact_ids: list[int] = field(default_factory=list)  # the main one first
    company_id: int | None = None


@dataclass
class Contact:
    id: int
    name: str
    responsible_user_id: int
    created_at: int
    updated_at: int
    company_id: int | None = None
    custom_fields: list[FieldValue] = field(default_factory=list)
    is_listed: bool = True  # False: a lead links to it, /contacts does not return it


@dataclass
class CompanyCard:
    id: int
    name: str
    responsible_user_id: int
    created_at: int
    updated_at: int
    custom_fields: list[FieldValue] = field(default_factory=list)


@dataclass
class Event:
    """One row of /events; ``value_after`` and ``value_before`` are the API's arrays."""

    id: str
    type: str
    entity_id: int
    entity_type: str
    created_by: int
    created_at: int
    value_after: list[dict[str, Any]] = field(default_factory=list)
    value_before: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Task:
    id: int
    entity_id: int
    entity_type: str
    responsible_user_id: int
    text: str
    created_at: int
    updated_at: int
    complete_till: int
    created_by: int
    is_completed: bool = False
    task_type_id: int = 1
    duration: int = 0
    result_text: str | None = None


@dataclass
class Campaign:
    id: int
    name: str
    type: str = "TEXT_CAMPAIGN"
    status: str = "ACCEPTED"
    state: str = "ON"
    currency: str = "RUB"
    start_date: date = date(2025, 1, 1)
    tracking_params: str = ""
    login: str = "demo-direct"


@dataclass
class SpendDay:
    """One campaign's day in the cabinet; ``cost`` includes VAT."""

    campaign_id: int
    day: date
    impressions: int
    clicks: int
    cost: Decimal


@dataclass
class BankDocument:
    """One movement as the bank books it on one of the company's own accounts."""

    number: str
    day: date  # booking day
    amount: Decimal  # always positive; the direction is `incoming`
    incoming: bool
    own_account: str
    kind: str  # "Платежное поручение", "Банковский ордер", …
    counterparty_name: str
    counterparty_inn: str
    counterparty_account: str
    purpose: str
    extra: dict[str, str] = field(default_factory=dict)  # further keys of the document section


@dataclass(frozen=True)
class Talked:
    """Somebody got in touch about a deal at a planned moment; the rest of the talks is chance."""

    deal_id: int
    at: int
    kind: str  # call (call tracking saw it, if any was there) | mail | sms
    is_incoming: bool


@dataclass(frozen=True)
class SourceEdit:
    """Somebody typed another value into a mark of a deal; the card shows what came of it."""

    deal_id: int
    field_id: int
    at: int
    by: int
    before: str
    after: str


@dataclass
class Company:
    """A whole simulated company, and what is true of it (``truth``: table name -> rows)."""

    spec: CompanySpec
    name: str
    inn: str
    own_accounts: list[str]
    users: list[User] = field(default_factory=list)
    pipelines: list[Pipeline] = field(default_factory=list)
    loss_reasons: list[LossReason] = field(default_factory=list)
    custom_fields: list[CustomField] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    companies: list[CompanyCard] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    spend: list[SpendDay] = field(default_factory=list)
    bank: list[BankDocument] = field(default_factory=list)
    planned_talks: list[Talked] = field(default_factory=list)
    source_edits: list[SourceEdit] = field(default_factory=list)
    # deals whose first contact call tracking missed altogether, or heard without seeing the visitor
    unheard: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    # by how many seconds the card of a deal came later than the call that it began with
    late_calls: dict[int, int] = field(default_factory=dict)
    truth: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    crm: "Crm | None" = None  # the CRM's other records; ``crm_of`` makes them when first asked
    # what really happened, for the truth alone; the rest of a company follows from it
    stories: "list[Story]" = field(default_factory=list, repr=False, compare=False)
