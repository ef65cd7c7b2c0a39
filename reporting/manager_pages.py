"""A page for every manager: their own deals, what to do first, their score."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from reporting.errors import ReportError
from reporting.files import replace_file
from reporting.i18n import Wording
from reporting.sections.discipline import managers, scores
from reporting.sections.discipline.breaches import read_open
from reporting.sections.discipline.rules import read_rules
from reporting.templating import environment
from reporting.view import Language
from reporting.view.manager import ManagerPage

FOLDER = "managers"


def write_manager_pages(
    con: duckdb.DuckDBPyConnection,
    *,
    language: Language,
    as_of: datetime,
    zone: ZoneInfo,
    company_name: str,
    currency: str,
    folder: Path,
) -> dict[int, Path]:
    """Write ``<folder>/managers/<user id>.html``; returns the pages by user id.

    A page of somebody of whom nothing is known any more is removed: it would tell old findings.

    Raises:
        ReportError: the folder cannot be written.
    """
    pages = build_manager_pages(
        con, language=language, as_of=as_of, zone=zone, company_name=company_name, currency=currency
    )
    place = folder / FOLDER
    written = {}
    try:
        place.mkdir(parents=True, exist_ok=True)
        for page in pages:
            path = place / f"{page.user_id}.html"
            replace_file(path, render_manager(page).encode())
            written[page.user_id] = path
        for path in place.glob("*.html"):
            if path.stem.isdecimal() and int(path.stem) not in written:
                path.unlink()
    except OSError as error:
        raise ReportError(
            f"{place}: the pages cannot be written ({error.strerror}); check rights and space"
        ) from error
    return written


def build_manager_pages(
    con: duckdb.DuckDBPyConnection,
    *,
    language: Language,
    as_of: datetime,
    zone: ZoneInfo,
    company_name: str,
    currency: str,
) -> list[ManagerPage]:
    """Pages of all who have a finding or a score; none before the first checks."""
    con.execute("set variable company_currency = ?", [currency])
    breaches = read_open(con)
    known = read_rules(con, {}, language, breaches)
    titles = {rule_id: rule.text.title for rule_id, rule in known.items()}
    scored = scores.read(con, {}, breaches, titles).managers
    by_user = {row.user_id: row for row in scored if row.user_id}
    return [
        managers.build(
            user,
            breaches,
            known,
            by_user.get(user),
            company=company_name,
            language=language,
            currency=currency,
            as_of=as_of,
            zone=zone,
        )
        for user in sorted(managers.people(breaches) | set(by_user))
    ]


def render_manager(page: ManagerPage) -> str:
    """One self-contained page as text."""
    made = environment(Wording(page.language, page.currency))
    return made.get_template("manager.html.j2").render(page=page, report=page)
