"""Removal effects and Shapley values against exact fractions and the plain definitions."""

import importlib.util
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, permutations
from math import sqrt
from types import ModuleType, SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pytest
from attribution import MODELS, Effect, PathTypes, RemovalEffects, ShapleyValues, estimate
from attribution import markov as markov_module
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dbt.conftest import PROJECT

Counts = Mapping[tuple[str, ...], tuple[int, int]]
_EXACT = 1e-12

# worked through by hand in docs/attribution.md
TWO: Counts = {
    ("paid_search", "calls"): (3, 1),
    ("paid_search",): (1, 3),
    ("calls",): (1, 1),
}
# loops A > B > A, repeats, all three channels, dead ends
THREE: Counts = {
    ("A",): (2, 9),
    ("A", "B", "A"): (3, 1),
    ("B", "B", "C"): (1, 4),
    ("C", "A", "B", "C"): (2, 2),
    ("B",): (0, 5),
    ("C", "C"): (1, 0),
}
FIVE: Counts = {
    ("A", "B"): (5, 2),
    ("C",): (1, 6),
    ("D", "E", "A"): (4, 4),
    ("E",): (0, 3),
    ("B", "D", "C", "A", "E"): (2, 1),
    ("D", "D"): (3, 3),
}


def effects(counts: Counts, order: int = 1) -> dict[str, float]:
    return values(RemovalEffects(PathTypes.count(counts), order))


def shapley(counts: Counts) -> dict[str, float]:
    return values(ShapleyValues(PathTypes.count(counts)))


def values(fitted: RemovalEffects | ShapleyValues) -> dict[str, float]:
    found = fitted.values(fitted.conversions, fitted.nulls)
    return dict(zip(fitted.paths.channels, found.tolist(), strict=True))


def exact_effects(counts: Counts, order: int) -> dict[str, Fraction]:
    whole = exact_chance(counts, order, removed=None)
    return {
        channel: 1 - exact_chance(counts, order, channel) / whole for channel in channels_of(counts)
    }


def exact_chance(counts: Counts, order: int, removed: str | None) -> Fraction:
    """Chance to convert from the start, the equations of the chain solved in fractions."""
    moves: dict[tuple[str, ...], dict[Any, int]] = {}
    for path, (conversions, nulls) in counts.items():
        states = [path[max(0, end - order) : end] for end in range(len(path) + 1)]
        for one, other in pairwise(states):
            told = moves.setdefault(one, {})
            told[other] = told.get(other, 0) + conversions + nulls
        told = moves.setdefault(states[-1], {})
        for outcome, count in (("conversion", conversions), ("null", nulls)):
            told[outcome] = told.get(outcome, 0) + count
    names = list(moves)
    rows = []
    for name in names:
        total = sum(moves[name].values())
        row = [Fraction(name == other) for other in names]
        for target, count in moves[name].items():
            if total and target in moves and target[-1] != removed:
                row[names.index(target)] -= Fraction(count, total)
        rows.append([*row, Fraction(moves[name].get("conversion", 0), max(total, 1))])
    return solve(rows)[names.index(())]


def solve(rows: list[list[Fraction]]) -> list[Fraction]:
    """Gauss and Jordan, the right side being the last column."""
    size = len(rows)
    for place in range(size):
        pivot = next(row for row in range(place, size) if rows[row][place])
        rows[place], rows[pivot] = rows[pivot], rows[place]
        head = rows[place][place]
        rows[place] = [value / head for value in rows[place]]
        for row in range(size):
            factor = rows[row][place]
            if row != place and factor:
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[place], strict=True)]
    return [row[-1] for row in rows]


def exact_shapley(counts: Counts) -> dict[str, Fraction]:
    """Mean gain over all the orders in which the channels may come in."""
    channels = channels_of(counts)
    gains = dict.fromkeys(channels, Fraction(0))
    orders = list(permutations(channels))
    for order in orders:
        for place, channel in enumerate(order):
            gains[channel] += worth(counts, order[: place + 1]) - worth(counts, order[:place])
    return {channel: gain / len(orders) for channel, gain in gains.items()}


def worth(counts: Counts, channels: Sequence[str]) -> Fraction:
    inside = [told for path, told in counts.items() if set(path) <= set(channels)]
    paths = sum(conversions + nulls for conversions, nulls in inside)
    return Fraction(sum(conversions for conversions, _ in inside), paths) if paths else Fraction(0)


