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
    kind : {"curve", "crowd", "band"}
        A curve answers the pointer and stands in the table; a crowd of thin lines does
        neither; a band is filled between its two rows, the lower one first.
    """

    name: str
    y: ArrayLike
    look: dict[str, Any]
    kind: str = "curve"

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
        if self.kind == "curve":
            drawn["hoverinfo"] = None
        if self.kind != "crowd":
            drawn["meta"] = {"columns": list(columns)}
        return drawn


def lines(
    curves: Sequence[Curve],
    *,
    title: str,
    quantity: str,
    log: bool = False,
    y_range: Range | None = None,
    along: str = "generation",
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
    y_range : pair of float, optional
        A fixed range of a linear axis; else one that holds all curves to the end.
    along : str
        Label of the x axis.

    Returns
    -------
    dict
        A view.

    Notes
    -----
    The logarithmic axis snaps by decades to what has happened up to the cursor, so that it
    does not tell the future; look at its labels before comparing two pictures.
    """
    width = np.shape(curves[0].y)[-1]
    t = np.arange(width, dtype=float)
    rows = [log10(c.y, width) if log else np.reshape(c.y, (-1, width)) for c in curves]
    hover = along + " %{x}: " + ("10<sup>%{y:.2f}</sup>" if log else "%{y:.3g}")
    data = []
    for curve, row in zip(curves, rows, strict=True):
        loop = curve.kind == "band"
        columns = [f"{curve.name}: low", f"{curve.name}: high"] if loop else [curve.name]
        x = Upto(np.broadcast_to(t, row.shape), loop)
        trace = curve.trace(x, Upto(row, loop), columns)
        data.append(trace | {"hovertemplate": hover} if curve.kind == "curve" else trace)
    every: Array = np.concatenate(rows)
    x_axis = style.axis(along, range=[0, width - 1])
    if log:
        y_axis = decade_axis(quantity, decades(every))
        return {"data": data, "layout": style.layout(title, x_axis, y_axis, table="log10")}
    y_axis = style.axis(quantity, range=list(y_range or snug(every)))
    return {"data": data, "layout": style.layout(title, x_axis, y_axis)}


def profile(
    curves: Sequence[Curve],
    x: ArrayLike,
    *,
    title: str,
    quantity: str,
    along: str,
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
