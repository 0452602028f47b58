"""Information: what a model knows, in nats."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, finite, wholes
from collapse_lib.distributions import (
    Categorical,
    Distribution,
    Empirical,
    MultivariateNormal,
    Normal,
    Numeric,
    Poisson,
)
from collapse_lib.metrics.expectations import mean_log
from collapse_lib.metrics.kinds import Metric, factory, name, same_categories, same_dimensions

EPSILON = float(np.finfo(float).eps)


def entropy(model: Distribution, truth: Distribution) -> Array:
    """Return the model's entropy in nats, shape ``batch``.

    -Σ p ln p for categories (Shannon, *Bell System Technical Journal* 27, 1948); the
    differential entropy ½ ln(2πe σ²) for a normal, which is negative for a small spread and
    -inf for a point.

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
    raise TypeError(f"entropy needs a Normal or categories, not {name(model)}")


def kl(model: Distribution, truth: Distribution) -> Array:
    """Return KL(truth ‖ model) in nats, shape ``batch``: the cost of believing the model.

    ``Σ q ln(q / p)`` for categories, ``∫ g ln(g / f) dx`` for numbers, with q and g the truth
    (Kullback & Leibler, *Annals of Mathematical Statistics* 22, 1951). Closed forms serve
    categories, two normals in one or in d dimensions, and two Poisson distributions. Any other
    two densities are integrated numerically, to about 0.001 nats or of the value if that is
    more; to a few per cent where bumps of one are a hundred times as narrow as the other.

    Raises
    ------
    TypeError
        If the two are not of one kind, or have no density.
    ValueError
        If they have different numbers of dimensions; or, where it is integrated, if the truth
        has no finite variance.

    Notes
    -----
    Infinite as soon as one category of the truth has died, a histogram ends before the truth
    does, or a direction is flat; so averages over replicates say little: count the finite
    ones, or use `reverse_kl`, which forgives what was forgotten.
    """
    return _divergence(truth, model)


def reverse_kl(model: Distribution, truth: Distribution) -> Array:
    """Return KL(model ‖ truth) in nats, shape ``batch``: how odd the model's draws look.

    `kl` with the two in exchange, for the same pairs and to the same precision.

    Raises
    ------
    TypeError
        If the two are not of one kind, or have no density.
    ValueError
        If they have different numbers of dimensions; or, where it is integrated, if the model
        has no finite variance.

    Notes
    -----
    A model that has forgotten all but the commonest category scores a mere -ln p of it. Of
    *densities* it does notice: a point is infinitely far both ways.

    References
    ----------
    Kullback & Leibler, *Annals of Mathematical Statistics* 22 (1951).
    """
    return _divergence(model, truth)


@factory
def log_likelihood(data: ArrayLike) -> Metric:
    """Return the metric "mean log-likelihood of these real data", in nats per data point.

    For a normal model (m, s) and data of mean x̄ and variance S (ddof = 0) it is
    ``-½ ln(2π s²) - (S + (x̄ - m)²) / (2 s²)``; for categories the mean of ln p.

    Parameters
    ----------
    data : array_like, shape ``(size,)`` or ``(size, d)``
        Real data that no model was trained on: numbers, or labels 0, 1, 2, …

    Returns
    -------
    callable
        A metric of shape ``batch``: -inf where the model thinks one of the data impossible, nan
        for single measurements as the truth, which have no density.

    Raises
    ------
    ValueError
        If `data` are empty or not finite; or, when measuring, not labels where the model has
        categories, or not of the model's dimensions.
    TypeError
        When measuring, if the model has neither probabilities nor a density.

    Notes
    -----
    On data that the first model was fitted to, generation 1 looks better than it is: hold data
    out. Densities have a unit, so that a change of unit shifts all values by a constant, and a
    positive value is no mistake. Outside the normal family, densities below 1e-308 count as 0.

    References
    ----------
    Good, *Journal of the Royal Statistical Society B* 14 (1952), the logarithmic score.
    """
    held_out = finite("data", data)
    centre, spread = held_out.mean(), held_out.var()

    def log_likelihood(model: Distribution, truth: Distribution) -> Array:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if isinstance(model, Categorical):
                labels, counts = np.unique(wholes("data", data, least=0), return_counts=True)
                p, _ = same_categories(model.p, np.zeros(int(labels[-1]) + 1))
                return np.asarray(np.log(p[..., labels]) @ (counts / counts.sum()))
            if isinstance(model, Numeric) and held_out.ndim != 1:
                raise ValueError(f"data must be one column of numbers, not {held_out.shape}")
            if isinstance(model, Normal):
                misfit = (spread + (centre - model.mean) ** 2) / np.square(model.sd)
                value = -np.log(model.sd) - (np.log(2 * np.pi) + misfit) / 2
                return np.asarray(np.where(model.sd > 0, value, -np.inf))
            if isinstance(model, MultivariateNormal):
                return _in_dimensions(held_out, model)
            if isinstance(model, Empirical):
                return np.full(model.batch, np.nan)
            if isinstance(model, Numeric):
                return np.asarray(np.log(model.density(held_out)).mean(axis=0))
        raise TypeError(f"log_likelihood needs a model with probabilities; {name(model)} has none")

    return log_likelihood