def channels_of(counts: Counts) -> list[str]:
    return sorted({channel for path in counts for channel in path})


def approximately(told: Mapping[str, Fraction]) -> Any:
    exact = {name: float(value) for name, value in told.items()}
    return pytest.approx(exact, rel=_EXACT, abs=_EXACT)


random_counts = st.dictionaries(
    st.lists(st.sampled_from("ABCD"), min_size=1, max_size=5).map(tuple),
    st.tuples(st.integers(0, 6), st.integers(0, 6)),
    min_size=1,
    max_size=7,
).filter(lambda counts: any(conversions for conversions, _ in counts.values()))


def test_the_example_of_the_documentation() -> None:
    assert effects(TWO) == approximately({"calls": Fraction(4, 5), "paid_search": Fraction(11, 15)})
    assert shapley(TWO) == approximately({"calls": Fraction(3, 8), "paid_search": Fraction(1, 8)})
    shares = {told.channel: told.share for told in estimate(PathTypes.count(TWO), "markov_1")}
    assert shares == approximately({"calls": Fraction(12, 23), "paid_search": Fraction(11, 23)})


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("counts", [TWO, THREE, FIVE])
def test_removal_effects_are_those_of_the_chain_in_fractions(counts: Counts, order: int) -> None:
    assert effects(counts, order) == approximately(exact_effects(counts, order))


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("counts", [TWO, THREE, FIVE])
def test_walking_step_by_step_leads_to_the_same(
    monkeypatch: pytest.MonkeyPatch, counts: Counts, order: int
) -> None:
    monkeypatch.setattr(markov_module, "_INVERTED_STATES", 0)
    assert effects(counts, order) == approximately(exact_effects(counts, order))


def test_robots_that_come_back_thousands_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markov_module, "_INVERTED_STATES", 0)
    robots = dict(THREE) | {("A", "B") * 9999: (1, 0), ("C",) * 9999: (1, 0)}
    assert effects(robots) == approximately(exact_effects(robots, 1))


@settings(max_examples=40, deadline=None)
@given(random_counts, st.integers(1, 2), st.sampled_from([0, 64]))
def test_any_chain_agrees_with_fractions(counts: Counts, order: int, inverted: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markov_module, "_INVERTED_STATES", inverted)
        assert effects(counts, order) == approximately(exact_effects(counts, order))


def test_the_order_changes_what_a_chain_remembers() -> None:
    # B converts after A only, which one channel of memory cannot tell
    counts: Counts = {("A", "B"): (10, 0), ("C", "B"): (0, 10)}
    assert effects(counts, 1) == approximately(
        {"A": Fraction(1, 2), "B": Fraction(1), "C": Fraction(1, 2)}
    )
    assert effects(counts, 2) == approximately(
        {"A": Fraction(1), "B": Fraction(1), "C": Fraction(0)}
    )


@pytest.mark.parametrize("order", [1, 2])
def test_nothing_converts_without_a_channel_of_every_path(order: int) -> None:
    counts: Counts = {("A", "B"): (3, 1), ("B", "C", "B"): (2, 7), ("B",): (1, 1)}
    assert effects(counts, order)["B"] == pytest.approx(1, abs=_EXACT)


@pytest.mark.parametrize("order", [1, 2])
def test_a_channel_that_never_converts_has_no_effect(order: int) -> None:
    counts: Counts = {("A",): (3, 1), ("B",): (0, 5), ("B", "C"): (0, 2)}
    assert effects(counts, order) == approximately(
        {"A": Fraction(1), "B": Fraction(0), "C": Fraction(0)}
    )


def test_repeats_change_nothing_in_a_chain_of_order_one_only() -> None:
    shared: Counts = {("A", "B"): (1, 2), ("B",): (1, 1)}
    repeated = {("B", "A", "A"): (3, 0), ("B", "A"): (0, 3), ("A", "A"): (0, 1), ("A",): (1, 1)}
    collapsed = {("B", "A"): (3, 3), ("A",): (1, 2)}
    repeated, collapsed = repeated | dict(shared), collapsed | dict(shared)
    assert effects(repeated) == pytest.approx(effects(collapsed), rel=_EXACT)
    assert effects(repeated, 2) != pytest.approx(effects(collapsed, 2), rel=0.01)
    # and nothing in sets
    assert shapley(repeated) == pytest.approx(shapley(collapsed), rel=_EXACT)


