"""Curves over the generations, and curves that a generation has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib import style
from collapse_lib.checks import Array
from collapse_lib.figures.leaves import At, Upto, View
from collapse_lib.figures.scales import decade_axis, decades, log10, snug
from collapse_lib.words import Message

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Curve:
    """One entry of the legend: a curve, many thin ones, or a band.

    Parameters
    ----------
    name : str
        What the legend says.
    y : array_like
        In `lines`, shape ``(generations + 1,)`` or ``(k, generations + 1)``; in `profile`,
        shape ``(m,)``, or ``(generations + 1, m)`` if it changes. Empty: it does not apply.
    look : dict
        Colour, width and dash, see `collapse_lib.style.line`.
    kind : {"curve", "crowd", "band", "points"}
        A curve answers the pointer and stands in the table; a crowd of thin lines does
        neither; a band is filled between its two rows, the lower one first; points are
        crosses with no line between them.
    pick : str, optional
        The input that a click on a line of a crowd sets to the line's number, from 1; of the
        crowds of a view at most one.
    column : str, optional
        What the table calls a curve, if not by the legend's name.
    listed : bool, default True
        Whether the legend lists it; not where another entry speaks for it.
    """

    name: Message
    y: ArrayLike
    look: dict[str, Any]
    kind: str = "curve"
    pick: str = ""
    column: Message = ""
    listed: bool = True

    def trace(self, x: Any, y: Any, columns: Sequence[str]) -> dict[str, Any]:
        """Return the plotly trace that draws `y` over `x`."""
        drawn = {
            "type": "scatter",
            "mode": "lines",
            "name": self.name,
            "x": x,
            "y": y,
            "line": self.look,
            "hoverinfo": "skip",
        }
        if self.kind == "band":
            colour = self.look["color"]
            drawn |= {
                "line": {**self.look, "width": 0},
                "fill": "toself",
                "fillcolor": style.faint(colour, 0.22),
            }
        if self.kind == "points":
            drawn |= {
                "mode": "markers",
                "marker": {"symbol": "x", "size": 12, "color": self.look["color"]},
                "cliponaxis": False,
            }
        if self.kind == "curve":
            drawn["hoverinfo"] = None
        if self.kind != "crowd":
            drawn["meta"] = {"columns": list(columns)}
        if self.pick:
            drawn["meta"] = {"pick": self.pick}
        if not self.listed:
            drawn["showlegend"] = False
        return drawn


def lines(
    curves: Sequence[Curve],
    *,
    title: Message,
    quantity: Message,
    log: bool = False,
    x_range: Range | None = None,
    y_range: tuple[float | None, float | None] | None = None,
    along: Message = "generation",
    places: Sequence[ArrayLike] = (),
    table: bool = True,
) -> View:
    """Draw curves over the generations, each up to the cursor.

    Parameters
    ----------
    curves : sequence of Curve
        In drawing order, the last one on top. The first one must apply at every setting: it
        says how many generations there are.
    title : str
        What the view shows.
    quantity : str
        Label of the y axis, with its unit.
    log : bool, default False
        Draw log10, with powers of ten as labels. The curves hold the quantity itself, at
        least 0; a 0 lies below every power of ten and leaves through the floor.
    x_range, y_range : pair of float, optional
        Fixed ranges, that of y in exponents of ten if `log`; else all generations, and a range
        that holds all curves to the end or, if `log`, up to the cursor. If `log`, one end of
        `y_range` may be None.
    along : str
        Label of the x axis.
    places : sequence of array_like, each of shape ``(generations + 1,)``
        One clock per curve: where its generations stand on the x axis, if not at 0, 1, 2, …
    table : bool, default True
        Have the curves in the table, too; not where another view has the same numbers.

    Returns
    -------
    dict
        A view.

    Notes
    -----
    A logarithmic axis without a range snaps by decades to what has happened up to the cursor,
    so that it does not tell the future; look at its labels before comparing two pictures.
    """
    width = np.shape(curves[0].y)[-1]
    t = np.arange(width, dtype=float)
    rows = [log10(c.y, width) if log else np.reshape(c.y, (-1, width)) for c in curves]
    hover = along + " %{x}: " + ("%{customdata}" if log else "%{y:.3g}")
    clocks = [np.asarray(place, dtype=float) for place in places] or [t] * len(rows)
    data = []
    for curve, row, clock in zip(curves, rows, clocks, strict=True):
        loop = curve.kind == "band"
        named = curve.column or curve.name
        columns = [f"{named}: low", f"{named}: high"] if loop else [named]
        x = Upto(np.broadcast_to(clock, row.shape), loop)
        trace = curve.trace(x, Upto(row, loop), columns)
        if not table:
            trace.pop("meta", None)
        data.append(trace | {"hovertemplate": hover} if curve.kind == "curve" else trace)
    every: Array = np.concatenate(rows)
    x_axis = style.axis(along, range=list(x_range or (0, width - 1)))
    if log:
        given = np.array(y_range or (np.nan, np.nan), dtype=float)
        window = np.where(np.isnan(given), decades(every), given)
        y_axis = decade_axis(quantity, window)
        return {"data": data, "layout": style.layout(title, x_axis, y_axis, table="log10")}
    y_axis = style.axis(quantity, range=list(y_range or snug(every)))
    return {"data": data, "layout": style.layout(title, x_axis, y_axis)}


def profile(
    curves: Sequence[Curve],
    x: ArrayLike,
    *,
    title: Message,
    quantity: Message,
    along: Message,
    log_x: bool = False,
    y_range: Range | None = None,
) -> View:
    """Draw curves over anything else than the generations, as they are at the cursor.

    Parameters
    ----------
    curves : sequence of Curve
        `y` of shape ``(m,)`` stands still, ``(generations + 1, m)`` follows the cursor.
    x : array_like, shape ``(m,)``
        Common to all curves.
    title, quantity, along : str
        What the view shows; the labels of the y and the x axis.
    log_x : bool, default False
        Draw x on a logarithmic axis.
    y_range : pair of float, optional
        A fixed range; else one that holds all curves at all generations.

    Returns
    -------
    dict
        A view.
    """
    places = np.asarray(x, dtype=float)
    data = []
    for curve in curves:
        y = np.asarray(curve.y, dtype=float)
        drawn = At(y) if y.ndim > 1 else y
        trace = curve.trace(places if y.size else np.empty(0), drawn, ())
        data.append(trace | {"hovertemplate": along + " %{x:.3~g}: %{y:.3g}"})
    ends = [float(places.min()), float(places.max())]
    x_axis = style.axis(along, range=list(np.log10(ends)) if log_x else ends)
    if log_x:
        x_axis["type"] = "log"
    every = np.concatenate([np.ravel(curve.y) for curve in curves])
    y_axis = style.axis(quantity, range=list(y_range or snug(every)))
    return {"data": data, "layout": style.layout(title, x_axis, y_axis)}
