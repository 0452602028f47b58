"""Instruments: a model, measured against the truth, becomes one number per replicate.

Every metric is called ``metric(model, truth)`` and answers with an array of the model's batch.
A metric with a parameter is made by a function: ``tail_mass(k=3)``. A model that has collapsed
to a point, or lost a category, is measured all the same: logarithms answer -inf or inf.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from collapse_lib.checks import Array, positive
from collapse_lib.distributions import Categorical, Distribution, Empirical, Normal, Numeric

__all__ = [
    "entropy",
    "kl",
    "mean",
    "reverse_kl",
    "sd",
    "survivors",
    "tail_mass",
    "variance",
    "wasserstein2",
]


def mean(model: Distribution, truth: Distribution) -> Array:
    """Return the model's mean, in the unit of the data, shape ``batch``.

    Raises
    ------
    TypeError
        If the model's draws are categories: labels have no mean.

    Notes
    -----
    Its *average over replicates* stays at the truth's mean however far single lineages drift.
    """
    return _moment("mean", model)


def variance(model: Distribution, truth: Distribution) -> Array:
    """Return the model's variance, in the squared unit of the data, shape ``batch``.

    It is the fitted parameter: the learner's ddof has been applied, none is applied here.

    Raises
    ------
    TypeError
        If the model's draws are categories: labels have no variance.

    Notes
    -----
    Look at its median over replicates. With ddof = 1 its mean never shrinks, because a few
    rare lineages grow while nearly all of them die.
    """
    return _moment("variance", model)


def sd(model: Distribution, truth: Distribution) -> Array:
    """Return the model's standard deviation, in the unit of the data, shape ``batch``.

    Raises
    ------
    TypeError
        If the model's draws are categories.

    Notes
    -----
    The square root of `variance`; it halves half as often as the variance does.
    """
    return np.sqrt(variance(model, truth))


def tail_mass(k: float = 3.0) -> Callable[[Distribution, Distribution], Array]:
    """Return the metric P(|X - μ| > kσ) of the model, with μ and σ **of the truth**.

    Parameters
    ----------
    k : float, default 3.0
        Where the tails begin, in standard deviations of the truth.

    Returns
    -------
    callable
        A metric whose value is a probability, shape ``batch``.

    Raises
    ------
    ValueError
        If `k` is not above 0; or, when measuring, if the truth's variance is infinite.

    Notes
    -----
    A mean that wanders off fills one tail and so may *raise* this number while the spread
    collapses: look at `variance` beside it.
    """
    distance = float(positive("k", k))

    def tail_mass(model: Distribution, truth: Distribution) -> Array:
        centre, spread = mean(truth, truth), sd(truth, truth)
        if not np.all(np.isfinite(spread)):
            raise ValueError("truth must have a finite variance to have tails beyond k sigma")
        low, high = centre - distance * spread, centre + distance * spread
        below, above = _numeric("tail mass", model).tails(low, high)
        return np.asarray(below + above)

    return tail_mass


def entropy(model: Distribution, truth: Distribution) -> Array:
    """Return the model's entropy in nats, shape ``batch``.

    -Σ p ln p for categories; the differential entropy ½ ln(2πe σ²) for a normal, which is
    negative for a small spread and -inf for a point.

    Raises
    ------
    TypeError
        If the model is neither categorical nor normal.

    Notes
    -----
    Nearly blind to the tail: half of the categories can die while it moves a few per cent.
    """
    if isinstance(model, Categorical):
        return -np.asarray(_p_log(model.p, model.p).sum(axis=-1))
    if isinstance(model, Normal):
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(model.sd) + 0.5 * np.log(2 * np.pi * np.e))
    raise TypeError(
        f"entropy has no closed form for {_name(model)}, only for categories and Normal"
    )


def survivors(model: Distribution, truth: Distribution) -> Array:
    """Return the number of categories with a probability above 0, shape ``batch``.

    Raises
    ------
    TypeError
        If the model is not categorical.

    Notes
    -----
    It counts a category of one in a million like one of a half, which is its point; a
    smoothed model keeps all of them alive for ever, which is not survival.
    """
    if not isinstance(model, Categorical):
        raise TypeError(f"survivors counts categories, and {_name(model)} has none")
    return np.asarray((model.p > 0).sum(axis=-1))


def kl(model: Distribution, truth: Distribution) -> Array:
    """Return KL(truth ‖ model) in nats, shape ``batch``: the cost of believing the model.

    Raises
    ------
    TypeError
        If the two are not both categorical or both normal.

    Notes
    -----
    Infinite as soon as one category of the truth has died, so averages over replicates say
    little: count the finite ones, or use `reverse_kl`, which forgives what was forgotten.
    """
    return _divergence(truth, model)


def reverse_kl(model: Distribution, truth: Distribution) -> Array:
    """Return KL(model ‖ truth) in nats, shape ``batch``: how odd the model's draws look.

    Raises
    ------
    TypeError
        If the two are not both categorical or both normal.

    Notes
    -----
    A model that has forgotten all but the commonest category scores a mere -ln p of it.
    """
    return _divergence(model, truth)


def wasserstein2(model: Distribution, truth: Distribution) -> Array:
    """Return the Wasserstein-2 distance to the truth, in the unit of the data, shape ``batch``.

    For a normal model (m, s) and a truth with mean μ, sd σ and quantile function Q,
    ``W² = (m - μ)² + s² + σ² - 2 s ∫ Q(u) Φ⁻¹(u) du``; the integral is σ for a normal truth.

    Raises
    ------
    TypeError
        If the model is not normal, or the truth has no variance.

    Notes
    -----
    The distance, not its square, which theorems are usually stated for. It mixes drift of the
    mean with loss of spread: a collapsed model at the right place still is only σ away.
    """
    if not isinstance(model, Normal):
        raise TypeError(f"wasserstein2 compares a Normal model with the truth, not {_name(model)}")
    truth = _numeric("wasserstein2", truth)
    centre, spread = mean(truth, truth), sd(truth, truth)
    square = (model.mean - centre) ** 2 + model.sd**2 + spread**2
    square = square - 2 * model.sd * _normal_coupling(truth)
    return np.asarray(np.sqrt(np.maximum(square, 0)))


def _moment(name: str, model: Distribution) -> Array:
    return np.asarray(getattr(_numeric(name, model), name))


def _numeric(metric: str, model: Distribution) -> Numeric:
    if not isinstance(model, Numeric):
        raise TypeError(
            f"{metric} needs a distribution over numbers; {_name(model)} has categories"
        )
    return model


def _name(model: Distribution) -> str:
    return type(model).__name__


def _p_log(p: Array, q: Array) -> Array:
    """Return p ln q with 0 ln 0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * np.log(q), 0.0)


