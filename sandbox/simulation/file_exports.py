"""The company as another CRM would export it: tables of the documented contract of files.

A pure function of the company. Values are texts, Decimals, days, flags and moments in UTC; the
columns are the contract's own.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.model import Company, CompanyCard, Contact, CustomField, FieldValue, Lead
from sandbox.simulation.world import LOST, WON

Row = dict[str, Any]
_MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
_KINDS = {WON: "won", LOST: "lost"}


def export(company: Company, prefix: str = "") -> dict[str, list[Row]]:
    """Rows by feed; deals in the basket are not exported, nor is anything of theirs.

    Args:
        prefix: put before every id, as a CRM with ids of letters and digits would.
    """
    return _Export(company, prefix).tables()


class _Export:
    def __init__(self, company: Company, prefix: str) -> None:
        self.company = company
        self.prefix = prefix
        self.zone = ZoneInfo(company.spec.timezone)
        self.leads = [lead for lead in company.leads if not lead.is_deleted and not lead.is_purged]
        self.users = {user.id: user.name for user in company.users}
        self.pipelines = {pipeline.id: pipeline.name for pipeline in company.pipelines}
        self.stages = {
            (pipeline.id, status.id): status.name
            for pipeline in company.pipelines
            for status in pipeline.statuses
        }
        self.fields = {field.id: field for field in company.custom_fields}
        self.contacts = {contact.id: contact for contact in company.contacts}
        self.firms = {firm.id: firm for firm in company.companies}
        self.reasons = {reason.id: reason.name for reason in company.loss_reasons}
        self.truth = {row["deal_id"]: row for row in company.truth["deals"]}

    def tables(self) -> dict[str, list[Row]]:
        return {
            "deals": [self._deal(lead) for lead in self.leads],
            "stage_events": list(self._stage_events()),
            "pipelines": list(self._pipelines()),
            "payments": list(self._payments()),
            "touches": list(self._touches()),
            "inquiries": list(self._inquiries()),
            "tasks": list(self._tasks()),
        }

    def _deal(self, lead: Lead) -> Row:
        contact = self.contacts.get(lead.contact_ids[0]) if lead.contact_ids else None
        firm = self.firms.get(lead.company_id) if lead.company_id else None
        own = self._values(lead.custom_fields)
        is_closed = lead.status_id in _KINDS
        return {
            "deal_id": self._id(lead.id),
            "created_at": _moment(lead.created_at),
            "name": lead.name,
            "pipeline": self._pipeline(lead.pipeline_id),
            "stage": self._stage(lead.pipeline_id, lead.status_id),
            "status": _KINDS.get(lead.status_id, "open"),
            "price": lead.price,
            "currency": "RUB",
            "closed_at": _moment(lead.closed_at) if lead.closed_at and is_closed else None,
            "updated_at": _moment(lead.updated_at),
            "responsible": self.users.get(lead.responsible_user_id),
            **self._customer(contact, firm),
            "source": lead.source_name,
            **self._marks(lead, contact),
            "yclid": own.get("yclid"),
            "gclid": own.get("gclid"),
            "ym_uid": own.get("_ym_uid"),
            "loss_reason": self.reasons.get(lead.loss_reason_id or 0) if is_closed else None,
            "invoice_number": own.get("Номер счёта"),
            "paid_on": self._day(int(own["Дата оплаты"])) if "Дата оплаты" in own else None,
        }

    def _customer(self, contact: Contact | None, firm: CompanyCard | None) -> Row:
        person = self._values(contact.custom_fields) if contact else {}
        payer = self._values(firm.custom_fields) if firm else {}
        return {
            "contact_id": self._id(contact.id) if contact else None,
            "contact_phone": person.get("Телефон"),
            "contact_email": person.get("Email"),
            "company_id": self._id(firm.id) if firm else None,
            "company_inn": payer.get("ИНН"),
        }

    def _marks(self, lead: Lead, contact: Contact | None) -> Row:
        """Of a flat row the CRM shows one set of tags: its own or else the contact's."""
        by_contact = self.truth[lead.id]["recorded_rule"] == "contact_utm" and contact
        values = self._values(by_contact.custom_fields if by_contact else lead.custom_fields)
        return {mark: values.get(mark) for mark in _MARKS}

    def _values(self, fields: list[FieldValue]) -> dict[str, str]:
        named: dict[str, str] = {}
        for value in fields:
            field: CustomField = self.fields[value.field_id]
            named[field.name] = str(value.values[0]["value"])
        return named

    def _stage_events(self) -> Iterator[Row]:
        moved_by = {
            (event.entity_id, event.created_at, event.value_after[0]["lead_status"]["id"]): (
                event.created_by
            )
            for event in self.company.events
            if event.type == "lead_status_changed"
        }
        exported = {lead.id for lead in self.leads}
        for visit in self.company.truth["stage_visits"]:
            deal_id, entered_at = visit["deal_id"], visit["entered_at"]
            if deal_id in exported and visit["is_observable"]:
                by = moved_by.get((deal_id, int(entered_at.timestamp()), visit["stage_id"]))
                yield {
                    "deal_id": self._id(deal_id),
                    "entered_at": entered_at,
                    "stage": self._stage(visit["pipeline_id"], visit["stage_id"]),
                    "pipeline": self._pipeline(visit["pipeline_id"]),
                    "changed_by": self.users.get(by or 0),
                    "event_id": f"{self.prefix}{deal_id}-{visit['visit_number']}",
                }

    def _pipelines(self) -> Iterator[Row]:
        for pipeline in self.company.pipelines:
            for status in pipeline.statuses:
                if status.is_listed:
                    kind = "unsorted" if status.type == 1 else _KINDS.get(status.id, "open")
                    yield {
                        "pipeline": pipeline.name,
                        "stage": status.name,
                        "sort": status.sort,
                        "kind": kind,
                    }

    def _payments(self) -> Iterator[Row]:
        for number, payment in enumerate(self.company.truth["payments"], start=1):
            if payment["payment_class"] in ("customer_payment", "customer_refund"):
                deal_id = payment["deal_id"]
                yield {
                    "payment_id": f"{self.prefix}P{number:06d}",
                    "paid_on": payment["booked_on"],
                    "amount": payment["amount"],
                    "currency": "RUB",
                    "payer_name": payment["counterparty_name"],
                    "deal_id": self._id(deal_id) if deal_id else None,
                }

    def _touches(self) -> Iterator[Row]:
        for lead in self.leads:
            if not lead.contact_ids:
                continue  # a touch is somebody's
            marks = self._marks(lead, self.contacts.get(lead.contact_ids[0]))
            if marks["utm_source"]:
                yield {
                    "touched_at": _moment(lead.created_at) - timedelta(minutes=7),
                    "person_id": self._id(lead.contact_ids[0]),
                    **marks,
                    "deal_id": self._id(lead.id),
                    "converted": True,
                    "value": lead.price,
                }

    def _inquiries(self) -> Iterator[Row]:
        for lead in self.leads:
            if lead.source_name:
                yield {
                    "inquiry_id": f"{self.prefix}I{lead.id}",
                    "occurred_at": _moment(lead.created_at),
                    "kind": "call" if "вон" in lead.source_name else "form",
                    "direction": "in",
                    "person_id": self._person(lead),
                    "deal_id": self._id(lead.id),
                }

    def _tasks(self) -> Iterator[Row]:
        exported = {lead.id for lead in self.leads}
        for task in self.company.tasks:
            if task.entity_type == "leads" and task.entity_id in exported:
                yield {
                    "task_id": self._id(task.id),
                    "deal_id": self._id(task.entity_id),
                    "due_at": _moment(task.complete_till),
                    "completed_at": _moment(task.updated_at) if task.is_completed else None,
                    "responsible": self.users.get(task.responsible_user_id),
                    "created_at": _moment(task.created_at),
                }

    def _day(self, seconds: int) -> date:
        return datetime.fromtimestamp(seconds, self.zone).date()

    def _person(self, lead: Lead) -> str | None:
        return self._id(lead.contact_ids[0]) if lead.contact_ids else None

    def _id(self, number: int) -> str:
        return f"{self.prefix}{number}"

    def _pipeline(self, pipeline_id: int) -> str:
        return self.pipelines.get(pipeline_id, f"Воронка {pipeline_id}")

    def _stage(self, pipeline_id: int, stage_id: int) -> str:
        return self.stages.get((pipeline_id, stage_id), f"Этап {stage_id}")


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
