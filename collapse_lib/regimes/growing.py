"""Sample sizes that grow from generation to generation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from collapse_lib.checks import number, positive, whole


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
        If `first` is not a whole number of at least 1, or `power` is negative; when called, if
        there are more points than a floating-point number can hold.

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
        object.__setattr__(self, "power", number(positive, "power", self.power, zero=True))

    def __call__(self, t: int) -> int:
        """Return the sample size of generation `t` ≥ 1."""
        try:
            size: float = self.first * float(t) ** self.power
            return math.floor(size + 0.5)
        except OverflowError:
            raise ValueError(
                f"power must leave n({t}) below 1e308 points, not be {self.power:g}"
            ) from None
