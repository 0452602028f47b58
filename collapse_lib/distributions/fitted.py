"""A model that only its tool knows how to sample."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array
from collapse_lib.distributions.base import Batch, Kind, Numeric, against

JUDGED = 2000  # points that a metric looks at
COMPARED = 20  # draws that no two replicates have in the same order by chance
SAME_DICE = (
    "two replicates throw the same dice: the tool takes no notice of the seed it is given, so "
    "replicates are one replicate, and their scatter says nothing"
)

Draw = Callable[[Any, int, Generator], Array]


class Fitted(Numeric):
    """What a tool has fitted, one model for each member of the batch, sampled by the tool.

    Parameters
    ----------
    models : ndarray of object, shape ``batch``
        The tool's own models.
    draw : callable
        ``draw(model, n, rng)`` returns `n` points of one model, shape ``(n, *event)``.
    kind : {"numbers", "vectors", "labelled", "table"}
        What its draws are.
    event : tuple of int
        Shape of one draw.
    judged_size : int
        How many points a metric looks at.
    log_density : callable, optional
        ``log_density(model, x)`` returns the logarithm of one model's density at numbers `x`.

    Notes
    -----
    What a metric says of it is read off `judged_size` points that are drawn for that purpose,
    from dice of their own, the same for all members: a variance of 2,000 points of a normal is
    within 3 %, and of tails with less than 1/2,000 of the mass nothing is known. Derived here.

    A tool that ignores the seed it is given throws the same dice in every replicate. Where two
    members' draws come in the same order, a warning says so.
    """

    def __init__(
        self,
        models: Array,
        draw: Draw,
        kind: Kind,
        event: tuple[int, ...] = (),
        judged_size: int = JUDGED,
        log_density: Callable[[Any, Array], Array] | None = None,
    ) -> None:
        self.models, self.draw, self.log_density = models, draw, log_density
        self.kind = kind  # type: ignore[misc]
        self._event, self.judged_size = event, judged_size

    @property
    def batch(self) -> Batch:
        """Shape of the batch of models."""
        return self.models.shape

    @property
    def event(self) -> tuple[int, ...]:
        """Shape of one draw."""
        return self._event

    @property
    def has_density(self) -> bool:
        """Whether the tool can tell a density."""
        return self.log_density is not None and self.kind == "numbers"

    def expand(self, batch: Batch) -> Fitted:
        """Return the same models broadcast to `batch`."""
        fields = {key: value for key, value in vars(self).items() if key != "judged"}
        return Fitted.trusted(**{**fields, "models": np.broadcast_to(self.models, batch)})

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch, *event)``."""
        seeds = rng.integers(1 << 63, size=self.batch)
        points = self._drawn(n, lambda member: int(np.asarray(seeds)[member]))
        if n >= COMPARED and self.models.size > 1:
            _compare(points.reshape(n, self.models.size, *self._event))
        return points

    @cached_property
    def judged(self) -> Array:
        """The points that metrics look at, shape ``(judged_size, *batch, *event)``."""
        return self._drawn(self.judged_size, lambda member: 0)

    @property
    def mean(self) -> Any:
        """Mean of the judged points, shape ``batch``."""
        return self._numbers("mean").mean(axis=0)

    @property
    def variance(self) -> Any:
        """Variance of the judged points with ddof = 0, shape ``batch``."""
        return self._numbers("variance").var(axis=0)

    def density(self, x: ArrayLike) -> Array:
        """Probability density at `x`, shape ``(*x.shape, *batch)``, where the tool tells it.

        Raises
        ------
        TypeError
            If it does not.
        """
        if self.log_density is None or self.kind != "numbers":
            raise TypeError("Fitted has no density: its tool only samples")
        x = np.asarray(x, dtype=float)
        density = np.empty((x.size, *self.batch))
        for member in np.ndindex(self.batch):
            density[:, *member] = np.exp(self.log_density(self.models[member], x.ravel()))
        return density.reshape(*x.shape, *self.batch)

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return the shares of the judged points below `low` and above `high`."""
        points = self._numbers("tail")
        low, high = (against(x, self.batch)[..., None] for x in (low, high))
        last = np.moveaxis(points, 0, -1)
        return (last < low).mean(axis=-1), (last > high).mean(axis=-1)

    def _numbers(self, what: str) -> Array:
        if self.kind != "numbers":
            raise TypeError(f"Fitted draws {self.kind}, which have no {what} of their own")
        return self.judged

    def _drawn(self, n: int, seed: Callable[[tuple[int, ...]], int]) -> Array:
        drawn = {
            member: self.draw(self.models[member], n, np.random.default_rng(seed(member)))
            for member in np.ndindex(self.batch)
        }
        first = next(iter(drawn.values())) if drawn else np.empty((n, *self._event))
        points = np.empty((n, *self.batch, *self._event), dtype=first.dtype)
        for member, each in drawn.items():
            if each.shape != (n, *self._event):
                raise ValueError(
                    f"sample must return {n} points, of shape {(n, *self._event)}, not of shape "
                    f"{each.shape}"
                )
            points[:, *member] = each
        return points


def _compare(points: Array) -> None:
    """Warn where the draws of two members, shape ``(n, members, …)``, come in the same order."""
    first, second = (_ordering(points[:, member]) for member in (0, 1))
    if np.array_equal(first, second) and len(np.unique(first)) >= COMPARED:
        warnings.warn(SAME_DICE, UserWarning, stacklevel=3)


def _ordering(points: Array) -> Array:
    """Return the ranks of points by their first number that varies."""
    if points.dtype.names is not None:
        columns = [points[name] for name in points.dtype.names]
    else:
        columns = list(points.reshape(len(points), -1).T)
    column = max(columns, key=lambda values: len(np.unique(values)))
    return np.unique(column, return_inverse=True)[1]
