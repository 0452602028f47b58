"""Some real data in each generation: new ones, or always the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from collapse_lib.checks import fraction
from collapse_lib.regimes.base import NEWEST, Draw, Fixed, Fresh, Recipe, Regime, real_count


@dataclass(frozen=True)
class WithReal(Regime):
    """A regime of which a fraction `real` of the data is real."""

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
class Refresh(WithReal):
    """Each generation mixes fresh real data into what the newest model makes up.

    Parameters
    ----------
    real : float or array_like between 0 and 1, default 0.1
        Fraction of real data: ``floor(real n + 1/2)`` points of n, which are none where
        ``real n < 1/2``. An array adds a batch axis.

    Raises
    ------
    ValueError
        If `real` is not between 0 and 1.

    Notes
    -----
    ``Refresh(0.01)`` with n = 20 is therefore `Replace`: ask `real_count` how many real points
    there are. `Blend` leaves their number to chance, and has no such step.

    In the Gaussian chain it is the *number* of fresh real points that decides, hardly their
    share: the mean variance settles near k / (k + 1/2) for k of them, however many synthetic
    points are added (derived here; see `collapse_lib.theory`). With a biased learner that is
    no longer so.

    References
    ----------
    The fresh data loop of Alemohammad et al., *Self-consuming generative models go MAD*, ICLR
    2024, arXiv:2307.01850.
    """

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the real and the synthetic part."""
        if t == 1:
            return (Draw(Fresh(), n),)
        real, synthetic = self.counts(n)
        return Draw(Fresh(), real), Draw(NEWEST, synthetic)


@dataclass(frozen=True)
class Anchor(WithReal):
    """Each generation mixes the *same* real data into what the newest model makes up.

    Parameters
    ----------
    real : float or array_like between 0 and 1, default 0.1
        Fraction of real data: ``floor(real n + 1/2)`` points of n, which are none where
        ``real n < 1/2``. An array adds a batch axis.

    Raises
    ------
    ValueError
        If `real` is not between 0 and 1; or, when run, if n changes.

    Notes
    -----
    The kept points are part of the n real points from which generation 1 learns. The chain is
    anchored to those few points, not to the truth: their own error stays for ever (derived
    here).

    References
    ----------
    The synthetic augmentation loop of Alemohammad et al., *Self-consuming generative models go
    MAD*, ICLR 2024, arXiv:2307.01850; there, with images, the fixed data only delay the end,
    which this model of a normal distribution does not show.
    """

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the kept and the synthetic part."""
        real, synthetic = self.counts(n)
        return Draw(Fixed(), real), Draw(Fresh() if t == 1 else NEWEST, synthetic)
