"""Tools of others as learners: anything that is fitted to data and can be sampled."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from inspect import signature
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array, function, one_of, whole
from collapse_lib.distributions import Fitted, Table
from collapse_lib.distributions.fitted import JUDGED
from collapse_lib.learners.base import PointLearner
from collapse_lib.suffstats import Sample

Data = Literal["numbers", "vectors"] | Table


class FromFunctions(PointLearner):
    """A learner made of two functions, so that any tool becomes one in a line.

    Parameters
    ----------
    fit : callable
        ``fit(data)`` returns a model, of whatever type. The data are those of one lineage.
    sample : callable
        ``sample(model, n, rng)`` returns `n` new points of the form of the data. `rng` is a
        numpy Generator; a tool with a seed of its own takes ``rng.integers(2**31)``.
    data : {"numbers", "vectors"} or Table, default "numbers"
        What is fitted: arrays of shape ``(n,)``, arrays of shape ``(n, d)``, or tables such
        as this one, which `fit` gets, and `sample` returns, in the form that it was made from.
    judged : int, optional
        How many points a metric looks at; 2,000 by default, of a table as many as it has rows.

    Raises
    ------
    TypeError
        If `fit` or `sample` cannot be called; when fitting, if points have different weights,
        which such a tool would not notice.
    ValueError
        If `data` is none of these; when sampling, if the points have another form.

    Notes
    -----
    Each lineage is fitted and sampled by itself, so time grows with the replicates. A tool that
    ignores `rng` is noticed where two replicates draw the same, not with one replicate: see
    `Fitted`. Derived here.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import stats
    >>> from collapse_lib import Normal, metrics, simulate
    >>> from collapse_lib.learners import FromFunctions
    >>> kde = FromFunctions(
    ...     stats.gaussian_kde, lambda model, n, rng: model.resample(n, seed=rng)[0]
    ... )
    >>> run = simulate(Normal(), kde, n=100, generations=20, replicates=8, rng=0)
    >>> bool(np.median(run.trace(metrics.variance)[-1]) > 5)  # it adds its bandwidth each time
    True
    """

    keeps_points: ClassVar[bool] = True

    def __init__(
        self,
        fit: Callable[[Any], Any],
        sample: Callable[[Any, int, Generator], Any],
        data: Data = "numbers",
        *,
        judged: int | None = None,
    ) -> None:
        function("fit", fit, "stats.gaussian_kde")
        function("sample", sample, "lambda model, n, rng: model.resample(n, seed=rng)[0]")
        if not isinstance(data, Table):
            one_of("data", data, ("numbers", "vectors"))
        self._fit, self._sample, self._table = (
            fit,
            sample,
            data if isinstance(data, Table) else None,
        )
        kind = "table" if isinstance(data, Table) else data
        self.kind, self.event_axes = kind, int(kind == "vectors")  # type: ignore[misc]
        size = len(data.data) if isinstance(data, Table) else JUDGED
        self._judged = size if judged is None else whole("judged", judged, least=2)

    def fit(self, data: Sample) -> Fitted:
        """Return the tool's model of each member of a batch of points."""
        return _each(self._one, self._draw, data, self.kind, self._judged)

    def _one(self, points: Array, weights: Array | None) -> Any:
        if weights is not None:
            raise TypeError(
                f"fit must be given points of one weight ({self.kind}): this tool takes no "
                "weights, and a fit to the points alone would take no notice of them"
            )
        return self._fit(points if self._table is None else self._table.frame(points))

    def _draw(self, model: Any, n: int, rng: Generator) -> Array:
        drawn = self._sample(model, n, rng)
        return np.asarray(drawn, dtype=float) if self._table is None else self._table.rows(drawn)


