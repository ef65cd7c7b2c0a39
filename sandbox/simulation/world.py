"""What the simulation knows while it runs: the company being built and every deal's story."""

from base64 import b32encode
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from sandbox.model import Company, CompanyCard, Contact, Lead
from sandbox.simulation.clock import Clock
from sandbox.simulation.origins import Origin

WON, LOST = 142, 143
ZERO = Decimal("0.00")


@dataclass(slots=True)
class Step:
    """A deal enters a stage; ``by`` is None until the responsible of that moment is known."""

    at: int
    pipeline_id: int
    status_id: int
    by: int | None = None
    is_told: bool = True  # False: the journal lost the event


@dataclass(slots=True)
class Recorded:
    """What the CRM lets a careful reader know about the source (the deal's and its contact's)."""

    rule: str = "unknown"
    channel: str = "unknown"
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None


@dataclass(slots=True)
class Receipt:
    """Money of one deal as the bank booked it; a refund is negative."""

    day: date
    amount: Decimal


@dataclass(slots=True)
class Story:
    """What really happened with one deal, known to nobody but the simulation."""

    lead_id: int
    added_at: int  # when the card appeared in the CRM
    created_at: int  # when the customer came; earlier where the card was typed in afterwards
    origin: Origin
    manager: int
    kind: str = "ordinary"  # ordinary | straight_won | imported | purged | child | repair
    steps: list[Step] = field(default_factory=list)
    responsibles: list[tuple[int, int, int]] = field(default_factory=list)  # (at, user, by whom)
    prices: list[tuple[int, Decimal]] = field(default_factory=list)  # the first is the card's own
    worth: Decimal = ZERO  # what the kitchen costs, whatever the card says
    deleted_at: int | None = None
    restored_at: int | None = None
    loss_reason_id: int | None = None
    closed_at: int | None = None  # as the card shows it, which a reopening may leave standing
    plants: set[str] = field(default_factory=set)
    invoice: int | None = None
    crm_paid_on: date | None = None
    cogs: Decimal | None = None  # as the card has it
    receipts: list[Receipt] = field(default_factory=list)  # known ones, once the books are closed
    recorded: Recorded = field(default_factory=Recorded)
    contacts: list[Contact] = field(default_factory=list)  # the main one first
    firm: CompanyCard | None = None
    lead: Lead | None = None
    parent: "Story | None" = None  # the sale that a child carries on in the workshop
    keeps_source: bool = True  # False: the tags were lost on the way from the parent
    artefacts: list[tuple[int, int]] = field(default_factory=list)  # (at, by): events from = to

    @property
    def is_observable(self) -> bool:
        """Whether the journal tells every move; the CRM holds nothing of imported deals."""
        return self.kind != "imported" and all(step.is_told for step in self.steps)

    @property
    def status(self) -> str:
        return {WON: "won", LOST: "lost"}.get(self.steps[-1].status_id, "open")

    @property
    def price(self) -> Decimal:
        return self.prices[-1][1]

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None and self.restored_at is None

    @property
    def is_live(self) -> bool:
        return self.kind != "purged" and not self.is_deleted

    @property
    def paid(self) -> Decimal:
        return sum((r.amount for r in self.receipts if r.amount > 0), ZERO)

    @property
    def refunded(self) -> Decimal:
        return sum((r.amount for r in self.receipts if r.amount < 0), ZERO)

    @property
    def needs_source(self) -> bool:
        """Won or paid: the deal whose source an owner asks for."""
        return self.is_live and (self.status == "won" or self.paid + self.refunded > 0)

    def responsible_at(self, at: int) -> int:
        user = self.responsibles[0][1]
        for since, other, _ in self.responsibles:
            if since <= at:
                user = other
        return user


@dataclass
class World:
    """The company being built and the tools every part shares."""

    company: Company
    clock: Clock
    stories: list[Story] = field(default_factory=list)
    planted: set[int] = field(default_factory=set)  # deals whose story was rewritten on purpose
    # deals whose money is as somebody chose -> whether they had none before
    settled: dict[int, bool] = field(default_factory=dict)
    _last_id: int = 20_000_000

    def stream(self, area: str) -> Random:
        """A generator of its own for each area, so that a change in one leaves the others be."""
        return Random(f"{self.company.spec.seed}:{area}")

    def next_id(self, rng: Random) -> int:
        self._last_id += rng.randint(1, 9)
        return self._last_id


_RFC4648 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = bytes.maketrans(_RFC4648, b"0123456789abcdefghjkmnpqrstvwxyz")


def event_id(rng: Random, at: int) -> str:
    """A ULID of a random millisecond of that second: 26 characters, sorting by time."""
    number = (at * 1000 + rng.randrange(1000)) << 80 | rng.getrandbits(80)
    # 128 bits stand in 26 characters of 5 bits with two zero bits in front
    return b32encode((number << 30).to_bytes(20, "big"))[:26].translate(_CROCKFORD).decode()


def inn(rng: Random, length: int) -> str:
    """A taxpayer number of 10 (firms) or 12 (people) digits with right check digits."""
    digits = [7, 7] + [rng.randrange(10) for _ in range(length - (3 if length == 10 else 4))]
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    for skipped in (2,) if length == 10 else (1, 0):
        total = sum(w * d for w, d in zip(weights[skipped:], digits, strict=True))
        digits.append(total % 11 % 10)
    return "".join(map(str, digits))
