"""Entities as amoCRM prints them: every key present, null where nothing is known."""

from collections.abc import Iterable
from typing import Any
from zlib import crc32

from sandbox.model import Company, CompanyCard, Contact, FieldValue, Lead, Pipeline, Task, User
from sandbox.servers.amocrm.catalogs import linked
from sandbox.servers.amocrm.listing import Call
from sandbox.simulation.crm_keeping import crm_of

_EDIT_RIGHTS = {"view": "A", "edit": "A", "add": "A", "delete": "D", "export": "D"}


def stub(lead: Lead, account_id: int, call: Call) -> dict[str, Any]:
    """A lead in the basket: all null but who deleted it and when."""
    empty = dict.fromkeys(_LEAD_KEYS)
    known = {
        "id": lead.id,
        "updated_by": lead.updated_by,
        "updated_at": lead.updated_at,
        "is_deleted": True,
        "account_id": account_id,
        "_links": call.link(f"leads/{lead.id}"),
        "_embedded": {"tags": [], "companies": []},
    }
    return empty | known


_LEAD_KEYS = (
    "id", "name", "price", "responsible_user_id", "group_id", "status_id", "pipeline_id",
    "loss_reason_id", "created_by", "updated_by", "created_at", "updated_at", "closed_at",
    "closest_task_at", "is_deleted", "custom_fields_values", "score", "account_id", "labor_cost",
)  # fmt: skip


class Renderer:
    """Renders one page; dictionaries are read once per page, so a renamed field shows at once."""

    def __init__(self, company: Company, call: Call) -> None:
        self.call, self.with_ = call, call.query.with_
        self.account_id = company.spec.account_id
        self.crm = crm_of(company)
        self.minor_units = call.faults.minor_units
        self.fields = {f.id: f for f in company.custom_fields}
        self.reasons = {r.id: r for r in company.loss_reasons if r.is_listed}
        self.group_of = {u.id: u.group_id for u in company.users}

    def custom_fields(self, filled: Iterable[FieldValue]) -> list[dict[str, Any]] | None:
        """Only filled fields, or null when there are none; a deleted field is not shown."""
        rendered = []
        for value in filled:
            known = self.fields.get(value.field_id)
            if known is not None:
                rendered.append(
                    {
                        "field_id": known.id,
                        "field_name": known.name,
                        "field_code": known.code,
                        "field_type": known.type,
                        "values": value.values,
                    }
                )
        return rendered or None

    def lead(self, lead: Lead) -> dict[str, Any]:
        """A lead; a stub when it lies in the basket."""
        if lead.is_deleted:
            return stub(lead, self.account_id, self.call)
        embedded: dict[str, Any] = {
            "tags": [{"id": crc32(t.encode()), "name": t, "color": None} for t in lead.tags],
            "companies": _company_link(lead.company_id, self.call),
        }
        if "contacts" in self.with_:
            embedded["contacts"] = [
                {"id": id_, "is_main": n == 0, "_links": self.call.link(f"contacts/{id_}")}
                for n, id_ in enumerate(lead.contact_ids)
            ]
        if "loss_reason" in self.with_:
            embedded["loss_reason"] = self._loss_reason(lead.loss_reason_id)
        if "catalog_elements" in self.with_:
            embedded["catalog_elements"] = linked(self.crm, lead.id, self.call)
        if "source" in self.with_ and lead.source_name is not None:
            embedded["source"] = {"id": lead.source_id, "name": lead.source_name}
        rendered: dict[str, Any] = {
            "id": lead.id,
            "name": lead.name,
            "price": int(lead.price),
            "responsible_user_id": lead.responsible_user_id,
            "group_id": lead.group_id,
            "status_id": lead.status_id,
            "pipeline_id": lead.pipeline_id,
            "loss_reason_id": lead.loss_reason_id,
            "created_by": lead.created_by,
            "updated_by": lead.updated_by,
            "created_at": lead.created_at,
            "updated_at": lead.updated_at,
            "closed_at": lead.closed_at,
            "closest_task_at": lead.closest_task_at,
            "is_deleted": False,
            "custom_fields_values": self.custom_fields(lead.custom_fields),
            "score": None,
            "account_id": self.account_id,
            "labor_cost": None,
            "_links": self.call.link(f"leads/{lead.id}"),
            "_embedded": embedded,
        }
        if self.minor_units:
            rendered["price_with_minor_units"] = lead.price
        if "source_id" in self.with_:
            rendered["source_id"] = lead.source_id
        return rendered

    def _loss_reason(self, reason_id: int | None) -> list[dict[str, Any]]:
        # an array of none or one, whatever the documentation says
        reason = self.reasons.get(reason_id or 0)
        if reason is None:
            return []
        at = reason.created_at
        return [
            {
                "id": reason.id,
                "name": reason.name,
                "sort": reason.sort,
                "created_at": at,
                "updated_at": at,
            }
        ]

    def contact(self, contact: Contact) -> dict[str, Any]:
        """A contact; first and last names are split from the full one."""
        first, _, last = contact.name.partition(" ")
        return {
            **self._card(contact, "contacts"),
            "first_name": first,
            "last_name": last,
            "_embedded": {"tags": [], "companies": _company_link(contact.company_id, self.call)},
        }

    def company(self, company: CompanyCard) -> dict[str, Any]:
        """A client's company."""
        return {**self._card(company, "companies"), "_embedded": {"tags": []}}

    def _card(self, card: Contact | CompanyCard, name: str) -> dict[str, Any]:
        return {
            "id": card.id,
            "name": card.name,
            "responsible_user_id": card.responsible_user_id,
            "group_id": self.group_of.get(card.responsible_user_id, 0),
            "created_by": card.responsible_user_id,
            "updated_by": card.responsible_user_id,
            "created_at": card.created_at,
            "updated_at": card.updated_at,
            "closest_task_at": None,
            "is_deleted": False,
            "custom_fields_values": self.custom_fields(card.custom_fields),
            "account_id": self.account_id,
            "_links": self.call.link(f"{name}/{card.id}"),
        }

    def task(self, task: Task) -> dict[str, Any]:
        """A task; ``result`` is an empty array or an object."""
        return {
            "id": task.id,
            "created_by": task.created_by,
            "updated_by": task.created_by,
            "created_at": task.created_at,
            "updated_at": task.updated_at,
            "responsible_user_id": task.responsible_user_id,
            "group_id": self.group_of.get(task.responsible_user_id, 0),
            "entity_id": task.entity_id,
            "entity_type": task.entity_type,
            "duration": task.duration,
            "is_completed": task.is_completed,
            "task_type_id": task.task_type_id,
            "text": task.text,
            "result": [] if task.result_text is None else {"text": task.result_text},
            "complete_till": task.complete_till,
            "account_id": self.account_id,
            "_links": self.call.link(f"tasks/{task.id}"),
        }


