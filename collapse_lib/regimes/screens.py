"""Screens: what is done about a crawl whose points are of unknown origin.

A screen sees the parts of which a crawl is mixed, real data first, and answers with the
distribution of the points that are trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from collapse_lib.checks import Array, finite, fraction, number, positive
from collapse_lib.distributions import Categorical, Distribution, Mixture, Normal, Numeric
from collapse_lib.regimes.base import Crawl, Recipe, RegimeWrapper, Screen, mix
from collapse_lib.regimes.filters import kept

Parts = Sequence[Distribution]
Shares = Sequence[float]


@dataclass(frozen=True)
class Screened(RegimeWrapper):
    """Another regime, whose crawls go through a screen.

    Parameters
    ----------
    regime : Regime
        One that crawls: `Blend` or `Web`, perhaps tempered.
    by : callable
        The screen: `Detector`, `Importance` or `TopUp`.

    Raises
    ------
    TypeError
        If `by` cannot be called, or the regime does not crawl.

    Notes
    -----
    n counts the points that are left, so that a stricter screen crawls more; what that costs is
    not in the curve. The formulas of the screens are derived here.
    """

    by: Screen

    def __post_init__(self) -> None:
        """Check that there is a crawl to screen."""
        super().__post_init__()
        if not callable(self.by):
            raise TypeError(f"by must be a screen such as Detector(0.9, 0.05), not {self.by!r}")
        if not any(isinstance(draw.source, Crawl) for draw in self.regime.recipe(2, 2)):
            raise TypeError(
                f"regime must crawl, as Blend and Web do; {type(self.regime).__name__} knows "
                "where its data come from"
            )

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the wrapped regime's draws, with the screen in front of its crawls."""
        return tuple(
            draw._replace(source=replace(draw.source, screen=self.by))
            if isinstance(draw.source, Crawl)
            else draw
            for draw in self.regime.recipe(t, n)
        )


@dataclass(frozen=True)
class Detector:
    """Drop what is called synthetic.

    Parameters
    ----------
    true_positive : float between 0 and 1
        Share of synthetic points that are called synthetic, TPR.
    false_positive : float between 0 and 1
        Share of real points that are called synthetic, FPR.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1; or, when used, if nothing is left.
    TypeError
        When used, if the crawl is of vectors, labelled points or text.

    Notes
    -----
    The share of real points among the rest is ``α(1-FPR) / (α(1-FPR) + (1-α)(1-TPR))``, α before:
    Bayes' rule, derived here. Both rates are taken to be the same for every model and point: a
    real detector's move when the models do, and its false positives are not spread evenly over
    people.
    """

    true_positive: float
    false_positive: float

    def __post_init__(self) -> None:
        """Check both shares."""
        for name in ("true_positive", "false_positive"):
            object.__setattr__(self, name, fraction(name, getattr(self, name)))

    def __call__(self, parts: Parts, shares: Shares) -> Distribution:
        """Return the mixture of what is left."""
        left = np.array(shares) * (1 - self.true_positive)
        left[0] = shares[0] * (1 - self.false_positive)
        if left.sum() == 0:
            raise ValueError("a detector must leave some points, not drop all of them")
        return mix(parts, tuple(left / left.sum()))


@dataclass(frozen=True)
class Importance:
    """Keep each point in proportion to the probability that it is real, given what it looks like.

    Parameters
    ----------
    sharpness : float, default 1.0
        Factor on the log-odds that a point is real. 1 is an oracle, which knows the density of
        every part; 0 keeps one point in two at random; in between the evidence is underrated.

    Raises
    ------
    ValueError
        If `sharpness` is negative.
    TypeError
        When used, if the models are neither normal nor categorical.

    Notes
    -----
    With real data q and synthetic p mixed α to 1 - α, the oracle's weight is
    ``w = αq / (αq + (1-α)p)``, and weight times mixture is αq: *exactly the truth*, though single
    synthetic points pass (derived here; importance sampling is Kahn & Marshall's, 1953). Nothing
    but their plausibility is asked, so what all models have lost is not in the points to be
    weighted: where q reaches and p does not, only real points speak. Points are kept by chance
    here; a learner that takes weights would waste fewer.
    """

    sharpness: float = 1.0

    def __post_init__(self) -> None:
        """Check the sharpness."""
        sharpness = number(positive, "sharpness", self.sharpness, zero=True)
        object.__setattr__(self, "sharpness", sharpness)

    def __call__(self, parts: Parts, shares: Shares) -> Distribution:
        """Return the distribution of what is kept."""
        if shares[0] == 0:
            return mix(parts, shares)

        def probability_real(x: Array) -> Array:
            real, *made = (
                _log_share(part, share, x) for part, share in zip(parts, shares, strict=True)
            )
            synthetic = np.logaddexp.reduce(np.broadcast_arrays(*made), axis=0)
            with np.errstate(over="ignore", invalid="ignore"):
                odds = np.exp(self.sharpness * (synthetic - real))
            return 1 / (1 + np.where(np.isnan(odds), 1.0, odds))

        source = mix(parts, shares)
        if isinstance(source, Categorical):
            p = source.p * probability_real(np.arange(source.categories))
            return Categorical.trusted(p=p / p.sum(axis=-1, keepdims=True))
        return kept(source, probability_real)


