"""Parse at the door: turn what a caller passed into what the inside can trust, or say why not.

Every sentence names the argument, the requirement and the value received.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
LARGEST = 2**63  # no sample is larger: its size would be no number to numpy
SHOWN = 80  # characters of a value that a sentence quotes


def whole(name: str, value: object, least: int) -> int:
    """Return `value` as an int of at least `least`, or raise a sentence."""
    if isinstance(value, Integral | float) and not isinstance(value, bool):
        number = value if isinstance(value, float) else int(value)
        if number >= LARGEST:
            raise ValueError(f"{name} must be a whole number below 2**63, not {shown(value)}")
        if number >= least and number == int(number):
            return int(number)
    raise ValueError(f"{name} must be a whole number of at least {least}, not {shown(value)}")


def shown(value: object) -> str:
    """Return how `value` is written, cut where a sentence would become unreadable."""
    try:
        text = repr(value)
    except Exception as error:  # such as an int of more digits than Python writes
        return f"{_article(type(value).__name__)} that cannot be written ({type(error).__name__})"
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _article(name: str) -> str:
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"


def _numbers(name: str, value: ArrayLike, requirement: str) -> Array:
    """Return `value` as an array of numbers, or raise a sentence: others, none, uneven rows."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):  # rows of different length, or no numbers
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must {requirement}, not {shown(value)}")
    if not array.size:
        raise ValueError(f"{name} must hold at least one number, not {shown(value)}")
    return array


def wholes(name: str, value: ArrayLike, least: int) -> Array:
    """Return `value` as an array of ints of at least `least`, or raise a sentence."""
    requirement = f"hold whole numbers of at least {least}"
    array = _numbers(name, value, requirement)
    if array.dtype.kind != "i" or array.min() < least:  # points that were drawn need no more
        known = array.astype(float) if array.dtype.kind == "f" else array  # 2^63 is no float16
        bad = array[~((known >= least) & (known == np.floor(known)) & (known < 2**63))]
        if bad.size:
            raise ValueError(f"{name} must {requirement}, not {bad.flat[0].item()!r}")
    return array.astype(np.int64)


def sizes(name: str, value: Any, least: int) -> int | Array:
    """Return one whole number of at least `least`, or an array of them, or raise a sentence."""
    return wholes(name, value, least) if _several(value) else whole(name, value, least)


def _several(value: Any) -> bool:
    """Whether `value` is no single number: an array, or a list, be its rows uneven."""
    return isinstance(value, list | tuple) or bool(np.ndim(value))


def fraction(name: str, value: ArrayLike) -> float | Array:
    """Return `value` as a float, or an array of floats, between 0 and 1, or raise a sentence."""
    requirement = "be a number between 0 and 1"
    array = _numbers(name, value, requirement)
    bad = array[~((array >= 0) & (array <= 1))]
    if bad.size:
        raise ValueError(f"{name} must {requirement}, not {bad.flat[0].item()!r}")
    array = array + 0.0  # -0 is 0: the inverse of the one is not that of the other
    return float(array) if array.ndim == 0 else array


def finite(name: str, value: ArrayLike) -> Array:
    """Return `value` as an array of finite floats, or raise a sentence."""
    requirement = "be a finite number"
    array = _numbers(name, value, requirement).astype(float) + 0.0
    bad = array[~np.isfinite(array)]
    if bad.size:
        raise ValueError(f"{name} must {requirement}, not {bad.flat[0].item()!r}")
    return array


def positive(name: str, value: ArrayLike, *, zero: bool = False) -> Array:
    """Return `value` as an array of positive finite floats (`zero`: or 0), or raise a sentence."""
    array = finite(name, value)
    bad = array[array < 0 if zero else array <= 0]
    if bad.size:
        least = "of at least 0" if zero else "above 0"
        raise ValueError(f"{name} must be a number {least}, not {bad.flat[0].item()!r}")
    return array


def broadcast(**shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape to which all `shapes` broadcast, or raise a sentence that names them."""
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        names, values = " and ".join(shapes), " and ".join(map(str, shapes.values()))
        raise ValueError(
            f"{names} must have shapes that broadcast against each other, not {values}"
        ) from None


def aligned(**arrays: Array) -> tuple[Array, ...]:
    """Return `arrays` broadcast to one shape, or raise a sentence that names them."""
    try:
        return np.broadcast_arrays(*arrays.values())
    except ValueError:
        broadcast(**{name: array.shape for name, array in arrays.items()})
        raise


def number(check: Callable[..., Any], name: str, value: object, **options: Any) -> float:
    """Return `value`, one number that passes `check`, as a float, or raise a sentence."""
    if _several(value):
        raise ValueError(f"{name} must be one number, not {shown(value)}")
    return float(check(name, value, **options))


def one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    """Raise a sentence unless `value` is one of `allowed`."""
    if value not in allowed:
        *most, last = (repr(choice) for choice in allowed)
        choices = f"{', '.join(most)} or {last}" if most else last
        raise ValueError(f"{name} must be {choices}, not {shown(value)}")


def function(name: str, value: object, example: str) -> None:
    """Raise a sentence unless `value` can be called; `example` is one that fits."""
    if not callable(value):
        raise TypeError(f"{name} must be a function such as {example}, not {shown(value)}")
