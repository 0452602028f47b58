"""What a panel's function returned, and what its views and its sentences may name of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields as parts_of
from dataclasses import is_dataclass
from difflib import get_close_matches
from functools import cached_property
from numbers import Real
from types import SimpleNamespace
from typing import Any

import numpy as np

from collapse_lib.figures import At, Leaf


class Result(SimpleNamespace):
    """The fields that a panel's function returned as a mapping: ``result.median``.

    Parameters
    ----------
    **kwargs
        The fields by name.

    Notes
    -----
    An array along the generations begins with the truth: index 1 is the first model.
    """

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(_absent(f"no field {name!r}", name, "fields", vars(self)))

    def __repr__(self) -> str:
        """Return the names, and of arrays their shapes."""
        shown = (
            f"{name}: {np.shape(value)}" if isinstance(value, np.ndarray) else f"{name}={value!r}"
            for name, value in vars(self).items()
        )
        return f"Result({', '.join(shown)})"


class Fields:
    """The fields of one result, and the inputs that led to it.

    Parameters
    ----------
    panel : str
        Who is at fault if something is not there.
    inputs : mapping of str to object
        The values of the inputs; a field of the same name comes first.
    result : mapping or dataclass
        What the function returned.

    Raises
    ------
    TypeError
        If the result has no names for what it holds.
    """

    def __init__(self, panel: str, inputs: Mapping[str, Any], result: Any) -> None:
        self._panel, self._inputs, self._result = panel, inputs, result
        self._own = _names(panel, result)

    def drawn(self, view: Callable[..., Any]) -> Any:
        """Return what a view draws of the fields that its parameters name."""
        asked = inspect.signature(view).parameters
        given = {}
        for name, parameter in asked.items():
            if parameter.default is parameter.empty or self._has(name):
                given[name] = self._value(name, f"the view {view.__name__} draws {name!r}")
        return view(**given)

    def told(self, name: str, where: str) -> Any:
        """Return what a template shows as ``{name}``: a text, a number, or one per generation.

        Parameters
        ----------
        name : str
            A field or an input, or a part of one, such as ``variance.median``.
        where : str
            The template, for people.
        """
        value = self._value(name, f"{where} names {name!r}")
        if isinstance(value, np.generic | np.ndarray) and value.ndim == 0:
            return value.item()
        if isinstance(value, str | Real):
            return value
        if isinstance(value, np.ndarray) and value.ndim == 1:
            return At(value)
        what = f"has shape {np.shape(value)}"
        if not isinstance(value, np.ndarray):
            what = f"is of type {type(value).__name__}"
        raise ValueError(
            f"{self._panel}: {where} can show a text, a number, or one number per generation, "
            f"but {name!r} {what}"
        )

    def _has(self, name: str) -> bool:
        return name in self._own or name in self._inputs

    def _value(self, path: str, asks: str) -> Any:
        name, *parts = path.split(".")
        if not self._has(name):
            both = {"fields": self._own, "inputs": self._inputs}
            known = ", and ".join(
                f"the {what} {', '.join(names)}" for what, names in both.items() if names
            )
            every = (*self._own, *self._inputs)
            raise ValueError(f"{self._panel}: {asks}, but there are {known}{_hint(name, every)}")
        value = _get(self._result, name) if name in self._own else self._inputs[name]
        for part in parts:
            inside = _public(value)
            if part not in inside:
                raise ValueError(f"{self._panel}: {_absent(asks, part, 'parts', inside, name)}")
            value = _get(value, part)
        return value


def result_of(returned: Any) -> Any:
    """Return what a function returned as people use it: a mapping as a `Result`."""
    return Result(**returned) if isinstance(returned, Mapping) else returned


def too_short(leaves: Mapping[str, Any], last: int) -> str:
    """Return which leaf ends before the generation `last`, in words; empty if none does."""
    for path, leaf in leaves.items():
        held = _generations(leaf) if isinstance(leaf, Leaf) else 0
        if 0 < held <= last:
            return f"{path} ends with generation {held - 1}"
    return ""


def _generations(leaf: Any) -> int:
    """Return how many generations a leaf holds; 0 if it does not apply."""
    if hasattr(leaf, "lines"):
        return int(leaf.lines.shape[-1]) if leaf.lines.size else 0
    return len(leaf.texts if hasattr(leaf, "texts") else leaf.rows)


def _names(panel: str, result: Any) -> tuple[str, ...]:
    if isinstance(result, Mapping | SimpleNamespace) or (
        is_dataclass(result) and not isinstance(result, type)
    ):
        return _public(result)
    raise TypeError(
        f"{panel} must return its fields by name, as a mapping such as {{'median': …}} or as a "
        f"dataclass, not {type(result).__name__}"
    )


def _public(value: Any) -> tuple[str, ...]:
    """Return the names of what a value holds."""
    if isinstance(value, Mapping):
        return tuple(map(str, value))
    made = (
        name
        for kind in type(value).__mro__
        for name, part in vars(kind).items()
        if isinstance(part, property | cached_property)
    )
    own = [part.name for part in parts_of(value)] if is_dataclass(value) else vars(value)
    return tuple(name for name in dict.fromkeys((*own, *made)) if not name.startswith("_"))


def _get(value: Any, name: str) -> Any:
    return value[name] if isinstance(value, Mapping) else getattr(value, name)


def _absent(asks: str, name: str, what: str, known: Iterable[str], of: str = "") -> str:
    names = tuple(known)
    whose = f"{of} has" if of else "there are"
    return f"{asks}, but {whose} the {what} {', '.join(names) or 'none'}{_hint(name, names)}"


def _hint(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, tuple(known), n=1)
    return f": did you mean {near[0]!r}?" if near else ""