@dataclass(frozen=True)
class TopUp:
    """Spend the real points where the sample falls short of the truth: stratified top-up.

    Of the sample a share α is real. Instead of being spread like the truth, they go to the
    strata that the synthetic points fill too little, in proportion to what is missing.

    Parameters
    ----------
    strata : array_like
        For categories the stratum 0, 1, … of each label; for numbers the edges between strata,
        in rising order.

    Raises
    ------
    ValueError
        If the edges do not rise, or, when used, if a label has no stratum.
    TypeError
        When used, if the parts have neither categories nor a distribution function.

    Notes
    -----
    Derived here, from stratified sampling. With π_s the truth's mass of stratum s and q_s the
    models', the missing mass is ``d_s = max(π_s - (1-α) q_s, 0)``, and the stratum gets
    ``α d_s / Σ d`` of real points: never more than is missing. Somebody must know the truth's
    share of each stratum, and the strata one thinks of are not those in which a model fails.
    """

    strata: Any

    def __post_init__(self) -> None:
        """Check the strata."""
        strata = finite("strata", self.strata)
        if strata.ndim != 1:
            raise ValueError(f"strata must have one axis, not {strata.ndim}")
        object.__setattr__(self, "strata", strata)

    def __call__(self, parts: Parts, shares: Shares) -> Distribution:
        """Return the mixture of the models and of the well-placed real points."""
        truth, real = parts[0], shares[0]
        if real in (0, 1):
            return mix(parts, shares)
        models = mix(parts[1:], tuple(share / (1 - real) for share in shares[1:]))
        wanted, present = self._masses(truth), self._masses(models)
        wanted = wanted.reshape(-1, *(1,) * (present.ndim - 1))
        missing = np.maximum(wanted - (1 - real) * present, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = missing / wanted
        rate = np.where(wanted > 0, rate, 0)
        rate = rate / rate.max(axis=0)
        if isinstance(truth, Categorical):
            p = truth.p * np.moveaxis(rate[self._strata_of(truth)], 0, -1)
            placed: Distribution = Categorical.trusted(p=p / p.sum(axis=-1, keepdims=True))
        else:
            placed = kept(truth.expand(models.batch), lambda x: self._rate_at(rate, x))
        return mix((placed, models), (real, 1 - real))

    def _masses(self, part: Distribution) -> Array:
        """Return the mass of each stratum, shape ``(strata, *batch)``."""
        if isinstance(part, Categorical):
            stratum = self._strata_of(part)
            masses = np.zeros((int(self.strata.max()) + 1, *part.batch))
            np.add.at(masses, stratum, np.moveaxis(part.p, -1, 0))
            return masses
        if not isinstance(part, Numeric):
            raise TypeError(f"TopUp measures strata, and {type(part).__name__} has no masses")
        if not np.all(np.diff(self.strata) > 0):
            raise ValueError(f"strata must be edges in rising order, not {self.strata}")
        below, _ = part.tails(self.strata, self.strata)
        ends = np.zeros((1, *part.batch)), np.ones((1, *part.batch))
        return np.diff(np.concatenate([ends[0], below, ends[1]]), axis=0)

    def _strata_of(self, part: Categorical) -> Array:
        stratum: Array = self.strata.astype(np.int64)
        if len(stratum) < part.categories or stratum.min() < 0 or np.any(stratum != self.strata):
            raise ValueError(
                f"strata must hold a whole number from 0 for each of {part.categories} categories"
            )
        return stratum[: part.categories]

    def _rate_at(self, rate: Array, x: Array) -> Array:
        return np.take_along_axis(rate, np.searchsorted(self.strata, x, side="right"), axis=0)


def _log_share(part: Distribution, share: float, x: Array) -> Array:
    """Return ln(share · density of `part` at `x`), member by member of the batch."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if isinstance(part, Categorical):
            p = np.zeros((*part.batch, x.size))  # a model may lack the last, dead categories
            p[..., : part.categories] = part.p
            return np.asarray(np.log(share * p))
        if isinstance(part, Normal):
            z = (x - part.mean) / part.sd
            height = np.log(share / part.sd) - z * z / 2 - np.log(2 * np.pi) / 2
            return np.where(part.sd > 0, height, np.where(x == part.mean, np.inf, -np.inf))
        if isinstance(part, Mixture) or not isinstance(part, Numeric) or part.batch:
            raise TypeError(
                f"Importance weighs Normal or categorical models, not {type(part).__name__}"
            )
        return np.asarray(np.log(share * part.density(x)))
