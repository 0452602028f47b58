"""The kernel density estimate, whose variance grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from collapse_lib.checks import Array, number, positive
from collapse_lib.distributions import KernelDensity
from collapse_lib.learners.base import PointLearner
from collapse_lib.suffstats import Sample

SILVERMAN = 1.06  # (4/3)^(1/5), the factor that is best for a normal truth


@dataclass(frozen=True)
class KDE(PointLearner):
    """Put a normal bump on every point: a kernel density estimate.

    Parameters
    ----------
    bandwidth : float or "silverman", default "silverman"
        Standard deviation of the bumps, in the unit of the data; or by the rule
        ``1.06 · s · n^(-1/5)`` with the standard deviation s (ddof = 0) of the sample. At 0
        it is the bootstrap.
    preserve_variance : bool, default False
        Draw points and bumps together towards the sample's mean, by 1 / √(1 + h²/s²), so that
        the estimate has the variance s² of its sample.

    Raises
    ------
    ValueError
        If `bandwidth` is negative, not finite, or another word.

    Notes
    -----
    There is no exact law and no statistic but the points: time and memory are O(n).

    Drawing from the estimate is the smoothed bootstrap, and each generation *adds* h² to the
    variance: V' = (1 - 1/n) V + h², which ends at n h². With Silverman's rule the bandwidth
    follows the spread that it has caused, and growth has no end. A wider estimate is blur, not
    diversity. See `theory.kde_variance_mean`.

    References
    ----------
    Silverman, *Density Estimation for Statistics and Data Analysis* (1986), sections 3.4.2 and
    6.4. Borji, *A note on Shumailov et al. (2024)*, arXiv:2410.12954, observed the growth.
    """

    keeps: ClassVar[str] = "the sample"

    bandwidth: float | Literal["silverman"] = "silverman"
    preserve_variance: bool = False

    def __post_init__(self) -> None:
        """Check the bandwidth."""
        if isinstance(self.bandwidth, str):
            if self.bandwidth != "silverman":
                raise ValueError(
                    f"bandwidth must be a number of at least 0 or 'silverman', "
                    f"not {self.bandwidth!r}"
                )
        else:
            width = number(positive, "bandwidth", self.bandwidth, zero=True)
            object.__setattr__(self, "bandwidth", width)

    def fit(self, data: Sample) -> KernelDensity:
        """Return the estimate from a `Sample` of points."""
        points = data.points
        share = data.weights / data.weights.sum()
        if isinstance(self.bandwidth, str):
            size = data.weights.sum()
            width: Any = SILVERMAN * np.sqrt(_variance(points, share)) * size**-0.2
        else:
            width = np.full(points.shape[1:], self.bandwidth)
        if self.preserve_variance:
            variance = _variance(points, share)
            total = variance + width**2
            kept = np.sqrt(np.divide(variance, total, out=np.zeros_like(total), where=total > 0))
            centre = np.tensordot(share, points, axes=1)
            points = centre + kept * (points - centre)
            width = kept * width
        return KernelDensity.trusted(points=points, bandwidth=width, weights=share)


def _variance(points: Array, share: Array) -> Array:
    centre = np.tensordot(share, points, axes=1)
    return np.asarray(np.tensordot(share, (points - centre) ** 2, axes=1))
