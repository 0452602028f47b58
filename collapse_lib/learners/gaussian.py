"""The normal model, fitted by its sample mean and variance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array, number, one_of, positive
from collapse_lib.dice import CommonDice, Dice, Thrown
from collapse_lib.distributions import Distribution, Empirical, Mixture, Normal
from collapse_lib.learners.base import Learner, as_dice
from collapse_lib.suffstats import Moments, Sample

POINTS_PER_VALUE = 6  # a binomial draw costs as much as drawing this many single points
UNROLLED = 1 << 13  # numbers per array where a chain needs no loop: 64 kB, which stays in the cache


@dataclass(frozen=True)
class GaussianMLE(Learner):
    """Fit a normal distribution by sample mean and variance, ``m2 / (n - ddof)``.

    Parameters
    ----------
    ddof : {0, 1}, default 0
        0 divides by n: the maximum-likelihood estimate, whose expectation shrinks by
        (1 - 1/n) a generation. 1 divides by n - 1: unbiased in each generation, and the
        typical lineage collapses all the same, half as fast.

    Raises
    ------
    ValueError
        If `ddof` is neither 0 nor 1.

    Notes
    -----
    Exact laws. Of n points from N(μ, σ²), mean ~ N(μ, σ²/n) and m2 ~ σ² χ²(n - 1), independent
    (Cochran's theorem), so a generation costs the same for ten points and for a billion. Of a
    mixture of normals: multinomial counts per component, then Cochran in each. Of real data:
    multinomial counts of the distinct values. Anything else is sampled point by point.

    The normal family cannot hold a mixture or a heavy tail; fitting one is the *model-form*
    error, made once, in generation 1. Do not read an unbiased variance (ddof = 1) as a
    promise about any single lineage.

    References
    ----------
    Cochran, *The distribution of quadratic forms in a normal system*, Mathematical Proceedings
    of the Cambridge Philosophical Society 30 (1934). Shumailov et al., Nature 631 (2024), for
    the chain.
    """

    least_n: ClassVar[int] = 2
    keeps: ClassVar[str] = "moments"

    ddof: int = 0

    def __post_init__(self) -> None:
        """Check ddof."""
        one_of("ddof", self.ddof, (0, 1))

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Moments:
        """Return the moments of `n` points from `source`, by its exact law where it has one."""
        dice = as_dice(rng, source, n)
        if type(source) is Normal:
            return _cochran(source, n, dice)
        if isinstance(source, Mixture) and all(type(part) is Normal for part in source.components):
            return _by_component(self, source, n, dice)
        if isinstance(source, Empirical) and (
            np.ndim(n) or n >= POINTS_PER_VALUE * source.values.size
        ):
            return _by_value(source, n, dice)
        moments: Moments = super().observe(source, n, dice)
        return moments

    def unroll(
        self, model: Distribution, n: Any, dice: CommonDice, first: int, last: int
    ) -> list[Distribution]:
        """Return the next models at once: the spread is a running product of χ² factors."""
        if type(self) is not GaussianMLE or type(model) is not Normal:
            return []  # another learner or model has another law
        last = min(last, first + max(1, UNROLLED // math.prod(dice.batch)))
        z, q = dice.rows(first, last, n - 1)
        q /= n - self.ddof
        sd = np.cumprod(np.sqrt(q, out=q), axis=0, out=q)
        sd *= model.sd
        z /= n**0.5
        z[0] *= model.sd
        z[1:] *= sd[:-1]
        mean = np.cumsum(z, axis=0, out=z)
        mean += model.mean
        return [Normal.trusted(mean=m, sd=s) for m, s in zip(mean, sd, strict=True)]

    def reduce(self, x: Array) -> Moments:
        """Return the moments of points `x`, shape ``(n, *batch)``."""
        return Moments.of(x)

    def fit(self, data: Moments | Sample) -> Normal:
        """Return the normal model of `data`, a statistic or a `Sample` of points."""
        if isinstance(data, Sample):
            data = _weighted(data)
        weight = data.w - self.ddof * data.w2 / data.w if self.ddof else data.w
        return Normal.trusted(mean=data.mean, sd=np.sqrt(data.m2 / weight))


@dataclass(frozen=True)
class GaussianLocationMLE(Learner):
    """Fit the mean of a normal distribution whose standard deviation is known.

    Parameters
    ----------
    sd : float, above 0, default 1.0
        The known standard deviation, in the unit of the data.

    Raises
    ------
    ValueError
        If `sd` is not above 0.

    Notes
    -----
    The Gaussian location model, as in theory that asks for an error of the mean alone: the mean
    of n points, whatever their spread, and a model that is drawn with `sd` all the same. Its
    laws are those of `GaussianMLE`. Its variance does not collapse because it is not learnt: do
    not read that as a rescue.

    References
    ----------
    Lehmann & Casella, *Theory of Point Estimation* (2nd ed., 1998), chapter 3.
    """

    keeps: ClassVar[str] = "moments"

    sd: float = 1.0

    def __post_init__(self) -> None:
        """Check the standard deviation."""
        object.__setattr__(self, "sd", number(positive, "sd", self.sd))

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Moments:
        """Return the moments of `n` points from `source`, by its exact law where it has one."""
        return GaussianMLE().observe(source, n, rng)

    def reduce(self, x: Array) -> Moments:
        """Return the moments of points `x`, shape ``(n, *batch)``."""
        return Moments.of(x)

    def fit(self, data: Moments | Sample) -> Normal:
        """Return the normal model of `data`, a statistic or a `Sample` of points."""
        mean = GaussianMLE().fit(data).mean
        return Normal.trusted(mean=mean, sd=np.full(np.shape(mean), self.sd)[()])


def _cochran(source: Normal, n: Any, dice: Dice) -> Moments:
    if isinstance(n, np.ndarray):  # counts that differ over the batch, 0 among them
        size: Any = np.maximum(n, 1)
        df: Any = np.maximum(n - 1, 0)
    else:
        size, df, n = max(n, 1), max(n - 1, 0), float(n)
    mean = dice.normal() * (source.sd / size**0.5) + source.mean
    return Moments(n, n, mean, dice.chisquare(df) * source.variance)


def _by_component(learner: GaussianMLE, source: Mixture, n: Any, dice: Dice) -> Moments:
    counts = dice.multinomial(n, source.weights)
    thrown = Thrown(dice.generator, dice.batch)
    total = Moments.empty()
    for part, size in zip(source.components, np.moveaxis(counts, -1, 0), strict=True):
        total = total + learner.observe(part, size, thrown)
    return total


def _by_value(source: Empirical, n: Any, dice: Dice) -> Moments:
    counts = dice.multinomial(n, source.counts / source.data.size)
    centre = source.data.mean()
    deviations = source.values - centre  # about the mean, so that squares do not cancel
    shift = counts @ deviations / np.maximum(n, 1)
    return Moments(n, n, centre + shift, counts @ deviations**2 - n * shift**2)


def _weighted(sample: Sample) -> Moments:
    weights = sample.weights.reshape(-1, *(1,) * (sample.points.ndim - 1))
    total = weights.sum()
    mean = (weights * sample.points).sum(axis=0) / total
    m2 = (weights * (sample.points - mean) ** 2).sum(axis=0)
    return Moments(total, (weights**2).sum(), mean, m2)