def _divergence(of: Distribution, against: Distribution) -> Array:
    if isinstance(of, Categorical) and isinstance(against, Categorical):
        p, q = _same_categories(of.p, against.p)
        return np.asarray((_p_log(p, p) - _p_log(p, q)).sum(axis=-1))
    if isinstance(of, Normal) and isinstance(against, Normal):
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.divide(of.sd, against.sd) ** 2
            gap = np.divide(of.mean - against.mean, against.sd) ** 2
            kl = (ratio - 1 - np.log(ratio) + gap) / 2
        same = (of.sd == against.sd) & (of.mean == against.mean)
        return np.asarray(np.where(same, 0.0, np.where(np.isnan(kl), np.inf, kl)))
    raise TypeError(
        f"kl compares two categorical or two Normal distributions, "
        f"not {_name(of)} and {_name(against)}"
    )


def _same_categories(p: Array, q: Array) -> tuple[Array, Array]:
    """Give both as many categories; the ones a model never saw have probability 0."""
    most = max(p.shape[-1], q.shape[-1])
    first, second = (np.pad(a, [(0, 0)] * (a.ndim - 1) + [(0, most - a.shape[-1])]) for a in (p, q))
    return first, second


def _normal_coupling(truth: Numeric) -> Any:
    """Return ∫ Q(u) Φ⁻¹(u) du, the covariance of the truth with a normal coupled by quantiles.

    Integrated by parts it is ∫ φ(Φ⁻¹(F(x))) dx, which needs F alone.
    """
    if isinstance(truth, Normal):
        return truth.sd
    from scipy.special import ndtri

    def height(u: Array) -> Array:
        return np.asarray(np.exp(-(ndtri(u) ** 2) / 2) / np.sqrt(2 * np.pi))

    if isinstance(truth, Empirical):  # F is constant between the values
        shares = np.cumsum(truth.counts)[:-1] / truth.data.size
        return float((np.diff(truth.values) * height(shares)).sum())
    # the substitution x = μ + σ sinh(y) makes the trapezoidal rule converge for heavy tails too
    y = np.linspace(-40, 40, 8001)
    centre, spread = mean(truth, truth), sd(truth, truth)
    if not np.isfinite(spread):
        raise ValueError("truth must have a finite variance for a Wasserstein-2 distance")
    below, above = truth.tails(centre + spread * np.sinh(y), centre + spread * np.sinh(y))
    return float((height(np.minimum(below, above)) * spread * np.cosh(y)).sum() * (y[1] - y[0]))
