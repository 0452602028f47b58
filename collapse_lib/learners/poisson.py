"""The Poisson model, fitted by the sample mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array
from collapse_lib.dice import Dice
from collapse_lib.distributions import Distribution, Poisson
from collapse_lib.distributions.base import Kind
from collapse_lib.distributions.poisson import events
from collapse_lib.learners.base import Learner, as_dice
from collapse_lib.suffstats import Sample, Total


@dataclass(frozen=True)
class PoissonMLE(Learner):
    """Fit a Poisson distribution: its rate is the sample mean.

    Notes
    -----
    Exact law: the sum of n Poisson counts is Poisson(n · rate); from 10^12 on it is drawn as
    `Poisson` draws such numbers. The rate is a martingale that
    is sooner or later absorbed at 0, where nothing ever happens again, although its mean over
    lineages never changes. Do not read the steady mean as safety: it is carried by ever fewer
    lineages.

    References
    ----------
    Suresh, Thangaraj & Khandavally, *Rate of model collapse in recursive training*,
    arXiv:2412.17646 (2024).
    """

    kind: ClassVar[Kind] = "counts"
    keeps: ClassVar[str] = "a total"

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Total:
        """Return the total of `n` counts from `source`, by its exact law if it is Poisson."""
        dice = as_dice(rng, source, n)
        if type(source) is Poisson:
            weight = n if isinstance(n, np.ndarray) else float(n)
            return Total(weight, events(n * source.rate, dice.batch, dice.generator))
        total: Total = super().observe(source, n, dice)
        return total

    def reduce(self, x: Array) -> Total:
        """Return the total of counts `x`, shape ``(n, *batch)``.

        Raises
        ------
        ValueError
            If a count is not a whole number of at least 0.
        """
        return Total.of(x)

    def fit(self, data: Total | Sample) -> Poisson:
        """Return the Poisson model of `data`, a statistic or a `Sample` of counts."""
        if isinstance(data, Sample):
            data = Total.of(data.points, data.weights)
        return Poisson.trusted(rate=data.total / data.w)
