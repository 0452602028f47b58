"""Errors of the hardware: numbers that are stored with few digits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array, number, one_of, positive, whole
from collapse_lib.dice import Dice
from collapse_lib.distributions import Distribution
from collapse_lib.learners.base import LearnerWrapper
from collapse_lib.suffstats import Sample

Mode = Literal["nearest", "truncate", "stochastic"]

MANTISSA = 52  # stored bits of the mantissa of a float64


@dataclass(frozen=True)
class Rounded(LearnerWrapper):
    """Store each fitted parameter with few bits.

    The arithmetic is exact; only what is handed on to the next generation is rounded. The
    exponent is not limited, so that nothing overflows.

    Parameters
    ----------
    learner : Learner
        What to fit.
    bits : int
        Stored bits of the mantissa, 1 to 52: 7 in bfloat16, 10 in float16, 23 in float32.
    mode : {"nearest", "truncate", "stochastic"}, default "nearest"
        To the nearest number (ties to even), towards 0, or up or down at random so that the
        expectation is kept. Its dice are a hash of each number and its place in the array, so
        that a fit remains a function of its data.

    Raises
    ------
    ValueError
        If `bits` or `mode` is none of these.
    TypeError
        If `learner` is no learner, or, when fitting, its model has no parameters.

    Notes
    -----
    Truncation costs the logarithm of a standard deviation ln 2 / (2 · 2^bits) a generation
    whatever n (`theory.truncation_log_sd_drift`, derived here). Rounding to nearest has no
    drift within an octave, yet one downwards at every power of two, where the numbers below lie
    twice as close as those above (`theory.rounding_log_sd_drift`): a chain that starts at 1 sinks,
    one that starts at 1.25 does not. And it *freezes* a chain whose steps, about 1/√(2n), are far
    below the spacing (`theory.rounding_freeze_size`): do not read its stillness as health.
    Stochastic rounding has neither, and is noisier.

    References
    ----------
    Gupta, Agrawal, Gopalakrishnan & Narayanan, *Deep learning with limited numerical precision*,
    ICML 2015, arXiv:1502.02551, who freeze and unfreeze a training run so. Steele, Lea & Flood,
    *Fast splittable pseudorandom number generators*, OOPSLA 2014, for the hash (SplitMix64).
    """

    bits: int
    mode: Mode = "nearest"

    def __post_init__(self) -> None:
        """Check the number of bits and the mode."""
        super().__post_init__()
        bits = whole("bits", self.bits, least=1)
        if bits > MANTISSA:
            raise ValueError(f"bits must be at most {MANTISSA}, those of a float64, not {bits}")
        object.__setattr__(self, "bits", bits)
        one_of("mode", self.mode, ("nearest", "truncate", "stochastic"))

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Any:
        """Return the wrapped learner's statistic of `n` points, by its exact law if it has one."""
        return self.learner.observe(source, n, rng)

    def fit(self, data: Any) -> Distribution:
        """Return the wrapped learner's model with its parameters rounded."""
        return self.learner.fit(data).altered(partial(rounded, bits=self.bits, mode=self.mode))


@dataclass(frozen=True)
class Gridded(LearnerWrapper):
    """Round each data point to a grid before fitting, as a sensor or a file format does.

    Parameters
    ----------
    learner : Learner
        What to fit, to numbers or vectors.
    step : float
        Spacing of the grid, in the unit of the data; 0 lies on it.
    mode : {"nearest", "floor"}, default "nearest"
        To the nearest grid point (ties to even), or down.

    Raises
    ------
    ValueError
        If `step` is not above 0, or `mode` is neither.
    TypeError
        If `learner` is no learner, or fits neither numbers nor vectors.

    Notes
    -----
    No exact law survives a grid, so points are drawn. Each generation adds step² / 12 to the
    variance while that is large (`theory.rounded_variance_mean`), yet on a grid a chain dies in
    *finite* time: once all n points are one value, nothing moves. A mean over lineages shows
    the first and hides the second. Rounding down also moves the mean by -step / 2 a generation.

    References
    ----------
    Sheppard, *On the calculation of the most probable values of frequency-constants*,
    Proceedings of the London Mathematical Society 29 (1898). The finite time is derived here.
    """

    step: float
    mode: Literal["nearest", "floor"] = "nearest"

    def __post_init__(self) -> None:
        """Check the step and the mode."""
        super().__post_init__()
        if self.learner.kind not in ("numbers", "vectors"):
            raise TypeError(
                f"learner must fit numbers or vectors, whose values a grid can round; "
                f"{type(self.learner).__name__} fits {self.learner.kind}"
            )
        object.__setattr__(self, "step", number(positive, "step", self.step))
        one_of("mode", self.mode, ("nearest", "floor"))

    def reduce(self, x: Array) -> Any:
        """Return the wrapped learner's statistic of the rounded points."""
        return self.learner.reduce(self._on_grid(x))

    def fit(self, data: Any) -> Distribution:
        """Return the wrapped learner's model of `data`; points of a `Sample` are rounded first."""
        if isinstance(data, Sample):
            data = Sample(self._on_grid(data.points), data.weights, data.event_axes)
        return self.learner.fit(data)

    def _on_grid(self, x: Array) -> Array:
        cells = x / self.step
        return np.asarray((np.rint if self.mode == "nearest" else np.floor)(cells) * self.step)


def rounded(x: Array, bits: int, mode: Mode) -> Array:
    """Return `x` with only `bits` stored bits of its mantissa."""
    mantissa, exponent = np.frexp(np.asarray(x, dtype=float))
    scaled = np.ldexp(mantissa, bits + 1)  # its whole part is what can be stored
    if mode == "nearest":
        kept = np.rint(scaled)
    elif mode == "truncate":
        kept = np.trunc(scaled)
    else:
        kept = np.floor(scaled)
        kept += _dice(scaled) < scaled - kept
    return np.asarray(np.ldexp(kept, exponent - bits - 1))


def _dice(x: Array) -> Array:
    """Return a number in [0, 1) for each entry, a hash of the entry and its place (SplitMix64)."""
    with np.errstate(over="ignore"):
        place = np.arange(x.size, dtype=np.uint64).reshape(x.shape)
        word = x.view(np.uint64) + (place + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        word = word ^ (word >> np.uint64(31))
    return np.asarray((word >> np.uint64(11)) * 2.0**-53)
