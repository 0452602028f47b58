"""The same views as one real plotly figure, for files and print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collapse_lib import style
from collapse_lib.figures.leaves import View, resolve

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 260  # pixels of one view, in every surface
# plotly's own small markup: no colours, so that none is needed to tell the marks apart
TAGS = {"prompt": "<b>{}</b>", "loop": "<u>{}</u>", "new": "<i>{}</i>"}


def static(views: dict[str, View], cursor: int, caption: str) -> go.Figure:
    """Return a real plotly figure with the views side by side, texts above the plots.

    Parameters
    ----------
    views : dict of str to dict
        One or more views by name.
    cursor : int
        Generation to look at.
    caption : str
        A sentence for the title: what the figure says.

    Returns
    -------
    plotly.graph_objects.Figure
        Validated by plotly, 15 ms slower than the dictionaries: for files and print.
    """
    import plotly.graph_objects as go

    parts = [resolve(view, cursor) for view in views.values()]
    texts = [part for part in parts if "prose" in part]
    plots = [part for part in parts if "prose" not in part]
    rows = len(texts) + bool(plots)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = style.layout("", {}, {}) if not plots else dict(plots[0]["layout"])
    titles = []
    for row, part in enumerate(texts):
        bottom, top = 1 - (row + 1) / rows, 1 - row / rows
        data.append(_table(part, [bottom + (0.1 / rows if row + 1 < rows else 0), top]))
        titles.append(_title(part, 0, top))
    top = 1 - len(texts) / rows - (0.12 if texts else 0)
    for place, part in enumerate(plots):
        width = 1 / len(plots)
        suffix = str(place + 1) if place else ""
        left, right = place * width + (0.05 if place else 0), (place + 1) * width - 0.02
        layout[f"xaxis{suffix}"] = {
            **part["layout"]["xaxis"],
            "domain": [left, right],
            "anchor": f"y{suffix}",
        }
        layout[f"yaxis{suffix}"] = {
            **part["layout"]["yaxis"],
            "domain": [0, top],
            "anchor": f"x{suffix}",
        }
        own = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        data += [_spelt({**t, **own, "name": style.plain(t.get("name", ""))}) for t in part["data"]]
        titles.append(_title(part, left, top))
    layout |= {
        "annotations": titles,
        "title": {"text": style.plain(caption), "font": {"size": 15}, "x": 0.02, "xanchor": "left"},
        "margin": {**layout["margin"], "t": 90, "b": 110},
        "legend": {"orientation": "h", "y": -0.25 / rows, "yanchor": "top"},
        "height": HEIGHT * rows + 200,
    }
    return go.Figure({"data": data, "layout": layout})


def _spelt(trace: dict[str, Any]) -> dict[str, Any]:
    """Return a trace that tells the pointer numbers, where its axis has exponents of ten."""
    if "%{customdata}" not in (trace.get("hovertemplate") or ""):
        return trace
    return {**trace, "customdata": [style.write(10.0**y, ".3g") for y in trace["y"]]}


def _title(part: dict[str, Any], left: float, top: float) -> dict[str, Any]:
    return {
        "text": f"<b>{style.plain(part['layout']['meta']['title'])}</b>",
        "x": left,
        "y": top + 0.02,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _table(part: dict[str, Any], rows: list[float]) -> dict[str, Any]:
    """Return texts as a table; they are data, so that their own markup is escaped."""
    panes = part["prose"]
    return {
        "type": "table",
        "domain": {"x": [0, 1], "y": rows},
        "header": {
            "values": [f"{part['unit']} {pane['generation']}" for pane in panes],
            "fill": {"color": style.faint(style.GREY, 0.15)},
            "align": "left",
        },
        "cells": {
            "values": [["".join(_marked(*span) for span in pane["spans"])] for pane in panes],
            "fill": {"color": "rgba(0,0,0,0)"},
            "align": "left",
        },
    }


def _marked(text: str, mark: str, gone: bool) -> str:
    """Return a span in plotly's markup, tagged word by word since a table wraps between words."""
    tag = TAGS.get(mark, "{}").format("<s>{}</s>" if gone else "{}")
    words = [style.plain(word) for word in text.split()]
    if mark == "loop" and words:
        words[0] = "[" + words[0]
        words[-1] += "]"
    gap = " " if text[:1].isspace() else ""
    return gap + " ".join(map(tag.format, words))
