"""What counts as an answer, and what each wrong one means: four voices, no widgets.

A kind of answer judges what was given and speaks in one of four voices: "nothing yet", "not
yet" (because …), "almost", "got it". None can be passed by luck: at least three wrong answers
meet their own sentence, and a random answer passes less than one time in twenty.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal

import numpy as np

from collapse_lib.words import Message, later

Voice = Literal["nothing yet", "not yet", "almost", "got it"]
Where = float | tuple[float, float] | Callable[[], float]

SENTENCES = 3  # at least so many wrong answers are understood
LUCK = 1 / 20  # a random answer must pass less often


@dataclass(frozen=True)
class Verdict:
    """What is said about an answer.

    Parameters
    ----------
    voice : {"nothing yet", "not yet", "almost", "got it"}
        Which of the four.
    sentences : tuple of str
        One for each mistake, in English; the card translates them when they are shown.
    """

    voice: Voice
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Number:
    """A number, right within a tolerance.

    Parameters
    ----------
    value : float or callable
        The right answer, or a function without arguments that finds it in a run.
    wrong : sequence of (where, sentence)
        What wrong numbers mean; the first that fits speaks. `where` is a number or such a
        function, met within the tolerance, or an interval ``(low, high)``. At least three.
    within, almost : float
        Tolerances around the value for "got it" and for "almost", as a share of the value.
    low, high : float
        Between which somebody without an idea would guess.
    log : bool, default False
        They would guess the order of magnitude: `low` and `high` are above 0.
    absolute : bool, default False
        Tolerances are in the value's own unit, not shares of it.
    unit : str, optional
        Shown after the box; with "%" the value is in per cent.

    Raises
    ------
    ValueError
        If there are too few sentences, one of them meets the right answer, the value lies
        outside `low` to `high`, or a random number in there would be right one time in
        twenty or more.

    Notes
    -----
    A function is called whenever an answer is judged: if the panel has moved on since the
    reader looked, so has the right answer.
    """

    value: float | Callable[[], float]
    wrong: Sequence[tuple[Where, Message]]
    _: KW_ONLY
    within: float = 0.05
    almost: float = 0.15
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    absolute: bool = False
    unit: Message = ""

    def __post_init__(self) -> None:
        """Check that luck does not pass, and that mistakes are understood."""
        if not 0 < self.within < self.almost:
            raise ValueError(
                f"within must be above 0 and below almost, not {self.within} and {self.almost}"
            )
        if not self.low < self.high or (self.log and self.low <= 0):
            need = "above 0 and " if self.log else ""
            raise ValueError(f"low must be {need}below high, not {self.low} and {self.high}")
        _enough([sentence for _where, sentence in self.wrong])
        right = _number(self.value)
        if not self.low <= right <= self.high:
            raise ValueError(f"value must lie between low and high, not at {right:g}")
        for where, sentence in self.wrong:
            if self._meets(right, where):
                raise ValueError(f"wrong must not hold the right answer {right:g}: {sentence!r}")
        _unlikely(self.chance)

    @property
    def chance(self) -> float:
        """How often a random number between `low` and `high` would be right."""
        value = _number(self.value)
        reach = self._reach(value, self.within)
        ends = np.clip([value - reach, value + reach], self.low, self.high)
        if self.log:
            return float(np.diff(np.log(ends))[0] / math.log(self.high / self.low))
        return float(np.diff(ends)[0] / (self.high - self.low))

    def judge(self, given: float | None) -> Verdict:
        """Return what is said about a number; None is no answer yet."""
        if given is None:
            return Verdict("nothing yet", (later("Write a number first."),))
        value = _number(self.value)
        gap = abs(given - value)
        if gap <= self._reach(value, self.within):
            return Verdict("got it")
        for where, sentence in self.wrong:
            if self._meets(given, where):
                return Verdict("not yet", (sentence,))
        if gap <= self._reach(value, self.almost):
            return Verdict("almost", (later("You are close: look or count once more."),))
        if given > value:
            return Verdict("not yet", (later("That is too much."),))
        return Verdict("not yet", (later("That is too little."),))

    def _reach(self, value: float, tolerance: float) -> float:
        return tolerance if self.absolute else tolerance * abs(value)

    def _meets(self, given: float, where: Where) -> bool:
        if isinstance(where, tuple):
            return where[0] <= given <= where[1]
        place = _number(where)
        return abs(given - place) <= self._reach(place, self.within)


@dataclass(frozen=True)
class Reasoned:
    """One answer and the reason for it, both to be chosen.

    Parameters
    ----------
    right : str
        The right answer.
    wrong : mapping of str to str
        Wrong answers, and for each the sentence that names its misconception; at least three.
    because : str
        The right reason.
    unless : mapping of str to str
        Wrong reasons, and the sentence for each.

    Raises
    ------
    ValueError
        If there are too few sentences, or so few combinations that one in twenty guesses
        would pass: four answers need six reasons, five need five.

    Notes
    -----
    The order on the screen is neither this one nor random: it hangs on the texts alone, so
    that it is the same in every run.
    """

    right: Message
    wrong: Mapping[Message, Message]
    because: Message
    unless: Mapping[Message, Message]

    def __post_init__(self) -> None:
        """Check that luck does not pass, and that mistakes are understood."""
        _enough(list(self.wrong.values()))
        _enough(list(self.unless.values()), "unless")
        for name, right, others in (
            ("wrong", self.right, self.wrong),
            ("unless", self.because, self.unless),
        ):
            if right in others:
                raise ValueError(f"{name} must not hold the right one, {right!r}")
        _unlikely(self.chance)

    @property
    def chance(self) -> float:
        """How often a random answer with a random reason would be right."""
        return 1 / (len(self.options) * len(self.reasons))

    @property
    def options(self) -> tuple[str, ...]:
        """The answers, as they stand on the screen."""
        return _shuffled((self.right, *self.wrong))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons, as they stand on the screen."""
        return _shuffled((self.because, *self.unless))

    def judge(self, given: tuple[str | None, str | None]) -> Verdict:
        """Return what is said about an answer and a reason; None is none yet."""
        answer, reason = given
        if answer is None:
            return Verdict("nothing yet", (later("Choose an answer first."),))
        if answer in self.wrong:
            also = (self.unless[reason],) if reason and reason in self.unless else ()
            return Verdict("not yet", (self.wrong[answer], *also))
        if reason is None:
            return Verdict("nothing yet", (later("Choose a reason, too."),))
        if reason in self.unless:
            return Verdict("almost", (self.unless[reason],))
        return Verdict("got it")


