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
)
from collapse_lib.metrics.kinds import Metric, name, same_categories


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
    raise TypeError(f"entropy has no closed form for {name(model)}, only for categories and Normal")


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
    raise TypeError(
        f"kl compares two categorical or two Normal distributions, "
        f"not {name(of)} and {name(against)}"
    )


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
