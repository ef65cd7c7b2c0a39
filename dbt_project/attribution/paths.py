"""Paths of touches, counted by type: the same channels in the same order are one type."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

SEPARATOR = " > "
OTHER = "other"

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PathTypes:
    """Distinct paths and how often each of them converted and did not.

    ``touches`` holds the types one after another, each touch as a place in ``channels``; type i is
    ``touches[starts[i]:starts[i + 1]]``, so ``starts`` is one longer than the counts. Consecutive
    touches of one channel stay apart.

    Raises:
        ValueError: a type without touches, lengths that do not fit, or a negative count.
    """

    channels: tuple[str, ...]
    touches: Integers
    starts: Integers
    conversions: Integers
    nulls: Integers

    def __post_init__(self) -> None:
        types = len(self.conversions)
        if len(self.nulls) != types or len(self.starts) != types + 1:
            raise ValueError("a type needs one start, one count of conversions and one of others")
        if (np.diff(self.starts) < 1).any() or self.starts[-1] != len(self.touches):
            raise ValueError("every path has at least one touch")
        if (self.conversions < 0).any() or (self.nulls < 0).any():
            raise ValueError("counts of paths cannot be negative")

    @classmethod
    def count(cls, counts: Mapping[tuple[str, ...], tuple[int, int]]) -> "PathTypes":
        """From paths as names of channels; each with its conversions and its other outcomes."""
        types = sorted(counts.items())
        channels = tuple(sorted({channel for path, _ in types for channel in path}))
        places = {channel: place for place, channel in enumerate(channels)}
        return cls(
            channels=channels,
            touches=_integers([places[channel] for path, _ in types for channel in path]),
            starts=_integers([0, *np.cumsum([len(path) for path, _ in types], dtype=np.int64)]),
            conversions=_integers([outcome[0] for _, outcome in types]),
            nulls=_integers([outcome[1] for _, outcome in types]),
        )

    @classmethod
    def read(cls, counted: pa.Table) -> "PathTypes":
        """From columns path (channels joined by ``SEPARATOR``), paths and conversions of them."""
        touches = pc.split_pattern(counted["path"].combine_chunks(), SEPARATOR)
        encoded = touches.flatten().dictionary_encode()
        names = encoded.dictionary.to_pylist()
        # channels by name, so that nothing depends on which came first
        places = np.argsort(np.argsort(names))
        conversions = _integers(counted["conversions"])
        return cls(
            channels=tuple(sorted(names)),
            touches=_integers(places[_integers(encoded.indices)]),
            starts=_integers(touches.offsets),
            conversions=conversions,
            nulls=_integers(counted["paths"]) - conversions,
        )

    @cached_property
    def lengths(self) -> Integers:
        """Touches of each type."""
        return np.diff(self.starts)

    @cached_property
    def _presence(self) -> tuple[Integers, Integers]:
        """Pairs of a type and a channel that occurs in it."""
        width = len(self.channels)
        occurs = np.zeros(len(self.conversions) * width, dtype=np.bool_)
        occurs[np.repeat(np.arange(len(self.conversions)), self.lengths) * width + self.touches] = 1
        pairs = np.flatnonzero(occurs)
        return pairs // width, pairs % width

    def paths_with(self) -> Integers:
        """Paths that each channel occurs in."""
        return self._sum_by_channel(self.conversions + self.nulls)

    def conversions_with(self) -> Integers:
        """Of them, those that converted."""
        return self._sum_by_channel(self.conversions)

    def _sum_by_channel(self, counts: Integers) -> Integers:
        types, channels = self._presence
        return _integers(np.bincount(channels, counts[types], minlength=len(self.channels)))

    def pooled(self, limit: int) -> "PathTypes":
        """The same paths over at most ``limit`` channels; the rare ones beyond become ``other``.

        The channels that occur in the most paths keep their name, ties go by name; one that is
        called ``other`` already is in the pool. Types that become alike are not merged.
        """
        if len(self.channels) <= limit:
            return self
        is_other = np.array([channel == OTHER for channel in self.channels])
        frequency = np.where(is_other, -1, self.paths_with())
        kept = np.sort(np.argsort(-frequency, kind="stable")[: limit - 1])
        places = np.full(len(self.channels), len(kept), dtype=np.int64)
        places[kept] = np.arange(len(kept))
        names = (*(self.channels[place] for place in kept), OTHER)
        return PathTypes(names, places[self.touches], self.starts, self.conversions, self.nulls)


def _integers(values: object) -> Integers:
    return np.asarray(values, dtype=np.int64)
