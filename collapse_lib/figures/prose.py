"""Texts side by side, one pane per generation, with the words marked that tell the story."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from collapse_lib.figures.leaves import Leaf, View
from collapse_lib.words import Message

MARKS = ("prompt", "loop", "new")


@dataclass(frozen=True)
class Span:
    """Some words of a text that are marked alike.

    Parameters
    ----------
    text : str
        The words as they are read, spaces included. It is data: every surface shows it as it
        stands and never as markup.
    mark : {"", "prompt", "loop", "new"}, default ""
        What the words are: nothing special, the prompt, *one turn* of a loop, or changed since
        the start.
    gone : collection of int, default ()
        The generations that no longer know these words; their pane strikes the words out while
        the cursor stands on one of them.

    Raises
    ------
    ValueError
        If the mark is unknown.
    """

    text: str
    mark: str = ""
    gone: Collection[int] = ()

    def __post_init__(self) -> None:
        """Check the mark."""
        if self.mark and self.mark not in MARKS:
            raise ValueError(f"mark must be one of {', '.join(MARKS)}, not {self.mark!r}")
        object.__setattr__(self, "gone", tuple(sorted(set(self.gone))))


@dataclass(frozen=True)
class Text:
    """What one generation says.

    Parameters
    ----------
    spans : sequence of Span
        The text, in reading order.
    note : str, default ""
        A few words below the heading of its pane, such as ``"a loop of 4 steps"``.
    """

    spans: Sequence[Span]
    note: Message = ""

    def __post_init__(self) -> None:
        """Join neighbours that are marked alike; the turns of a loop stay apart."""
        object.__setattr__(self, "spans", tuple(_joined(self.spans)))

    def __str__(self) -> str:
        """Return the text without its marks."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Panes(Leaf):
    """A leaf of a view: the texts of all generations, of which some are shown.

    Parameters
    ----------
    texts : sequence of Text
        One per generation, 0 … G.
    stops : sequence of int
        The generation of each pane, increasing. A pane opens once the cursor has passed the
        pane before it, and shows the cursor's own generation until that reaches its stop: so
        that the newest text is always there, and nothing newer.
    """

    texts: Sequence[Text]
    stops: Sequence[int]

    def __post_init__(self) -> None:
        """Check that every pane has a text."""
        object.__setattr__(self, "texts", tuple(self.texts))
        object.__setattr__(self, "stops", tuple(self.stops))
        last = len(self.texts) - 1
        if list(self.stops) != sorted({s for s in self.stops if 0 <= s <= last}) or not self.stops:
            raise ValueError(f"stops must increase within 0 to {last}, not {self.stops!r}")

    def at(self, cursor: int) -> list[dict[str, Any]]:
        """Return the panes at `cursor`, one dictionary each.

        Returns
        -------
        list of dict
            ``generation``; ``now``, whether the cursor stands on it; ``note``; ``gone``, how
            many of the words are struck out; ``spans``, a list of ``[text, mark, gone]``,
            empty for a pane that is still closed.
        """
        opens = (0, *(stop + 1 for stop in self.stops[:-1]))
        return [
            self._pane(min(stop, cursor), cursor) if cursor >= start else self._closed(stop)
            for start, stop in zip(opens, self.stops, strict=True)
        ]

    def note(self) -> dict[str, Any]:
        """Return the leaf as figure.js reads it."""
        texts = [
            [text.note, [[span.text, span.mark, span.gone] for span in text.spans]]
            for text in self.texts
        ]
        return {"op": "panes", "stops": self.stops, "texts": texts}

    def _pane(self, generation: int, cursor: int) -> dict[str, Any]:
        text = self.texts[generation]
        return {
            "generation": generation,
            "now": generation == cursor,
            "note": text.note,
            "gone": sum(len(s.text.split()) for s in text.spans if cursor in s.gone),
            "spans": [[s.text, s.mark, cursor in s.gone] for s in text.spans],
        }

    def _closed(self, generation: int) -> dict[str, Any]:
        return {"generation": generation, "now": False, "note": "", "gone": 0, "spans": []}


def prose(
    texts: Sequence[Text],
    *,
    stops: Sequence[int],
    title: Message,
    marks: dict[str, Message],
    unit: Message = "Generation",
) -> View:
    """Show what the generations say, side by side.

    Parameters
    ----------
    texts : sequence of Text
        One per generation, 0 … G.
    stops : sequence of int
        The generation of each pane; five fit beside each other.
    title : str
        What the view shows.
    marks : dict of str to str
        What each mark means, for the legend: "gone" and those of `Span`.
    unit : str, default "Generation"
        What the cursor counts: the panes are headed "Generation 0", …

    Returns
    -------
    dict
        A view without plotly: a leaf `Panes` under ``"prose"``.

    Raises
    ------
    ValueError
        If a stop has no text, or a mark is unknown.

    Notes
    -----
    One continuation per generation is an anecdote: draw the metrics of the whole corpus beside
    it.
    """
    if odd := [mark for mark in marks if mark not in ("gone", *MARKS)]:
        raise ValueError(f"marks may explain gone, {', '.join(MARKS)}, not {odd[0]!r}")
    layout = {"meta": {"title": title}}
    return {"prose": Panes(texts, stops), "unit": unit, "marks": dict(marks), "layout": layout}


def _joined(spans: Iterable[Span]) -> Iterable[Span]:
    for (mark, gone), alike in groupby(spans, key=lambda span: (span.mark, span.gone)):
        if mark == "loop":
            yield from alike
        else:
            yield Span("".join(span.text for span in alike), mark, gone)
