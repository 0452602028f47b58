"""What a parameter looks like: its range, its stops, its label, its text in a permalink.

A control is declared once, in the annotation of a parameter, and is told the parameter's
name, type and default by `collapse_lib.explorable`. It knows no widget.
"""

from __future__ import annotations

import hashlib
import math
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, fields, is_dataclass, replace
from numbers import Integral, Real
from typing import Any, Self, get_args

import numpy as np

from collapse_lib.checks import shown
from collapse_lib.words import Message, _

LOG_SERIES = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)


@dataclass(frozen=True, kw_only=True)
class Control(ABC):
    """A parameter as a person meets it.

    Parameters
    ----------
    label : str
        What it is called on screen; the parameter's name if empty.
    help : str
        A sentence on what it means: for the docstring, the command line, and for a screen
        reader or a pointer that rests on it.
    name, kind, default
        The parameter itself; set by `bind`, never by hand.
    """

    label: Message = ""
    help: Message = ""
    name: str = ""
    kind: type = float
    default: Any = None

    def bind(self, name: str, kind: type, default: Any) -> Self:
        """Return this control for the parameter `name` of type `kind`.

        Raises
        ------
        ValueError
            If the default is not one of its values.
        """
        bound = replace(self, name=name, kind=kind, label=self.label or name.replace("_", " "))
        return replace(bound, default=bound.check(default))

    @property
    def stops(self) -> tuple[Any, ...]:
        """The values a person can choose, in order; empty if there is nothing to choose from."""
        return ()

    @abstractmethod
    def check(self, value: Any) -> Any:
        """Return `value` in the parameter's own type, or raise a sentence."""

    def snap(self, value: Any) -> Any:
        """Return the stop nearest to a checked value."""
        return value

    @property
    def accepts(self) -> str:
        """What it accepts, in the words of a docstring."""
        kinds = [kind for kind in get_args(self.kind) or (self.kind,) if kind is not type(None)]
        return str(kinds[0].__name__)

    def caption(self, value: Any) -> str:
        """Return a checked value as text for the screen."""
        return str(value)

    def told(self) -> Self:
        """Return this control as it is called in the present language."""
        return replace(self, label=_(self.label), help=_(self.help))

    def write(self, value: Any) -> str:
        """Return a checked value as text for a permalink."""
        return str(value)

    @abstractmethod
    def read(self, text: str) -> Any:
        """Return the value that a permalink's text stands for, or raise a sentence."""


@dataclass(frozen=True)
class Slider(Control):
    """A number on a scale with stops.

    Parameters
    ----------
    low, high : int or float
        Ends of the scale, both of them stops.
    log : bool, default False
        Eleven stops per decade, each with at most two significant digits, instead of equal
        steps; both ends must be above 0.
    step : int or float, optional
        Distance between stops; by default 1 for whole numbers, else a hundredth of the range.
    values : sequence, optional
        The stops themselves, increasing from `low` to `high`.
    shown : str, optional
        A template such as ``"{real_count:d} of {n:d} real"`` that says what the value means;
        its fields are those of the sentence.

    Raises
    ------
    ValueError
        If the scale makes no sense, or a value lies outside it.

    Notes
    -----
    The parameter's default is a stop, too. A value between two stops is a legal value of the
    parameter, but a slider cannot stand there: `snap` it.
    """

    low: float
    high: float
    _: KW_ONLY
    log: bool = False
    step: float | None = None
    values: tuple[float, ...] = ()
    shown: Message = ""

    def __post_init__(self) -> None:
        """Check the scale."""
        if not self.low < self.high:
            raise ValueError(f"low must be below high, not {self.low!r} and {self.high!r}")
        if self.log and self.low <= 0:
            raise ValueError(f"low must be above 0 on a log scale, not {self.low!r}")
        if self.step is not None and not self.step > 0:
            raise ValueError(f"step must be above 0, not {self.step!r}")
        ends = self.values and (self.values[0], self.values[-1])
        if ends and (ends != (self.low, self.high) or list(self.values) != sorted(self.values)):
            raise ValueError(
                f"values must increase from {self.low!r} to {self.high!r}, not {self.values!r}"
            )

    @property
    def stops(self) -> tuple[Any, ...]:
        """The values a person can choose, in order."""
        if self.values:
            scale = list(self.values)
        elif self.log:
            decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            round_ones = [float(f"{m}e{decade}") for decade in decades for m in LOG_SERIES]
            between = [x for x in round_ones if self.low < x < self.high]
            scale = [self.low, *between, self.high]
        else:
            step = self.step or (1 if self.kind is int else (self.high - self.low) / 100)
            count = math.floor((self.high - self.low) / step + 1e-9)
            scale = [round(self.low + i * step, 12) for i in range(count + 1)]
            if scale[-1] < self.high:
                scale.append(self.high)
        if self.default is not None and self.default not in scale:  # a panel starts there
            scale = sorted([*scale, self.default])
        if self.kind is int:
            return tuple(int(x) for x in scale if float(x).is_integer())
        return tuple(float(x) for x in scale)

    def check(self, value: Any) -> Any:
        """Return `value` as a number of the scale, or raise a sentence."""
        number = self._number(value)
        if number is None or not self.low <= number <= self.high:
            what = "a whole number" if self.kind is int else "a number"
            raise ValueError(
                f"{self.name} must be {what} between {self.low:,} and {self.high:,}, not "
                f"{shown(value)}"
            )
        return number

    def snap(self, value: Any) -> Any:
        """Return the nearest stop: by ratio on a log scale, by difference otherwise."""
        stops = self.stops
        right = min(bisect_left(stops, value), len(stops) - 1)
        left = max(right - 1, 0)
        measure = math.log if self.log else float
        nearer_left = measure(value) - measure(stops[left]) < measure(stops[right]) - measure(value)
        return stops[left] if nearer_left else stops[right]

    def caption(self, value: Any) -> str:
        """Return the number for the screen, in groups of three digits."""
        return f"{value:,}" if self.kind is int else f"{value:,g}"

    def read(self, text: str) -> Any:
        """Return the number that `text` stands for, or raise a sentence."""
        try:
            return self.check(int(text) if self.kind is int else float(text))
        except ValueError:
            return self.check(text)

    def write(self, value: Any) -> str:
        """Return the shortest text that `read` turns back into `value`."""
        return f"{value:d}" if self.kind is int else f"{value:.12g}"

    def _number(self, value: Any) -> Any:
        if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
            return None
        try:
            number = float(value)
        except OverflowError:  # a whole number beyond all others
            return None
        if self.kind is not int:
            return number
        return int(number) if number.is_integer() else None


