"""The categorical model, fitted by relative frequencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array
from collapse_lib.dice import Dice
from collapse_lib.distributions import Categorical, Distribution
from collapse_lib.distributions.base import Kind
from collapse_lib.learners.base import Learner, as_dice
from collapse_lib.suffstats import Counts, Sample

CATEGORIES_PER_POINT = 32  # drawing one label costs as much as so many binomial counts


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

    kind: ClassVar[Kind] = "categories"
    keeps: ClassVar[str] = "counts"

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Counts:
        """Return the counts of `n` draws from `source`."""
        dice = as_dice(rng, source)
        if not isinstance(source, Categorical):
            counts: Counts = super().observe(source, n, dice)
            return counts
        if np.ndim(n) == 0 and n * CATEGORIES_PER_POINT < source.categories:
            # one block: the points take less room than the probabilities
            return Counts.of(source.expand(dice.batch).sample(n, dice.generator))
        return Counts(dice.generator.multinomial(n, source.p, size=dice.batch))

    def reduce(self, x: Array) -> Counts:
        """Return the counts of labels `x`, shape ``(n, *batch)``."""
        return Counts.of(x)

    def fit(self, data: Counts | Sample) -> Categorical:
        """Return the categorical model of `data`, a statistic or a `Sample` of labels."""
        if isinstance(data, Sample):
            data = weighted_counts(data.points, data.weights)
        total = np.einsum("...k->...", data.counts)  # where categories are few, faster than sum
        return Categorical.trusted(p=data.counts / total[..., None])


def weighted_counts(labels: Array, weights: Array) -> Counts:
    """Return the counts of `labels`, shape ``(n, *batch)``, each counted by its weight."""
    total = Counts.empty()
    for weight in np.unique(weights):
        total = total + weight * Counts.of(labels[weights == weight])
    return total
