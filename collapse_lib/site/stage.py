"""Runs inside a notebook that is prepared for readers: panels and cards show themselves as HTML.

A panel becomes the web page of its explorable, the gallery's own if the notebook set nothing but
the cursor; a card becomes its words. Everything else goes on as in any other run.
"""

from __future__ import annotations

import html
from collections.abc import Collection
from itertools import count
from pathlib import Path
from typing import Any

from ipywidgets import Box, Widget

from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part
from collapse_lib.explorable import Explorable
from collapse_lib.site import shelf
from collapse_lib.surfaces.live import Panel

SCRIPT = "application/x-collapse-script"  # what the page needs once, beside the frames


def enter(folder: str, stem: str, lesson: str = "", shared: Collection[str] = ()) -> None:
    """Have everything that is shown from now on show itself as HTML.

    Parameters
    ----------
    folder : str
        Where the pages of the figures go.
    stem : str
        How the names of new ones begin.
    lesson : str
        Address that those link to, if there is one.
    shared : collection of str
        Names of explorables whose page, with the default of every input, is there already.
    """
    widget = Explorable.widget
    made: dict[Panel, Explorable] = {}
    numbers = count(1)

    def remembered(self: Explorable, state: str = "", **values: Any) -> Panel:
        panel = widget(self, state, **values)
        made[panel] = self
        return panel

    def bundle(shown: Widget, **_: Any) -> dict[str, str]:
        if isinstance(shown, Panel) and shown in made:
            explorable = made[shown]
            cursor = explorable.cursor.name
            at = {cursor: shown.values[cursor]}
            if explorable.name in shared and shown.state == explorable.state(**at):
                page = f"{explorable.name}.html#?{cursor}={at[cursor]}"
            else:
                name = f"{stem}-{next(numbers)}"
                shelf.put(Path(folder), name, explorable, lesson=lesson, **shown.values)
                page = f"{name}.html"
            frame = shelf.frame(f"../{shelf.FOLDER}/{page}", explorable.title)
            return {"text/html": frame.iframe, SCRIPT: frame.script}
        if isinstance(shown, Card):
            return {"text/html": card(shown.parts())}
        if isinstance(shown, Box):
            every = [bundle(child) for child in shown.children]
            return {
                "text/html": "\n".join(one.get("text/html", "") for one in every),
                SCRIPT: next((one[SCRIPT] for one in every if SCRIPT in one), ""),
            }
        return {"text/html": ""}

    Explorable.widget = remembered  # type: ignore[method-assign]
    for kind in (Widget, Card):
        kind._repr_mimebundle_ = bundle  # type: ignore[method-assign]


def card(parts: list[Part]) -> str:
    """Return the words of a card; what a hand would do there is left to the live notebook."""
    shown = "\n".join(filter(None, map(_part, parts)))
    note = '<p class="small">Answer it in the notebook, where it lives.</p>'
    return f'<section class="card">\n{shown}\n{note}\n</section>'


def _part(part: Part) -> str:
    kind = part["kind"]
    if kind == "words":
        text = html.escape(part["text"]).replace("\n", "<br>")
        return f'<p class="{html.escape(part["tone"])}">{text}</p>' if text else ""
    if kind in ("choice", "counts"):
        items = "".join(f"<li>{html.escape(option)}</li>" for option in part["options"])
        return f"<p>{html.escape(part['legend'])}</p><ul>{items}</ul>"
    if kind in ("box", "slider", "lines"):
        return f"<p>{html.escape(part['label'])}: …</p>"
    if kind == "picture":
        return f"<p>{html.escape(part['alt'])}</p>"
    if kind == "table":
        head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in part["head"])
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in part["rows"]
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return ""  # buttons and hints belong to a hand
