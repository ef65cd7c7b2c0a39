"""HTTP to the bank of Russia's pages of rates."""

from datetime import date

from ingestion.errors import SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle
from ingestion.sources.currency_rates.bank_xml import Rate, read_rates
from ingestion.sources.currency_rates.config import CurrencyRatesSection
from ingestion.sources.currency_rates.settings import NAME

_DAY = "%d/%m/%Y"


class RatesClient:
    """Calls to the bank; it asks for no credentials."""

    def __init__(
        self,
        section: CurrencyRatesSection,
        clock: Clock = SYSTEM_CLOCK,
        attempts: int | None = None,
    ) -> None:
        self._http = HttpClient(
            NAME,
            section.base_url,
            Throttle(section.requests_per_second, clock),
            clock=clock,
            timeout=section.timeout_seconds,
            max_attempts=attempts or section.max_attempts,
        )

    def close(self) -> None:
        self._http.close()

    def day(self, on: date) -> list[Rate]:
        """All currencies' rates in force on a day; each carries the day it was set for.

        Raises:
            SourceFormatError: the page is not the documented XML.
        """
        found = self._get("XML_daily.asp", {"date_req": on.strftime(_DAY)})
        if not found or not all(rate.code for rate in found):
            raise SourceFormatError(f"{NAME}: XML_daily.asp names no currencies; {_ADVICE}")
        return found

    def history(self, bank_id: str, first: date, last: date) -> list[Rate]:
        """One currency's rates of every day that one was set for, both ends included.

        Raises:
            SourceFormatError: the page is not the documented XML, or is about something else.
        """
        found = self._get(
            "XML_dynamic.asp",
            {
                "date_req1": first.strftime(_DAY),
                "date_req2": last.strftime(_DAY),
                "VAL_NM_RQ": bank_id,
            },
        )
        days = [rate.day for rate in found]
        if any(rate.bank_id != bank_id or not first <= rate.day <= last for rate in found) or len(
            set(days)
        ) != len(days):
            raise SourceFormatError(
                f"{NAME}: XML_dynamic.asp for {bank_id} from {first} to {last} answered with "
                f"another currency, other days or a day twice; {_ADVICE}"
            )
        return found

    def _get(self, page: str, params: dict[str, str]) -> list[Rate]:
        response = self._http.request("GET", page, params=params)
        try:
            return read_rates(response.content)
        except SourceFormatError as error:
            raise SourceFormatError(f"{NAME}: {page}: {error}; {_ADVICE}") from None


_ADVICE = (
    "nothing was loaded; check sources.currency_rates.base_url, or set use_feed = false and bring "
    "rates as files"
)
