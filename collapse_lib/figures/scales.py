"""Axes for what shrinks by powers of ten, and never tells what is still to come."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib import style
from collapse_lib.checks import Array
from collapse_lib.figures.leaves import At
from collapse_lib.words import Message

FLOOR = -400.0  # below the log10 of every float: where log10(0) is drawn
LOWEST = np.array([-400, -200, -100, -50, -30, -20, -14, -10, -8, -6, -5, -4, -3, -2])
HIGHEST = np.array([1, 2, 3, 5, 10, 20, 50, 100, 200, 400])


def log10(values: ArrayLike, width: int) -> Array:
    """Return log10 of one or more curves of `width` points, one per row; no rows for no curve."""
    lines = np.asarray(values, dtype=float).reshape(-1, width)
    with np.errstate(divide="ignore"):
        logs: Array = np.maximum(np.log10(lines), FLOOR)
    return logs


def decades(curves: Array) -> Array:
    """Return the y-range for each cursor, shape ``(generations + 1, 2)``: it holds the past."""
    alive = np.where(curves > FLOOR, curves, np.nan)
    low = np.fmin.accumulate(np.fmin.reduce(alive))
    high = np.fmax.accumulate(np.fmax.reduce(alive))
    bottom = LOWEST[np.maximum(np.searchsorted(LOWEST, low, side="right") - 1, 0)]
    top = HIGHEST[np.minimum(np.searchsorted(HIGHEST, high), len(HIGHEST) - 1)]
    return np.stack([bottom, top], axis=1).astype(float)


def decade_axis(title: Message, window: Array) -> dict[str, Any]:
    """Return an axis of exponents, labelled as powers of ten, for the range of each cursor."""
    span = window[:, 1] - window[:, 0]
    choices = np.array([1, 2, 5, 10, 20, 50, 100])
    step = choices[np.minimum(np.searchsorted(choices, span / 7), 6)].astype(float)
    return power_axis(title, At(window), At(step))


def power_axis(title: Message, window: Any, step: Any = 1) -> dict[str, Any]:
    """Return an axis of exponents, labelled as powers of ten, one every `step`."""
    return style.axis(
        title, range=window, tick0=0, dtick=step, tickprefix="10<sup>", ticksuffix="</sup>"
    )


def snug(values: ArrayLike, *, at_least: tuple[float, float] | None = None) -> list[float]:
    """Return a round range that holds all finite `values`, and `at_least` this much.

    Parameters
    ----------
    values : array_like
        Whatever will be drawn at any generation, so that the axis never moves.
    at_least : pair of float, optional
        A range that is shown in any case, such as 0 to 1 for shares.
    """
    every = np.asarray(values, dtype=float)
    every = np.append(every[np.isfinite(every)], at_least or ())
    low, high = (float(every.min()), float(every.max())) if every.size else (0.0, 1.0)
    if low == high:
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    unit = 10.0 ** np.floor(np.log10(high - low)) / 2
    return [float(np.floor(low / unit) * unit), float(np.ceil(high / unit) * unit)]