@dataclass(frozen=True)
class Several:
    """Statements, of which all true ones are to be ticked and no false one.

    Parameters
    ----------
    statements : mapping of str to (bool, str)
        Each statement, whether it is true, and the sentence for somebody who misjudged it.
        Five or more, at least one of them true.

    Raises
    ------
    ValueError
        If there are too few statements, too few sentences, or none is true.
    """

    statements: Mapping[Message, tuple[bool, Message]]

    def __post_init__(self) -> None:
        """Check that luck does not pass, and that mistakes are understood."""
        _enough([sentence for _true, sentence in self.statements.values()], "statements")
        if not any(true for true, _sentence in self.statements.values()):
            raise ValueError("statements must hold at least one that is true, not none")
        _unlikely(self.chance)

    @property
    def chance(self) -> float:
        """How often a random set of ticks, at least one, would be right."""
        return float(1 / (2 ** len(self.statements) - 1))

    def judge(self, given: Iterable[str]) -> Verdict:
        """Return what is said about the ticked statements; no tick is no answer yet."""
        ticked = set(given)
        if not ticked:
            return Verdict("nothing yet", (later("Tick what is true first."),))
        misjudged = tuple(
            sentence
            for statement, (true, sentence) in self.statements.items()
            if true is not (statement in ticked)
        )
        if not misjudged:
            return Verdict("got it")
        return Verdict("almost" if len(misjudged) == 1 else "not yet", misjudged)


Answer = Number | Reasoned | Several


def _number(value: Any) -> float:
    return float(value() if callable(value) else value)


def _enough(sentences: Sequence[str], name: str = "wrong") -> None:
    count = len({sentence for sentence in sentences if sentence.strip()})
    if count < SENTENCES:
        raise ValueError(f"{name} must hold at least {SENTENCES} sentences, not {count}")


def _unlikely(chance: float) -> None:
    if chance >= LUCK:
        raise ValueError(
            f"a random answer must pass less than one time in 20, not one in {1 / chance:.3g}"
        )


def _shuffled(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest()))
