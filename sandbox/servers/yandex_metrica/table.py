"""Visits as the Logs API prints them: tab-separated, escaped as ClickHouse escapes."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from sandbox.simulation.visits import COUNTER, Visit

_MOMENT = "%Y-%m-%d %H:%M:%S"
# the field is called UTC and is three hours ahead of it
_CALLED_UTC = timezone(timedelta(hours=3))
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "'": "\\'"})

FIELDS: dict[str, Callable[[Visit, datetime], str]] = {
    "ym:s:visitID": lambda visit, _: str(visit.id),
    "ym:s:counterID": lambda _, __: str(COUNTER),
    "ym:s:clientID": lambda visit, _: visit.client_id,
    "ym:s:date": lambda _, local: local.strftime("%Y-%m-%d"),
    "ym:s:dateTime": lambda _, local: local.strftime(_MOMENT),
    "ym:s:dateTimeUTC": lambda visit, _: datetime.fromtimestamp(visit.at, _CALLED_UTC).strftime(
        _MOMENT
    ),
    "ym:s:startURL": lambda visit, _: _text(visit.start_url),
    "ym:s:referer": lambda visit, _: _text(visit.referer),
    "ym:s:goalsID": lambda visit, _: f"[{','.join(map(str, visit.goals))}]",
    "ym:s:lastTrafficSource": lambda visit, _: visit.source,
    "ym:s:lastDirectClickOrder": lambda visit, _: str(visit.direct_order),
    "ym:s:UTMSource": lambda visit, _: _text(visit.marks.get("utm_source", "")),
    "ym:s:UTMMedium": lambda visit, _: _text(visit.marks.get("utm_medium", "")),
    "ym:s:UTMCampaign": lambda visit, _: _text(visit.marks.get("utm_campaign", "")),
    "ym:s:UTMContent": lambda visit, _: _text(visit.marks.get("utm_content", "")),
    "ym:s:UTMTerm": lambda visit, _: _text(visit.marks.get("utm_term", "")),
    "ym:s:isNewUser": lambda _, __: "1",
    "ym:s:pageViews": lambda _, __: "3",
    "ym:s:visitDuration": lambda _, __: "61",
    "ym:s:bounce": lambda _, __: "0",
}


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def lines(fields: list[str], visits: Iterable[Visit], zone: ZoneInfo) -> Iterator[str]:
    """The header and a line a visit, each ending in a line feed."""
    yield "\t".join(fields) + "\n"
    printers = [FIELDS[name] for name in fields]
    for visit in visits:
        local = datetime.fromtimestamp(visit.at, UTC).astimezone(zone)
        yield "\t".join([printer(visit, local) for printer in printers]) + "\n"