@pytest.mark.parametrize("model", MODELS)
def test_the_order_of_paths_changes_nothing(model: str) -> None:
    backwards = dict(reversed(list(THREE.items())))
    assert estimate(PathTypes.count(backwards), model, rounds=20) == estimate(
        PathTypes.count(THREE), model, rounds=20
    )
    turned = PathTypes.count(THREE)
    order = np.argsort(-turned.conversions, kind="stable")
    pieces = [turned.touches[turned.starts[one] : turned.starts[one + 1]] for one in order]
    turned = PathTypes(
        turned.channels,
        np.concatenate(pieces),
        np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]),
        turned.conversions[order],
        turned.nulls[order],
    )
    told = [one.value for one in estimate(PathTypes.count(THREE), model)]
    assert [one.value for one in estimate(turned, model)] == pytest.approx(told, rel=_EXACT)


@pytest.mark.parametrize("counts", [TWO, THREE, FIVE])
def test_shapley_values_are_mean_gains_over_all_orders(counts: Counts) -> None:
    assert shapley(counts) == approximately(exact_shapley(counts))


@settings(max_examples=40, deadline=None)
@given(random_counts)
def test_shapley_values_add_up_to_the_conversion_rate(counts: Counts) -> None:
    found = shapley(counts)
    assert found == approximately(exact_shapley(counts))
    assert sum(found.values()) == pytest.approx(
        float(worth(counts, channels_of(counts))), abs=_EXACT
    )


def test_twelve_channels_are_exact_by_sets() -> None:
    generator = np.random.default_rng(7)
    names = "ABCDEFGHIJKL"
    counts: Counts = {
        tuple(generator.choice(list(names), size=size)): (
            int(generator.integers(9)),
            int(generator.integers(9)),
        )
        for size in generator.integers(1, 6, size=60)
    } | {(name,): (1, 1) for name in names}
    found = ShapleyValues(PathTypes.count(counts))
    assert found.paths.channels == tuple(names)
    by_set = found.worth(found.conversions, found.nulls)
    for channels in [*combinations(names, 3), *combinations(names, 11)]:
        number = sum(1 << names.index(channel) for channel in channels)
        assert by_set[number] == pytest.approx(float(worth(counts, channels)), abs=_EXACT)
    assert sum(values(found).values()) == pytest.approx(by_set[-1], abs=_EXACT)


def test_alike_channels_are_worth_the_same_and_idle_ones_nothing() -> None:
    # A and B are exchangeable; C never comes alone and changes no rate
    counts: Counts = {
        ("A",): (2, 2),
        ("B",): (2, 2),
        ("A", "B"): (3, 1),
        ("A", "C"): (1, 1),
        ("C", "B"): (1, 1),
        ("B", "C", "A"): (5, 3),
    }
    found = shapley(counts)
    assert found["A"] == pytest.approx(found["B"], rel=_EXACT)
    assert found["C"] == pytest.approx(0, abs=_EXACT)


def test_a_channel_that_lowers_the_rate_is_negative_and_shares_nothing() -> None:
    told = estimate(PathTypes.count({("A",): (9, 1), ("A", "B"): (0, 10)}), "shapley")
    by_channel = {one.channel: one for one in told}
    assert by_channel["B"].value == pytest.approx(-0.225)
    assert (by_channel["B"].share, by_channel["A"].share) == (0, 1)


def test_rare_channels_beyond_the_limit_are_one_pool() -> None:
    counts: dict[tuple[str, ...], tuple[int, int]] = {
        (f"c{place:02}",): (place + 1, place + 1) for place in range(12)
    }
    assert {one.pool for one in estimate(PathTypes.count(counts), "shapley")} == {
        f"c{place:02}" for place in range(12)
    }
    counts |= {("rare", "rarer"): (1, 0), ("rarer",): (0, 1)}
    told = {one.channel: one for one in estimate(PathTypes.count(counts), "shapley")}
    pooled = {channel for channel, one in told.items() if one.pool == "other"}
    assert pooled == {"c00", "rare", "rarer"}
    assert {(told[channel].paths, told[channel].conversions) for channel in pooled} == {(4, 2)}
    assert len({told[channel].value for channel in pooled}) == 1
    pools = {one.pool: one.share for one in told.values()}
    assert len(pools) == 12
    assert sum(share for share in pools.values() if share is not None) == pytest.approx(1)