def _company_link(company_id: int | None, call: Call) -> list[dict[str, Any]]:
    if company_id is None:
        return []
    return [{"id": company_id, "_links": call.link(f"companies/{company_id}")}]


def user(user: User, call: Call) -> dict[str, Any]:
    """A user; rights are those of an ordinary seller, or all for an admin."""
    rights: dict[str, Any] = dict.fromkeys(("leads", "contacts", "companies"), _EDIT_RIGHTS)
    rights |= {
        "tasks": {"edit": "A", "delete": "A"},
        "mail_access": False,
        "catalog_access": True,
        "status_rights": None,
        "is_admin": user.is_admin,
        "is_free": False,
        "is_active": user.is_active,
        "group_id": user.group_id or None,
        "role_id": None,
    }
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "lang": "ru",
        "rights": rights,
        "_links": call.link(f"users/{user.id}"),
        "_embedded": {"roles": [], "groups": []},
    }


def pipeline(pipeline: Pipeline, account_id: int, call: Call) -> dict[str, Any]:
    """A pipeline with its listed statuses; 142 and 143 repeat in every one."""
    path = f"leads/pipelines/{pipeline.id}"
    statuses = [status for status in pipeline.statuses if status.is_listed]
    return {
        "id": pipeline.id,
        "name": pipeline.name,
        "sort": pipeline.sort,
        "is_main": pipeline.is_main,
        "is_unsorted_on": any(status.type == 1 for status in statuses),
        "is_archive": pipeline.is_archive,
        "account_id": account_id,
        "_links": call.link(path),
        "_embedded": {
            "statuses": [
                {
                    "id": status.id,
                    "name": status.name,
                    "sort": status.sort,
                    "is_editable": status.is_editable,
                    "pipeline_id": pipeline.id,
                    "color": status.color,
                    "type": status.type,
                    "account_id": account_id,
                    "_links": call.link(f"{path}/statuses/{status.id}"),
                }
                for status in statuses
            ]
        },
    }
