"""The ties of reports, made by the mart's own SQL over whatever tables a warehouse of tests has."""

import re

import duckdb

from tests.dbt.conftest import PROJECT
from tests.dbt.rendering import render_model

MODEL = "marts/quality/fct_report_ties.sql"
_REF = re.compile(r"ref\('(\w+)'\)")
_ACCOUNT = "(select min(account_id) as account_id from marts.fct_deals)"


def create(con: duckdb.DuckDBPyConnection, vat_policy: str = "gross") -> None:
    """A view, so that it follows what a test changes in the tables."""
    marts = _REF.findall((PROJECT / "models" / MODEL).read_text(encoding="utf-8"))
    sql = render_model(
        MODEL,
        {mart: f"marts.{mart}" for mart in marts} | {"int_company__account": _ACCOUNT},
        enabled_sources=["raw_amocrm", "raw_bank_1c", "raw_yandex_direct"],
        files_feeds="",
        company_currency="RUB",
        company_language="ru",
        vat_policy=vat_policy,
    )
    con.execute(f"create or replace view quality.fct_report_ties as {sql}")