@dataclass(frozen=True)
class Cursor(Slider):
    """The generation that a panel looks at: it selects, it never simulates.

    Parameters
    ----------
    name : str
        What it is called in code, in permalinks and in the sentence.
    low, high : int
        First and last generation.
    start : int, optional
        Where a new panel stands, `low` by default; nothing moves until somebody presses Play.

    Raises
    ------
    ValueError
        If the scale makes no sense, or a generation lies outside it.
    """

    name: str = field()
    _: KW_ONLY
    kind: type = int
    start: int | None = None

    def __post_init__(self) -> None:
        """Check the scale and where the cursor starts."""
        super().__post_init__()
        object.__setattr__(self, "label", self.label or self.name)
        start = self.check(self.low if self.start is None else self.start)
        object.__setattr__(self, "default", start)

    def about(self) -> dict[str, Any]:
        """Return what figure.js must know of it."""
        return {"name": self.name, "label": self.label, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Choice(Control):
    """One of a few values.

    Parameters
    ----------
    options : mapping
        Value to label, in the order of the buttons.

    Raises
    ------
    ValueError
        If there are no options, or a value is not one of them.
    """

    options: Mapping[Any, Message]

    @property
    def accepts(self) -> str:
        """What it accepts, in the words of a docstring."""
        return f"{{{', '.join(map(repr, self.options))}}}"

    def __post_init__(self) -> None:
        """Check that there is something to choose from."""
        if not self.options:
            raise ValueError("options must name at least one value, not none")

    @property
    def stops(self) -> tuple[Any, ...]:
        """The values, in the order of the buttons."""
        return tuple(self.options)

    def check(self, value: Any) -> Any:
        """Return `value` if it is an option, or raise a sentence."""
        for option in self.options:
            if type(option) is type(value) and option == value:
                return option
        raise ValueError(
            f"{self.name} must be {_either(map(repr, self.options))}, not {shown(value)}"
        )

    def caption(self, value: Any) -> str:
        """Return the option's label."""
        return self.options[value]

    def told(self) -> Self:
        """Return this control as it and its options are called in the present language."""
        options = {value: _(text) for value, text in self.options.items()}
        return replace(self, label=_(self.label), help=_(self.help), options=options)

    def read(self, text: str) -> Any:
        """Return the option that is written as `text`, or raise a sentence."""
        for option in self.options:
            if str(option) == text:
                return option
        raise ValueError(
            f"{self.name} must be {_either(map(str, self.options))}, not {shown(text)[1:-1]}"
        )


@dataclass(frozen=True, kw_only=True)
class Reroll(Control):
    """A seed, with a button that takes the next one.

    Parameters
    ----------
    label : str
        What the button says.
    """

    label: Message = "Roll the dice again"
    help: Message = "Which dice to roll."

    def check(self, value: Any) -> Any:
        """Return `value` as a seed, or raise a sentence."""
        if isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 0:
            return int(value)
        raise ValueError(f"{self.name} must be a whole number of at least 0, not {shown(value)}")

    def read(self, text: str) -> Any:
        """Return the seed that `text` stands for, or raise a sentence."""
        return self.check(int(text) if text.isdecimal() else text)


@dataclass(frozen=True)
class Data(Control):
    """Something that the learner brings, such as their own measurements; it has no control.

    A permalink cannot hold it, only its fingerprint, under the key ``data``.
    """

    def check(self, value: Any) -> Any:
        """Return `value` if it is of the parameter's type, or raise a sentence."""
        if isinstance(value, self.kind):
            return value
        raise ValueError(f"{self.name} must be a {self.accepts}, not {shown(value)}")

    def write(self, value: Any) -> str:
        """Return the fingerprint of the data: eight hexadecimal digits."""
        digest = hashlib.sha256(type(value).__name__.encode())
        for part in fields(value) if is_dataclass(value) else ():
            content = getattr(value, part.name)
            if not part.init:  # made from the others
                continue
            digest.update(part.name.encode())
            if isinstance(content, str) or is_dataclass(content):
                digest.update(str(content).encode())
                continue
            array = np.ascontiguousarray(content)
            digest.update(f"{array.dtype.str}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()[:8]

    def read(self, text: str) -> Any:
        """Raise: data cannot be made from their fingerprint."""
        raise ValueError(f"{self.name} cannot be read from the text {text!r}: pass the data")


def _either(options: Any) -> str:
    *most, last = options
    return f"{', '.join(most)} or {last}" if most else str(last)
