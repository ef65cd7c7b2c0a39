"""What each channel is worth to conversion by one model, with bootstrap intervals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from attribution.markov import RemovalEffects
from attribution.paths import Floats, Integers, PathTypes
from attribution.shapley import ShapleyValues

_SEED = 20_261_001
_INTERVAL = (0.05, 0.95)


class _Model(Protocol):
    """Outcomes counted by type of path; any counts of these types give figures of channels."""

    paths: PathTypes
    conversions: Integers
    nulls: Integers

    def values(self, conversions: Integers, nulls: Integers) -> Floats: ...


MODELS: dict[str, Callable[[PathTypes], _Model]] = {
    "markov_1": lambda paths: RemovalEffects(paths, order=1),
    "markov_2": lambda paths: RemovalEffects(paths, order=2),
    "shapley": ShapleyValues,
}


@dataclass(frozen=True)
class Effect:
    """One channel in one model.

    ``value`` is a removal effect (0 to 1) or a Shapley value (share of paths, may be negative);
    ``share`` is its part in the positive values of all the channels. ``low`` and ``high`` bound the
    middle 90 % of the resampled values. All are None where nothing converts. ``pool`` is "other"
    for a channel too rare to stand alone; it carries the figures of the pool.
    """

    channel: str
    pool: str
    value: float | None
    share: float | None
    low: float | None
    high: float | None
    share_low: float | None
    share_high: float | None
    paths: int
    conversions: int
    is_withheld: bool


def estimate(
    paths: PathTypes, model: str, *, rounds: int = 0, minimum_paths: int = 1, seed: int = _SEED
) -> list[Effect]:
    """Figures of every channel of the paths, in the order of ``paths.channels``.

    A channel (or pool) that occurs in fewer than ``minimum_paths`` paths is marked as withheld.
    Intervals come from ``rounds`` resamplings of whole paths with replacement; 0 makes none. The
    same paths in the same order and the same seed give the same intervals.

    Raises:
        KeyError: no such model, see ``MODELS``.
    """
    fitted = MODELS[model](paths)
    values = fitted.values(fitted.conversions, fitted.nulls)
    resampled = _resample(fitted, rounds, seed)
    low, high = _interval(resampled)
    share_low, share_high = _interval(_shares(resampled))
    shares = _shares(values)
    with_it, converted = fitted.paths.paths_with(), fitted.paths.conversions_with()
    places = {channel: place for place, channel in enumerate(fitted.paths.channels)}
    found = []
    for channel in paths.channels:
        place = places.get(channel, len(places) - 1)
        found.append(
            Effect(
                channel=channel,
                pool=fitted.paths.channels[place],
                value=_known(values[place]),
                share=_known(shares[place]),
                low=_known(low[place]),
                high=_known(high[place]),
                share_low=_known(share_low[place]),
                share_high=_known(share_high[place]),
                paths=int(with_it[place]),
                conversions=int(converted[place]),
                is_withheld=bool(with_it[place] < minimum_paths),
            )
        )
    return found


def _resample(fitted: _Model, rounds: int, seed: int) -> Floats:
    """Rounds by channels. Counts of types are drawn, which is the same as drawing the paths."""
    found = np.full((max(rounds, 1), len(fitted.paths.channels)), np.nan)
    generator = np.random.default_rng(seed)
    counts = np.concatenate([fitted.conversions, fitted.nulls])
    types, total = len(fitted.conversions), counts.sum()
    seen = np.flatnonzero(counts)
    chances = counts[seen] / max(total, 1)
    for one in range(rounds):
        drawn = np.zeros_like(counts)
        drawn[seen] = generator.multinomial(total, chances)
        found[one] = fitted.values(drawn[:types], drawn[types:])
    return found


def _shares(values: Floats) -> Floats:
    """Parts of the last axis; a negative value has none."""
    positive = np.maximum(values, 0.0)
    total = positive.sum(axis=-1, keepdims=True)
    shares: Floats = np.full_like(positive, np.nan)
    np.divide(positive, total, out=shares, where=total > 0)
    return shares


def _interval(rounds: Floats) -> tuple[Floats, Floats]:
    """Over the rounds in which anything converted."""
    told = rounds[~np.isnan(rounds).any(axis=1)]
    if not len(told):
        unknown = np.full(rounds.shape[1], np.nan)
        return unknown, unknown
    low, high = np.quantile(told, _INTERVAL, axis=0)
    return low, high


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
