"""Staging of the CRM's records beside the cards equals the simulated company's truth."""

import duckdb
import pytest

from tests.workplace import Workplace

pytestmark = pytest.mark.e2e

STAGED = {
    "crm_calls": """
        select note_id, entity_type, entity_id, direction, called_at, duration_seconds, is_answered,
            '7' || right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) as phone
        from staging.stg_amocrm__calls""",
    "crm_invoices": """
        select invoices.invoice_id, links.lead_id as deal_id, invoices.payment_status as status,
            invoices.amount as price, invoices.paid_on
        from staging.stg_amocrm__invoices as invoices
        left join staging.stg_amocrm__lead_catalog_elements as links
            on links.account_id = invoices.account_id
            and links.catalog_id = invoices.catalog_id
            and links.element_id = invoices.invoice_id""",
    "crm_task_deadlines": """
        select task_id, changed_at, due_before, due_after
        from staging.stg_amocrm__task_deadlines""",
    "crm_unsorted": """
        select inquiry_uid as uid, category, lead_id as deal_id, created_at, form_page
        from staging.stg_amocrm__unsorted where is_listed""",
}


@pytest.mark.parametrize("table", sorted(STAGED))
def test_records_are_as_they_are(finished: Workplace, table: str) -> None:
    # of the inquiries a first load can only see those that are still waiting
    visible = "where left_at is null" if table == "crm_unsorted" else ""
    with duckdb.connect(str(finished.warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        staged = connection.execute(f"{STAGED[table]} order by all").fetchall()
        columns = [column[0] for column in connection.description]
        utc = ", ".join(f"{c}::timestamp as {c}" if c.endswith("_at") else c for c in columns)
        utc = utc.replace("due_before", "due_before::timestamp as due_before")
        utc = utc.replace("due_after", "due_after::timestamp as due_after")
        truth = connection.execute(
            f"select {utc} from '{finished.truth}/{table}.parquet' {visible} order by all"
        ).fetchall()
    assert truth
    assert staged == truth
