"""Several dimensions: how wide a model still is, how round, and along how many axes."""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.distributions import Distribution, MultivariateNormal
from collapse_lib.metrics.kinds import name


def total_variance(model: Distribution, truth: Distribution) -> Array:
    """Return the trace of the model's covariance, in the squared unit of the data, ``batch``.

    The sum of the variances along any set of perpendicular axes; statistics calls it the total
    variance (Johnson & Wichern, *Applied Multivariate Statistical Analysis*, 2007). Divided
    by d it is the mean variance per dimension. No ddof is applied, as in `variance`.

    Raises
    ------
    TypeError
        If the model is not a `MultivariateNormal`.

    Notes
    -----
    It is the largest directions that make it up: under `Replace` its average stays (ddof = 1)
    or falls as in one dimension, while nearly all directions die. See `effective_dimension`.
    """
    return np.asarray((_cloud("total_variance", model).factor ** 2).sum(axis=(-2, -1)))


def condition_number(model: Distribution, truth: Distribution) -> Array:
    """Return the largest over the smallest eigenvalue of the covariance, shape ``batch``.

    1 is a sphere, a large number a needle or a disc, inf a model that has lost a direction: one
    along which its spread is below ``d`` rounding errors of the largest. A model that is a single
    point has inf, too.

    Raises
    ------
    TypeError
        If the model is not a `MultivariateNormal`.

    Notes
    -----
    A ratio: it depends on the units of the axes, and stays the same where all of them shrink
    together. Look at the variance beside it.

    References
    ----------
    Golub & Van Loan, *Matrix Computations* (4th ed., 2013), section 2.6.
    """
    spreads = _spreads("condition_number", model)
    largest = spreads[..., 0]
    lost = spreads[..., -1] <= spreads.shape[-1] * np.finfo(float).eps * largest
    smallest = np.where(lost, 1, spreads[..., -1])
    return np.asarray(np.where(lost, np.inf, (largest / smallest) ** 2))


def effective_dimension(model: Distribution, truth: Distribution) -> Array:
    """Return along how many axes the model extends, (Σ λ)² / Σ λ², shape ``batch``.

    With λ the eigenvalues of the covariance; statistical physics calls it the participation
    ratio. It is d for a sphere, 1 for a needle and 0 for a single point.

    Raises
    ------
    TypeError
        If the model is not a `MultivariateNormal`.

    Notes
    -----
    It weighs axes by their variance, so one long axis hides many short ones: 1.2 does not say
    that a tenth of a direction is left.

    References
    ----------
    Bell & Dean, *Discussions of the Faraday Society* 50 (1970), the participation ratio.
    """
    spreads = _spreads("effective_dimension", model)
    largest = spreads[..., :1]
    share = (spreads / np.where(largest > 0, largest, 1)) ** 2  # tiny variances would vanish
    squares = (share * share).sum(axis=-1)
    return np.asarray(share.sum(axis=-1) ** 2 / np.where(squares > 0, squares, 1))


def _spreads(metric: str, model: Distribution) -> Array:
    """Return the standard deviations along the d axes of the cloud, the largest first.

    They are the singular values of the factor, which has twice the digits of the covariance.
    """
    model = _cloud(metric, model)
    spreads = np.linalg.svd(model.factor, compute_uv=False)
    flat = np.zeros((*spreads.shape[:-1], model.dimensions - spreads.shape[-1]))
    return np.concatenate([spreads, flat], axis=-1)


def _cloud(metric: str, model: Distribution) -> MultivariateNormal:
    if not isinstance(model, MultivariateNormal):
        raise TypeError(f"{metric} needs a MultivariateNormal model, not {name(model)}")
    return model
