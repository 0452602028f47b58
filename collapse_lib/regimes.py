"""Policies about data: what each generation is trained on.

A regime is data, not code. Its `recipe` lists the draws that make up a generation's training
set, so that the loop, the sentence under a figure and the theory all read the same thing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import fraction
from collapse_lib.distributions import Distribution


@dataclass(frozen=True)
class Fresh:
    """New real data, drawn from the truth in this generation."""


@dataclass(frozen=True)
class Fixed:
    """The same real data in every generation, one set per replicate."""


@dataclass(frozen=True)
class Model:
    """What the model of a generation makes up; -1 is the newest, 0 the truth."""

    generation: int = -1


@dataclass(frozen=True)
class Pool:
    """Everything drawn in earlier generations."""


Source = Fresh | Fixed | Model | Pool


class Draw(NamedTuple):
    """One line of a recipe: `n` points from `source`, each counted `weight` times.

    `n` is ignored for the pool, which is taken whole.
    """

    source: Source
    n: Any = 0
    weight: float = 1.0


NEWEST = Model(-1)

Recipe = tuple[Draw, ...]


class Regime(ABC):
    """A policy about data.

    Attributes
    ----------
    picks_points : bool
        Whether it picks single points, which needs a learner that keeps them.
    pools : bool
        Whether its recipes name the pool of all earlier draws.
    memory : int or None
        How many of the newest models its recipes name; None for all.
    """

    picks_points: ClassVar[bool] = False
    pools: ClassVar[bool] = False
    memory: ClassVar[int | None] = 1

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of the regime's own parameters; ``()`` unless one of them is an array."""
        return ()

    @abstractmethod
    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the draws that make up generation `t` ≥ 1, which trains on `n` points.

        Generation 1 sees real data only.
        """

    def temper(self, model: Distribution) -> Distribution:
        """Return the distribution from which a model's points are really drawn.

        By default the model itself. A lower temperature, or a filter that keeps only some
        points, is a biased copy of the model: model in, distribution out, so that exact laws
        survive.
        """
        return model

    def select(self, data: Any, n: int, rng: Generator) -> Any:
        """Return what of the gathered `data` is trained on; by default all of it."""
        return data


def real_count(n: Any, real: Any) -> Any:
    """Return how many of `n` points are real at the fraction `real`: ``floor(real n + 1/2)``.

    Halves round up (Python's own `round` sends them to the nearest even number, so that a
    slider would jump), and the count may be 0 although the fraction is not.
    """
    count = np.floor(np.asarray(real) * n + 0.5).astype(np.int64)
    return int(count) if count.ndim == 0 else count


@dataclass(frozen=True)
class Replace(Regime):
    """Each generation learns only from the one before.

    The regime of the theorem of Shumailov et al. (Nature 631, 2024), and the worst case: the
    web does not throw its old pages away.
    """

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return ``n`` points of the newest model."""
        return (Draw(Fresh() if t == 1 else NEWEST, n),)


@dataclass(frozen=True)
class Accumulate(Regime):
    """Each generation adds `n` points to a pool and learns from all of it.

    Random errors then stay bounded (Gerstgrasser et al., COLM 2024), though a systematic bias
    does not. The comparison with `Replace` is not one at equal cost: generation t trains on
    t·n points; `Subsample` is the one that trains on n.
    """

    pools: ClassVar[bool] = True

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the pool and ``n`` points of the newest model."""
        return (Draw(Fresh(), n),) if t == 1 else (Draw(Pool()), Draw(NEWEST, n))


@dataclass(frozen=True)
class Subsample(Accumulate):
    """Add `n` points to a pool, but learn from `n` of the pool, picked at random.

    Accumulation at constant cost (Kazdan et al., ICML 2025). It picks single points, so it
    needs a learner that keeps them: ``Sampled(GaussianMLE())``.
    """

    picks_points: ClassVar[bool] = True

    def select(self, data: Any, n: int, rng: Generator) -> Any:
        """Return `n` points of `data`, picked without replacement."""
        return data.choose(n, rng)


@dataclass(frozen=True)
class _WithReal(Regime):
    real: Any = 0.1

    def __post_init__(self) -> None:
        """Check the fraction of real data."""
        object.__setattr__(self, "real", fraction("real", self.real))

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of `real`."""
        return np.shape(self.real)

    def counts(self, n: Any) -> tuple[Any, Any]:
        """Return how many of `n` points are real, and how many are not."""
        real = real_count(n, self.real)
        return real, n - real


@dataclass(frozen=True)
class Refresh(_WithReal):
    """Each generation mixes fresh real data into what the newest model makes up.

    Parameters
    ----------
    real : float or array_like between 0 and 1, default 0.1
        Fraction of real data; ``real_count(n, real)`` points of n. An array adds a batch axis.

    Raises
    ------
    ValueError
        If `real` is not between 0 and 1.

    Notes
    -----
    In the Gaussian chain it is the *number* of fresh real points that decides, hardly their
    share: the mean variance settles near k / (k + 1/2) for k of them, however many synthetic
    points are added. With a biased learner that is no longer so.
    """

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the real and the synthetic part."""
        if t == 1:
            return (Draw(Fresh(), n),)
        real, synthetic = self.counts(n)
        return Draw(Fresh(), real), Draw(NEWEST, synthetic)


@dataclass(frozen=True)
class Anchor(_WithReal):
    """Each generation mixes the *same* real data into what the newest model makes up.

    Parameters
    ----------
    real : float or array_like between 0 and 1, default 0.1
        Fraction of real data; ``real_count(n, real)`` points of n. An array adds a batch axis.

    Raises
    ------
    ValueError
        If `real` is not between 0 and 1.

    Notes
    -----
    The kept points are part of the n real points from which generation 1 learns. The chain is
    anchored to those few points, not to the truth: their own error stays for ever.
    """

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the kept and the synthetic part."""
        real, synthetic = self.counts(n)
        return Draw(Fixed(), real), Draw(Fresh() if t == 1 else NEWEST, synthetic)
