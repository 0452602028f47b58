"""Guess first, then see: the answer is committed before anything moves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from collapse_lib import style
from collapse_lib.checks import Array
from collapse_lib.classroom import parts
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.forms import Form, Options, Sketch
from collapse_lib.classroom.parts import Part
from collapse_lib.classroom.progress import Entry
from collapse_lib.words import Message, _


class Guess(Card):
    """A question whose answer is committed first and then held to a run.

    Parameters
    ----------
    question : str
        What is asked, in plain words.
    form : mapping of str to (low, high), Scale or Sketch
        How it is answered. A mapping names a few answers, and the values
        ``low <= value < high`` that each stands for. Nothing is chosen at first, and what
        merely stood there cannot be committed.
    measure : callable
        Runs the simulation and returns one value per lineage; for a `Sketch` all generations,
        shape ``(generations + 1, replicates)``. It is called when the reader asks for the
        answer, never before.
    say : str
        Template of the sentence that reveals the answer. Fields: ``median``, ``low`` and
        ``high`` (10 % and 90 % quantile over the lineages, of a sketch at its end), and
        ``share``: per cent of the lineages within the committed answer, or above the
        committed number.
    key : str, optional
        Under which the guess is remembered, such as "01.camera"; without one it is not.

    Raises
    ------
    ValueError
        If the form makes no sense.

    Notes
    -----
    `distance` goes by the median lineage, in units of the spread of all lineages. A reader
    may be right about most lineages and wrong about the average, or the other way round:
    `say` must name which one it means. A small `distance` is no near miss where the lineages
    differ by orders of magnitude: on a log scale a guess that is off by more than a factor of
    10 is never right, and by more than 100 not even almost.
    """

    actions = ("choose", "write", "draw", "commit", "reveal", "again")

    def __init__(
        self,
        question: Message,
        form: Mapping[Message, tuple[float, float]] | Form,
        measure: Callable[[], Array],
        say: Message,
        *,
        key: str | None = None,
    ) -> None:
        self._form = form if isinstance(form, Form) else Options(form)
        self._question, self._measure, self._say = question, measure, say
        self._entry = Entry(key)
        self._given: Any = None
        self._committed = False
        self._runs: Array | None = None
        self._restore()
        super().__init__(question)
        self.add_class("collapse-guess")

    @property
    def given(self) -> Any:
        """What is filled in: an answer, a number, or a curve; None at first."""
        return self._given

    @property
    def choice(self) -> Any:
        """The committed guess; None before."""
        return self._given if self._committed else None

    @property
    def revealed(self) -> bool:
        """Whether the answer is on the screen."""
        return self._runs is not None

    @property
    def answer(self) -> Any:
        """The median lineage, or the answer that holds it; None before it was shown."""
        if self._runs is None:
            return None
        median = float(np.median(self._form.last(self._runs)))
        return self._form.holding(median) if isinstance(self._form, Options) else median

    @property
    def distance(self) -> float | None:
        """How far the guess lies from the typical run, in 10 to 90 % spreads of the runs.

        None before the answer was shown; infinite if all runs agree and the guess does not. On a
        log scale spreads are counted in powers of ten.
        """
        return None if self._runs is None else self._form.distance(self._given, self._runs)

    @property
    def factor(self) -> float | None:
        """How many times too large the guess is, below 1 if too small; None before the answer.

        It is 1 but on a log scale; of a curve, at its worst point.
        """
        return None if self._runs is None else self._form.factor(self._given, self._runs)

    def choose(self, given: Any) -> None:
        """Fill in a guess; it can still be changed.

        Parameters
        ----------
        given : object
            One of the answers; a number; or one height per knot of the curve.

        Raises
        ------
        ValueError
            If it is none of the possible guesses.
        """
        if not self._committed:
            self._given = self._form.check(given)
            self.tell()

    def write(self, text: str) -> None:
        """Fill in a number as somebody wrote it; an empty text takes the guess back."""
        if not self._committed:
            self._given = self._form.check(text) if text.strip() else None
            self.tell()

    def draw(self, heights: Any) -> None:
        """Fill in a curve by its heights on the axis, as the page draws it."""
        if not self._committed and isinstance(self._form, Sketch):
            self._given = self._form.drawn(heights)
            self.tell()

    def commit(self) -> None:
        """Commit to the guess; from now on it stays.

        Raises
        ------
        ValueError
            If nothing was chosen yet.
        """
        if self._committed:
            return
        if not self._form.complete(self._given):
            raise ValueError(_("Choose your guess first."))
        self._committed = True
        self._entry.note(kind="guess", given=self._given)
        self.tell()

    def reveal(self) -> None:
        """Run the simulation and show the answer.

        Raises
        ------
        ValueError
            If no guess was committed yet, or the run has the wrong shape.
        """
        if not self._committed:
            raise ValueError(_("Commit your guess first."))
        runs = np.asarray(self._measure(), dtype=float)
        self._form.last(runs)
        self._runs = runs
        distance = self._form.distance(self._given, runs)
        score = distance if math.isfinite(distance) else None
        self._entry.note(kind="guess", given=self._given, distance=score, revealed=True)
        self.tell()

    def again(self) -> None:
        """Forget the guess."""
        self._given, self._committed, self._runs = None, False, None
        self._entry.forget()
        self.tell()

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        question = parts.words(_(self._question), "question")
        ready = self._form.complete(self._given)
        shown = [] if self.revealed else self._form.fields(self._given, locked=self._committed)
        if self._runs is not None:
            pictures = self._form.answer(self._given, self._runs)
            shown = pictures or self._form.fields(self._given, locked=True)
        row = parts.buttons(
            parts.button(
                "commit",
                _("Commit my guess"),
                off=self._committed or not ready,
                primary=not self._committed,
            ),
            parts.button(
                "reveal",
                _("Show the answer"),
                off=not self._committed or self.revealed,
                primary=self._committed and not self.revealed,
            ),
            parts.button("again", _("Guess again")) if self._committed else None,
        )
        shown = [question, *shown, row, parts.words(self._said(), self._voice(), live=True)]
        if self._entry.trouble:
            shown.append(parts.words(self._entry.trouble, "small"))
        return shown

    # ---- inside

    def _voice(self) -> str:
        return "plain" if self._runs is None else self._form.voice(self._given, self._runs)

    def _said(self) -> str:
        if self._runs is None:
            if not self._committed:
                return ""
            return _("Committed. Try it out below, then come back for the answer.")
        values = self._form.last(self._runs)
        low, median, high = np.quantile(values, [0.1, 0.5, 0.9])
        share = self._form.share(self._given, self._runs)
        fields = {"median": median, "low": low, "high": high, "share": share}
        if self._voice() == "got it":
            opening = _("Got it.")
        else:
            near, far = _("Near: you said {guess}."), _("It went otherwise: you said {guess}.")
            template = near if self._voice() == "almost" else far
            opening = style.fill(template, {"guess": self._form.said(self._given)})
        score = self._form.score(self._given, self._runs)
        return f"{opening} {style.fill(_(self._say), fields)} {score}"

    def _restore(self) -> None:
        """Show the guess that was committed before, if it still fits the question."""
        record = self._entry.record
        if record.get("kind") != "guess":
            return
        try:
            given = self._form.check(record.get("given"))
        except (ValueError, TypeError):
            return
        if self._form.complete(given):
            self._given, self._committed = given, True
