"""Filters: which of a model's points are let through.

Drawing until n points have passed is drawing from the conditional distribution of those that
pass. So a filter is a function of a model that answers with a distribution, for `Tempered`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, finite, fraction, function, number, positive, shown
from collapse_lib.distributions import Categorical, Distribution, Normal, Numeric

PATIENCE = 10_000  # points drawn for each one that is wanted, before a filter is given up

Condition = Callable[[Array], Array]


@dataclass(frozen=True)
class Typical:
    """Let through the plausible points: those with ``|x - mean| < cutoff · sd`` of the model.

    Parameters
    ----------
    cutoff : float, above 0
        Where points become implausible, in standard deviations.

    Raises
    ------
    ValueError
        If `cutoff` is not above 0.
    TypeError
        When used, if the model has no numbers.

    Notes
    -----
    It sounds like quality control and is a collapse engine: each time the variance of a normal
    model is multiplied by ``1 - 2cϕ(c) / (2Φ(c) - 1)``, 0.774 at c = 2 and 0.973 at c = 3,
    whatever n: the variance of a truncated normal distribution (derived here; `ϕ`, `Φ` are the
    standard normal density and distribution function). What it removes is no error but the
    tail.
    """

    cutoff: float

    def __post_init__(self) -> None:
        """Check the cut-off."""
        object.__setattr__(self, "cutoff", number(positive, "cutoff", self.cutoff))

    def __call__(self, model: Distribution) -> Distribution:
        """Return the model's distribution between both cut-offs."""
        if type(model) is Normal:
            return TruncatedNormal(model.mean, model.sd, self.cutoff)
        if not isinstance(model, Numeric):
            raise TypeError(
                f"Typical measures numbers, and {type(model).__name__} draws {model.kind}"
            )
        centre, reach = model.mean, self.cutoff * np.sqrt(model.variance)
        return kept(model, lambda x: np.abs(x - centre) < reach)


@dataclass(frozen=True)
class Verifier:
    """Let through `keep_good` of the good points and `keep_bad` of the bad ones.

    Parameters
    ----------
    good : callable
        ``good(x)`` says which points are good; for categories `x` holds labels.
    keep_good, keep_bad : float between 0 and 1
        Share of the good and of the bad points that it keeps, φ and ψ.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1; or, when used, if it lets nothing through.
    TypeError
        If `good` cannot be called; or, when used, if single points are neither numbers nor
        labels.

    Notes
    -----
    The odds of good to bad are multiplied by r = φ/ψ each time. Where a share e of the good
    turns bad in each generation (`Slip`), the share of good points ends at
    ``(r(1-e) - 1) / ((r-1)(1-e))``, and at 0 unless ``r > 1/(1-e)``: being better than chance
    is not enough. The chain also converges to what the *verifier* calls good. The two rates are
    those of Feng et al., who ask what one round of them does to a classifier; the recursion is
    derived here.

    References
    ----------
    Feng, Dohmatob, Yang, Charton, Kempe. Beyond Model Collapse: Scaling Up with Synthesized
    Data Requires Verification. arXiv:2406.07515 (2024).
    """

    good: Condition
    keep_good: float
    keep_bad: float

    def __post_init__(self) -> None:
        """Check the judge and both shares."""
        function("good", self.good, "lambda x: x > 0")
        for name in ("keep_good", "keep_bad"):
            object.__setattr__(self, name, fraction(name, getattr(self, name)))

    def __call__(self, model: Distribution) -> Distribution:
        """Return the distribution of what passes."""
        return kept(model, lambda x: np.where(self.good(x), self.keep_good, self.keep_bad))


