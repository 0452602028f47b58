"""Parse at the door: turn what a caller passed into what the inside can trust, or say why not.

Every sentence names the argument, the requirement and the value received.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


def whole(name: str, value: object, least: int) -> int:
    """Return `value` as an int of at least `least`, or raise a sentence."""
    if isinstance(value, Integral | float) and not isinstance(value, bool):
        number = float(value)
        if number >= least and number.is_integer():
            return int(value)
    raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")


def _numbers(value: ArrayLike) -> Array | None:
    """Return `value` as an array of numbers, or None if it holds others, none, or uneven rows."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different length
        return None
    return array if array.size and array.dtype.kind in "iuf" else None


def wholes(name: str, value: ArrayLike, least: int) -> Array:
    """Return `value` as an array of ints of at least `least`, or raise a sentence."""
    array = _numbers(value)
    if array is None:
        raise ValueError(f"{name} must hold whole numbers of at least {least}, not {value!r}")
    bad = array[~((array >= least) & (array == np.floor(array)) & (array < 2**63))]
    if bad.size:
        raise ValueError(
            f"{name} must hold whole numbers of at least {least}, not {bad.flat[0].item()!r}"
        )
    return array.astype(np.int64)


def fraction(name: str, value: ArrayLike) -> float | Array:
    """Return `value` as a float, or an array of floats, between 0 and 1, or raise a sentence."""
    array = _numbers(value)
    if array is None:
        raise ValueError(f"{name} must be a number between 0 and 1, not {value!r}")
    bad = array[~((array >= 0) & (array <= 1))]
    if bad.size:
        raise ValueError(f"{name} must be a number between 0 and 1, not {bad.flat[0].item()!r}")
    return float(array) if array.ndim == 0 else array.astype(float)


def finite(name: str, value: ArrayLike) -> Array:
    """Return `value` as an array of finite floats, or raise a sentence."""
    array = _numbers(value)
    if array is None:
        raise ValueError(f"{name} must be a finite number, not {value!r}")
    array = array.astype(float)
    bad = array[~np.isfinite(array)]
    if bad.size:
        raise ValueError(f"{name} must be a finite number, not {bad.flat[0].item()!r}")
    return array


def positive(name: str, value: ArrayLike, *, zero: bool = False) -> Array:
    """Return `value` as an array of positive finite floats (`zero`: or 0), or raise a sentence."""
    array = finite(name, value)
    bad = array[array < 0 if zero else array <= 0]
    if bad.size:
        least = "of at least 0" if zero else "above 0"
        raise ValueError(f"{name} must be a number {least}, not {bad.flat[0].item()!r}")
    return array


def one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    """Raise a sentence unless `value` is one of `allowed`."""
    if value not in allowed:
        *most, last = (repr(choice) for choice in allowed)
        choices = f"{', '.join(most)} or {last}" if most else last
        raise ValueError(f"{name} must be {choices}, not {value!r}")


def function(name: str, value: object, example: str) -> None:
    """Raise a sentence unless `value` can be called; `example` is one that fits."""
    if not callable(value):
        raise TypeError(f"{name} must be a function such as {example}, not {value!r}")
