"""The line cut into cells, so that any two distributions over numbers can be compared.

Masses of cells come from cumulative probabilities, hence a model narrower than a cell, even a
point, is never overlooked.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.distributions import Numeric

REACH = 12.0  # the outermost edges lie sinh(12) = 81,377 sd from the centre
EDGES = 2400  # near the centre, cells are a hundredth of an sd wide; even, so that no edge
# falls on the centre, where a point mass would belong to neither of two cells
BLOCK = 1 << 18  # numbers held at a time


def grid(truth: Numeric) -> Array:
    """Return the edges of cells around the truth, narrow at its centre and wide far out."""
    centre, spread = truth.mean, np.sqrt(truth.variance)
    if not np.all(np.isfinite(spread)):
        raise ValueError("truth must have a finite variance, which is the scale of the comparison")
    if np.ndim(spread):
        raise ValueError(f"truth must be a single distribution, not a batch of {np.shape(spread)}")
    return np.asarray(centre + spread * np.sinh(np.linspace(-REACH, REACH, EDGES)))


def blocks(batch: tuple[int, ...]) -> Iterator[slice]:
    """Yield runs of edges that share their ends, few enough for a batch to fit into memory."""
    size = max(1, BLOCK // max(1, int(np.prod(batch))))
    for start in range(0, EDGES - 1, size):
        yield slice(start, min(start + size + 1, EDGES))


def cumulative_gap(model: Numeric, truth: Numeric, x: Array) -> Array:
    """Return F(x) - G(x), shape ``(*x.shape, *model.batch)``, from whichever tails are small."""
    below, above = model.tails(x, x)
    below_truth, above_truth = (
        tail.reshape(len(x), *(1,) * len(model.batch)) for tail in truth.tails(x, x)
    )
    from_below, from_above = below - below_truth, above_truth - above
    return np.asarray(np.where(below_truth < 0.5, from_below, from_above))


def masses(model: Numeric, x: Array) -> Array:
    """Return the mass between neighbouring edges, shape ``(len(x) - 1, *model.batch)``."""
    below, above = model.tails(x, x)
    return np.asarray(
        np.where(below[1:] < 0.5, below[1:] - below[:-1], above[:-1] - above[1:]).clip(0)
    )