@dataclass(frozen=True)
class Curated:
    """Keep points by how well they are liked: each with a probability proportional to e^reward.

    Parameters
    ----------
    reward : callable
        ``reward(x)`` says how well each point is liked, in units of log-odds: one that is liked
        better by 1 is kept e times as often. For categories `x` holds labels.
    best : float, default 0.0
        The highest reward there is. It sets how many points it takes, not which are kept.

    Raises
    ------
    TypeError
        If `reward` cannot be called; or, when used, if single points are neither numbers nor
        labels.
    ValueError
        If `best` is not finite; or, when used, if a point is liked better than that.

    Notes
    -----
    The density p becomes ``p e^reward / ∫ p e^reward``: what is left where people choose the best
    of very many drafts, each by a draw with weights e^reward. Iterated, the reward rises in every
    generation and the variety falls, though nobody has thrown anything away; see
    `theory.curated_probabilities`. With new real data it comes to rest between both. The choice
    among a few drafts is a weaker pull than this one.

    References
    ----------
    Ferbach, Bertrand, Bose, Gidel. Self-Consuming Generative Models with Curated Data Provably
    Optimize Human Preferences. NeurIPS 2024, arXiv:2407.09499.
    """

    reward: Callable[[Array], Any]
    best: float = 0.0

    def __post_init__(self) -> None:
        """Check the reward."""
        function("reward", self.reward, "lambda x: -abs(x)")
        object.__setattr__(self, "best", number(finite, "best", self.best))

    def __call__(self, model: Distribution) -> Distribution:
        """Return the distribution of what is kept."""
        return kept(model, self._keeps)

    def _keeps(self, x: Array) -> Array:
        liked = np.asarray(self.reward(x), dtype=float)
        if np.any(liked > self.best):
            raise ValueError(f"best must be the highest reward, {liked.max():g}, not {self.best:g}")
        return np.exp(liked - self.best)


@dataclass(frozen=True)
class Slip:
    """Turn a share `rate` of the good categories' mass bad: the new errors of a generation.

    Parameters
    ----------
    good : callable
        ``good(labels)`` says which categories are good.
    rate : float between 0 and 1
        Share of good points that turn into bad ones, spread evenly over the bad categories.

    Raises
    ------
    ValueError
        If `rate` is not between 0 and 1; or, when used, if no category is bad.
    TypeError
        If `good` cannot be called; or, when used, if the model is not categorical.

    Notes
    -----
    It is no filter but what a filter must undo: ``p ↦ (1 - rate) p`` on the good ones (derived
    here). Unlike sampling it can bring a dead bad category back. Do not read the bad share as an
    error of the sample: it grows at any n.
    """

    good: Condition
    rate: float

    def __post_init__(self) -> None:
        """Check the judge and the rate."""
        function("good", self.good, "lambda x: x > 0")
        object.__setattr__(self, "rate", fraction("rate", self.rate))

    def __call__(self, model: Distribution) -> Categorical:
        """Return the model with its new errors."""
        if not isinstance(model, Categorical):
            raise TypeError(f"Slip needs categories, and {type(model).__name__} has none")
        good = np.asarray(self.good(np.arange(model.categories)), dtype=bool)
        if good.all():
            raise ValueError("good must leave at least one category that is bad")
        lost = self.rate * np.where(good, model.p, 0.0)
        gained = lost.sum(axis=-1, keepdims=True) / (~good).sum()
        return Categorical.trusted(p=np.where(good, model.p - lost, model.p + gained))


def kept(source: Distribution, keep: Condition) -> Distribution:
    """Return the distribution of the points of `source` that pass: its density times `keep`.

    Parameters
    ----------
    source : Distribution
        Where the points come from.
    keep : callable
        ``keep(x)`` is the probability that a point passes, between 0 and 1, of the shape of
        `x`: labels, shape ``(categories,)``, or numbers, shape ``(n, *batch)``.

    Returns
    -------
    Distribution
        Exact probabilities for categories, else a `Kept`, which rejects points.

    Raises
    ------
    ValueError
        If no category passes.
    TypeError
        If `source` is no distribution of single numbers or categories, or `keep` cannot be called.

    Notes
    -----
    ``p(x) keep(x) / Σ p keep``: Bayes' rule, derived here. n points that pass are not n points
    drawn: the cost of the rest is the filter's price.
    """
    if not isinstance(source, Distribution):
        raise TypeError(f"source must be a distribution such as Normal(), not {shown(source)}")
    function("keep", keep, "lambda x: x > 0")
    if not isinstance(source, Categorical):
        if source.event or source.kind == "table":
            raise TypeError(f"a filter looks at numbers or categories, not {source.kind}")
        return Kept(source, keep)
    p = source.p * keep(np.arange(source.categories))
    total = p.sum(axis=-1, keepdims=True)
    if not np.all(total > 0):
        raise ValueError("a filter must let some category through, not none")
    return Categorical.trusted(p=p / total)


