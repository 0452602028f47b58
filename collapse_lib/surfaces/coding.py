"""Whole numbers that move little, in few bits: what grid.js reads back.

Curves of neighbouring settings throw the same dice, so they move together. Of each table of
curves only the surprises are kept: what a curve's step is, less so many sixteenths of the step
of another curve that was kept before. How large a surprise to expect is told from the last ones
of the same line, and a range coder (rANS, Duda 2013, arXiv:1311.2540) spends on each as many
bits as it is surprising among those that were expected to be as large.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from collapse_lib.checks import Array

CLASSES, SYMBOLS = 28, 64  # of expected sizes; of surprises, the last for all that are larger
PLAIN = 3  # octaves above the least size, from which on the last bits are kept as they are
BITS = 12  # of a probability
LANES = 128  # coders that take turns, so that numpy can run them side by side
WORD = 1 << 16
LONGEST = 4096  # a surprise counts as no larger, when the next is expected
WORTH = 0.02  # of a curve's steps that another must explain, to be named


@dataclass
class Coder:
    """Tables of whole numbers, and the one stream that holds them all.

    `add` each table, then take `stream`.
    """

    symbols: list[Array] = field(default_factory=list)
    classes: list[Array] = field(default_factory=list)
    far: list[Array] = field(default_factory=list)
    low: list[Array] = field(default_factory=list)  # the last bits of large ones, one by one

    def add(self, levels: Array) -> dict[str, Any]:
        """Take a table in, and return what a reader must know of it.

        Parameters
        ----------
        levels : ndarray of int, shape ``(count, lines, width)``
            Each row moves little from one number to the next.

        Returns
        -------
        dict
            ``order`` of the differences; ``from`` and ``gains``: for each of the `count` which
            other one foretells it (−1 for none), in sixteenths; ``expected``, the first size.
        """
        tries = [_surprises(levels, order) for order in (1, 2)]
        costs = [np.log2(1.0 + np.abs(rest)).sum() for rest, *_ in tries]
        order = 1 + int(np.argmin(costs))
        rest, sources, gains = tries[order - 1]
        expected = int(32 * np.median(np.abs(rest[:, :, 1:]))) if rest[:, :, 1:].size else 0
        folded = np.where(rest < 0, -2 * rest - 1, 2 * rest)
        classes, folded = _expected(rest, expected).ravel(), folded.ravel()
        plain = np.maximum((classes >> 1) - PLAIN, 0)  # bits that are as good as random
        symbols = np.minimum(folded >> plain, SYMBOLS - 1)
        near = symbols < SYMBOLS - 1
        self.symbols.append(symbols)
        self.classes.append(classes)
        self.far.append(folded[~near])
        self.low.append(_bits(folded[near], plain[near]))
        return {"order": order, "from": sources, "gains": gains, "expected": expected}

    def stream(self) -> tuple[bytes, dict[str, int]]:
        """Return the stream of all tables, and how it is cut: tables, words, far surprises."""
        symbols = np.concatenate([*self.symbols, np.empty(0, dtype=np.int64)])
        classes = np.concatenate([*self.classes, np.empty(0, dtype=np.int64)])
        far = np.concatenate([*self.far, np.empty(0, dtype=np.int64)]).astype("<u4")
        counts = np.zeros((CLASSES, SYMBOLS), dtype=np.int64)
        np.add.at(counts, (classes, symbols), 1)
        shares = np.stack([_shares(row) for row in counts])
        words = _encoded(symbols, classes, shares)
        table = shares.astype("<u2").tobytes()
        low = np.packbits(np.concatenate([*self.low, np.empty(0, dtype=np.uint8)]))
        parts = table + words.astype("<u2").tobytes() + far.tobytes() + low.tobytes()
        cut = {"words": len(words), "far": len(far), "plain": PLAIN}
        return parts, cut | {"classes": CLASSES, "symbols": SYMBOLS, "lanes": LANES}


def _steps(levels: Array, order: int) -> Array:
    """Return the differences along each line, from its second number on."""
    steps = np.diff(levels, axis=-1)
    return steps if order == 1 else np.diff(steps, axis=-1, prepend=0)


def _surprises(levels: Array, order: int) -> tuple[Array, list[int], list[int]]:
    """Return what is left of the steps, and from which curve in which measure each is foretold."""
    count = len(levels)
    steps = _steps(levels, order)
    flat = steps.reshape(count, -1).astype(float)
    products = flat @ flat.T
    rest = steps.copy()
    sources, gains = [-1] * count, [0] * count
    for k in range(1, count):
        own, others = products[k, k], np.maximum(np.diag(products)[:k], 1e-300)
        explained = products[k, :k] ** 2 / others
        best = int(explained.argmax())
        gain = int(np.rint(16 * products[k, best] / others[best]))
        if own and explained[best] > WORTH * own and 0 < abs(gain) < 256:
            sources[k], gains[k] = best, gain
            rest[k] = steps[k] - ((gain * steps[best] + 8) >> 4)
    first = levels[:, :, 0].copy()
    first[:, 1:] -= levels[:, :-1, 0]
    first[1:, 0] -= levels[:-1, 0, 0]
    return np.concatenate([first[:, :, None], rest], axis=-1), sources, gains


def _expected(rest: Array, start: int) -> Array:
    """Return the class of the size that is expected for each surprise, from those before it."""
    size = np.full(rest.shape[:2], start, dtype=np.int64)
    found = np.empty(rest.shape, dtype=np.int64)
    for t in range(rest.shape[-1]):
        octave = np.frexp((size + 8).astype(float))[1].astype(np.int64) - 1
        half = (size + 8) >> (octave - 1) & 1
        found[:, :, t] = np.minimum(2 * (octave - 3) + half, CLASSES - 1)
        if t:  # the first number of a line says nothing about its steps
            size += 4 * np.minimum(np.abs(rest[:, :, t]), LONGEST) - (size >> 3)
    return found


def _bits(numbers: Array, widths: Array) -> Array:
    """Return the last bits of numbers, so many of each, the highest first."""
    whose = np.repeat(np.arange(len(numbers)), widths)
    ends = np.cumsum(widths)
    place = ends[whose] - 1 - np.arange(len(whose))
    return (numbers[whose] >> place & 1).astype(np.uint8)


def _shares(counts: Array) -> Array:
    """Return counts as shares of ``2**BITS``: none that occurs is 0, and together they are all."""
    whole = 1 << BITS
    if not counts.any():
        return np.zeros_like(counts)
    shares = np.where(counts > 0, np.maximum(counts * whole // counts.sum(), 1), 0)
    shares[shares.argmax()] += whole - shares.sum()
    return shares


def _encoded(symbols: Array, classes: Array, shares: Array) -> Array:
    """Return the words of the stream, first what every lane begins with."""
    start = np.cumsum(shares, axis=1) - shares
    size = -(-len(symbols) // LANES) * LANES
    pad = size - len(symbols)
    width = np.pad(shares[classes, symbols], (0, pad)).reshape(-1, LANES).astype(np.uint64)
    base = np.pad(start[classes, symbols], (0, pad)).reshape(-1, LANES).astype(np.uint64)
    states = np.full(LANES, WORD, dtype=np.uint64)
    chunks = []
    for step in range(len(width) - 1, -1, -1):
        there = width[step] > 0
        own = np.maximum(width[step], 1)
        full = there & (states >= own << np.uint64(32 - BITS))
        chunks.append((states[full] & np.uint64(WORD - 1)).astype(np.uint16))
        states = np.where(full, states >> np.uint64(16), states)
        coded = (states // own << np.uint64(BITS)) + states % own + base[step]
        states = np.where(there, coded, states)
    heads = np.stack([states >> np.uint64(16), states & np.uint64(WORD - 1)], axis=1)
    return np.concatenate([heads.ravel().astype(np.uint16), *reversed(chunks)])
