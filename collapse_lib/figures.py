"""Arrays in, a picture out: views as plain plotly dictionaries, shape-stable, no simulation.

A view is a dictionary ``{"data": […], "layout": {…}}`` as plotly knows it, except that a leaf
may depend on the generation looked at, the cursor: `Upto` and `At`. `resolve` turns a view
into what plotly draws at one cursor; figure.js does the same in the browser, so that moving
the cursor costs no simulation and no message.

A view has the same traces, in the same order and of the same types, whatever it shows: a
curve that does not apply is empty, not absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib import style
from collapse_lib.checks import Array

if TYPE_CHECKING:
    import plotly.graph_objects as go

View = dict[str, Any]

FLOOR = -400.0  # below the log10 of every float: where log10(0) is drawn
LOWEST = np.array([-400, -200, -100, -50, -30, -20, -14, -10, -8, -6, -5, -4, -3, -2])
HIGHEST = np.array([1, 2, 3, 5, 10, 20, 50, 100, 200, 400])
SHARPEST = 1e3  # a spike this many times narrower than the truth is drawn no narrower

HEIGHT = 260  # pixels of one view, in every surface


@dataclass(frozen=True, eq=False)
class Upto:
    """Lines over the generations, cut at the cursor.

    Parameters
    ----------
    lines : array_like, shape ``(lines, generations + 1)``
        One row per line. No rows at all: a curve that does not apply.
    loop : bool, default False
        Join two lines to one outline, there and back, instead of side by side with a gap.
    """

    lines: Any
    loop: bool = False

    def __post_init__(self) -> None:
        """See one line as one row."""
        object.__setattr__(self, "lines", np.atleast_2d(self.lines))

    def at(self, cursor: int) -> Array:
        """Return what is drawn at `cursor`: all lines in one array, NaN between them."""
        cut = self.lines[:, : cursor + 1]
        if self.loop and len(cut):
            return np.concatenate([cut[0], cut[1][::-1]])
        gapped = np.pad(cut, ((0, 0), (0, 1)), constant_values=np.nan)
        return gapped.ravel()[:-1]


@dataclass(frozen=True, eq=False)
class At:
    """A row per generation, of which the cursor's is drawn.

    Parameters
    ----------
    rows : array_like, shape ``(generations + 1,)`` or ``(generations + 1, k)``
        A number or an array for each generation; empty: a number that nobody knows.
    along : array_like, shape ``(m,)``, optional
        With rows (a, b), what is drawn is ``a + b * along``: a whole curve for two numbers.
    """

    rows: Any
    along: Any = None

    def at(self, cursor: int) -> Any:
        """Return what is drawn at `cursor`: a float, or an array."""
        rows = np.asarray(self.rows)
        if not rows.size:
            return np.nan
        row = rows[cursor]
        if self.along is not None:
            return row[0] + row[1] * np.asarray(self.along)
        return row if row.ndim else float(row)


def resolve(tree: Any, cursor: int) -> Any:
    """Replace every leaf of a view by what it is at `cursor`.

    Parameters
    ----------
    tree : object
        A view, or any part of one.
    cursor : int
        Generation to look at, 0 … G.

    Returns
    -------
    object
        The same structure with plain arrays and numbers, fit for ``plotly.graph_objects``.
    """
    if isinstance(tree, dict):
        return {key: resolve(value, cursor) for key, value in tree.items()}
    if isinstance(tree, list):
        return [resolve(value, cursor) for value in tree]
    return tree.at(cursor) if isinstance(tree, Upto | At) else tree


def fan(
    *,
    band: ArrayLike,
    lineages: ArrayLike,
    median: ArrayLike,
    median_theory: ArrayLike = (),
    mean: ArrayLike = (),
    mean_theory: ArrayLike = (),
    title: str,
    quantity: str,
) -> View:
    """Draw how something that shrinks spreads over the lineages, on a scale of powers of ten.

    Parameters
    ----------
    band : array_like, shape ``(2, generations + 1)``
        10 % and 90 % quantile over the lineages.
    lineages : array_like, shape ``(k, generations + 1)``
        Some single lineages; the first one is drawn in the colour that `density` uses.
    median, median_theory, mean, mean_theory : array_like, shape ``(generations + 1,)``
        Curves over all lineages and the theory *of the same statistic*; empty where there is
        none.
    title : str
        What the view shows.
    quantity : str
        Label of the axis, with its unit.

    Returns
    -------
    dict
        A view: `Upto` and `At` leaves in plotly's own structure.

    Notes
    -----
    All curves hold the quantity itself, at least 0; the logarithm is taken here. A 0 lies
    below every power of ten: its curve leaves through the floor, and a lineage's first 0 has
    a cross there. The axis snaps by decades to what has happened up to the cursor, so that it
    does not tell the future; look at its labels before comparing two pictures.
    """
    t = np.arange(np.size(median), dtype=float)
    curves = {
        "band": _log10(band, t),
        "lineages": _log10(lineages, t),
        "median": _log10(median, t),
        "median_theory": _log10(median_theory, t),
        "mean": _log10(mean, t),
        "mean_theory": _log10(mean_theory, t),
    }
    window = _decades(np.concatenate(list(curves.values())))
    x_gone, y_gone = _gone(curves["lineages"], t, window[:, 0])

    def trace(name: str, lines: Array, look: dict[str, Any], **more: Any) -> dict[str, Any]:
        loop = bool(more.pop("loop", False))
        return {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": Upto(np.broadcast_to(t, lines.shape), loop),
            "y": Upto(lines, loop),
            "line": look,
            "hoverinfo": "skip",
            **more,
        }

    def curve(name: str, key: str, look: dict[str, Any]) -> dict[str, Any]:
        return trace(
            name,
            curves[key],
            look,
            meta={"columns": [name]},
            hoverinfo=None,
            hovertemplate="generation %{x}: 10<sup>%{y:.2f}</sup>",
        )

    data = [
        trace(
            "10 to 90 % of lineages",
            curves["band"],
            style.line(style.SKY, width=0),
            fill="toself",
            fillcolor=style.faint(style.SKY, 0.22),
            loop=True,
            meta={"columns": ["10 %", "90 %"]},
        ),
        trace(
            f"{len(curves['lineages']) - 1} more lineages",
            curves["lineages"][1:],
            style.line(style.faint(style.GREY, 0.45), width=1),
        ),
        trace("one lineage", curves["lineages"][:1], style.line(style.ORANGE, width=2)),
        curve("median (typical)", "median", style.line(style.BLUE, width=3.5)),
        curve(
            "median, theory",
            "median_theory",
            style.line(style.VERMILLION, dash="dash"),
        ),
        curve("mean (average)", "mean", style.line(style.GREEN, width=3.5, dash="dot")),
        curve("mean, theory", "mean_theory", style.line(style.PURPLE, dash="dashdot")),
        {
            "type": "scatter",
            "mode": "markers",
            "name": "gone: exactly 0",
            "x": At(x_gone),
            "y": At(y_gone),
            "marker": {"symbol": "x", "size": 9, "color": style.VERMILLION},
            "cliponaxis": False,
            "hoverinfo": "skip",
        },
    ]
    x = style.axis("generation", range=[0, t.size - 1])
    y = style.axis(
        quantity,
        range=At(window),
        tick0=0,
        dtick=At(_decade_step(window)),
        tickprefix="10<sup>",
        ticksuffix="</sup>",
    )
    return {"data": data, "layout": style.layout(title, x, y, table="log10")}


def density(
    *,
    truth: tuple[ArrayLike, ArrayLike],
    mean: ArrayLike,
    sd: ArrayLike,
    title: str,
    quantity: str,
    truth_name: str,
) -> View:
    """Draw one lineage's fitted normal density over the truth's.

    Parameters
    ----------
    truth : pair of array_like, shape ``(m,)``
        x and y of the truth's density; of real data, the outline of a histogram (`steps`).
    mean, sd : array_like, shape ``(generations + 1,)``
        The fitted mean and standard deviation; `sd` in the unit of the data, not squared.
    title, quantity, truth_name : str
        What the view shows, the label of its x axis, the name of the truth's curve.

    Returns
    -------
    dict
        A view: `At` leaves in plotly's own structure.

    Notes
    -----
    Only (mean, sd) travel per generation, beside one standard curve x = m + s z,
    y = φ(z) / s: a fixed grid of x would lose the spike. Both axes stand still, so the top
    of a narrow spike is outside; its area is 1 all the same.
    """
    x, y = (np.asarray(part, dtype=float) for part in truth)
    m = np.asarray(mean, dtype=float)
    s = np.maximum(np.asarray(sd, dtype=float), (x.max() - x.min()) / SHARPEST)
    z = np.linspace(-4, 4, 81)
    phi = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": truth_name,
            "x": x,
            "y": y,
            "line": style.line(style.GREY, width=2),
            "fill": "tozeroy",
            "fillcolor": style.faint(style.GREY, 0.18),
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "one lineage's model",
            "x": At(np.stack([m, s], axis=1), along=z),
            "y": At(np.stack([0 * s, 1 / s], axis=1), along=phi),
            "line": style.line(style.ORANGE),
            "fill": "tozeroy",
            "fillcolor": style.faint(style.ORANGE, 0.15),
            "hoverinfo": "skip",
        },
    ]
    layout = style.layout(
        title,
        style.axis(quantity, range=[float(x.min()), float(x.max())]),
        style.axis("density", range=[0, 3 * float(y.max())], rangemode="tozero"),
    )
    return {"data": data, "layout": layout}


def steps(heights: ArrayLike, edges: ArrayLike) -> tuple[Array, Array]:
    """Return the outline of a histogram as one line.

    Parameters
    ----------
    heights : array_like, shape ``(bins,)``
        Height of each bar, a density if the outline is to be compared with one.
    edges : array_like, shape ``(bins + 1,)``
        Where the bars begin and end.

    Returns
    -------
    x, y : ndarray, shape ``(2 * bins + 2,)``
        From 0 up, along the tops, and down to 0.
    """
    x = np.repeat(np.asarray(edges, dtype=float), 2)
    y = np.concatenate([[0.0], np.repeat(np.asarray(heights, dtype=float), 2), [0.0]])
    return x, y


def static(views: dict[str, View], cursor: int, caption: str) -> go.Figure:
    """Return a real plotly figure with the views side by side.

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

    width = 1 / len(views)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    titles = []
    for place, view in enumerate(views.values()):
        part = resolve(view, cursor)
        suffix = str(place + 1) if place else ""
        left, right = place * width + (0.05 if place else 0), (place + 1) * width - 0.02
        if not place:
            layout |= part["layout"]
        layout[f"xaxis{suffix}"] = {
            **part["layout"]["xaxis"],
            "domain": [left, right],
            "anchor": f"y{suffix}",
        }
        layout[f"yaxis{suffix}"] = {**part["layout"]["yaxis"], "anchor": f"x{suffix}"}
        data += [{**trace, "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"} for trace in part["data"]]
        titles.append(
            {
                "text": f"<b>{part['layout']['meta']['title']}</b>",
                "x": left,
                "y": 1.02,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
            }
        )
    layout |= {
        "annotations": titles,
        "title": {"text": caption, "font": {"size": 15}, "x": 0.02, "xanchor": "left"},
        "margin": {**layout["margin"], "t": 90, "b": 110},
        "legend": {"orientation": "h", "y": -0.25, "yanchor": "top"},
        "height": HEIGHT + 200,
    }
    return go.Figure({"data": data, "layout": layout})


