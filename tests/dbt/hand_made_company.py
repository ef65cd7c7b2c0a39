"""The hand-made company as a whole; every number the tests check follows from it by hand."""

from pathlib import Path

from tests.dbt.hand_made_deals import fill_deals, fill_dictionaries
from tests.dbt.hand_made_money import fill_money
from tests.dbt.hand_made_spend import fill_spend
from tests.dbt.raw_fixture import create_raw_tables


def fill(path: Path) -> None:
    """One account, two pipelines, fifteen deals, a bank, a cabinet."""
    create_raw_tables(path)
    fill_dictionaries(path)
    fill_deals(path)
    fill_money(path)
    fill_spend(path)
