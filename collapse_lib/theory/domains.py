"""The values that parameters accept: a meaning, a range in words, and the check that holds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeAlias

import numpy as np

from collapse_lib.checks import Array, finite, fraction, one_of, positive, wholes

Number: TypeAlias = float | Array


@dataclass(frozen=True)
class Domain:
    """What a parameter is, which values it accepts, and the check that says so."""

    meaning: str
    words: str
    check: Callable[[str, Any], Any]


def whole(least: int, meaning: str) -> Domain:
    """Whole numbers of at least `least`."""
    return Domain(meaning, f"whole, from {least}", partial(wholes, least=least))


def lone(domain: Domain) -> Domain:
    """One number of the domain, where an array of them has no meaning."""

    def check(name: str, value: Any) -> Any:
        if np.ndim(value):
            raise ValueError(f"{name} must be one number, not an array of shape {np.shape(value)}")
        return domain.check(name, value)

    return Domain(domain.meaning, f"one number, {domain.words}", check)


def share(meaning: str, *, zero: bool = True, one: bool = True) -> Domain:
    """Numbers from 0 to 1, with or without the ends."""
    words = f"{'at least' if zero else 'above'} 0 and {'at most' if one else 'below'} 1"

    def check(name: str, value: Any) -> Array:
        array = np.asarray(fraction(name, value))
        bad = array[((array == 0) & (not zero)) | ((array == 1) & (not one))]
        if bad.size:
            raise ValueError(f"{name} must be a number {words}, not {bad.flat[0].item():g}")
        return array

    return Domain(meaning, words, check)


def above_zero(meaning: str) -> Domain:
    """Finite numbers above 0."""
    return Domain(meaning, "above 0", positive)


def at_least_zero(meaning: str) -> Domain:
    """Finite numbers of at least 0."""
    return Domain(meaning, "at least 0", partial(positive, zero=True))


def above_one(meaning: str) -> Domain:
    """Finite numbers above 1."""

    def check(name: str, value: Any) -> Array:
        array = finite(name, value)
        bad = array[array <= 1]
        if bad.size:
            raise ValueError(f"{name} must be a number above 1, not {bad.flat[0].item():g}")
        return array

    return Domain(meaning, "above 1", check)


def real(meaning: str) -> Domain:
    """Finite numbers."""
    return Domain(meaning, "any number", finite)


def at_most(name: str, value: Number, bound_name: str, bound: Number) -> None:
    """Raise a sentence where `value` exceeds `bound`."""
    values, bounds = np.broadcast_arrays(value, bound)
    if (bad := values > bounds).any():
        raise ValueError(
            f"{name} must be at most {bound_name} = {bounds[bad].flat[0]:g}, "
            f"not {values[bad].flat[0]:g}"
        )


def _ddof(name: str, value: Any) -> Any:
    one_of(name, np.asarray(value).item(), (0, 1))
    return value


def row(meaning: str) -> Domain:
    """One row of probabilities."""

    def check(name: str, value: Any) -> Array:
        if np.ndim(value) != 1:
            raise ValueError(f"{name} must have one axis here, not {np.ndim(value)}")
        return _probabilities(name, value)

    return Domain(meaning, "one row, sum to 1", check)


def _probabilities(name: str, value: Any) -> Array:
    array = positive(name, value, zero=True)
    if array.ndim == 0:
        raise ValueError(f"{name} must have an axis of categories, not be a lone number")
    total = array.sum(axis=-1)
    if (bad := total[np.abs(total - 1) > 1e-9]).size:
        raise ValueError(f"{name} must sum to 1 along the last axis, not to {bad.flat[0]:g}")
    return array


def for_each(meaning: str) -> Domain:
    """One finite number for each category, in a row."""

    def check(name: str, value: Any) -> Array:
        if np.ndim(value) != 1:
            raise ValueError(f"{name} must have one axis, not {np.ndim(value)}")
        return finite(name, value)

    return Domain(meaning, "one row of numbers", check)


Generations = Annotated[Number, whole(0, "Generations; 0 is the truth")]
SampleSize = Annotated[Number, whole(2, "Points per generation, all sources together")]
Draws = Annotated[Number, whole(1, "Points per generation, all sources together")]
Ddof = Annotated[float, lone(Domain("The sum of squares is divided by n - ddof", "0 or 1", _ddof))]
Probabilities = Annotated[
    Array, Domain("The truth, with the categories on the last axis", "sum to 1", _probabilities)
]