def _p_log(p: Array, q: Array) -> Array:
    """Return p ln q with 0 ln 0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * np.log(q), 0.0)


def _divergence(of: Distribution, against: Distribution) -> Array:
    if isinstance(of, Categorical) and isinstance(against, Categorical):
        p, q = same_categories(of.p, against.p)
        return np.asarray((_p_log(p, p) - _p_log(p, q)).sum(axis=-1))
    if isinstance(of, Normal) and isinstance(against, Normal):
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.divide(of.sd, against.sd) ** 2
            gap = np.divide(of.mean - against.mean, against.sd) ** 2
            kl = (ratio - 1 - np.log(ratio) + gap) / 2
        same = (of.sd == against.sd) & (of.mean == against.mean)
        return np.asarray(np.where(same, 0.0, np.where(np.isnan(kl), np.inf, kl)))
    if isinstance(of, Poisson) and isinstance(against, Poisson):
        from scipy.special import kl_div

        return np.asarray(np.maximum(kl_div(of.rate, against.rate), 0))
    if isinstance(of, MultivariateNormal) and isinstance(against, MultivariateNormal):
        return _along_axes(of, against)
    if isinstance(of, Numeric) and isinstance(against, Numeric):
        if of is against:
            return np.zeros(of.batch)
        with np.errstate(invalid="ignore"):
            kl = mean_log(of, of) - mean_log(of, against)
        return np.maximum(np.where(np.isnan(kl), np.inf, kl), 0)  # inf - inf: a point
    raise TypeError(
        f"kl compares two distributions over categories, numbers or vectors, "
        f"not {name(of)} and {name(against)}"
    )


def _along_axes(of: MultivariateNormal, against: MultivariateNormal) -> Array:
    """Return the divergence of normals in d dimensions, in units of the second one's axes.

    There it is ½ Σ (σ² - 1 - ln σ²) + ½ |shift|², with σ² the eigenvalues of the first one's
    covariance. Where the second is flat, the first must be flat along the same directions.
    """
    same_dimensions(of, against)
    axes, spreads, _ = np.linalg.svd(against.factor, full_matrices=False)
    live = spreads > _lost(spreads, of.dimensions)
    own = np.linalg.svd(of.factor, compute_uv=False)
    rank, own_rank = live.sum(-1), (own > _lost(own, of.dimensions)).sum(axis=-1)
    of = of.expand(np.broadcast_shapes(of.batch, against.batch))
    columns = np.concatenate([of.factor, (of.mean - against.mean)[..., None]], axis=-1)
    seen = np.where(live[..., None], axes.swapaxes(-1, -2) @ columns, 0.0)
    beyond = np.abs(columns - axes @ seen).max(axis=(-2, -1))
    size = np.abs(columns).max(axis=(-2, -1)) + np.abs(of.mean).max(axis=-1)
    missed = (rank < of.dimensions) & (beyond > 10 * of.dimensions * EPSILON * size)
    seen /= np.where(live, spreads, 1)[..., None]
    ratios = np.linalg.svd(seen[..., :-1], compute_uv=False)
    kept = np.arange(ratios.shape[-1]) < rank[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(kept, ratios**2 - 1 - 2 * np.log(ratios), 0.0).sum(axis=-1)
    kl = (terms + (seen[..., -1] ** 2).sum(axis=-1)) / 2
    return np.asarray(np.where((own_rank != rank) | missed, np.inf, kl))


def _lost(spreads: Array, dimensions: int) -> Array:
    """Return the spread, ``(*batch, 1)``, up to which a direction counts as flat: rounding."""
    return np.asarray(dimensions * EPSILON * spreads[..., :1])


def _in_dimensions(data: Array, model: MultivariateNormal) -> Array:
    """Return the mean log-likelihood from mean and covariance of the data, along the model's axes.

    Where the model is flat there are fewer axes than dimensions, and no data on it: -inf.
    """
    if data.ndim != 2 or data.shape[1] != model.dimensions:
        raise ValueError(
            f"data must have {model.dimensions} columns, one for each dimension of the model, not "
            f"shape {data.shape}"
        )
    axes, spreads, _ = np.linalg.svd(model.factor, full_matrices=False)
    if spreads.shape[-1] < model.dimensions:
        return np.full(model.batch, -np.inf)
    shift = ((data.mean(axis=0) - model.mean)[..., None, :] @ axes)[..., 0, :]
    cov = np.cov(data, rowvar=False, ddof=0).reshape(model.dimensions, -1)
    squares = (axes * (cov @ axes)).sum(axis=-2) + shift**2
    misfit = (squares / spreads**2).sum(axis=-1)
    log_volume = np.log(spreads).sum(axis=-1)
    value = -log_volume - (model.dimensions * np.log(2 * np.pi) + misfit) / 2
    return np.asarray(np.where((spreads > 0).all(axis=-1), value, -np.inf))
