"""What every learner does, and the slow truth against which every shortcut is tested."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array, sizes
from collapse_lib.dice import CommonDice, Dice, Thrown
from collapse_lib.distributions import Distribution
from collapse_lib.distributions.base import Kind
from collapse_lib.suffstats import Sample

BLOCK = 1 << 15  # points held at a time: 256 kB, which stays in the cache
HELD = 500_000_000  # numbers that may be held at all: 4 GB


class Learner(ABC):
    """A model family and the rule that fits it (scikit-learn: an estimator).

    A learner of your own says how data are reduced to a statistic and how that is fitted; all
    regimes then work with it. Where there is nothing smaller than the points, start from
    `PointLearner` and write `fit` alone.

    Attributes
    ----------
    kind : {"numbers", "counts", "categories", "vectors", "labelled", "classes", "text", "table"}
        What it can be fitted to.
    event_axes : int
        Number of axes of a single point: 0 for a number, 1 in d dimensions.
    least_n : int
        The fewest points from which it can fit a model.
    keeps : str
        What it keeps of the data, in words.
    keeps_points : bool
        Whether single points, or documents, can be picked from what it keeps.

    Notes
    -----
    A fit sees all lineages at once: work along axis 0, the points, and leave the other axes
    alone. A median over all of `points` runs just as well, and is one and the same for all
    lineages. A small bias of a fit is no detail, for it returns in every generation: the
    example averages the lower and the upper median of an even number of points.

    The contract (a statistic that adds and weighs, so that a policy about data is arithmetic) is
    derived here; every exact law must agree with the points that `Sampled` draws.

    Examples
    --------
    Laplace's distribution, fitted by the median and the mean absolute deviation from it:

    >>> import numpy as np
    >>> from collapse_lib import Accumulate, Replace, simulate
    >>> from collapse_lib.distributions import Distribution
    >>> from collapse_lib.learners import PointLearner

    >>> class Laplace(Distribution):
    ...     def __init__(self, centre, scale):
    ...         self.centre, self.scale = centre, scale
    ...
    ...     @property
    ...     def batch(self):
    ...         return np.shape(self.scale)
    ...
    ...     def expand(self, batch):
    ...         return Laplace(*(np.broadcast_to(a, batch) for a in (self.centre, self.scale)))
    ...
    ...     def sample(self, n, rng):
    ...         return rng.laplace(self.centre, self.scale, (n, *self.batch))

    >>> class LaplaceMLE(PointLearner):
    ...     def fit(self, data):
    ...         x, weights = data.points, data.weights
    ...         options = {"axis": 0, "weights": weights, "method": "inverted_cdf"}
    ...         median = (np.quantile(x, 0.5, **options) - np.quantile(-x, 0.5, **options)) / 2
    ...         return Laplace(median, np.average(abs(x - median), axis=0, weights=weights))

    >>> chain = {"n": 20, "generations": 50, "replicates": 200, "rng": 0}
    >>> for regime in (Replace(), Accumulate()):
    ...     model = simulate(Laplace(0.0, 1.0), LaplaceMLE(), regime, **chain)[-1]
    ...     print(type(regime).__name__, np.median(model.scale).round(1))
    Replace 0.1
    Accumulate 0.9
    """

    kind: ClassVar[Kind] = "numbers"
    event_axes: ClassVar[int] = 0
    least_n: ClassVar[int] = 1
    keeps: ClassVar[str] = "a statistic"
    keeps_points: ClassVar[bool] = False

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Any:
        """Draw `n` points from `source` and return their statistic.

        This is the honest default: points are drawn a block at a time, reduced and added up.
        A learner overrides it only with a cheaper route to *the same law*.

        Parameters
        ----------
        source : Distribution
            Where the data come from.
        n : int
            Number of points, 0 or more.
        rng : Generator or Dice
            Source of randomness; it advances.

        Returns
        -------
        Statistic
            What `fit` needs of the data, of the batch of `source`.

        Raises
        ------
        ValueError
            If `n` is an array: points are drawn in one size for the whole batch.
        """
        dice = as_dice(rng, source, n)
        source = source.expand(dice.batch)
        first, *rest = (
            self.reduce(source.sample(size, dice.generator))
            for size in _blocks(n, dice.batch, source.group)
        )
        return self._completed(sum(rest, start=first), source)

    def _completed(self, data: Any, source: Distribution) -> Any:
        """Return a statistic of points with what `source` knows and no point can tell."""
        return data

    @abstractmethod
    def reduce(self, x: Array) -> Any:
        """Return the statistic of points `x`, shape ``(n, *batch, *event)``.

        The ``+`` of two statistics must be the statistic of the *union* of the two data sets,
        and ``w *`` must make each point count w times: `observe` adds up blocks of points, and
        regimes add up data sets. An array will not do, for its ``+`` adds numbers: the data
        would be blurred, and nothing would fail. `collapse_lib.suffstats` has what usual
        families need; where there is no less than the points, return `Sample.of`.
        """

    @abstractmethod
    def fit(self, data: Any) -> Distribution:
        """Return the model that fits `data`.

        Parameters
        ----------
        data : Statistic or Sample
            What `reduce` returned, added up and weighted; or, where a regime picks single
            points, a `Sample`. Its ``weights`` say how often each point counts and must be
            used: a fit to its ``points`` alone takes no notice of `Weighted`.

        Returns
        -------
        Distribution
            A model of the data's batch: one for each lineage.
        """

    def unroll(
        self, model: Distribution, n: Any, dice: CommonDice, first: int, last: int
    ) -> list[Distribution]:
        """Return the next models of a closed chain in one stroke, or none to go step by step.

        In a closed chain each generation is trained on `n` points of the one before and on
        nothing else. A learner overrides this only where it gives the models of the loop, from
        the same dice, at less cost.

        Parameters
        ----------
        model : Distribution
            The newest model.
        n : int or ndarray
            Points per generation.
        dice : CommonDice
            The dice of the chain.
        first, last : int
            Its rows ``first … last - 1``, one per generation.

        Returns
        -------
        list of Distribution
            One model per row, for as many of the first rows as are best drawn at a time; empty
            where there is no shortcut.
        """
        return []


class PointLearner(Learner):
    """A learner that has no statistic smaller than the points themselves.

    Write `fit`, to a `Sample` of points and weights; `Learner` has an example.

    Raises
    ------
    ValueError
        When observing, if `n` is an array, or the points of all lineages would take 4 GB.

    Notes
    -----
    Derived here, as `Learner` is. Its cost and its memory grow with n, honestly: do not read
    a slow run as a slow collapse. Ask `simulate` to `record` traces where the models, which may
    hold the points too, are heavy.
    """

    keeps: ClassVar[str] = "points"

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Sample:
        """Return `n` points from `source`."""
        dice = as_dice(rng, source, n)
        size, most = one_number(n), HELD // max(1, math.prod((*dice.batch, *source.event)))
        if size > most:
            raise ValueError(
                f"n must be at most {most:,} where {type(self).__name__} keeps the points of a "
                f"batch of shape {dice.batch} in memory, 4 GB, not {size:,}"
            )
        return self.reduce(source.expand(dice.batch).sample(size, dice.generator))

    def reduce(self, x: Array) -> Sample:
        """Return the points `x`, shape ``(n, *batch)``."""
        return Sample.of(x, self.event_axes)


@dataclass(frozen=True)
class LearnerWrapper(Learner):
    """A learner around another one, which obeys the same law unless it says otherwise."""

    learner: Learner

    def __post_init__(self) -> None:
        """Take over what the wrapped learner can be fitted to."""
        if not isinstance(self.learner, Learner):
            raise TypeError(
                f"learner must be a learner such as GaussianMLE(), not {self.learner!r}"
            )
        for name in ("kind", "event_axes", "least_n", "keeps", "keeps_points"):
            object.__setattr__(self, name, getattr(self.learner, name))

    def reduce(self, x: Array) -> Any:
        """Return the wrapped learner's statistic of points `x`."""
        return self.learner.reduce(x)

    def _completed(self, data: Any, source: Distribution) -> Any:
        return self.learner._completed(data, source)

    def fit(self, data: Any) -> Distribution:
        """Return the wrapped learner's model."""
        return self.learner.fit(data)


