"""What a regime is: a recipe of draws for each generation, and how a model is sampled."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import fraction, shown, wholes
from collapse_lib.distributions import Categorical, Distribution, Mixture


@dataclass(frozen=True)
class Fresh:
    """New real data, drawn from the truth in this generation.

    Notes
    -----
    As in the fresh data loop of Alemohammad et al. (ICLR 2024). They are new in each replicate
    as well, so no two lineages share them.
    """


@dataclass(frozen=True)
class Fixed:
    """The same real data in every generation, one set per replicate.

    Notes
    -----
    As in the synthetic augmentation loop of Alemohammad et al. (ICLR 2024). They are a sample,
    not the truth: their own error never averages out.
    """


@dataclass(frozen=True)
class Model:
    """What the model of a generation makes up.

    Parameters
    ----------
    generation : int, default -1
        Which model: -1 is the newest, 0 the truth.

    Notes
    -----
    Sampled anew each time, through `Regime.temper` (derived here): two draws of one model share
    its errors, though not their points.
    """

    generation: int = -1


@dataclass(frozen=True)
class Pool:
    """Everything that was drawn in earlier generations, taken whole.

    Notes
    -----
    The pool of Gerstgrasser et al. (COLM 2024). It holds real data too, those of generation 1;
    it is not "synthetic data only".
    """


Screen = Callable[[Sequence[Distribution], Sequence[float]], Distribution]


def mix(parts: Sequence[Distribution], shares: Sequence[float]) -> Distribution:
    """Return the mixture of `parts`: with probability ``shares[i]`` a point is from ``parts[i]``.

    Parameters
    ----------
    parts : sequence of Distribution
        What is mixed: all over categories or all over numbers.
    shares : sequence of float
        Probability of each part; they sum to 1.

    Returns
    -------
    Distribution
        ``Σ share · part``: categorical again for categories, else a `Mixture`.

    Raises
    ------
    TypeError
        If the parts are no distributions, or vectors, labelled points or text, which no `Mixture`
        holds.
    ValueError
        If there is no part.

    Notes
    -----
    The textbook mixture, derived here for categories. How many of n points come
    from a part is then left to chance, unlike in a recipe of one draw per part.
    """
    if not len(parts):
        raise ValueError("parts must hold at least one distribution")
    if not all(isinstance(part, Distribution) for part in parts):
        raise TypeError(f"parts must be distributions such as Normal(), not {shown(parts)}")
    if len(parts) == 1:
        return parts[0]
    kind = parts[0].kind
    if kind not in ("numbers", "counts", "categories"):
        raise TypeError(f"a crawl mixes numbers, counts or categories, not {kind}")
    if not all(isinstance(part, Categorical) for part in parts):
        return Mixture.trusted(components=tuple(parts), weights=np.asarray(shares))
    rows = [part.p for part in parts if isinstance(part, Categorical)]
    batch = np.broadcast_shapes(*(row.shape[:-1] for row in rows))
    p = np.zeros((*batch, max(row.shape[-1] for row in rows)))
    for row, share in zip(rows, shares, strict=True):
        p[..., : row.shape[-1]] += share * row  # a model may lack the last, dead categories
    return Categorical.trusted(p=p)


@dataclass(frozen=True)
class Crawl:
    """Points met at random among several sources, whose origin nobody sees.

    Parameters
    ----------
    generations : tuple of int
        Whose output is met: 0 for real data, which come first, -1 for the newest model.
    shares : tuple of float
        Share of each; they sum to 1.
    screen : callable, default `mix`
        ``screen(parts, shares)`` is the distribution of the points that are kept, of which
        ``parts[0]`` is the truth. The default keeps every point.

    Notes
    -----
    A mixture, derived here from what `Blend` and `Web` need. The shares are those of the points
    met, before the screen: what is trained on may be mixed otherwise.
    """

    generations: tuple[int, ...]
    shares: tuple[float, ...]
    screen: Screen = mix


Source = Fresh | Fixed | Model | Pool | Crawl


class Draw(NamedTuple):
    """One line of a recipe.

    Parameters
    ----------
    source : Fresh, Fixed, Model, Pool or Crawl
        Where the points come from.
    n : int or ndarray
        How many; ignored for the pool.
    weight : float, default 1
        How often each of them counts.

    Notes
    -----
    A weight multiplies the statistic (derived here): it stands for copies of the points and
    makes none of them more precise.
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

    Notes
    -----
    A new one is a subclass with a `recipe`; `collapse_lib.simulate` does the rest (derived here,
    as what the regimes of the papers have in common). A regime says what is trained on, not how
    well: the same one rescues one learner and not another.
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

    def closed_until(self, t: int, last: int) -> int:
        """Return until when, from generation `t` to `last`, models learn from the newest alone.

        0 where already generation `t` does not, as by default. Such a chain needs no loop.
        """
        return 0


def real_count(n: Any, real: Any) -> Any:
    """Return how many of `n` points are real at the fraction `real`: ``floor(real n + 1/2)``.

    Parameters
    ----------
    n : int or ndarray
        Points of a generation.
    real : float or ndarray
        Fraction of them that is real.

    Returns
    -------
    int, or ndarray of int
        Halves round up; Python's own `round` sends them to the nearest even number, so that
        a slider would jump.

    Raises
    ------
    ValueError
        If `real` is no fraction or `n` no whole number; an int beside a float comes from a regime,
        which has checked them, and is taken as it is.

    Notes
    -----
    A rounding rule, derived here. It is 0 where ``real n < 1/2``, although the fraction is not:
    0.01 of 20 points is no real data at all.
    """
    if isinstance(n, int) and isinstance(real, float):
        return math.floor(real * n + 0.5)  # in every generation of most runs
    count = np.floor(np.asarray(fraction("real", real)) * wholes("n", n, least=0) + 0.5)
    count = count.astype(np.int64)
    return int(count) if count.ndim == 0 else count


@dataclass(frozen=True)
class RegimeWrapper(Regime):
    """A regime that does what another one does, with one change.

    Parameters
    ----------
    regime : Regime
        What is wrapped.

    Raises
    ------
    TypeError
        If `regime` is not a regime.
    """

    regime: Regime

    def __post_init__(self) -> None:
        """Take over what the wrapped regime needs of the loop."""
        if not isinstance(self.regime, Regime):
            raise TypeError(f"regime must be a regime such as Replace(), not {self.regime!r}")
        for name in ("picks_points", "pools", "memory"):
            object.__setattr__(self, name, getattr(self.regime, name))

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of the wrapped regime's own parameters."""
        return self.regime.batch

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the wrapped regime's draws."""
        return self.regime.recipe(t, n)

    def temper(self, model: Distribution) -> Distribution:
        """Return what the wrapped regime draws from."""
        return self.regime.temper(model)

    def select(self, data: Any, n: int, rng: Generator) -> Any:
        """Return what the wrapped regime trains on."""
        return self.regime.select(data, n, rng)
