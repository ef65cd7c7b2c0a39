"""The small lists: the account, its users, pipelines, loss reasons and custom fields."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from sandbox.model import Company, CustomField, LossReason
from sandbox.servers.amocrm import render
from sandbox.servers.amocrm.listing import Call, page_of
from sandbox.servers.replies import hal, problem
from sandbox.simulation.crm_keeping import crm_of


def account(company: Company, call: Call) -> Response:
    """GET /account; the parts asked for with ``with`` only."""
    spec, asked = company.spec, call.query.with_
    admin = next((user.id for user in company.users if user.is_admin), 0)
    body: dict[str, Any] = {
        "id": spec.account_id,
        "name": company.name,
        "subdomain": spec.subdomain,
        "created_at": 1577836800,
        "created_by": 0,
        "updated_at": 1577836800,
        "updated_by": 0,
        "current_user_id": admin,
        "country": "RU",
        "currency": "RUB",
        "currency_symbol": "₽",
        "customers_mode": crm_of(company).customers_mode,
        "is_unsorted_on": True,
        "is_loss_reason_enabled": True,
        "is_helpbot_enabled": False,
        "is_technical_account": False,
        "contact_name_display_order": 1,
    }
    if "invoices_settings" in asked:
        body["invoices_settings"] = _invoices_settings(company)
    if "is_api_filter_enabled" in asked:
        body["is_api_filter_enabled"] = call.faults.alpha_filter
    embedded = {name: build(company) for name, build in _ACCOUNT_PARTS.items() if name in asked}
    links = {"_links": call.link("account")}
    return hal(body | links | ({"_embedded": embedded} if embedded else {}))


def _datetime_settings(company: Company) -> dict[str, Any]:
    offset = datetime.now(ZoneInfo(company.spec.timezone)).strftime("%z")
    return {
        "date_pattern": "d.m.Y H:i",
        "short_date_pattern": "d.m.Y",
        "short_time_pattern": "H:i",
        "date_format": "d.m.Y",
        "time_format": "H:i:s",
        "timezone": company.spec.timezone,
        "timezone_offset": f"{offset[:3]}:{offset[3:]}",
    }


def _users_groups(company: Company) -> list[dict[str, Any]]:
    groups = sorted({0} | {user.group_id for user in company.users})
    return [{"id": g, "name": f"Отдел {g}" if g else "Отдел продаж", "uuid": None} for g in groups]


def _task_types(company: Company) -> list[dict[str, Any]]:
    known = {1: ("Связаться", "FOLLOW_UP"), 2: ("Встреча", "MEETING")}
    ids = sorted(known.keys() | {task.task_type_id for task in company.tasks})
    return [
        {"id": id_, "name": name, "color": None, "icon_id": None, "code": code}
        for id_ in ids
        for name, code in [known.get(id_, (f"Тип {id_}", None))]
    ]


def _invoices_settings(company: Company) -> dict[str, Any]:
    invoices = [c.id for c in crm_of(company).catalogs if c.type == "invoices"]
    return {"lang": "ru", "invoices_catalog_id": next(iter(invoices), None)}


_ACCOUNT_PARTS = {
    "datetime_settings": _datetime_settings,
    "users_groups": _users_groups,
    "task_types": _task_types,
}


def users(company: Company, call: Call) -> Response:
    """GET /users: those in the account now; whoever left is not listed."""
    if call.faults.users_forbidden:
        return problem(403, "You do not have enough rights")
    listed = [user for user in company.users if user.in_account]
    return page_of(call, "users", listed, lambda u: render.user(u, call), _total_items=len(listed))


def pipelines(company: Company, call: Call) -> Response:
    """GET /leads/pipelines: not paged, archived ones included."""
    account_id, rows = company.spec.account_id, company.pipelines
    embedded = {"pipelines": [render.pipeline(row, account_id, call) for row in rows]}
    return hal(
        {"_total_items": len(rows), "_links": call.link("leads/pipelines"), "_embedded": embedded}
    )


def loss_reasons(company: Company, call: Call) -> Response:
    """GET /leads/loss_reasons: a deleted reason is gone from here."""

    def one(reason: LossReason) -> dict[str, Any]:
        return {
            "id": reason.id,
            "name": reason.name,
            "sort": reason.sort,
            "created_at": reason.created_at,
            "updated_at": reason.created_at,
            "_links": call.link(f"leads/loss_reasons/{reason.id}"),
        }

    listed = [reason for reason in company.loss_reasons if reason.is_listed]
    return hal(
        {
            "_links": call.link("leads/loss_reasons"),
            "_embedded": {"loss_reasons": list(map(one, listed))},
        }
    )


def custom_fields(company: Company, call: Call, entity_type: str) -> Response:
    """GET /{entity}/custom_fields; ``_total_items`` counts the page, as recorded answers do."""

    def one(field: CustomField) -> dict[str, Any]:
        return {
            "id": field.id,
            "name": field.name,
            "type": field.type,
            "account_id": company.spec.account_id,
            "code": field.code,
            "sort": field.sort,
            "is_api_only": field.is_api_only,
            "enums": [{"code": None, **enum} for enum in field.enums] or None,
            "group_id": "statistic" if field.type == "tracking_data" else None,
            "required_statuses": [],
            "is_deletable": field.code is None,
            "is_predefined": field.code is not None,
            "is_computed": False,
            "entity_type": entity_type,
            "remind": None,
            "currency": None,
            "nested": None,
            "settings": None,
            "_links": call.link(f"{entity_type}/custom_fields/{field.id}"),
        }

    rows = [field for field in company.custom_fields if field.entity_type == entity_type]
    return page_of(call, "custom_fields", rows, one, _total_items=min(len(rows), 50))