def _log10(values: ArrayLike, t: Array) -> Array:
    """Return log10 of one or more curves over `t`, one per row; no rows for no curve."""
    lines = np.asarray(values, dtype=float).reshape(-1, t.size)
    with np.errstate(divide="ignore"):
        logs: Array = np.maximum(np.log10(lines), FLOOR)
    return logs


def _decades(curves: Array) -> Array:
    """Return the y-range for each cursor, shape ``(generations + 1, 2)``: it holds the past."""
    alive = np.where(curves > FLOOR, curves, np.nan)
    low = np.fmin.accumulate(np.fmin.reduce(alive))
    high = np.fmax.accumulate(np.fmax.reduce(alive))
    bottom = LOWEST[np.maximum(np.searchsorted(LOWEST, low, side="right") - 1, 0)]
    top = HIGHEST[np.minimum(np.searchsorted(HIGHEST, high), len(HIGHEST) - 1)]
    return np.stack([bottom, top], axis=1).astype(float)


def _decade_step(window: Array) -> Array:
    """Return the distance between ticks, a whole number of decades, for each cursor."""
    span = window[:, 1] - window[:, 0]
    choices = np.array([1, 2, 5, 10, 20, 50, 100])
    return choices[np.minimum(np.searchsorted(choices, span / 7), 6)].astype(float)


def _gone(lineages: Array, t: Array, floor: Array) -> tuple[Array, Array]:
    """Return where each lineage first is 0, for each cursor: x and y, ``(generations + 1, k)``."""
    zero = lineages <= FLOOR
    first = np.where(zero.any(axis=1), zero.argmax(axis=1), np.inf)
    x = np.where(first <= t[:, None], first, np.nan)
    return x, np.where(np.isnan(x), np.nan, floor[:, None])
