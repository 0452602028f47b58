"""Real measurements as the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, finite
from collapse_lib.distributions.base import Batch, Numeric, against


@dataclass(frozen=True, eq=False)
class Empirical(Numeric):
    """Real measurements as the truth: every draw is one of them, each equally likely.

    Parameters
    ----------
    data : array_like of float, shape ``(size,)``
        A column of at least two measurements that are not all equal.
    batch : tuple of int, default ()
        How many copies draw side by side; set by `expand`.

    Raises
    ------
    ValueError
        If the column is empty, has more than one axis, holds text or a value that is not
        finite, or is constant.

    Notes
    -----
    Drawing n points from it is the bootstrap of the column, not new data about the world:
    "fresh real data" here means fresh draws from these measurements. Its variance divides
    by the number of measurements, because the column *is* the truth.

    References
    ----------
    Efron, *Bootstrap methods: another look at the jackknife*, Annals of Statistics 7 (1979).
    """

    data: Any
    batch: Batch = field(default=(), kw_only=True)
    values: Any = field(init=False, repr=False)
    counts: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the column and count its distinct values."""
        data = finite("data", self.data)
        if data.ndim != 1:
            raise ValueError(f"data must be one column of numbers, not of shape {data.shape}")
        if data.size < 2:
            raise ValueError(f"data must hold at least 2 measurements, not {data.size}")
        data = np.sort(data)
        if data[0] == data[-1]:
            raise ValueError(f"data must vary, but all {data.size} values equal {data[0]:g}")
        values, counts = np.unique(data, return_counts=True)
        for name, value in (("data", data), ("values", values), ("counts", counts)):
            value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        """Say how many measurements there are, not which."""
        return f"Empirical({self.data.size} measurements)"

    @cached_property
    def _moments(self) -> tuple[float, float]:
        with np.errstate(over="ignore"):  # then infinite, which those say who cannot use it
            return float(self.data.mean()), float(self.data.var())

    @property
    def mean(self) -> Any:
        """Mean of the measurements, shape ``batch``."""
        return np.broadcast_to(self._moments[0], self.batch)[()]

    @property
    def variance(self) -> Any:
        """Variance of the measurements with ddof = 0, shape ``batch``."""
        return np.broadcast_to(self._moments[1], self.batch)[()]

    def expand(self, batch: Batch) -> Empirical:
        """Return the same measurements as a batch."""
        fields = {**self.__dict__, "batch": np.broadcast_shapes(self.batch, batch)}
        return Empirical.trusted(**fields)

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` measurements with replacement for each member of the batch, ``(n, *batch)``."""
        drawn: Array = self.data[rng.integers(self.data.size, size=(n, *self.batch))]
        return drawn

    def density(self, x: ArrayLike) -> Array:
        """Raise: single measurements have no density; a histogram of ``data`` shows them."""
        raise TypeError("Empirical has no density: draw a histogram of its data instead")

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return the shares of the measurements below `low` and above `high`."""
        shape = (*np.shape(low), *self.batch)
        below = np.searchsorted(self.data, np.asarray(low), side="left") / self.data.size
        above = 1 - np.searchsorted(self.data, np.asarray(high), side="right") / self.data.size
        return (
            np.broadcast_to(against(below, self.batch), shape),
            np.broadcast_to(against(above, self.batch), shape),
        )
