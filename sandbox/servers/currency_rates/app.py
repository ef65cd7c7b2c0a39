"""Routes of the local bank: XML_daily.asp and XML_dynamic.asp, Windows-1251, decimal commas."""

from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import quoteattr

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.currency_rates.faults import RatesFaults
from sandbox.servers.replies import proxy_page
from sandbox.servers.traffic import Gate, Traffic
from sandbox.simulation.currency_rates import CURRENCIES, Currency, in_force, set_rates

_WRONG = "<ValCurs>\r\nError in parameters\r\n</ValCurs>"


class Pages:
    """The bank's pages over a company's rates."""

    def __init__(self, company: Company, faults: RatesFaults) -> None:
        self.faults = faults
        self._rates = set_rates(company)
        self._today = max(day for rates in self._rates.values() for day in rates)

    async def daily(self, request: Request) -> Response:
        """GET XML_daily.asp?date_req=dd/mm/yyyy: all currencies in force on a day."""
        if self.faults.bodies:
            return _xml(self.faults.bodies.popleft())
        text = request.query_params.get("date_req")
        on = _day(text) if text else self._today
        if on is None:
            return _page(_WRONG)
        return _page(self.daily_page(on))

    async def dynamic(self, request: Request) -> Response:
        """GET XML_dynamic.asp?date_req1&date_req2&VAL_NM_RQ: one currency over days."""
        if self.faults.bodies:
            return _xml(self.faults.bodies.popleft())
        query = request.query_params
        first, last = _day(query.get("date_req1")), _day(query.get("date_req2"))
        known = {currency.bank_id: currency for currency in CURRENCIES}
        currency = known.get(query.get("VAL_NM_RQ", ""))
        if first is None or last is None or first > last or currency is None:
            return _page(_WRONG)
        return _page(self.dynamic_page(currency, first, last))

    def daily_page(self, on: date) -> str:
        """The text of XML_daily.asp."""
        items, day = [], on
        for currency in CURRENCIES:
            found = in_force(self.rates_of(currency), on)
            if found is None or currency.code in self.faults.unlisted:
                continue
            day, value = found
            items.append(
                f"<Valute ID={quoteattr(currency.bank_id)}><NumCode>{currency.number}</NumCode>"
                f"<CharCode>{currency.code}</CharCode>{self._amounts(currency, value)}"
                f"<Name>{currency.name}</Name></Valute>"
            )
        return (
            f'<ValCurs Date="{day:%d.%m.%Y}" name="Foreign Currency Market">'
            f"{''.join(items)}</ValCurs>"
        )

    def dynamic_page(self, currency: Currency, first: date, last: date) -> str:
        """The text of XML_dynamic.asp."""
        items = [
            f'<Record Date="{day:%d.%m.%Y}" Id={quoteattr(currency.bank_id)}>'
            f"{self._amounts(currency, value)}</Record>"
            for day, value in self.rates_of(currency).items()
            if first <= day <= last
        ]
        return (
            f'<ValCurs ID="{currency.bank_id}" DateRange1="{first:%d.%m.%Y}"'
            f' DateRange2="{last:%d.%m.%Y}" name="Foreign Currency Market Dynamic">'
            f"{''.join(items)}</ValCurs>"
        )

    def rates_of(self, currency: Currency) -> dict[date, Decimal]:
        """The rates as the bank tells them now."""
        code, faults = currency.code, self.faults
        return {
            day: faults.rewritten.get((code, day), value)
            for day, value in self._rates[code].items()
            if (code, day) not in faults.hidden
        }

    def _amounts(self, currency: Currency, value: Decimal) -> str:
        unit = f"{value / currency.nominal:f}".replace(".", ",")
        stated = f"<VunitRate>{unit}</VunitRate>" if self.faults.has_unit_rates else ""
        shown = f"{value}".replace(".", ",")
        return f"<Nominal>{currency.nominal}</Nominal><Value>{shown}</Value>{stated}"


def create_app(company: Company, faults: Faults, traffic: Traffic | None = None) -> Starlette:
    """An ASGI app over the rates of ``company``; it asks for no credentials."""
    pages = Pages(company, faults.of(RatesFaults))
    traffic = traffic or Traffic()
    app = Starlette(
        routes=[
            Route("/scripts/XML_daily.asp", pages.daily),
            Route("/scripts/XML_dynamic.asp", pages.dynamic),
        ],
        middleware=[
            Middleware(Gate, faults=faults, traffic=traffic, refuse=lambda: None, fail=proxy_page)
        ],
    )
    app.state.traffic = traffic
    app.state.pages = pages
    return app


def _day(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%d/%m/%Y").date()  # noqa: DTZ007 a day has no zone
    except ValueError:
        return None


def _page(text: str) -> Response:
    return _xml(f'<?xml version="1.0" encoding="windows-1251"?>{text}'.encode("cp1251"))


def _xml(body: bytes) -> Response:
    return Response(body, media_type="application/xml; charset=windows-1251")
