"""Markov removal effects and Shapley values of a company's channels.

dbt's entry point only: it hands counted paths over to the package ``attribution``, which computes.
"""

from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from attribution import MODELS, PathTypes, estimate

_SCHEMA = pa.schema(
    [
        ("account_id", pa.int64()),
        ("model", pa.string()),
        ("channel", pa.string()),
        ("pool", pa.string()),
        ("value", pa.float64()),
        ("share", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("share_low", pa.float64()),
        ("share_high", pa.float64()),
        ("paths", pa.int64()),
        ("conversions", pa.int64()),
        ("is_withheld", pa.bool_()),
    ]
)


def model(dbt: Any, session: Any) -> pa.Table:  # noqa: ARG001 dbt's own signature
    """One row per account, model and channel."""
    rounds = int(dbt.config.meta_get("bootstrap_rounds"))
    minimum_paths = int(dbt.config.meta_get("minimum_paths"))
    paths = dbt.ref("int_attribution__path_types").select("account_id, path, paths, conversions")
    # in one order every day, because the resampling goes by it
    counted = paths.order("account_id, path").to_arrow_table()
    rows = []
    for account_id in sorted(counted["account_id"].unique().to_pylist()):
        mine = PathTypes.read(counted.filter(pc.equal(counted["account_id"], account_id)))
        for name in MODELS:
            found = estimate(mine, name, rounds=rounds, minimum_paths=minimum_paths)
            rows += [{"account_id": account_id, "model": name} | asdict(one) for one in found]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)
