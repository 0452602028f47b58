"""A picture that its author drew with plotly alone becomes a view."""

from __future__ import annotations

import base64
import re
from typing import Any

import numpy as np

from collapse_lib import style
from collapse_lib.figures.leaves import At, Upto, View

FLAT = {  # what plotly draws on one pair of axes
    *("scatter", "scattergl", "bar", "box", "violin", "histogram", "heatmap", "contour"),
    *("histogram2d", "histogram2dcontour", "waterfall", "funnel", "candlestick", "ohlc"),
}
OTHER_AXES = re.compile(r"([xy]axis|scene|polar|geo|map|mapbox|ternary|smith)\d+|scene|polar|geo")
LINES = (
    (style.BLUE, "solid"),
    (style.ORANGE, "dash"),
    (style.GREEN, "dot"),
    (style.VERMILLION, "dashdot"),
    (style.PURPLE, "longdash"),
    (style.SKY, "solid"),
)


def adopted(picture: Any, last: int, named: str) -> View:
    """Return a plain plotly figure as a view: where it holds the whole run, it follows the cursor.

    Parameters
    ----------
    picture : plotly.graph_objects.Figure or dict
        One pair of axes and what is drawn on them.
    last : int
        The last generation: a run has ``last + 1`` of them.
    named : str
        What the view is called if its layout has no title.

    Returns
    -------
    dict
        A view. An array with one number for each generation is drawn up to the cursor, as if it
        were wrapped in `Upto`; of a two-dimensional x or y with one row for each generation the
        cursor's row is drawn, as by `At`. A trace with ``meta="still"`` is left as it is.
        Colours and dashes that the author did not choose are those of the house.

    Raises
    ------
    ValueError
        If the figure has other axes than one x and one y, which a view could not show.

    Notes
    -----
    An array that happens to have as many numbers as the run has generations, such as a histogram's
    bars, follows the cursor too: say ``meta="still"``.
    """
    whole = picture.to_plotly_json() if hasattr(picture, "to_plotly_json") else picture
    traces = [_read(trace, arrays=True) for trace in whole.get("data", ())]
    layout = _read(whole.get("layout", {}))
    drop = ("template", "title", "height", "width", "showlegend")
    title = layout.get("title", "")
    title = title.get("text", "") if isinstance(title, dict) else title
    odd = [key for key in layout if OTHER_AXES.fullmatch(key)]
    odd += [kind for t in traces if (kind := t.get("type", "scatter")) not in FLAT]
    own = [t.get(f"{letter}axis", letter) for t in traces for letter in "xy"]
    odd += [axis for axis in own if axis not in ("x", "y")]
    if odd:
        raise ValueError(
            f"{named} must draw on one pair of axes, x and y, but has {odd[0]}: "
            "make it several views, or another picture"
        )
    data = [_trace(t, place, last) for place, t in enumerate(traces)]
    x, y = (_axis(layout.get(f"{letter}axis", {}), letter, data) for letter in "xy")
    usual = style.layout(title or named, x, y)
    rest = {key: value for key, value in layout.items() if key not in (*drop, "xaxis", "yaxis")}
    for part in ("margin", "font"):
        rest[part] = {**usual[part], **rest.get(part, {})}
    return {"data": data, "layout": {**usual, **rest}}


def _axis(about: dict[str, Any], letter: str, data: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the author's axis over that of the house, its type left to plotly."""
    title = about.get("title", "")
    usual = style.axis(title if isinstance(title, str) else "")
    usual.pop("type")
    named = {**usual["title"], **title} if isinstance(title, dict) else usual["title"]
    if any(isinstance(trace.get(letter), list) for trace in data):  # words
        usual["type"] = "category"
    return {**usual, **about, "title": named}


def _trace(trace: dict[str, Any], place: int, last: int) -> dict[str, Any]:
    made = dict(trace) if trace.get("meta") == "still" else _following(trace, last)
    kind, (colour, dash) = made.setdefault("type", "scatter"), LINES[place % len(LINES)]
    if kind.startswith("scatter"):
        made.setdefault("mode", "lines")  # plotly would change its mind at twenty points
        made["line"] = {"color": colour, "dash": dash, **made.get("line", {})}
    if kind in ("bar", "box", "violin", "histogram") or "markers" in made.get("mode", ""):
        made["marker"] = {"color": colour, **made.get("marker", {})}
    if made.get("x") is None and kind in ("scatter", "scattergl", "bar"):
        made["x"] = _counted(made.get("y"))
    if not made.get("name"):
        made["showlegend"] = False
    made.pop("meta", None)
    if made.get("name") and _runs(made):
        made["meta"] = {"columns": [made["name"]]}
    return made


def _runs(trace: dict[str, Any]) -> bool:
    """Whether the table can hold a trace: it has one number for each generation."""
    return isinstance(trace.get("y"), Upto) and len(trace["y"].lines) == 1


def _counted(y: Any) -> Any:
    """Return 0, 1, 2, … beside numbers that came without a place."""
    if isinstance(y, Upto):
        return Upto(np.arange(y.lines.shape[-1], dtype=float))
    return np.arange(np.shape(y.rows if isinstance(y, At) else y)[-1], dtype=float)


def _following(tree: dict[str, Any], last: int, inside: bool = False) -> dict[str, Any]:
    """Return a trace whose arrays follow the cursor where they hold the whole run."""
    made: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            made[key] = _following(value, last, inside=True)
        elif not isinstance(value, np.ndarray) or len(value) != last + 1:
            made[key] = value
        elif value.ndim == 1:
            made[key] = Upto(value)
        else:
            made[key] = At(value) if key in ("x", "y") and not inside else value
    return made


def _read(tree: Any, *, arrays: bool = False) -> Any:
    """Return plotly's JSON with the numbers of its traces as arrays."""
    if isinstance(tree, dict) and "bdata" in tree:
        flat = np.frombuffer(base64.b64decode(tree["bdata"]), np.dtype(tree["dtype"]))
        sides = str(tree.get("shape", flat.size)).split(",")
        return flat.astype(float).reshape([int(side) for side in sides])
    if isinstance(tree, dict):
        return {key: _read(value, arrays=arrays) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        parts = [_read(part, arrays=arrays) for part in tree]
        numbers = parts and all(type(part) in (int, float) for part in parts)
        return np.array(parts, dtype=float) if arrays and numbers else parts
    if isinstance(tree, np.ndarray):
        return tree.astype(float) if tree.dtype.kind in "fiub" else tree.astype(str).tolist()
    return tree.item() if isinstance(tree, np.generic) else tree
