"""What every learner does, and the slow truth against which every shortcut is tested."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array
from collapse_lib.dice import Dice, Thrown
from collapse_lib.distributions import Distribution
from collapse_lib.suffstats import Sample

BLOCK = 1 << 15  # points held at a time: 256 kB, which stays in the cache


class Learner(ABC):
    """A model family and the rule that fits it (scikit-learn: an estimator).

    Attributes
    ----------
    kind : {"numbers", "categories"}
        What it can be fitted to.
    least_n : int
        The fewest points from which it can fit a model.
    keeps : str
        What it keeps of the data, in words.
    """

    kind: ClassVar[Literal["numbers", "categories"]] = "numbers"
    least_n: ClassVar[int] = 1
    keeps: ClassVar[str] = "a statistic"

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
        dice = as_dice(rng, source)
        source = source.expand(dice.batch)
        first, *rest = (
            self.reduce(source.sample(size, dice.generator)) for size in _blocks(n, dice.batch)
        )
        return sum(rest, start=first)

    @abstractmethod
    def reduce(self, x: Array) -> Any:
        """Return the statistic of points `x`, shape ``(n, *batch)``."""

    @abstractmethod
    def fit(self, data: Any) -> Distribution:
        """Return the model that fits the statistic (or `Sample`) `data`."""


@dataclass(frozen=True)
class Sampled(Learner):
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

    Notes
    -----
    The laws part once the spread falls below about 1e-8 of the mean: the points, being
    floating-point numbers, can no longer tell each other apart. That is an error of the
    hardware, not of the shortcut.
    """

    learner: Learner
    keep: bool = False

    def __post_init__(self) -> None:
        """Take over what the wrapped learner can be fitted to."""
        if not isinstance(self.learner, Learner):
            raise TypeError(
                f"learner must be a learner such as GaussianMLE(), not {self.learner!r}"
            )
        object.__setattr__(self, "kind", self.learner.kind)
        object.__setattr__(self, "least_n", self.learner.least_n)

    def reduce(self, x: Array) -> Any:
        """Return the statistic of points `x`, or the points where they are kept."""
        return Sample.of(x) if self.keep else self.learner.reduce(x)

    def fit(self, data: Any) -> Distribution:
        """Return the wrapped learner's model."""
        return self.learner.fit(data)


def as_dice(rng: Generator | Dice, source: Distribution) -> Dice:
    """Return `rng` as dice of the batch of `source`; dice pass through."""
    return Thrown(rng, source.batch) if isinstance(rng, Generator) else rng


def _blocks(n: Any, batch: tuple[int, ...]) -> Iterator[int]:
    """Yield sizes that sum to `n`, each a block of points that fits the cache."""
    if np.ndim(n):
        raise ValueError("n must be one number where single points are drawn, not an array")
    size = max(1, BLOCK // max(1, int(np.prod(batch))))
    yield min(size, n)
    for start in range(size, n, size):
        yield min(size, n - start)
