"""Open findings as they stand in the table, and how their money is added."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb

from reporting.sections.discipline.tables import columns, selected
from reporting.sections.links import safe_link
from reporting.view.findings import FindingRow, Severity, Wrong

DEALS = ("deal", "deal_field")  # entities that are a deal, or a field of one
SEVERITIES: Mapping[str, int] = {"blocker": 0, "error": 1, "warning": 2, "advice": 3}

# Money of another currency is told with its row elsewhere and never added here.
_WANTED = {
    "rule_id": "text",
    "severity": "text",
    "owner_role": "text",
    "entity_type": "text",
    "account_id": "bigint",
    "entity_id": "text",
    "deal_id": "bigint",
    "entity_name": "text",
    "deal_name": "text",
    "entity_url": "text",
    "deal_url": "text",
    "pipeline_name": "text",
    "stage_name": "text",
    "responsible_user_id": "bigint",
    "responsible_name": "text",
    "responsible_then_user_id": "bigint",
    "responsible_then_name": "text",
    "first_seen_at": "timestamptz",
    "reopened_count": "bigint",
}


@dataclass(frozen=True)
class Breach:
    """One open finding; ``money`` is None where it is unknown or in another currency."""

    rule_id: str
    severity: Severity
    owner_role: str | None
    entity_type: str
    account_id: int
    entity_id: str
    deal_id: int | None
    entity_name: str | None
    deal_name: str | None
    entity_url: str | None
    deal_url: str | None
    pipeline: str | None
    stage: str | None
    user_id: int | None
    user_name: str | None
    then_id: int | None
    then_name: str | None
    first_seen_at: datetime
    reopened: int | None
    money: Decimal | None

    @property
    def is_advice(self) -> bool:
        return self.severity == "advice"

    @property
    def is_of_deal(self) -> bool:
        return self.entity_type in DEALS

    @property
    def deal(self) -> Hashable:
        return self.account_id, self.deal_id

    @property
    def thing(self) -> Hashable:
        """What is broken: a deal with its fields is one thing."""
        if self.is_of_deal:
            return "deal", self.account_id, self.deal_id
        return self.entity_type, self.account_id, self.entity_id

    @property
    def name(self) -> str:
        said = self.deal_name if self.is_of_deal else self.entity_name
        return said or self.entity_name or self.deal_name or self.entity_id

    @property
    def url(self) -> str | None:
        """Of the thing itself; a contact is not opened by the address of its deal."""
        return safe_link(self.deal_url if self.is_of_deal else self.entity_url)


def read_open(con: duckdb.DuckDBPyConnection) -> list[Breach]:
    """The worst first, then the dearest; none where the checks have never run."""
    present = columns(con, "findings")
    if not present:
        return []
    rows = con.execute(
        f"""
        select
            {selected(present, _WANTED)},
            case
                when currency is null or currency = getvariable('company_currency')
                    then money_at_stake
            end as money
        from quality.findings
        where resolved_at is null
        order by
            list_position(['blocker', 'error', 'warning', 'advice'], severity),
            money desc nulls last, account_id, entity_type, entity_id, rule_id
        """  # noqa: S608  (names of columns are this module's own)
    ).fetchall()
    return [Breach(*row) for row in rows]


def grouped(
    breaches: Iterable[Breach], by: Callable[[Breach], Hashable]
) -> dict[Hashable, list[Breach]]:
    found: dict[Hashable, list[Breach]] = defaultdict(list)
    for breach in breaches:
        found[by(breach)].append(breach)
    return found


def worth(breaches: Iterable[Breach]) -> Decimal | None:
    """Of one thing: the greatest of what its breaches put at stake."""
    return max((b.money for b in breaches if b.money is not None), default=None)


def deals_money(breaches: Iterable[Breach]) -> Decimal:
    """Each deal once, whatever number of its breaches."""
    return _once([b for b in breaches if b.is_of_deal], lambda breach: breach.deal)


def rule_money(breaches: Sequence[Breach]) -> Decimal:
    """Of one rule; things that overlap are not added: stages and their pipeline, marks of a deal.

    Stages are added up, a pipeline or the account counts only where no stage is named; of several
    marks the dearest counts.
    """
    kind = breaches[0].entity_type if breaches else ""
    if kind == "stage":
        stages = [b for b in breaches if not b.entity_id.endswith("/0")]
        return _once(stages, lambda b: b.thing) if stages else worth(breaches) or Decimal(0)
    if kind == "mark":
        marks = grouped(breaches, lambda b: b.entity_id.partition("/")[0]).values()
        return max((_once(of_mark, lambda b: b.thing) for of_mark in marks), default=Decimal(0))
    return _once(breaches, lambda breach: breach.thing)


def row_of(breaches: Sequence[Breach], titles: Mapping[str, str], zone: ZoneInfo) -> FindingRow:
    """One thing with every breach of it."""
    one = breaches[0]
    return FindingRow(
        name=one.name,
        url=one.url,
        kind=one.entity_type,
        pipeline=one.pipeline,
        stage=one.stage,
        breaches=tuple(
            Wrong(titles.get(breach.rule_id, breach.rule_id), field_of(breach))
            for breach in breaches
        ),
        money=worth(breaches),
        first_seen_on=min(seen_on(breach, zone) for breach in breaches),
        reopened=sum(breach.reopened or 0 for breach in breaches),
    )


def seen_on(breach: Breach, zone: ZoneInfo) -> date:
    return breach.first_seen_at.astimezone(zone).date()


def field_of(breach: Breach) -> str | None:
    """The field that is empty, as the table of required fields names it."""
    return breach.entity_id.partition("/")[2] if breach.entity_type == "deal_field" else None


def _once(breaches: Iterable[Breach], by: Callable[[Breach], Hashable]) -> Decimal:
    worths = (worth(of_one) for of_one in grouped(breaches, by).values())
    return sum((amount for amount in worths if amount is not None), Decimal(0))
