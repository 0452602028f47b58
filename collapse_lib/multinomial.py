"""Multinomial counts of many rows at once: exact in law, at a fraction of numpy's cost.

numpy splits off one category after the other, each by a binomial number that has to be set up
anew. Here the rare categories of all rows are drawn together, as Poisson numbers, which need
little setting up. Independent Poisson numbers *are* multinomial once their sum is given, so a
row is kept or drawn again, by a chance that makes the sum right; the few frequent categories
(the head) share what is left of n.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array

HEAD = 2 / 3  # of all points are left to the head; about √HEAD of the rows are then kept
FEW_COUNTS = 3_000  # below, the calls cost more than they save
MANY_POINTS = 20  # per category; with fewer, most counts are 0 or nearly, which cost numpy little
LEAST_MEAN = 50  # points in a row's head; with fewer, too few rows would be kept


def draw(n: Any, p: Array, generator: Generator) -> Array:
    """Draw multinomial counts.

    Parameters
    ----------
    n : int or ndarray of int, shape ``(rows,)``
        Number of points.
    p : ndarray, shape ``(rows, categories)``
        Probabilities; each row sums to 1.
    generator : Generator
        Source of randomness.

    Returns
    -------
    ndarray of int64, shape ``(rows, categories)``
        Counts that sum to `n` along the last axis. The law is that of
        ``generator.multinomial(n, p)``; the numbers are not, so do not expect the same table
        from the same seed.
    """
    rows, categories = p.shape
    if rows * categories < FEW_COUNTS or np.min(n) < MANY_POINTS * categories:
        return generator.multinomial(n, p)
    total = p.sum(axis=0)
    order = np.argsort(-total, kind="stable")
    reached = total.take(order).cumsum()
    head, rare = np.split(order, [reached.searchsorted(HEAD * reached[-1]) + 1])
    within = p.take(head, axis=1)
    share = within.sum(axis=1)
    n = np.broadcast_to(n, rows)
    fit = n * share >= LEAST_MEAN
    if 2 * np.count_nonzero(fit) < rows:
        return generator.multinomial(n, p)
    mean = np.where(fit, n * share, LEAST_MEAN)
    means = p.take(rare, axis=1)
    means *= n[:, None]
    peeled = generator.poisson(means)
    left = n - peeled.sum(axis=1)
    fall = _log_poisson(np.floor(mean), mean) - _log_poisson(np.maximum(left, 0), mean)
    kept = fit & (left >= 0) & (generator.standard_exponential(rows) >= fall)
    within /= np.where(kept, share, 1)[:, None]
    counts = np.empty(p.shape, dtype=np.int64)
    counts[:, rare] = peeled
    counts[:, head] = generator.multinomial(np.where(kept, left, 0), within)
    again = np.flatnonzero(~kept)
    counts[again] = draw(n[again], p[again], generator)
    return counts


def _log_poisson(count: Array, mean: Array) -> Array:
    """Return the logarithm of a Poisson probability, by Stirling's series (1e-3 at count 0)."""
    z = count + 1.0
    log: Array = z - mean - (z - 0.5) * np.log(z / mean) - (1 - 1 / (30 * z * z)) / (12 * z)
    return log  # less ½ log(2π mean), which is the same for every count
