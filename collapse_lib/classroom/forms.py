"""In which form a guess is given: one of a few answers, a number, a curve drawn by hand.

A form says what a guess may be, how far a guess lies from a run, and how both look. The
distance is counted in the run's own 10 to 90 % spread over its lineages, so that 1 means the
same for every question. Where equal steps are equal factors, the factor counts too: among runs
that differ a millionfold, a guess may be a hundred thousand times too large and yet have company.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from collapse_lib import figures, style
from collapse_lib.checks import Array, finite
from collapse_lib.classroom import parts
from collapse_lib.classroom.answers import Voice
from collapse_lib.classroom.parts import Part
from collapse_lib.classroom.reading import picked, read_number
from collapse_lib.controls import Slider
from collapse_lib.figures import Curve, View
from collapse_lib.figures.scales import power_axis
from collapse_lib.words import Message, _

NEAR = 0.5  # spreads: inside the run's own 10 to 90 %, if that lies evenly round its median
FAR = 1.5
TENFOLD, HUNDREDFOLD = 10.0, 100.0
BINS = 30


class Form(ABC):
    """What a guess may be."""

    @abstractmethod
    def check(self, given: Any) -> Any:
        """Return a guess as it is kept, or raise a sentence."""

    @abstractmethod
    def fields(self, given: Any, *, locked: bool) -> list[Part]:
        """Return what is on the card before the answer; `given` is None at first."""

    @abstractmethod
    def distance(self, given: Any, runs: Array) -> float:
        """Return how far a guess lies from the typical run, in spreads of the runs."""

    @abstractmethod
    def share(self, given: Any, runs: Array) -> float:
        """Return the per cent of lineages that the guess has something to say about."""

    @abstractmethod
    def said(self, given: Any) -> str:
        """Return a guess in words."""

    def factor(self, given: Any, runs: Array) -> float:
        """Return how many times too large (or below 1: small) a guess is; 1 but on a log scale."""
        return 1.0

    def voice(self, given: Any, runs: Array) -> Voice:
        """Return in which voice a guess is answered: by its distance, and by its factor."""
        distance, factor = self.distance(given, runs), self.factor(given, runs)
        times = max(factor, 1 / factor)
        if distance <= NEAR and times <= TENFOLD:
            return "got it"
        return "almost" if distance <= FAR and times <= HUNDREDFOLD else "not yet"

    def score(self, given: Any, runs: Array) -> str:
        """Return in words how far a guess lies from the typical run; empty if it is near."""
        distance = self.distance(given, runs)
        if distance <= NEAR:
            return ""
        if math.isinf(distance):
            return _("All runs agree with each other, and not with your guess.")
        template = _(
            "Your score: {distance:.2g} (0 is best). You are off by {distance:.2g} times the "
            "width of the range that eight runs in ten fall into."
        )
        return style.fill(template, {"distance": distance})

    def complete(self, given: Any) -> bool:
        """Whether a guess is one: nothing that merely stood there."""
        return given is not None

    def last(self, runs: Array) -> Array:
        """Return the values that the sentence speaks of, one per lineage."""
        return runs

    def answer(self, given: Any, runs: Array) -> list[Part]:
        """Return the picture that goes with the answer, if any."""
        return []


@dataclass(frozen=True)
class Options(Form):
    """One of a few answers.

    Parameters
    ----------
    options : mapping of str to (low, high)
        Each answer, and the values ``low <= value < high`` that it stands for.

    Raises
    ------
    ValueError
        If there are fewer than two options, or one of them holds no value.
    """

    options: Mapping[Message, tuple[float, float]]

    def __post_init__(self) -> None:
        """Check that there is something to choose from."""
        if len(self.options) < 2:
            raise ValueError(f"options must hold at least two answers, not {len(self.options)}")
        for label, (low, high) in self.options.items():
            if not low < high:
                raise ValueError(f"option {label!r} must end above its start, not {low} to {high}")

    def check(self, given: Any) -> str:
        """Return the answer, given by its text or by its place."""
        return picked(list(self.options), given, "given")

    def fields(self, given: Any, *, locked: bool) -> list[Part]:
        """Return the answers to tick."""
        labels = list(self.options)
        chosen = [] if given is None else [labels.index(given)]
        return [parts.choice("choose", "", map(_, labels), chosen, locked=locked)]

    def voice(self, given: Any, runs: Array) -> Voice:
        """Return in which voice an answer is answered: right is what holds the median."""
        return "got it" if self.holding(float(np.median(runs))) == given else "not yet"

    def score(self, given: Any, runs: Array) -> str:
        """Return the answer at which the typical run is, unless it was given."""
        right = self.holding(float(np.median(runs)))
        if right in (given, None):
            return ""
        return style.fill(_("The typical run: {answer}."), {"answer": self.said(right)})

    def distance(self, given: Any, runs: Array) -> float:
        """Return how far the median lies outside the chosen range; 0 inside."""
        low, high = self.options[given]
        median = np.median(runs)
        gap = max(low - median, median - high, 0.0)
        return _spreads(gap, runs) if gap else 0.0

    def share(self, given: Any, runs: Array) -> float:
        """Return the per cent of lineages within the chosen range."""
        low, high = self.options[given]
        return float(100 * np.mean((runs >= low) & (runs < high)))

    def said(self, given: Any) -> str:
        """Return the answer, quoted."""
        return f"“{_(given)}”"

    def holding(self, value: float) -> str | None:
        """Return the answer whose range holds `value`."""
        found = (label for label, (low, high) in self.options.items() if low <= value < high)
        return next(found, None)


@dataclass(frozen=True)
class Scale(Form):
    """A number, by a slider and a box. The slider's first position is no answer.

    Parameters
    ----------
    low, high : float
        The ends of the slider; a guess cannot lie outside.
    log : bool, default False
        Guess the order of magnitude: equal steps are equal factors, also for the score.
    whole : bool, default False
        A count: what is written with decimals is rounded.
    unit : str, optional
        Shown after the number; with "%" it is in per cent.

    Raises
    ------
    ValueError
        If the scale makes no sense.
    """

    low: float
    high: float
    _: KW_ONLY
    log: bool = False
    whole: bool = False
    unit: Message = ""

    def __post_init__(self) -> None:
        """Check the scale."""
        if not self.low < self.high:
            raise ValueError(f"low must be below high, not {self.low!r} and {self.high!r}")
        if self.log and self.low <= 0:
            raise ValueError(f"low must be above 0 on a log scale, not {self.low!r}")

    def check(self, given: Any) -> float:
        """Return the number, or raise what is wrong with it."""
        if isinstance(given, str):
            read = read_number(given, low=self.low, high=self.high, unit=self.unit)
            if read.value is None:
                fields = {"text": given, "why": read.said}
                raise ValueError(style.fill(_("“{text}” cannot be used: {why}."), fields))
            return self._rounded(read.value)
        number = float(finite("given", given))
        if not self.low <= number <= self.high:
            raise ValueError(f"given must lie between {self.low:g} and {self.high:g}, not {given}")
        return self._rounded(number)

    def fields(self, given: Any, *, locked: bool) -> list[Part]:
        """Return the slider and the box."""
        middle = math.sqrt(self.low * self.high) if self.log else (self.low + self.high) / 2
        span = self.high - self.low
        coarse = self.whole or (float(self.low).is_integer() and span >= 20)
        kind = int if self.whole else float
        return [
            parts.slider(
                "choose",
                _("Your guess"),
                self._rounded(middle) if given is None else given,
                low=self.low,
                high=self.high,
                step=1.0 if coarse else 10.0 ** math.floor(math.log10(span / 100)),
                stops=Slider(self.low, self.high, log=True, kind=kind).stops if self.log else (),
                whole=self.whole,
                unit=_(self.unit),
                untouched=given is None,
                locked=locked,
            ),
            parts.box(
                "write",
                _("or written"),
                "" if given is None else self._written(given),
                unit=_(self.unit),
                enter="commit",
                locked=locked,
            ),
        ]

    def distance(self, given: Any, runs: Array) -> float:
        """Return the distance from the median lineage."""
        places = self._places(runs)
        return _spreads(abs(float(self._places(given)) - float(np.median(places))), places)

    def factor(self, given: Any, runs: Array) -> float:
        """Return how many times too large a guess is; of a run below the scale, at its low end."""
        return float(given / max(float(np.median(runs)), self.low)) if self.log else 1.0

    def score(self, given: Any, runs: Array) -> str:
        """Return how far the guess lies from the typical run, on a log scale as a factor too."""
        factor = self.factor(given, runs)
        large = _("Your guess is too large by a factor of {times}.")
        small = _("Your guess is too small by a factor of {times}.")
        return f"{_off(factor, large, small)} {super().score(given, runs)}".strip()

    def share(self, given: Any, runs: Array) -> float:
        """Return the per cent of lineages above the guess."""
        return float(100 * np.mean(runs > given))

    def said(self, given: Any) -> str:
        """Return the number with its unit."""
        return f"{self._written(given)} {_(self.unit)}".strip()

    def answer(self, given: Any, runs: Array) -> list[Part]:
        """Return a histogram of the runs, with the guess and the median in it."""
        low, high = self._ends()
        places = np.clip(self._places(runs), low, high)
        heights, edges = np.histogram(places, bins=BINS, range=(low, high))
        heights = heights / max(places.size, 1)
        top = 1.1 * max(float(heights.max()), 1e-9)
        guess, median = float(self._places(given)), float(np.median(places))
        x, y = figures.steps(heights, edges)
        data = [
            _line(_("runs"), x, y, style.BLUE, fill=True),
            _line(_("typical run"), [median, median], [0, top], style.BLUE, dash="dash"),
            _line(_("your guess"), [guess, guess], [0, top], style.PURPLE),
        ]
        x_axis = _axis(_(self.unit), low, high, log=self.log)
        layout = style.layout("", x_axis, style.axis(_("share of the runs"), range=[0, top]))
        return [parts.picture({"data": data, "layout": layout}, self.said(given), height=180)]

    def _rounded(self, number: float) -> float:
        return float(math.floor(number + 0.5)) if self.whole else number

    def _written(self, number: float) -> str:
        return style.write(number, ",d" if self.whole else ".3g")

    def _places(self, values: Any) -> Array:
        places: Array = np.asarray(values, dtype=float)
        return np.log10(np.maximum(places, self.low)) if self.log else places

    def _ends(self) -> tuple[float, float]:
        low, high = self._places([self.low, self.high])
        return float(low), float(high)


@dataclass(frozen=True)
class Sketch(Form):
    """A curve over the generations, drawn by hand.

    Parameters
    ----------
    generations : int
        The last generation.
    low, high : float
        The ends of the y axis; runs beyond them are drawn, and scored, at the edge.
    start : float, optional
        The value at generation 0, which is given; without it that is drawn, too.
    knots : int, default 11
        How many points the curve has.
    log : bool, default False
        The axis shows powers of ten, and the score counts them.
    quantity : str
        Label of the y axis, with its unit.
    along : str, default "generation"
        What the x axis counts: the same word as in the panel that the guess is about.

    Raises
    ------
    ValueError
        If the axes make no sense.
    """

    generations: int
    low: float
    high: float
    _: KW_ONLY
    start: float | None = None
    knots: int = 11
    log: bool = False
    quantity: Message = ""
    along: Message = "generation"

    def __post_init__(self) -> None:
        """Check the axes."""
        if not self.low < self.high or (self.log and self.low <= 0):
            need = "above 0 and " if self.log else ""
            raise ValueError(f"low must be {need}below high, not {self.low!r} and {self.high!r}")
        if not 2 <= self.knots <= self.generations + 1:
            most = self.generations + 1
            raise ValueError(f"knots must be at least 2 and at most {most}, not {self.knots!r}")

    @property
    def places(self) -> Array:
        """The generations that have a knot."""
        return np.round(np.linspace(0, self.generations, self.knots)).astype(int)

    @property
    def fixed(self) -> int:
        """How many knots are given from the start."""
        return 0 if self.start is None else 1

    def check(self, given: Any) -> tuple[float | None, ...]:
        """Return the curve in its own unit, None where nothing is drawn."""
        given = list(given)
        if len(given) != self.knots:
            raise ValueError(f"given must hold {self.knots} points, not {len(given)}")
        points = [None if point is None else float(finite("given", point)) for point in given]
        if self.start is not None:
            points[0] = self.start
        return tuple(None if p is None else float(np.clip(p, self.low, self.high)) for p in points)

    def complete(self, given: Any) -> bool:
        """Whether every knot is drawn."""
        return given is not None and None not in given

    def fields(self, given: Any, *, locked: bool) -> list[Part]:
        """Return the axes to draw on."""
        view = {"data": [], "layout": self._layout()}
        how = _("Draw with the mouse or a finger; or with the arrow keys, point by point.")
        picture = self._picture(view, given, how, locked=locked)
        if locked:
            return [picture]
        left = self.knots - self.fixed if given is None else given.count(None)
        template = _("{left:d} of {all:d} points are still to set; then you can commit.")
        missing = style.fill(template, {"left": left, "all": self.knots - self.fixed})
        return [parts.words(how, "small"), picture, *([parts.words(missing, "small")] * bool(left))]

    def distance(self, given: Any, runs: Array) -> float:
        """Return the mean distance over the knots, but for those given or without spread."""
        places = self._places(runs[self.places[self.fixed :]])
        low, median, high = np.quantile(places, [0.1, 0.5, 0.9], axis=1)
        gap = np.abs(self._places(given[self.fixed :]) - median)
        spread = high - low
        counted = spread > 0
        if not counted.any():
            return 0.0 if np.allclose(gap, 0) else math.inf
        return float(np.mean(gap[counted] / spread[counted]))

    def factor(self, given: Any, runs: Array) -> float:
        """Return how many times too high the curve is at its worst knot; on a log axis."""
        return self._worst(given, runs)[0]

    def score(self, given: Any, runs: Array) -> str:
        """Return how far the curve lies from the typical run, and where it is furthest off."""
        if math.isinf(distance := self.distance(given, runs)):
            return super().score(given, runs)
        factor, place = self._worst(given, runs)
        off = _off(
            factor,
            _("At its worst, at {along} {place:d}, your curve is too high by a factor of {times}."),
            _("At its worst, at {along} {place:d}, your curve is too low by a factor of {times}."),
            along=_(self.along),
            place=place,
        )
        template = _(
            "Your score: {distance:.2g} (0 is best). On this scale, and on average along the "
            "curve, you are off by {distance:.2g} times the width of the range that eight runs in "
            "ten fall into."
        )
        said = "" if distance <= NEAR else style.fill(template, {"distance": distance})
        return f"{off} {said}".strip()

    def share(self, given: Any, runs: Array) -> float:
        """Return the per cent of lineages that end above the curve."""
        return float(100 * np.mean(runs[-1] > given[-1]))

    def said(self, given: Any) -> str:
        """Return where the curve ends."""
        fields = {"end": given[-1], "along": _(self.along), "last": self.generations}
        return style.fill(_("{end:.2g} at {along} {last:d}"), fields)

    def last(self, runs: Array) -> Array:
        """Return the last generation."""
        if runs.ndim != 2 or len(runs) != self.generations + 1:
            raise ValueError(
                f"measure must return shape ({self.generations + 1}, replicates), "
                f"not {np.shape(runs)}"
            )
        last: Array = runs[-1]
        return last

    def answer(self, given: Any, runs: Array) -> list[Part]:
        """Return the same axes with the runs under the drawn curve."""
        low, median, high = np.quantile(self._places(runs), [0.1, 0.5, 0.9], axis=1)
        view = figures.resolve(
            figures.lines(
                [
                    Curve(
                        _("10 to 90 % of lineages"),
                        np.stack([low, high]),
                        style.line(style.SKY),
                        kind="band",
                    ),
                    Curve(_("typical run"), median, style.line(style.BLUE, width=3.5)),
                ],
                title="",
                quantity="",
            ),
            self.generations,
        )
        view["data"].append(_line(_("your curve"), [], [], style.PURPLE))
        view["data"][-1] |= {"x": [0], "y": [None]}  # drawn by the hand, named in the legend
        shown: View = {"data": view["data"], "layout": self._layout()}
        return [self._picture(shown, given, self.said(given), locked=True)]

    def _picture(self, view: View, given: Any, alt: str, *, locked: bool) -> Part:
        low, high = (float(end) for end in self._places([self.low, self.high]))
        points = given or [self.start, *[None] * (self.knots - 1)]
        y = [None if point is None else float(self._places(point)) for point in points]
        sketch = {
            "name": "draw",
            "x": self.places,
            "y": y,
            "low": low,
            "high": high,
            "log": self.log,
            "fixed": self.fixed,
            "locked": locked,
            "label": _(self.along),
            "empty": _("not drawn yet"),
        }
        return parts.picture(view, alt, height=260, sketch=sketch)

    def _layout(self) -> dict[str, Any]:
        low, high = (float(end) for end in self._places([self.low, self.high]))
        x_axis = style.axis(_(self.along), range=[0, self.generations])
        return style.layout("", x_axis, _axis(_(self.quantity), low, high, log=self.log))

    def _worst(self, given: Any, runs: Array) -> tuple[float, int]:
        """Return how many times too high the curve is where that is worst, and where."""
        knots = self.places[self.fixed :]
        if not self.log:
            return 1.0, int(knots[-1])
        tens = self._places(given[self.fixed :]) - np.median(self._places(runs[knots]), axis=1)
        worst = int(np.argmax(np.abs(tens)))
        return float(10 ** tens[worst]), int(knots[worst])

    def _places(self, values: Any) -> Array:
        inside: Array = np.clip(np.asarray(values, dtype=float), self.low, self.high)
        return np.log10(inside) if self.log else inside

    def drawn(self, heights: Any) -> tuple[float | None, ...]:
        """Return a curve from heights on the axis, as the page sends them."""
        values = [h if h is None or not self.log else 10.0 ** float(h) for h in heights]
        return self.check(values)


def _spreads(gap: float, places: Array) -> float:
    low, high = np.quantile(places, [0.1, 0.9])
    if high > low:
        return float(gap / (high - low))
    return 0.0 if gap == 0 else math.inf


def _off(factor: float, large: str, small: str, **fields: Any) -> str:
    """Return by which factor something is off, in one of two sentences; nothing if hardly."""
    times = max(factor, 1 / factor)
    if times < 1.05:
        return ""
    shown = style.write(float(f"{times:.2g}"), ",d" if times >= 10 else ".2g")
    return style.fill(large if factor > 1 else small, {**fields, "times": shown})


def _axis(title: str, low: float, high: float, *, log: bool) -> dict[str, Any]:
    return power_axis(title, [low, high]) if log else style.axis(title, range=[low, high])


def _line(
    name: str, x: Any, y: Any, colour: str, *, dash: str = "solid", fill: bool = False
) -> dict[str, Any]:
    trace = {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": style.line(colour, dash=dash),
    }
    if fill:
        trace |= {"fill": "tozeroy", "fillcolor": style.faint(colour, 0.2)}
    return trace
