"""Removal effects in an absorbing Markov chain of touches, solved and not simulated.

A state is the last k channels of a path, fewer at its start; every path ends in "converted" or in
"null". Removing a channel turns every move into a state whose newest channel it is into a move to
null.
Anderl, Becker, von Wangenheim, Schumann (2016), "Mapping the customer journey: Lessons learned from
graph-based online attribution modeling", International Journal of Research in Marketing 33(3).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from attribution.paths import Floats, Integers, PathTypes

# Order 2 has up to 50 x 51 + 1 states then; channels beyond are pooled.
MAXIMUM_CHANNELS = 50
# A chain of order 1 is inverted. Larger matrices would put OpenBLAS's threads to work, and those
# wait for each other while the machine serves others too: 100 resamplings of 211 states took 0.2 s,
# beside six busy processes 12 s. Step by step, on one thread, they take 0.3 s there.
_INVERTED_STATES = 64
# A chain that walks on for longer, a robot's thousands of touches, is inverted whatever its size.
_STEPS = 1000
_PRECISION = 1e-15


class RemovalEffects:
    """The chain of some paths; ``values`` are the removal effects of ``paths.channels``."""

    def __init__(self, paths: PathTypes, order: int = 1) -> None:
        if order < 1:
            raise ValueError(f"order {order}: a chain remembers at least one channel")
        self.paths = paths.pooled(MAXIMUM_CHANNELS)
        self.conversions = self.paths.conversions
        self.nulls = self.paths.nulls
        codes = _codes(self.paths, order)
        present = np.flatnonzero(np.bincount(codes))
        places = np.zeros(present[-1] + 1, dtype=np.int64)
        places[present] = np.arange(1, len(present) + 1)  # 0 is the start
        states = places[codes]
        before = np.empty_like(states)
        before[1:] = states[:-1]
        before[self.paths.starts[:-1]] = 0
        self._states = len(present) + 1
        self._moves = before * self._states + states
        self._last = states[self.paths.starts[1:] - 1]
        self._newest = np.concatenate([[-1], present % (len(self.paths.channels) + 1) - 1])

    def values(self, conversions: Integers, nulls: Integers) -> Floats:
        """Removal effect of each channel with these counts of the types, NaN if none converts."""
        channels = np.arange(len(self.paths.channels))
        if not conversions.any():
            return np.full(len(channels), np.nan)
        moves, converted = self._probabilities(conversions, nulls)
        effects = None
        if self._states > _INVERTED_STATES:
            effects = _walk(moves, converted, self._newest[:, None] == channels)
        if effects is None:
            reached = [np.flatnonzero(self._newest == channel) for channel in channels]
            effects = _invert(moves, converted, reached)
        clipped: Floats = np.clip(effects, 0.0, 1.0)
        return clipped

    def _probabilities(self, conversions: Integers, nulls: Integers) -> tuple[Floats, Floats]:
        """Of moves between transient states, and of converting, by state."""
        size = self._states
        weights = np.repeat(conversions + nulls, self.paths.lengths)
        moves = np.bincount(self._moves, weights, minlength=size * size).reshape(size, size)
        converted = np.bincount(self._last, conversions, minlength=size)
        left = moves.sum(axis=1) + converted + np.bincount(self._last, nulls, minlength=size)
        left[left == 0] = 1  # a state that a resampling does not visit
        return moves / left[:, None], converted / left


def _invert(moves: Floats, converted: Floats, reached: list[Integers]) -> Floats:
    """With one inverse N = (I - Q)^-1, the expected visits from state to state, for all channels.

    x = N r is the chance to convert from each state. For the states S of a channel, w with
    w N[S,S] = N[start,S] is the chance to enter S at each of them, so w x[S] converts through it.
    """
    visits = np.linalg.inv(np.eye(len(moves)) - moves)
    chances = visits @ converted
    lost = np.empty(len(reached))
    for channel, states in enumerate(reached):
        entering = np.linalg.solve(visits[np.ix_(states, states)].T, visits[0, states])
        lost[channel] = entering @ chances[states]
    effects: Floats = lost / chances[0]
    return effects


def _walk(moves: Floats, converted: Floats, removed: NDArray[np.bool_]) -> Floats | None:
    """One step after another: chances to convert within so many, whole and without each channel.

    ``removed`` tells by state and channel where a walk ends. Staying in a state is no step: what
    follows in the end follows at once. None if 1000 steps are not enough.
    """
    leaving = 1 - np.diag(moves)
    matrix = csr_array((moves - np.diag(np.diag(moves))) / leaving[:, None])
    converted = converted / leaving
    is_open = np.column_stack([~removed, np.ones(len(moves), dtype=np.bool_)])
    chances = np.zeros(is_open.shape)
    for _ in range(_STEPS):
        further = (matrix @ chances + converted[:, None]) * is_open
        if np.abs(further - chances).max() < _PRECISION:
            effects: Floats = 1 - further[0, :-1] / further[0, -1]
            return effects
        chances = further
    return None


def _codes(paths: PathTypes, order: int) -> Integers:
    """The state after each touch as a number whose lowest digit is the newest channel plus one."""
    base = len(paths.channels) + 1
    codes = paths.touches + 1
    place = np.arange(len(codes)) - np.repeat(paths.starts[:-1], paths.lengths)
    for back in range(1, order):
        older = np.zeros_like(codes)
        older[back:] = paths.touches[:-back] + 1
        codes = codes + np.where(place >= back, older, 0) * base**back
    return codes