@dataclass(frozen=True, eq=False)
class Kept(Distribution):
    """The points of `source` that pass, each with probability ``keep(x)``, by rejection.

    Parameters
    ----------
    source : Distribution
        A distribution over numbers.
    keep : callable
        ``keep(x)``, shape ``(n, *batch)``, between 0 and 1.

    Raises
    ------
    ValueError
        When sampled, if hardly any point passes.

    Notes
    -----
    Sampling costs 1 / (share that passes) points of `source` for each point. It has no moments or
    density of its own to ask for: do not read those of `source` instead.

    References
    ----------
    Rejection sampling: von Neumann, *Various techniques used in connection with random digits*
    (1951).
    """

    source: Distribution
    keep: Condition

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of the source's batch."""
        return self.source.batch

    def expand(self, batch: tuple[int, ...]) -> Kept:
        """Return the same distribution with its source broadcast to `batch`."""
        return Kept(self.source.expand(batch), self.keep)

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Raise: the shares of what passes are known only from points."""
        raise TypeError("points that are drawn and sifted have no tails: draw some instead")

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points that pass for each member of the batch, shape ``(n, *batch)``."""
        out = np.empty((n, *self.batch))
        filled = np.zeros(self.batch, dtype=np.int64)
        drawn = 0
        while drawn == 0 or filled.min() < n:
            if drawn > PATIENCE * max(n, 1):
                raise ValueError(
                    "a filter must let through at least one point in "
                    f"{PATIENCE:,}, or it takes for ever"
                )
            size = max(n, 16)
            drawn += size
            x = self.source.sample(size, rng)
            passed = rng.random(x.shape) < self.keep(x)
            place = filled + passed.cumsum(axis=0) - 1
            wanted = passed & (place < n)
            _, *member = np.nonzero(wanted)
            out[(place[wanted], *member)] = x[wanted]
            filled += passed.sum(axis=0)
        return out


@dataclass(frozen=True, eq=False)
class TruncatedNormal(Distribution):
    """The normal distribution between ``mean - cutoff · sd`` and ``mean + cutoff · sd``.

    Parameters
    ----------
    mean, sd : float or ndarray, shape ``batch``
        Of the normal distribution before it is cut; `sd` is not that of what is left.
    cutoff : float
        Where it is cut, in units of `sd`.

    Notes
    -----
    Sampled through its quantile function, ``Φ⁻¹(Φ(-c) + u (1 - 2Φ(-c)))``: one uniform number a
    point, none rejected (inversion; Devroye, *Non-Uniform Random Variate Generation*, 1986). A
    cut-off of 3 still takes 2.7 % of the variance: it only looks harmless.
    """

    mean: Any
    sd: Any
    cutoff: float

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of the batch of parameters."""
        return np.shape(self.sd)

    def expand(self, batch: tuple[int, ...]) -> TruncatedNormal:
        """Return the same distribution with its parameters broadcast to `batch`."""
        mean, sd = np.broadcast_to(self.mean, batch), np.broadcast_to(self.sd, batch)
        return TruncatedNormal(mean, sd, self.cutoff)

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch)``."""
        from scipy.special import ndtr, ndtri

        below = ndtr(-self.cutoff)
        u = rng.random((n, *self.batch))
        z: Array = ndtri(below + u * (1 - 2 * below))
        np.clip(z, -self.cutoff, self.cutoff, out=z)  # u may be 0, and Φ⁻¹ rounds
        z *= self.sd
        z += self.mean
        return z
