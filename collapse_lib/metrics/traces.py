"""Along a lineage: when something happened, and how many lineages spread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib import checks
from collapse_lib.checks import Array


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Many lineages of one number: their middle, where most of them lie, and each by itself.

    Parameters
    ----------
    trace : array_like, shape ``(generations + 1, replicates)``
        A metric along the lineages, such as ``lineage.trace(metrics.variance)``.

    Raises
    ------
    ValueError
        If `trace` has not these two axes, or no lineage.

    Notes
    -----
    All parts are as long as the trace. Quantiles lie linearly between the order statistics,
    which is numpy's default and the seventh definition of Hyndman and Fan (Sample Quantiles in
    Statistical Packages, The American Statistician 50, 1996). `low` and `high` are where eight of
    ten lineages lie, at each generation for itself: no single lineage need stay within them, and
    they say nothing about how well the median is known.
    """

    trace: Array

    def __post_init__(self) -> None:
        """Check the two axes."""
        trace = np.asarray(self.trace)
        if trace.ndim != 2 or not trace.shape[1]:
            raise ValueError(
                f"trace must have the axes generation and replicate, not shape {trace.shape}"
            )
        object.__setattr__(self, "trace", trace)

    def __repr__(self) -> str:
        """Return how many lineages there are, and how long."""
        length, replicates = self.trace.shape
        return f"Ensemble({replicates} lineages, {length - 1} generations)"

    @cached_property
    def median(self) -> Array:
        """The typical lineage, shape ``(generations + 1,)``."""
        return np.asarray(np.median(self.trace, axis=1))

    @cached_property
    def mean(self) -> Array:
        """The average, shape ``(generations + 1,)``; a few huge lineages may carry it."""
        return np.asarray(self.trace.mean(axis=1))

    @cached_property
    def band(self) -> Array:
        """The 10 % and the 90 % quantile, shape ``(2, generations + 1)``."""
        return np.asarray(np.quantile(self.trace, [0.1, 0.9], axis=1))

    @property
    def low(self) -> Array:
        """The 10 % quantile, shape ``(generations + 1,)``."""
        return np.asarray(self.band[0])

    @property
    def high(self) -> Array:
        """The 90 % quantile, shape ``(generations + 1,)``."""
        return np.asarray(self.band[1])

    @property
    def lineages(self) -> Array:
        """Each lineage in a row, shape ``(replicates, generations + 1)``."""
        return self.trace.T


def time_to(trace: ArrayLike, fraction: float) -> Array:
    """Return the first generation in which a trace is at or below a fraction of its start.

    Survival analysis calls it a first passage time; one that is still to come is censored
    (Klein & Moeschberger, *Survival Analysis*, 2003).

    Parameters
    ----------
    trace : array_like, shape ``(generations + 1, *batch)``
        A metric along a lineage, such as ``lineage.trace(metrics.variance)``; index 0 is the
        truth.
    fraction : float
        Of the value at generation 0, above 0 and at most 1: a half is 0.5, not 50.

    Returns
    -------
    ndarray of float, shape ``batch``
        A generation, or inf where the trace never gets there within its length.

    Raises
    ------
    ValueError
        If `fraction` is not above 0 and at most 1, or `trace` does not hold numbers along an axis
        of generations.

    Notes
    -----
    Take medians and quantiles over the replicates, which inf leaves right as long as fewer
    lineages than that are still on their way; a mean of those that arrived is biased low. The
    *first* time: an unbiased variance may well rise again.
    """
    level = checks.number(checks.fraction, "fraction", fraction)
    checks.positive("fraction", level)
    try:
        values = np.asarray(trace, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"trace must hold numbers, as many in each generation, not {trace!r}"
        ) from None
    if values.ndim == 0 or not len(values):
        raise ValueError(f"trace must have generations as its first axis, not shape {values.shape}")
    there = values <= level * values[0]
    return np.where(there.any(axis=0), there.argmax(axis=0), np.inf)
