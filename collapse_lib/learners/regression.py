"""Linear regression on labels that the last fit made up: errors of the learning procedure."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array, number, positive, whole
from collapse_lib.dice import Dice
from collapse_lib.distributions import Design, Distribution, LinearModel, MultivariateNormal
from collapse_lib.distributions.base import Kind
from collapse_lib.distributions.linear import features_of
from collapse_lib.learners.base import Learner, as_dice
from collapse_lib.learners.multivariate import bartlett
from collapse_lib.suffstats import Gram, Sample, triangular

ROUNDING = 64 * np.finfo(float).eps  # relative error of a solved equation


@dataclass(frozen=True, kw_only=True)
class _Linear(Learner):
    """What all linear regressions share: the statistic, its law, and the new labels' noise."""

    kind: ClassVar[Kind] = "labelled"
    event_axes: ClassVar[int] = 1
    keeps: ClassVar[str] = "a Gram matrix"

    noise: float | None = None
    features: MultivariateNormal | Design | None = None

    def __post_init__(self) -> None:
        """Check the noise."""
        if self.noise is not None:
            object.__setattr__(self, "noise", number(positive, "noise", self.noise, zero=True))

    @abstractmethod
    def coefficients(self, data: Gram) -> Array:
        """Return the fitted coefficients, shape ``(*batch, d)``."""

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Gram:
        """Return the Gram statistic of `n` points from `source`, by its exact law."""
        dice = as_dice(rng, source, n)
        if type(source) is LinearModel:
            features = features_of(source.features, source.coefficients.shape[-1])
            if isinstance(features, Design) or not np.any(features.mean):
                return _relabelled(source, n, dice)
        gram: Gram = super().observe(source, n, dice)
        return gram

    def reduce(self, x: Array) -> Gram:
        """Return the Gram statistic of points `x`, shape ``(n, *batch, d + 1)``."""
        return Gram.of(x)

    def fit(self, data: Gram | Sample) -> LinearModel:
        """Return the linear model of `data`, a statistic or a `Sample` of points.

        Raises
        ------
        ValueError
            If the noise is to be estimated and there are no more points than features.
        """
        if isinstance(data, Sample):
            data = Gram.of(data.points, data.weights)
        coefficients = self.coefficients(data)
        d = coefficients.shape[-1]
        if self.noise is not None:
            noise: Any = np.full(coefficients.shape[:-1], self.noise)[()]
        elif np.all(np.asarray(data.w) > d):
            noise = np.sqrt(_residuals(data, coefficients) / (data.w - d))
        else:
            raise ValueError(
                f"n must exceed the {d} features where the noise is estimated, "
                f"not be {np.min(data.w):g}"
            )
        return LinearModel.trusted(
            coefficients=coefficients, noise=noise, features=features_of(self.features, d)
        )


@dataclass(frozen=True, kw_only=True)
class LeastSquares(_Linear):
    """Fit a linear model by least squares, ordinary or ridge.

    The coefficients are ``(XᵀX + n·ridge·I)⁻¹ Xᵀy``; of several solutions, where there are
    fewer points than features and no ridge, the shortest.

    Parameters
    ----------
    ridge : float, default 0
        Penalty **per point**, in the squared unit of the features (scikit-learn's ``alpha`` is
        n times as large).
    noise : float, optional
        Standard deviation of the noise in the labels that the model makes up. By default it
        is estimated, √(RSS / (n - d)), and then collapses on its own; the theorems on
        regression keep it fixed.
    features : MultivariateNormal or Design, optional
        Where the features of made-up points come from; independent standard normals by
        default. They are given, not learned: pass those of the truth.

    Raises
    ------
    ValueError
        If `ridge` or `noise` is negative or not finite.

    Notes
    -----
    Exact law. For centred normal features XᵀX = K Kᵀ is Wishart (Bartlett); given it,
    Xᵀy = K (Kᵀ w + σ z) with d standard normals z; RSS = σ² χ²(n - d), independent. For a
    `Design` K is known. No point is ever drawn.

    Without a ridge the test error grows in proportion to the generations under replace and
    stays below π²/6 of one fit's when data accumulate. With one, each generation multiplies the
    coefficient along a direction of variance s by s / (s + ridge), even with infinite data: do
    not read that shrinkage as sampling noise.

    References
    ----------
    Dohmatob, Feng & Kempe, *Model collapse demystified*, NeurIPS 2024, arXiv:2402.07712. Hoerl &
    Kennard, *Ridge regression*, Technometrics 12 (1970). Bartlett, Proceedings of the Royal
    Society of Edinburgh 53 (1933). The shrinkage over generations is derived here.
    """

    ridge: float = 0.0

    def __post_init__(self) -> None:
        """Check the ridge and the noise."""
        super().__post_init__()
        object.__setattr__(self, "ridge", number(positive, "ridge", self.ridge, zero=True))

    def coefficients(self, data: Gram) -> Array:
        """Return the fitted coefficients, shape ``(*batch, d)``."""
        if self.ridge:
            data = data + _prior(data, self.ridge)
        return _solve(data.root)


