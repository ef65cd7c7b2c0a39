"""The reports service: a request is checked, queued or built at once, and printed as TSV."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import Headers

from sandbox.faults import Faults
from sandbox.model import Campaign, Company
from sandbox.servers.yandex_direct.errors import DirectError
from sandbox.servers.yandex_direct.statistics import (
    AD_DIMENSIONS,
    DIMENSIONS,
    METRICS,
    Day,
    cell,
    rewritten,
    table,
)
from sandbox.servers.yandex_direct.switches import DirectFaults
from sandbox.simulation import direct_ads

_REQUIRED = (
    "SelectionCriteria",
    "FieldNames",
    "ReportName",
    "ReportType",
    "DateRangeType",
    "Format",
    "IncludeVAT",
)
_BY_AD = "AD_PERFORMANCE_REPORT"
_TYPES = ("CAMPAIGN_PERFORMANCE_REPORT", _BY_AD, "CUSTOM_REPORT")
_FILTERS = {"IN": True, "EQUALS": True, "NOT_IN": False, "NOT_EQUALS": False}


@dataclass(frozen=True)
class Ask:
    """A checked report request."""

    name: str
    type: str
    fields: list[str]
    date_from: date
    date_to: date
    with_vat: bool
    filters: list[tuple[bool, frozenset[str]]]  # (the campaign must be among these, ids)

    @property
    def span_days(self) -> int:
        return (self.date_to - self.date_from).days + 1


def parse(body: dict[str, Any]) -> Ask:
    """Check a request body.

    Raises:
        DirectError: 8000 naming what is wrong.
    """
    if "method" in body:
        raise DirectError(8000, "Unknown field method")
    params = body.get("params")
    if not isinstance(params, dict):
        raise DirectError(8000, "Required field params is omitted")
    for name in _REQUIRED:
        if name not in params:
            raise DirectError(8000, f"Required field {name} is omitted")
    _among(params, "ReportType", _TYPES)
    _among(params, "Format", ("TSV",))
    _among(params, "IncludeVAT", ("YES", "NO"))
    _among(params, "DateRangeType", ("CUSTOM_DATE",))
    unknown = [n for n in params["FieldNames"] if n not in DIMENSIONS and n not in METRICS]
    if params["ReportType"] != _BY_AD:
        unknown += [name for name in params["FieldNames"] if name in AD_DIMENSIONS]
    if unknown or not params["FieldNames"]:
        raise DirectError(8000, f"FieldNames contains an incorrect value {unknown}")
    criteria = params["SelectionCriteria"]
    first, last = _day(criteria, "DateFrom"), _day(criteria, "DateTo")
    if first > last:
        raise DirectError(8000, "DateFrom is later than DateTo")
    return Ask(
        name=str(params["ReportName"]),
        type=params["ReportType"],
        fields=list(params["FieldNames"]),
        date_from=first,
        date_to=last,
        with_vat=params["IncludeVAT"] == "YES",
        filters=[_filter(asked) for asked in criteria.get("Filter", [])],
    )


def _among(params: dict[str, Any], name: str, allowed: tuple[str, ...]) -> None:
    if params[name] not in allowed:
        raise DirectError(8000, f"{name} must be one of {', '.join(allowed)}")


def _day(criteria: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(criteria[name])
    except (KeyError, TypeError, ValueError):
        raise DirectError(8000, f"{name} must be a date YYYY-MM-DD") from None


def _filter(asked: dict[str, Any]) -> tuple[bool, frozenset[str]]:
    field, operator = asked.get("Field"), asked.get("Operator")
    if field != "CampaignId" or operator not in _FILTERS:
        raise DirectError(8000, f"Filter by {field} {operator} is not allowed")
    return _FILTERS[operator], frozenset(map(str, asked.get("Values", [])))


def build(
    ask: Ask, headers: Headers, company: Company, campaigns: list[Campaign], faults: Faults
) -> bytes:
    """The report's text about some of the company's campaigns."""
    own = {campaign.id: campaign for campaign in campaigns}
    history = rewritten((row for row in company.spend if row.campaign_id in own), faults)
    covered = [
        row
        for row in history
        if ask.date_from <= row.day <= ask.date_to
        and all((str(row.campaign_id) in ids) == wanted for wanted, ids in ask.filters)
    ]
    days: list[Day] = [*covered]
    if ask.type == _BY_AD:
        days = [*direct_ads.ad_days(company, covered)]
    printed = table(
        days, own, ask.fields, is_grouped=ask.type != "CUSTOM_REPORT", with_vat=ask.with_vat
    )
    is_told = faults.of(DirectFaults).lines_unasked
    in_micros = not _is(headers, "returnMoneyInMicros", "false")
    lines = []
    if is_told or not _is(headers, "skipReportHeader", "true"):
        lines.append(f'"{ask.name} ({ask.date_from} - {ask.date_to})"')
    if not _is(headers, "skipColumnHeader", "true"):
        lines.append("\t".join(ask.fields))
    for dimensions, total in printed:
        cells = {name: cell(name, total, in_micros=in_micros) for name in METRICS}
        cells |= dimensions | dict.fromkeys(faults.direct_blank_fields, "--")
        lines.append("\t".join(cells[name] for name in ask.fields))
    if is_told or not _is(headers, "skipReportSummary", "true"):
        lines.append(f"Total rows: {len(printed)}")
    return "".join(f"{line}\n" for line in lines).encode()


def _is(headers: Headers, name: str, value: str) -> bool:
    return headers.get(name, "").lower() == value
