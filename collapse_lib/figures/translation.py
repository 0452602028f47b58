"""A view in the present language: what is read is translated, what is drawn stays."""

from __future__ import annotations

import html
from typing import Any

from collapse_lib import style
from collapse_lib.figures.leaves import View
from collapse_lib.words import _, later

LOW, HIGH = later("low"), later("high")  # of a band, in the table
READ = frozenset(("columns", "name", "text", "ticktext", "title", "unit", "x"))


def told(view: View) -> View:
    """Return a view with its titles, names and labels in the present language.

    Parameters
    ----------
    view : dict
        As a function of `collapse_lib.figures` returns it.

    Returns
    -------
    dict
        The same parts in the same order; a text that has no translation stays as it is. Words
        of a language model's own text are data, and stay too.
    """
    translated: View = _told("", view)
    for old, new in zip(view.get("data", ()), translated.get("data", ()), strict=True):
        if "hovertemplate" in old and "name" in old:
            names = style.plain(old["name"]), style.plain(new["name"])
            new["hovertemplate"] = old["hovertemplate"].replace(*names)
    return translated


def _told(key: str, part: Any) -> Any:
    if isinstance(part, dict):
        inside = (lambda name: "text") if key == "marks" else str
        return {name: _told(inside(name), value) for name, value in part.items()}
    if isinstance(part, list):
        return [_told(key, value) for value in part]
    if isinstance(part, str) and key in READ:
        name, colon, end = part.rpartition(": ")
        if key == "columns" and end in (LOW, HIGH):
            return f"{_(name)}{colon}{_(end)}"
        return _(part) if _(part) != part else _escaped(part)
    return part


def _escaped(text: str) -> str:
    """Translate a text that was made safe for plotly, see `collapse_lib.style.plain`."""
    meant = html.unescape(text)
    return style.plain(_(meant)) if meant != text else text
