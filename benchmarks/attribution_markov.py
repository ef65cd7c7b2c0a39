"""What do removal effects cost, solved, over the ChannelAttribution package, which simulates them?

Both start from a Parquet file of touches and count paths by type in DuckDB; then ours solves the
chain, and the package (``markov_model`` with its own defaults, on both processors) walks it at
random until its shares vary by less than 5 %. Paths are synthetic: channels of Zipf's frequencies,
of which a third repeats the channel before, and a chance to convert that depends on the last two
channels.

``python -m benchmarks.attribution_markov --touches 5000000`` (300,000 conversions among 830,000
paths through 50 channels) prints both orders, and how far the effects of both sides are apart in
standard errors of the simulation: the package walks 100,000 times in ten folds at least, and its
effects are those of one fold. It is not installed with the project (extra ``bench``).
"""

import argparse
import json
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from attribution import PathTypes, RemovalEffects

from benchmarks.measure import Answer, measure

TOUCHES = 500_000
CHANNELS = 50
_TOUCHES_OF_A_PATH = 6
_CONVERSIONS = 0.36
_WALKS = 10_000
_COUNT_PATHS = """
    select path, count(*) as paths, count(*) filter (where is_converted) as conversions
    from (
        select
            string_agg(channel, ' > ' order by position) as path,
            any_value(is_converted) as is_converted
        from '{touches}'
        group by deal_id
    )
    group by path
    order by path
"""


def answer(
    folder: Path, touches: int = TOUCHES, channels: int = CHANNELS, order: int = 1
) -> Answer:
    """Removal effects of so many touches both ways."""
    file = folder / "touches.parquet"
    if not file.exists():
        write_touches(file, touches, channels)
    ours = measure(_solve, folder, order)
    floor = measure(_simulate, folder, order)
    question = f"removal effects of order {order}, {touches:,} touches / ChannelAttribution"
    return Answer(question, ours, floor, touches)


def write_touches(file: Path, touches: int, channels: int) -> None:
    """One row per touch: deal_id, position, channel, is_converted."""
    generator = np.random.default_rng(50)
    paths = round(touches / _TOUCHES_OF_A_PATH)
    # lengths from 1 on, of which the last takes up what is left
    lengths = 1 + generator.geometric(1 / (_TOUCHES_OF_A_PATH - 1), 2 * paths) % 40
    ends = np.minimum(np.cumsum(lengths), touches)
    ends = ends[: np.searchsorted(ends, touches) + 1]
    starts = np.concatenate([[0], ends[:-1]])
    deals = np.repeat(np.arange(len(ends)), ends - starts)
    frequencies = 1 / np.arange(1, channels + 1)
    drawn = generator.choice(channels, touches, p=frequencies / frequencies.sum())
    is_new = generator.random(touches) > 1 / 3
    is_new[starts] = True
    drawn = drawn[np.maximum.accumulate(np.where(is_new, np.arange(touches), 0))]
    liking = generator.gamma(2, size=(channels, channels))
    last = drawn[ends - 1]
    before = np.where(ends - starts > 1, drawn[ends - 2], last)
    chances = liking[before, last]
    chances *= _CONVERSIONS / chances.mean()
    converted = generator.random(len(ends)) < chances
    names = np.array([f"channel_{place:02}" for place in range(channels)])
    table = {
        "deal_id": deals,
        "position": np.arange(touches) - starts[deals] + 1,
        "channel": names[drawn],
        "is_converted": converted[deals],
    }
    pq.write_table(pa.table(table), file)


def _count_paths(folder: Path) -> pa.Table:
    sql = _COUNT_PATHS.format(touches=folder / "touches.parquet")
    return duckdb.sql(sql).to_arrow_table()


def _solve(folder: Path, order: int) -> None:
    fitted = RemovalEffects(PathTypes.read(_count_paths(folder)), order)
    effects = fitted.values(fitted.conversions, fitted.nulls)
    told = dict(zip(fitted.paths.channels, effects.tolist(), strict=True))
    (folder / f"ours_{order}.json").write_text(json.dumps(told), encoding="utf-8")


def _simulate(folder: Path, order: int) -> None:
    from ChannelAttribution import markov_model

    paths = _count_paths(folder).to_pandas()
    paths["nulls"] = paths["paths"] - paths["conversions"]
    arguments = {"var_null": "nulls", "order": order, "out_more": True, "ncore": 2}
    found = markov_model(paths, "path", "conversions", **arguments, verbose=False, flg_pro=False)
    effects = found["removal_effects"]
    told = dict(zip(effects["channel_name"], effects["removal_effect"], strict=True))
    (folder / f"theirs_{order}.json").write_text(json.dumps(told), encoding="utf-8")


def apart(folder: Path, order: int) -> tuple[float, float]:
    """The largest difference of effects, and the largest in standard errors of the simulation."""
    ours, theirs = (
        json.loads((folder / f"{side}_{order}.json").read_text(encoding="utf-8"))
        for side in ("ours", "theirs")
    )
    names = sorted(ours)
    solved = np.array([ours[name] for name in names])
    differences = np.abs(solved - np.array([theirs[name] for name in names]))
    errors = np.sqrt(solved * (1 - solved) / (_WALKS * _CONVERSIONS))
    return float(differences.max()), float((differences / errors).max())


def main() -> None:
    """Both orders, and whether both sides say the same."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attribution_markov")
    parser.add_argument("--touches", type=int, default=TOUCHES)
    parser.add_argument("--channels", type=int, default=CHANNELS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for order in (1, 2):
            found = answer(folder, arguments.touches, arguments.channels, order)
            print(f"{found.question}: {found.ratio:.3f}")
            for side, measured in (("ours", found.ours), ("theirs", found.floor)):
                print(
                    f"  {side}: {measured.seconds:.2f} s, {measured.processor_seconds:.2f} s of"
                    f" processors, {measured.peak_mb} MB"
                )
            difference, errors = apart(folder, order)
            print(f"  apart by at most {difference:.4f}, {errors:.1f} standard errors")


if __name__ == "__main__":
    main()
