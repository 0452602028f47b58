"""The histogram with fixed bins, fitted by relative frequencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array
from collapse_lib.dice import Dice
from collapse_lib.distributions import Distribution, Histogram, Numeric
from collapse_lib.distributions.histogram import rising
from collapse_lib.learners.base import Learner, as_dice
from collapse_lib.learners.categorical import weighted_counts
from collapse_lib.suffstats import Counts, Sample


@dataclass(frozen=True, eq=False)
class HistogramMLE(Learner):
    """Fit a density that is constant within each of a few fixed bins.

    Parameters
    ----------
    edges : array_like of float, shape ``(bins + 1,)``
        Rising edges of the bins, in the unit of the data. Points beyond the first or the last
        edge are counted in the outermost bins.

    Raises
    ------
    ValueError
        If the edges do not rise.

    Notes
    -----
    Exact law: whatever numbers the source yields, the counts are multinomial with the bins'
    probabilities. From generation 1 on the chain of counts is that of `CategoricalMLE`,
    Wright–Fisher drift among bins.

    Too few bins are an error of *model form*: it is made in generation 1, with infinite data
    too, and adds about width² / 6 to the variance once. Do not read the later loss of bins,
    which is sampling, as more of it. Outliers folded into the last bins are lost as outliers.

    References
    ----------
    Silverman, *Density Estimation for Statistics and Data Analysis* (1986), section 2.2; the law
    of the chain is derived here, from the multinomial one.
    """

    keeps: ClassVar[str] = "counts of bins"

    edges: Any

    def __post_init__(self) -> None:
        """Check the edges."""
        object.__setattr__(self, "edges", rising("edges", self.edges))

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Counts:
        """Return the counts of `n` points from `source`."""
        dice = as_dice(rng, source, n)
        if isinstance(source, Numeric):
            try:
                return Counts(dice.multinomial(n, self._shares(source)))
            except TypeError:  # a part of it can only be drawn from, such as what a filter lets by
                pass
        counts: Counts = super().observe(source, n, dice)
        return counts

    def reduce(self, x: Array) -> Counts:
        """Return the counts of points `x`, shape ``(n, *batch)``."""
        return Counts.of(self._bins(x))

    def fit(self, data: Counts | Sample) -> Histogram:
        """Return the histogram of `data`, a statistic or a `Sample` of points."""
        if isinstance(data, Sample):
            data = weighted_counts(self._bins(data.points), data.weights)
        counts, bins = data.counts, self.edges.size - 1
        p = np.zeros((*counts.shape[:-1], bins))
        p[..., : counts.shape[-1]] = counts
        return Histogram.trusted(edges=self.edges, p=p / p.sum(axis=-1, keepdims=True))

    def _bins(self, x: Array) -> Array:
        return np.asarray(self.edges[1:-1].searchsorted(x, side="right"))

    def _shares(self, source: Numeric) -> Array:
        """Return the probability of each bin under `source`, shape ``(*batch, bins)``."""
        if isinstance(source, Histogram) and np.array_equal(source.edges, self.edges):
            p: Array = source.p  # exactly: a lost bin has probability 0, not nearly 0
            return p
        inner = self.edges[1:-1]
        below = np.moveaxis(source.tails(inner, inner)[0], 0, -1)
        ends = [(0, 0)] * (below.ndim - 1)
        shares = np.diff(np.pad(np.pad(below, [*ends, (1, 0)]), [*ends, (0, 1)], constant_values=1))
        shares = np.maximum(shares, 0)
        return np.asarray(shares / shares.sum(axis=-1, keepdims=True))
