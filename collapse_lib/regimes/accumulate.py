"""A pool that nothing leaves: all of it, or a part of it at constant cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.regimes.base import NEWEST, Draw, Fresh, Pool, Recipe
from collapse_lib.regimes.refresh import WithReal


@dataclass(frozen=True)
class Accumulate(WithReal):
    """Each generation adds `n` points to a pool and learns from all of it.

    Parameters
    ----------
    real : float or array_like between 0 and 1, default 0.0
        Fraction of new real data among the points added: ``floor(real n + 1/2)`` of n. An array
        adds a batch axis.

    Raises
    ------
    ValueError
        If `real` is not between 0 and 1.

    Notes
    -----
    Random errors of regular families then stay bounded (Gerstgrasser et al., COLM 2024; of others
    they need not: Barzilai & Shamir, arXiv:2505.19046), though a systematic bias does not; with
    new real data they vanish, as slowly as `theory.contaminated_mean_square` says (Wang, Niu & Li,
    arXiv:2602.16065). The comparison with `Replace` is not one at equal cost:
    generation t trains on t·n points; `Subsample` is the one that trains on n.
    """

    pools: ClassVar[bool] = True

    real: Any = 0.0

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the pool, and ``n`` points of the newest model or of the truth."""
        if t == 1:
            return (Draw(Fresh(), n),)
        if np.ndim(self.real) == 0 and self.real == 0:
            return Draw(Pool()), Draw(NEWEST, n)
        real, synthetic = self.counts(n)
        return Draw(Pool()), Draw(Fresh(), real), Draw(NEWEST, synthetic)


@dataclass(frozen=True)
class Subsample(Accumulate):
    """Add `n` points to a pool, but learn from `n` of the pool, picked at random.

    Parameters
    ----------
    real : float or array_like between 0 and 1, default 0.0
        As in `Accumulate`.

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
