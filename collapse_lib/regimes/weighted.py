"""Real data that count for more than made-up ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from collapse_lib.checks import number, positive
from collapse_lib.regimes.base import NEWEST, Draw, Fresh, Recipe
from collapse_lib.regimes.refresh import WithReal


@dataclass(frozen=True)
class Weighted(WithReal):
    """Fresh real data, each point counted `weight` times as much as a made-up one.

    Parameters
    ----------
    real : float or array_like between 0 and 1, default 0.1
        Fraction of real data; ``real_count(n, real)`` points of n. An array adds a batch axis.
    weight : float, optional
        How many made-up points one real point counts for; 1 is naive pooling. By default the
        optimum ``(1 + √(1 + 4r)) / 2``, where r is the number of made-up points per real one:
        with as many of both, the golden ratio φ = 1.618, so that the real half of the data has
        1/φ = 0.618 of the weight (He, Xu & Cheng, arXiv:2502.18049).

    Raises
    ------
    ValueError
        If `real` is not between 0 and 1, `weight` is not one number above 0, or the weight is
        left open where `real` is an array.

    Notes
    -----
    The optimum is that of a mean with known variance, in the long run. The mean squared error
    is then w / k for k real points of total weight w: they are worth k / w, and more than
    twice k where made-up points abound, because these carry what *earlier* real data said. Do
    not read that as news from nowhere: with a biased learner the same weight is too trusting.
    """

    weight: Any = None

    def __post_init__(self) -> None:
        """Check the fraction, and check or find the weight."""
        super().__post_init__()
        if self.weight is None:
            if np.ndim(self.real):
                raise ValueError("weight must be given where real is an array")
            with np.errstate(divide="ignore"):
                ratio = np.divide(1 - self.real, self.real)
            optimum = (1 + np.sqrt(1 + 4 * ratio)) / 2
            object.__setattr__(self, "weight", float(optimum) if self.real else 1.0)
        else:
            object.__setattr__(self, "weight", number(positive, "weight", self.weight))

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the real part, weighted, and the synthetic part."""
        if t == 1:
            return (Draw(Fresh(), n),)
        real, synthetic = self.counts(n)
        return Draw(Fresh(), real, self.weight), Draw(NEWEST, synthetic)