@dataclass(frozen=True)
class Sampled(LearnerWrapper):
    """The slow truth: always draw the points, then fit them.

    It obeys the same law as the learner it wraps, at a cost that grows with n. It serves the
    regimes that pick single points, and every exact law is tested against it.

    Parameters
    ----------
    learner : Learner
        What to fit.
    keep : bool, default False
        Hand on the points instead of their statistic; `simulate` asks for it where a regime
        picks single points.

    Raises
    ------
    TypeError
        If `learner` is no learner, or keeps its points anyway.

    Notes
    -----
    Derived here: it is the definition, and the laws that it checks cite their sources. The laws
    part once the spread falls below about 1e-8 of the mean: the points, being floating-point
    numbers, can no longer tell each other apart. That is an error of the hardware, not of the
    shortcut.
    """

    keep: bool = False

    def __post_init__(self) -> None:
        """Refuse what keeps its points in its own way."""
        super().__post_init__()
        if self.learner.keeps_points:
            name = type(self.learner).__name__
            raise TypeError(f"learner must not be {name}, which keeps its {self.keeps} as it is")

    def reduce(self, x: Array) -> Any:
        """Return the statistic of points `x`, or the points where they are kept."""
        return Sample.of(x, self.event_axes) if self.keep else self.learner.reduce(x)


def as_dice(rng: Generator | Dice, source: Distribution, n: Any = 0) -> Dice:
    """Return `rng` as dice of the batch of `source`; dice pass through.

    They come from `simulate`, which has checked `n`. A plain generator comes from somebody who
    calls `observe` himself, and only then is `n` checked: the loop does not wait for it.
    """
    if not isinstance(rng, Generator):
        return rng
    sizes("n", n, least=0)
    return Thrown(rng, source.batch)


def one_number(n: Any) -> int:
    """Return `n`, the number of single points to draw, unless it is an array."""
    if np.ndim(n):
        raise ValueError("n must be one number where single points are drawn, not an array")
    return int(n)


def _blocks(n: Any, batch: tuple[int, ...], group: int) -> Iterator[int]:
    """Yield sizes that sum to `n`, each a block of whole groups of points that fits the cache."""
    n = one_number(n)
    size = max(1, BLOCK // max(1, group * int(np.prod(batch)))) * group
    yield min(size, n)
    for start in range(size, n, size):
        yield min(size, n - start)
