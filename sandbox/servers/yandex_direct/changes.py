"""The changes service, method check: whose figures changed since a moment, and from which day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from starlette.responses import Response

from sandbox.faults import Faults
from sandbox.model import Campaign, Company
from sandbox.servers.yandex_direct.errors import DirectError
from sandbox.servers.yandex_direct.objects import answer, checked_params, field_names
from sandbox.servers.yandex_direct.statistics import rewritten
from sandbox.servers.yandex_direct.switches import DirectFaults

_MOST_CAMPAIGNS = 3000
_FIELDS = ("CampaignIds", "AdGroupIds", "AdIds", "CampaignsStat")
Day = tuple[int, date]


class Changes:
    """Notices between two looks at a login which days of which campaigns were rewritten.

    Its clock stands at the company's moment and moves by a second with every look.
    """

    def __init__(self, company: Company, faults: Faults) -> None:
        self._company, self._faults = company, faults
        self._now = company.spec.as_of.astimezone(UTC).replace(microsecond=0)
        self._known: dict[str, dict[Day, tuple[Any, ...]]] = {}
        self._changed: dict[Day, datetime] = {}

    def check(
        self,
        body: dict[str, Any],
        login: str,
        campaigns: list[Campaign],
        switches: DirectFaults,
    ) -> Response:
        """The answer for those of the login's campaigns that were asked about.

        Raises:
            DirectError: 8000 or 4001 for a request that is not well formed.
        """
        params = checked_params(body, "check")
        ids, since = _ids(params), _moment(params)
        if "CampaignsStat" not in field_names(params, "FieldNames", _FIELDS):
            raise DirectError(8000, "Required field FieldNames is omitted")
        own = {campaign.id for campaign in campaigns}
        self._look(login, own)
        most = switches.unprocessed_after
        looked, left = (ids, []) if most is None else (ids[:most], ids[most:])
        borders: dict[int, date] = {}
        for (campaign_id, day), at in self._changed.items():
            if at > since and campaign_id in own and campaign_id in looked:
                borders[campaign_id] = min(day, borders.get(campaign_id, day))
        if switches.is_forgetful:
            borders.clear()
        stat = [{"CampaignId": key, "BorderDate": str(day)} for key, day in borders.items()]
        result: dict[str, Any] = {"Modified": {"CampaignsStat": stat} if stat else {}}
        unknown = [campaign_id for campaign_id in looked if campaign_id not in own]
        if unknown:
            result["NotFound"] = {"CampaignIds": unknown}
        if left:
            result["Unprocessed"] = {"CampaignIds": left}
        result["Timestamp"] = self._now.strftime("%Y-%m-%dT%H:%M:%SZ")
        return answer(result, switches, 10)

    def _look(self, login: str, own: set[int]) -> None:
        self._now += timedelta(seconds=1)
        history = (row for row in self._company.spend if row.campaign_id in own)
        found = {
            (row.campaign_id, row.day): (row.impressions, row.clicks, row.cost)
            for row in rewritten(history, self._faults)
        }
        known = self._known.get(login)
        if known is not None:
            for key in found.keys() | known.keys():
                if found.get(key) != known.get(key):
                    self._changed[key] = self._now
        self._known[login] = found


def _ids(params: dict[str, Any]) -> list[int]:
    ids: list[int] = params.get("CampaignIds") or []
    if not ids or len(ids) > _MOST_CAMPAIGNS:
        raise DirectError(4001, f"CampaignIds must have 1 to {_MOST_CAMPAIGNS} elements")
    return ids


def _moment(params: dict[str, Any]) -> datetime:
    try:
        return datetime.strptime(params["Timestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (KeyError, TypeError, ValueError):
        raise DirectError(8000, "Timestamp must be YYYY-MM-DDThh:mm:ssZ") from None
