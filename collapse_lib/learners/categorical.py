"""The categorical model, fitted by relative frequencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array
from collapse_lib.dice import Dice
from collapse_lib.distributions import Categorical, Distribution
from collapse_lib.learners.base import Learner, as_dice
from collapse_lib.suffstats import Counts, Sample


@dataclass(frozen=True)
class CategoricalMLE(Learner):
    """Fit the probability of each category by its relative frequency.

    Notes
    -----
    Exact law: the counts of n draws are multinomial(n, p), which makes the chain of
    generations the Wright–Fisher model of genetic drift with n gene copies (Ewens,
    *Mathematical Population Genetics*). Expected frequencies never change, yet every
    category but one dies: do not read a steady average as safety.
    """

    kind: ClassVar[Literal["numbers", "categories"]] = "categories"
    keeps: ClassVar[str] = "counts"

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Counts:
        """Return the counts of `n` draws from `source`."""
        dice = as_dice(rng, source)
        if isinstance(source, Categorical):
            return Counts(dice.generator.multinomial(n, source.p, size=dice.batch))
        counts: Counts = super().observe(source, n, dice)
        return counts

    def reduce(self, x: Array) -> Counts:
        """Return the counts of labels `x`, shape ``(n, *batch)``."""
        return Counts.of(x)

    def fit(self, data: Counts | Sample) -> Categorical:
        """Return the categorical model of `data`, a statistic or a `Sample` of labels."""
        if isinstance(data, Sample):
            data = _weighted(data)
        return Categorical.trusted(p=data.counts / data.counts.sum(axis=-1, keepdims=True))


def _weighted(sample: Sample) -> Counts:
    total = Counts.empty()
    for weight in np.unique(sample.weights):
        total = total + weight * Counts.of(sample.points[sample.weights == weight])
    return total