@dataclass(frozen=True)
class FromEstimator(PointLearner):
    """A learner made of an estimator with scikit-learn's conventions.

    Parameters
    ----------
    estimator : object
        It has ``fit(X)`` and ``sample(n)``, as a mixture or a kernel density; or ``fit(X, y)``
        and ``predict(X)``, as a regression. It is copied for each fit and never changed.
    data : {"numbers", "vectors", "labelled"}, optional
        What is fitted. By default numbers, and "labelled" where it predicts and has no
        ``sample``: features followed by a number.

    Raises
    ------
    TypeError
        If `estimator` has none of the two pairs, or is a class; when fitting, if points have
        different weights and its ``fit`` takes no ``sample_weight``.
    ValueError
        If `data` is none of these.

    Notes
    -----
    `random_state` is set to a new one for each sample, for one that was set to a number would
    throw the same dice in every generation. An estimator that has none uses dice of its own:
    its runs do not repeat. ``score_samples``, where there is one, is taken for the logarithm
    of the density.

    A regression has no `sample`: new points have features of the points that were fitted, drawn
    with replacement, and the prediction there plus a residual, drawn likewise. Its noise is
    thus that of the fit, which is too small by the degrees of freedom.

    References
    ----------
    Pedregosa and others, *Scikit-learn: machine learning in Python*, JMLR 12 (2011), for the
    conventions. Efron, *Bootstrap methods: another look at the jackknife*, Annals of Statistics
    7 (1979), for residuals that are drawn again.

    Examples
    --------
    >>> from sklearn.mixture import GaussianMixture
    >>> from collapse_lib import Normal, metrics, simulate
    >>> from collapse_lib.learners import FromEstimator
    >>> learner = FromEstimator(GaussianMixture(1))
    >>> run = simulate(Normal(), learner, n=20, generations=30, replicates=3, rng=0)
    >>> run.trace(metrics.variance).shape
    (31, 3)
    """

    keeps_points: ClassVar[bool] = True

    estimator: Any
    data: Literal["numbers", "vectors", "labelled"] | None = None

    def __post_init__(self) -> None:
        """Check the estimator."""
        able = {name for name in ("fit", "sample", "predict") if hasattr(self.estimator, name)}
        if isinstance(self.estimator, type) or not (
            {"fit", "sample"} <= able or {"fit", "predict"} <= able
        ):
            raise TypeError(
                "estimator must have fit and sample, or fit and predict, such as "
                f"GaussianMixture(2), not be {self.estimator!r}"
            )
        kind = self.data or ("numbers" if "sample" in able else "labelled")
        one_of("data", kind, ("numbers", "vectors", "labelled"))
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "event_axes", int(kind != "numbers"))

    def fit(self, data: Sample) -> Fitted:
        """Return the estimator's model of each member of a batch of points."""
        scored = hasattr(self.estimator, "score_samples") and self.kind == "numbers"
        draw = _redrawn if self.kind == "labelled" else self._draw
        return _each(self._one, draw, data, self.kind, JUDGED, _log_density if scored else None)

    def _one(self, points: Array, weights: Array | None) -> Any:
        options = {}
        if weights is not None:
            if "sample_weight" not in signature(self.estimator.fit).parameters:
                raise TypeError(
                    f"estimator {type(self.estimator).__name__} takes no sample_weight, so points "
                    "must count alike"
                )
            options["sample_weight"] = weights
        model = deepcopy(self.estimator)
        if self.kind == "labelled":
            model.fit(points[:, :-1], points[:, -1], **options)
            return model, points, points[:, -1] - model.predict(points[:, :-1])
        model.fit(points[:, None] if self.kind == "numbers" else points, **options)
        return model

    def _draw(self, model: Any, n: int, rng: Generator) -> Array:
        seed = np.random.RandomState(rng.integers(1 << 32))
        if "random_state" in signature(model.sample).parameters:
            drawn = model.sample(n, random_state=seed)
        else:
            if hasattr(model, "random_state"):
                model.random_state = seed
            drawn = model.sample(n)
        if isinstance(drawn, tuple):  # points and the component of each
            drawn = rng.permutation(drawn[0])
        drawn = np.asarray(drawn, dtype=float)
        return drawn.reshape(n) if self.kind == "numbers" else drawn


def _redrawn(fitted: tuple[Any, Array, Array], n: int, rng: Generator) -> Array:
    model, points, residuals = fitted
    features = points[rng.integers(len(points), size=n), :-1]
    noise = residuals[rng.integers(len(residuals), size=n)]
    return np.column_stack([features, model.predict(features) + noise])


def _log_density(model: Any, x: Array) -> Array:
    return np.asarray(model.score_samples(x[:, None]))


def _each(
    fit: Callable[[Array, Array | None], Any],
    draw: Callable[[Any, int, Generator], Array],
    data: Sample,
    kind: Any,
    judged: int,
    log_density: Callable[[Any, Array], Array] | None = None,
) -> Fitted:
    """Fit each member of a batch by itself."""
    axes = data.points.ndim - data.event_axes
    batch, event = data.points.shape[1:axes], data.points.shape[axes:]
    weights = data.weights if np.ptp(data.weights) > 0 else None
    models = np.empty(batch, dtype=object)
    for member in np.ndindex(batch):
        models[member] = fit(np.ascontiguousarray(data.points[:, *member]), weights)
    return Fitted(models, draw, kind, event, judged, log_density)
