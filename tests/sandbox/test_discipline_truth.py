"""The truth about all rules together, of the demo company with every feed."""

from collections import Counter

import pyarrow as pa
import pytest

from sandbox import feed
from sandbox.company import simulate
from sandbox.model import CompanySpec
from sandbox.simulation import source_truth
from sandbox.simulation.discipline_truth import truth
from tests.unbroken import NEVER, RARE

Tables = dict[str, pa.Table]


@pytest.fixture(scope="module")
def tables() -> Tables:
    company, feeds = simulate(CompanySpec()), set(feed.everything())
    sources = source_truth.truth(company, feeds)["deal_sources"].to_pylist()
    return truth(company, feeds, sources)


def rules(table: pa.Table) -> Counter[str]:
    return Counter(table.column("rule_id").to_pylist())


def test_every_rule_is_told_of_once_and_broken(tables: Tables) -> None:
    told = rules(tables["defect_rules"])
    assert set(told.values()) == {1}
    assert told.keys() - rules(tables["defects"]).keys() == NEVER.keys()
    assert RARE.keys() <= told.keys() - NEVER.keys()


def test_nothing_is_certain_and_doubtful_at_once_beyond_a_few(tables: Tables) -> None:
    defects, doubts = rules(tables["defects"]), rules(tables["defect_doubts"])
    # a rule that is doubtful throughout would prove nothing
    assert all(defects[rule] for rule in doubts)


def test_a_deal_breaks_a_rule_once(tables: Tables) -> None:
    of_deals = [
        (row["rule_id"], row["entity_id"])
        for row in tables["defects"].to_pylist()
        if row["entity_type"] in ("deal", "deal_field", "contact", "campaign", "stage", "user")
    ]
    assert len(of_deals) == len(set(of_deals))