@dataclass(frozen=True, kw_only=True)
class GradientDescent(_Linear):
    """Fit a linear model by gradient descent from 0, stopped early.

    Each step subtracts `rate` times the gradient of half the mean squared error. After k
    steps the coefficient along an eigendirection of XᵀX / n with eigenvalue s is
    ``1 - (1 - rate·s)^k`` of the least-squares one.

    Parameters
    ----------
    steps : int or float infinity
        Number of steps; with infinitely many it is ordinary least squares.
    rate : float
        Step length, below 2 / (greatest eigenvalue of XᵀX / n), above which steps grow.
    noise, features
        As for `LeastSquares`.

    Raises
    ------
    ValueError
        If a parameter is out of its range; or, when fitting, if `rate` is too large for the
        data.

    Notes
    -----
    The exact law of the data is that of `LeastSquares`, and the stopped descent has a closed
    form on the Gram matrix, so that a million steps cost what one does.

    Stopping early keeps the directions of high variance and forgets the others, again in
    every generation: the same bias as a ridge of about 1 / (steps · rate). It is no noise and
    does not average out over lineages, nor is a small training error a sign that it is gone.

    References
    ----------
    Ali, Kolter & Tibshirani, *A continuous-time view of early stopping for least squares*,
    AISTATS 2019, arXiv:1810.10082. Its repetition over generations is derived here.
    """

    steps: float
    rate: float

    def __post_init__(self) -> None:
        """Check the steps, the rate and the noise."""
        super().__post_init__()
        if self.steps != math.inf:
            object.__setattr__(self, "steps", whole("steps", self.steps, least=1))
        object.__setattr__(self, "rate", number(positive, "rate", self.rate))

    def coefficients(self, data: Gram) -> Array:
        """Return the coefficients where the descent stops, shape ``(*batch, d)``."""
        weight = np.asarray(data.w)[..., None]
        values, directions = np.linalg.eigh(data.gram / weight[..., None])
        values = np.maximum(values, 0)  # eigenvalues of 0 may come out just below
        if self.rate * (greatest := values.max()) >= 2:
            raise ValueError(
                f"rate must be below 2 / {greatest:.3g}, the greatest eigenvalue of the features, "
                f"not {self.rate:g}"
            )
        if self.steps == math.inf:
            return _solve(data.root)
        reached = 1 - (1 - self.rate * values) ** self.steps
        flat = values <= np.finfo(float).eps * values.max(axis=-1, keepdims=True)
        gain = np.where(flat, self.rate * self.steps, reached / np.where(flat, 1, values))
        along = (directions.swapaxes(-1, -2) @ data.moment[..., None])[..., 0] / weight
        coefficients: Array = (directions @ (gain * along)[..., None])[..., 0]
        return coefficients


def _planned(design: Design, n: Any) -> Array:
    """Return the root K of a design's Gram matrix, shape ``(d, r)``."""
    if isinstance(n, np.ndarray):
        raise ValueError("n must be one number where the features are a design, not an array")
    root: Array = np.sqrt(design.repeats(n)) * triangular(design.rows.T)
    return root


def _relabelled(source: LinearModel, n: Any, dice: Dice) -> Gram:
    """Draw the statistic of `n` points: that of their features, then that of their labels."""
    d = source.coefficients.shape[-1]
    normals = dice.wide(d + d * (d - 1) // 2).normal()
    features = features_of(source.features, d)
    if isinstance(features, Design):
        k = _planned(features, n)
    else:
        r = features.factor.shape[-1]  # less than d where the features are flat
        k = features.factor @ bartlett(n, r, normals[d : d + r * (r - 1) // 2], dice)
    columns = k.shape[-1]
    noise = np.moveaxis(normals[:columns], 0, -1)
    if isinstance(n, np.ndarray):
        noise = noise * (np.arange(columns) < np.broadcast_to(n, dice.batch)[..., None])
    spread = np.asarray(source.noise)
    explained = (k.swapaxes(-1, -2) @ source.coefficients[..., None])[..., 0]
    root = np.zeros((*dice.batch, d + 1, columns + 1))
    root[..., :d, :columns] = k
    root[..., d, :columns] = explained + spread[..., None] * noise
    # numpy's own integers may have 32 bits, as in a browser: too few for billions of points
    df = np.maximum(n - columns, 0) if isinstance(n, np.ndarray) else max(n - columns, 0)
    left = dice.chisquare(df)
    root[..., d, columns] = spread * np.sqrt(left)
    return Gram(n if isinstance(n, np.ndarray) else float(n), root)


def _prior(data: Gram, ridge: float) -> Gram:
    """Return a ridge as what it is equal to: points along each axis whose label is 0."""
    d = data.root.shape[-2] - 1
    points = np.concatenate([np.eye(d), np.zeros((1, d))])
    weight = np.asarray(data.w)[..., None, None] * ridge
    return Gram(0.0, np.sqrt(weight) * points)


def _solve(root: Array) -> Array:
    """Return the least-squares coefficients, shape ``(*batch, d)``."""
    features, labels = root[..., :-1, :].swapaxes(-1, -2), root[..., -1, :, None]
    d = features.shape[-1]
    if features.shape[-2] >= d:
        # the columns beyond d hold residuals only
        try:
            solution: Array = np.linalg.solve(features[..., :d, :], labels[..., :d, :])
            return solution[..., 0]
        except np.linalg.LinAlgError:
            pass
    shortest: Array = (np.linalg.pinv(features) @ labels)[..., 0]
    return shortest


def _residuals(data: Gram, coefficients: Array) -> Array:
    """Return the sum of squared residuals at `coefficients`, shape ``batch``.

    What rounding alone would leave counts as nothing: else the noise could never fall below
    1e-16 of the labels.
    """
    features, labels = data.root[..., :-1, :], data.root[..., -1, :]
    left = labels - (coefficients[..., None, :] @ features)[..., 0, :]
    size = np.abs(labels) + (np.abs(coefficients)[..., None, :] @ np.abs(features))[..., 0, :]
    left[np.abs(left) <= ROUNDING * size] = 0
    residuals: Array = (left * left).sum(axis=-1)
    return residuals
