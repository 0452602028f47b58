"""What a card is made of: a list of parts, each a plain dictionary that card.js draws.

A part with a name sends what the hand did with it back under that name; the card has a method
that goes by it. Texts arrive translated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from collapse_lib.figures import View

Part = dict[str, Any]


def words(text: str, tone: str = "plain", *, live: bool = False) -> Part:
    """Return a paragraph.

    Parameters
    ----------
    text : str
        Plain text; line breaks stay.
    tone : str
        "plain", "question", "small", or the name of a voice.
    live : bool
        Whether a screen reader says it when it changes.
    """
    return {"kind": "words", "text": text, "tone": tone, "live": live}


def choice(
    name: str,
    legend: str,
    options: Iterable[str],
    chosen: Iterable[int],
    *,
    many: bool = False,
    locked: bool = False,
) -> Part:
    """Return a question with answers to tick: one of them, or (`many`) any number."""
    return {
        "kind": "choice",
        "name": name,
        "legend": legend,
        "options": list(options),
        "chosen": list(chosen),
        "many": many,
        "locked": locked,
    }


def box(
    name: str, label: str, value: str, *, unit: str = "", enter: str = "", locked: bool = False
) -> Part:
    """Return a box for one number, sent as written; the Enter key presses the button `enter`."""
    return {
        "kind": "box",
        "name": name,
        "label": label,
        "value": value,
        "unit": unit,
        "enter": enter,
        "locked": locked,
    }


def slider(
    name: str,
    label: str,
    value: float,
    *,
    low: float,
    high: float,
    step: float,
    stops: Sequence[float] = (),
    whole: bool = False,
    unit: str = "",
    untouched: bool = False,
    locked: bool = False,
) -> Part:
    """Return a slider with its ends beside it.

    Parameters
    ----------
    name, label : str
        Which method it calls, and what it says.
    value, low, high, step : float
        Where it stands, its ends, and what lies between two places.
    stops : sequence of float, optional
        The places themselves, at equal distances whatever lies between them.
    whole : bool
        Whether it counts something: then all digits are shown, else three.
    unit : str, optional
        Shown after the number.
    untouched, locked : bool
        Whether where it stands is no answer yet; whether it can be moved.
    """
    return {
        "kind": "slider",
        "name": name,
        "label": label,
        "value": value,
        "low": low,
        "high": high,
        "step": step,
        "stops": list(stops),
        "whole": whole,
        "unit": unit,
        "untouched": untouched,
        "locked": locked,
    }


def lines(name: str, label: str, value: str, *, rows: int = 5) -> Part:
    """Return a field for many lines of text."""
    return {"kind": "lines", "name": name, "label": label, "value": value, "rows": rows}


def counts(name: str, legend: str, options: Iterable[str], numbers: Iterable[int]) -> Part:
    """Return a row of hands to count for each option; it sends (place, +1 or −1)."""
    return {
        "kind": "counts",
        "name": name,
        "legend": legend,
        "options": list(options),
        "numbers": [int(number) for number in numbers],
    }


def buttons(*several: Part | None) -> Part:
    """Return a row of buttons; None leaves one out."""
    return {"kind": "buttons", "buttons": [one for one in several if one is not None]}


def button(
    name: str,
    label: str,
    *,
    value: Any = None,
    off: bool = False,
    primary: bool = False,
    pressed: bool | None = None,
    key: str = "",
) -> Part:
    """Return a button.

    Parameters
    ----------
    name, label : str
        Which method it calls, and what it says.
    value : object
        Sent along.
    off, primary : bool
        Whether it does nothing now; whether it is the next thing to press.
    pressed : bool, optional
        For a button that stays down.
    key : str
        A key that presses it, anywhere in the card and in the panel around the card.
    """
    return {
        "name": name,
        "label": label,
        "value": value,
        "off": off,
        "primary": primary,
        "pressed": pressed,
        "key": key,
    }


def fold(title: str, items: Iterable[str], *, opened: bool = False) -> Part:
    """Return a list behind a line that opens it."""
    return {"kind": "fold", "title": title, "items": list(items), "opened": opened}


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Part:
    """Return a small table; the first cell of a row is its heading."""
    return {
        "kind": "table",
        "caption": caption,
        "head": list(head),
        "rows": [list(r) for r in rows],
    }


def picture(
    view: View,
    alt: str,
    *,
    height: int = 220,
    bell: tuple[str, str] | None = None,
    sketch: Mapping[str, Any] | None = None,
) -> Part:
    """Return a small drawing of a view, without plotly.

    Parameters
    ----------
    view : dict
        As plotly knows it: scatter and bar traces on linear axes with a fixed range.
    alt : str
        What a screen reader says of it.
    height : int
        In pixels.
    bell : pair of str, optional
        Names of two sliders of the card: a bell with that mean and spread is drawn on top,
        and can be dragged.
    sketch : mapping, optional
        A curve to draw by hand: ``name``, ``x``, ``y`` (None where nothing is drawn), ``low``,
        ``high``, ``log``, ``fixed`` (first points that stay), ``locked``, ``label``.
    """
    part: Part = {"kind": "picture", "alt": alt, "height": height, "view": plain(view)}
    if bell is not None:
        part["bell"] = list(bell)
    if sketch is not None:
        part["sketch"] = plain(dict(sketch))
    return part


def plain(tree: Any) -> Any:
    """Return `tree` as JSON knows it: lists for arrays, None where there is no number."""
    if isinstance(tree, Mapping):
        return {str(key): plain(value) for key, value in tree.items()}
    if isinstance(tree, np.ndarray):
        return plain(tree.tolist())
    if isinstance(tree, list | tuple):
        return [plain(value) for value in tree]
    if isinstance(tree, np.generic):
        return plain(tree.item())
    return None if isinstance(tree, float) and not math.isfinite(tree) else tree
