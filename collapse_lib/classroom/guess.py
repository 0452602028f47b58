"""Guess first, then see: the answer is committed before anything moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import ipywidgets
import numpy as np

from collapse_lib import style
from collapse_lib.checks import Array


class Guess(ipywidgets.VBox):  # type: ignore[misc]
    """A question with a few answers, one of which is committed and later held to a run.

    Parameters
    ----------
    question : str
        What is asked, in plain words.
    options : mapping of str to (low, high)
        Each answer, and the values ``low <= value < high`` that it stands for. Nothing is
        chosen at first, so that no default can be right by luck.
    measure : callable
        Runs the simulation and returns one value per lineage. It is called when the reader
        asks for the answer, never before.
    say : str
        Template of the sentence that reveals the answer. Fields: ``median``, ``low`` and
        ``high`` (10 % and 90 % quantile over the lineages), ``share`` (per cent of the
        lineages within the committed answer).

    Raises
    ------
    ValueError
        If there are fewer than two options, or one of them holds no value.

    Notes
    -----
    The verdict goes by the median lineage. A reader may be right about most lineages and
    wrong about the average, or the other way round: `say` must name which one it means.
    """

    def __init__(
        self,
        question: str,
        options: Mapping[str, tuple[float, float]],
        measure: Callable[[], Array],
        say: str,
    ) -> None:
        if len(options) < 2:
            raise ValueError(f"options must hold at least two answers, not {len(options)}")
        for label, (low, high) in options.items():
            if not low < high:
                raise ValueError(f"option {label!r} must end above its start, not {low} to {high}")
        self._options, self._measure, self._say = dict(options), measure, say
        self._answer: str | None = None
        self._choice = ipywidgets.RadioButtons(
            options=list(options), value=None, layout={"width": "max-content"}
        )
        self._commit = ipywidgets.Button(
            description="Commit my guess", disabled=True, button_style="primary"
        )
        self._reveal = ipywidgets.Button(description="Show the answer", disabled=True)
        self._verdict = ipywidgets.HTML()
        self._choice.observe(self._chosen, "value")
        self._commit.on_click(self._committed)
        self._reveal.on_click(self._revealed)
        super().__init__(
            [
                ipywidgets.HTML(f"<p><strong>{escape(question)}</strong></p>"),
                self._choice,
                ipywidgets.HBox([self._commit, self._reveal]),
                self._verdict,
            ]
        )
        self.add_class("collapse-guess")

    @property
    def choice(self) -> str | None:
        """The committed answer; None before."""
        return self._choice.value if self._choice.disabled else None

    @property
    def answer(self) -> str | None:
        """The answer that holds the median lineage; None before it was shown."""
        return self._answer

    def _chosen(self, _: Any) -> None:
        self._commit.disabled = self._choice.value is None

    def _committed(self, _: Any) -> None:
        self._choice.disabled = self._commit.disabled = True
        self._reveal.disabled = False
        self._tell("Committed. Try it out below, then come back for the answer.")

    def _revealed(self, _: Any) -> None:
        values = np.asarray(self._measure())
        low, median, high = np.quantile(values, [0.1, 0.5, 0.9])
        first, last = self._options[self._choice.value]
        share = 100 * np.mean((values >= first) & (values < last))
        self._answer = next(
            (label for label, (start, end) in self._options.items() if start <= median < end), None
        )
        right = self._answer == self._choice.value
        opening = "Got it." if right else f"It went otherwise: you said “{self._choice.value}”."
        fields = {"median": median, "low": low, "high": high, "share": share}
        self._tell(f"{opening} {style.fill(self._say, fields)}")
        self._reveal.disabled = True

    def _tell(self, text: str) -> None:
        self._verdict.value = f'<p role="status">{escape(text)}</p>'
