"""Sample sizes that grow from generation to generation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collapse_lib.checks import positive, whole


@dataclass(frozen=True)
class Growing:
    """A schedule of sample sizes, ``n(t) = floor(first · t^power + 1/2)``, for `simulate`'s `n`.

    Parameters
    ----------
    first : int
        Points of generation 1, at least 1.
    power : float, default 1.0
        How fast they grow; 0 is constant.

    Raises
    ------
    ValueError
        If `first` is not a whole number of at least 1, or `power` is negative.

    Notes
    -----
    With made-up data only, the errors of generations 1 … t add up to about ``Σ 1/n(i)``: t/n at
    power 0, and still without limit, like ln t, at power 1; the sum stays finite at a power
    above 1 only (derived here). A curve that looks flat at power 1 is therefore no proof of
    rest.

    Examples
    --------
    >>> [Growing(100, power=1.5)(t) for t in (1, 2, 3)]
    [100, 283, 520]
    """

    first: int
    power: float = 1.0

    def __post_init__(self) -> None:
        """Check both numbers."""
        object.__setattr__(self, "first", whole("first", self.first, least=1))
        object.__setattr__(self, "power", float(positive("power", self.power, zero=True)))

    def __call__(self, t: int) -> int:
        """Return the sample size of generation `t` ≥ 1."""
        return int(np.floor(self.first * float(t) ** self.power + 0.5))
