"""Shapley values of channels, exact.

The worth of a set S of channels is the conversion rate of the paths that touch no channel outside
S, 0 where there is no such path; order and repeats do not matter. The values of all the channels
add up to the conversion rate of all the paths. A value may be negative: the worth is a rate, and
more channels may bring it down.
"""

from math import factorial

import numpy as np

from attribution.paths import Floats, Integers, PathTypes

# 2^12 sets; channels beyond are pooled
MAXIMUM_CHANNELS = 12


class ShapleyValues:
    """The game of some paths; ``values`` are the Shapley values of ``paths.channels``."""

    def __init__(self, paths: PathTypes) -> None:
        self.paths = paths.pooled(MAXIMUM_CHANNELS)
        self._players = len(self.paths.channels)
        bits = np.left_shift(1, self.paths.touches)
        sets = np.bitwise_or.reduceat(bits, self.paths.starts[:-1])
        self.conversions = self._by_set(sets, self.paths.conversions)
        self.nulls = self._by_set(sets, self.paths.nulls)

    def _by_set(self, sets: Integers, counts: Integers) -> Integers:
        found = np.bincount(sets, counts, minlength=2**self._players)
        return found.astype(np.int64)

    def worth(self, conversions: Integers, nulls: Integers) -> Floats:
        """Of each set of channels, bit i of its number being channel i."""
        converted = self._over_subsets(conversions)
        paths = self._over_subsets(conversions + nulls)
        return np.divide(converted, paths, out=np.zeros(len(paths)), where=paths > 0)

    def values(self, conversions: Integers, nulls: Integers) -> Floats:
        """Shapley value of each channel with these counts by set; NaN if no path converts."""
        if not conversions.any():
            return np.full(self._players, np.nan)
        worth = self.worth(conversions, nulls)
        sizes = np.bitwise_count(np.arange(len(worth), dtype=np.uint64)).astype(np.int64)
        others = self._players - 1
        chances = np.array(
            [
                factorial(size) * factorial(others - size) / factorial(self._players)
                for size in range(self._players)
            ]
        )
        found = np.empty(self._players)
        for channel in range(self._players):
            halves = worth.reshape(-1, 2, 2**channel)
            without = sizes.reshape(-1, 2, 2**channel)[:, 0]
            found[channel] = (chances[without] * (halves[:, 1] - halves[:, 0])).sum()
        return found

    def _over_subsets(self, counts: Integers) -> Integers:
        """Sums over all subsets of each set (the zeta transform)."""
        sums = counts.copy()
        for channel in range(self._players):
            halves = sums.reshape(-1, 2, 2**channel)
            halves[:, 1] += halves[:, 0]
        return sums
