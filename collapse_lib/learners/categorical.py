"""The categorical model, fitted by relative frequencies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array
from collapse_lib.dice import CommonDice, Dice
from collapse_lib.distributions import Categorical, Distribution
from collapse_lib.distributions.base import Kind
from collapse_lib.learners.base import Learner, as_dice
from collapse_lib.suffstats import Counts, Sample

CATEGORIES_PER_POINT = 32  # drawing one label costs as much as so many binomial counts
UNROLLED = 1 << 20  # counts drawn ahead where a chain needs no loop: 8 MB


@dataclass(frozen=True)
class CategoricalMLE(Learner):
    """Fit the probability of each category by its relative frequency.

    Raises
    ------
    ValueError
        When observing, if `n` exceeds 10^15.

    Notes
    -----
    Exact law: the counts of n draws are multinomial(n, p), which makes the chain of
    generations the Wright–Fisher model of genetic drift with n gene copies. Expected frequencies
    never change, yet every category but one dies: do not read a steady average as safety.

    References
    ----------
    Ewens, *Mathematical Population Genetics* (2nd ed., 2004), chapter 3.
    """

    kind: ClassVar[Kind] = "categories"
    keeps: ClassVar[str] = "counts"

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Counts:
        """Return the counts of `n` draws from `source`."""
        dice = as_dice(rng, source, n)
        if not isinstance(source, Categorical):
            counts: Counts = super().observe(source, n, dice)
            return counts
        if _few(n, source):
            # one block: the points take less room than the probabilities
            points = source.expand(dice.batch).sample(n, dice.generator)
            drawn: Counts = self._completed(Counts.of(points), source)
            return drawn
        return Counts(dice.multinomial(n, source.p))

    def _completed(self, data: Any, source: Distribution) -> Any:
        """Count the categories at the end, too, which were not drawn and may come back."""
        if isinstance(data, Counts) and isinstance(source, Categorical):
            return data + Counts(np.zeros(source.categories, dtype=data.counts.dtype))
        return data

    def unroll(
        self, model: Distribution, n: Any, dice: CommonDice, first: int, last: int
    ) -> list[Distribution]:
        """Return the next models, as many as `UNROLLED` allows, by resampling shares."""
        if type(self) is not CategoricalMLE or type(model) is not Categorical:
            return []  # another learner or model has another law
        each = math.prod(dice.batch) * model.categories
        times = min(last - first, max(1, UNROLLED // each))
        resampled = _relabelled if _few(n, model) else CommonDice.resampled
        return [Categorical.trusted(p=p) for p in resampled(dice, n, model.p, times)]

    def reduce(self, x: Array) -> Counts:
        """Return the counts of labels `x`, shape ``(n, *batch)``.

        Raises
        ------
        ValueError
            If a label is not a whole number of at least 0.
        """
        return Counts.of(x)

    def fit(self, data: Counts | Sample) -> Categorical:
        """Return the categorical model of `data`, a statistic or a `Sample` of labels."""
        if isinstance(data, Sample):
            data = weighted_counts(data.points, data.weights)
        total = np.einsum("...k->...", data.counts)  # where categories are few, faster than sum
        return Categorical.trusted(p=data.counts / total[..., None])


def _few(n: Any, source: Categorical) -> bool:
    """Whether the points of each member are so few that drawing them one by one costs less."""
    return np.ndim(n) == 0 and n * CATEGORIES_PER_POINT < source.categories


def _relabelled(dice: CommonDice, n: int, p: Array, times: int) -> Array:
    """Return what `CommonDice.resampled` does, drawing label by label.

    One large array for all generations spares the many that would be as large as all
    categories each, while most of them have died.
    """
    shares = np.zeros((times, *dice.batch, p.shape[-1]))
    starts = p.shape[-1] * np.arange(math.prod(dice.batch)).reshape(dice.batch)
    for share in shares:
        labels = Categorical.trusted(p=p).sample(n, dice.generator)
        np.add.at(share.reshape(-1), labels + starts, 1)
        share /= n
        p = share
    return shares


def weighted_counts(labels: Array, weights: Array) -> Counts:
    """Return the counts of `labels`, shape ``(n, *batch)``, each counted by its weight."""
    total = Counts.empty()
    for weight in np.unique(weights):
        total = total + weight * Counts.of(labels[weights == weight])
    return total
