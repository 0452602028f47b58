"""A pool that nothing leaves: all of it, or a part of it at constant cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from collapse_lib.regimes.base import NEWEST, Draw, Fresh, Pool, Recipe, Regime


@dataclass(frozen=True)
class Accumulate(Regime):
    """Each generation adds `n` points to a pool and learns from all of it.

    Notes
    -----
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

    Notes
    -----
    Accumulation at constant cost (Kazdan et al., ICML 2025). It picks single points, so it
    needs a learner that keeps them: ``Sampled(GaussianMLE())``. Its errors stay bounded too, but
    not as low: it does not keep what it does not pick.
    """

    picks_points: ClassVar[bool] = True

    def select(self, data: Any, n: int, rng: Generator) -> Any:
        """Return `n` points of `data`, picked without replacement."""
        return data.choose(n, rng)
