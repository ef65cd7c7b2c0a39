"""What does the amoCRM connector cost over reading the same JSON with DuckDB?

Ours: HTTP from a local server without throttle, custom fields as long rows, schema contract, merge.
Floor: the same pages already on disk, ``read_json`` into one table and custom fields unnested into
another.
"""

import json
from pathlib import Path

import duckdb
import requests

from benchmarks.company import company
from benchmarks.measure import Answer, measure
from ingestion.pipeline import make_pipeline
from ingestion.registry import discover
from ingestion.settings import Settings, secret

_PAGE = 250
DEALS = 100_000


def answer(folder: Path, deals: int = DEALS) -> Answer:
    """Load ``deals`` leads both ways."""
    with company(folder, deals) as settings:
        pages = folder / "pages"
        rows = _save_pages(settings, pages)
        ours = measure(_load, settings)
        floor = measure(_read_json, pages, folder / "floor.duckdb")
    return Answer(f"load {rows:,} amoCRM leads / DuckDB read_json", ours, floor, rows)


def _save_pages(settings: Settings, folder: Path) -> int:
    folder.mkdir()
    headers = {"Authorization": f"Bearer {secret('amocrm', 'access_token')}"}
    url = f"{settings.sources.amocrm.base_url}/api/v4/leads"
    rows = page = 0
    while True:
        page += 1
        query = {"page": page, "limit": _PAGE, "with": "contacts,loss_reason,source"}
        answer = requests.get(url, params=query, headers=headers, timeout=60)
        if answer.status_code == requests.codes.no_content:
            return rows
        leads = answer.json()["_embedded"]["leads"]
        lines = (json.dumps(lead, ensure_ascii=False) for lead in leads)
        (folder / f"{page:05}.ndjson").write_text("\n".join(lines), encoding="utf-8")
        rows += len(leads)
        if "next" not in answer.json()["_links"]:
            return rows


def _load(settings: Settings) -> None:
    source = discover()["amocrm"].build(settings).with_resources("leads")
    make_pipeline("amocrm", settings).run(source)


def _read_json(pages: Path, path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(
            f"create table leads as select * from read_json('{pages}/*.ndjson',"
            " union_by_name = true, sample_size = -1)"
        )
        connection.execute(
            """create table custom_field_values as
               select id, f.field_id, f.field_code, f.field_name, f.field_type, v
               from (select id, unnest(custom_fields_values) as f from leads),
                    unnest(f.values) as t (v)"""
        )