def test_a_channel_called_other_is_in_the_pool() -> None:
    counts: dict[tuple[str, ...], tuple[int, int]] = {("other",): (50, 50)}
    counts |= {(f"c{place:02}",): (1, 1) for place in range(12)}
    told = {one.channel: one for one in estimate(PathTypes.count(counts), "shapley")}
    assert (told["other"].pool, told["other"].paths) == ("other", 102)


def test_nothing_converts() -> None:
    for model in MODELS:
        told = estimate(PathTypes.count({("A",): (0, 3), ("A", "B"): (0, 1)}), model, rounds=5)
        assert {(one.value, one.share, one.low, one.high) for one in told} == {(None,) * 4}


def test_few_paths_are_withheld() -> None:
    told = estimate(PathTypes.count(TWO), "markov_1", minimum_paths=7)
    assert {one.channel: (one.paths, one.conversions, one.is_withheld) for one in told} == {
        "calls": (6, 4, True),
        "paid_search": (8, 4, False),
    }


def test_intervals_are_those_of_resampled_paths() -> None:
    # one channel alone: its Shapley value is the conversion rate, whose error is known
    [told] = estimate(PathTypes.count({("A",): (400, 600)}), "shapley", rounds=2000)
    assert told.low is not None
    assert told.high is not None
    deviation = sqrt(0.4 * 0.6 / 1000)
    assert told.low == pytest.approx(0.4 - 1.645 * deviation, abs=0.1 * deviation)
    assert told.high == pytest.approx(0.4 + 1.645 * deviation, abs=0.1 * deviation)


@pytest.mark.parametrize("model", MODELS)
def test_intervals_are_repeatable_and_shrink_with_more_paths(model: str) -> None:
    more = {path: (100 * count[0], 100 * count[1]) for path, count in FIVE.items()}
    narrow = estimate(PathTypes.count(more), model, rounds=60)

    def told(one: Effect) -> tuple[float, ...]:
        found = (one.low, one.value, one.high)
        return tuple(figure for figure in found if figure is not None)

    assert narrow == estimate(PathTypes.count(more), model, rounds=60)
    wide = estimate(PathTypes.count(FIVE), model, rounds=60)
    for few, many in zip(map(told, wide), map(told, narrow), strict=True):
        assert few[1] == pytest.approx(many[1], rel=_EXACT)
        assert many[2] - many[0] < (few[2] - few[0]) / 3
        assert many[0] <= many[1] <= many[2]


def test_paths_without_touches_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one touch"):
        PathTypes.count({(): (1, 0)})
    with pytest.raises(ValueError, match="remembers"):
        RemovalEffects(PathTypes.count(TWO), 0)


@pytest.fixture(scope="module")
def python_model() -> ModuleType:
    path = PROJECT / "models/intermediate/attribution/int_attribution__data_driven.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(python_model: ModuleType, rows: str) -> list[dict[str, Any]]:
    options = {"bootstrap_rounds": "10", "minimum_paths": "7"}
    with duckdb.connect() as connection:
        counted = connection.sql(f"from ({rows}) as told (account_id, path, paths, conversions)")
        dbt = SimpleNamespace(
            ref=lambda _name: counted, config=SimpleNamespace(meta_get=options.__getitem__)
        )
        found: list[dict[str, Any]] = python_model.model(dbt, connection).to_pylist()
    return found


def test_the_model_reads_each_account_by_itself(python_model: ModuleType) -> None:
    rows = _run(
        python_model,
        """values (7, 'paid_search > calls', 4, 3), (7, 'paid_search', 4, 1), (7, 'calls', 2, 1),
        (8, 'email', 9, 2)""",
    )
    assert len(rows) == 9
    assert {(row["account_id"], row["channel"]): row["value"] for row in rows[:2]} == {
        (7, "calls"): pytest.approx(4 / 5),
        (7, "paid_search"): pytest.approx(11 / 15),
    }
    assert {row["model"]: row["value"] for row in rows if row["account_id"] == 8} == {
        "markov_1": pytest.approx(1),
        "markov_2": pytest.approx(1),
        "shapley": pytest.approx(2 / 9),
    }
    assert {row["channel"] for row in rows if row["is_withheld"]} == {"calls"}
    assert all(row["low"] <= row["high"] for row in rows)


def test_a_company_without_paths_has_no_rows(python_model: ModuleType) -> None:
    assert _run(python_model, "select 1, 'calls', 1, 1 where false") == []
