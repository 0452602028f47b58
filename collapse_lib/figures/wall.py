"""A wall of small pictures: what a generation makes, seen at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib import style
from collapse_lib.figures.leaves import At, View
from collapse_lib.words import Message

PAPER, INK = "#ffffff", "#141414"  # pictures keep their paper on a dark page too


def wall(
    pictures: ArrayLike,
    columns: Sequence[Message],
    *,
    title: Message,
    along: Message,
    highest: float,
    chosen: int,
    chosen_name: Message,
) -> View:
    """Draw grey pictures in columns, as they are at the cursor.

    Parameters
    ----------
    pictures : array_like, shape ``(generations + 1, rows, columns, height, width)``
        Grey levels, 0 for the bare paper. Whole numbers travel best.
    columns : sequence of str
        What stands under the columns.
    title, along : str
        What the view shows; the label of the x axis.
    highest : float
        The grey level of full ink.
    chosen : int
        Which column is framed, from 0.
    chosen_name : str
        What the frame means, for the legend.

    Returns
    -------
    dict
        A view.

    Raises
    ------
    ValueError
        If `pictures` has not five axes, or `columns` does not name each column.
    """
    shown = np.asarray(pictures)
    if shown.ndim != 5 or shown.shape[2] != len(columns):
        raise ValueError(
            "pictures must have the shape (generations + 1, rows, columns, height, width) with "
            f"{len(columns)} columns, not {shown.shape}"
        )
    shown = np.pad(shown, [(0, 0)] * 3 + [(1, 1)] * 2)  # neighbours do not touch
    generations, rows, _, height, width = shown.shape
    y, x = np.indices((rows * height, len(columns) * width))
    flat = shown.transpose(0, 1, 3, 2, 4).reshape(generations, -1)
    right, bottom = len(columns) * width - 0.5, rows * height - 0.5
    data = [
        {
            "type": "heatmap",
            "name": title,
            "x": x.ravel(),
            "y": y.ravel(),
            "z": At(flat),
            "zmin": 0,
            "zmax": highest,
            "colorscale": [[0, PAPER], [1, INK]],
            "zsmooth": "best",  # so few pixels read better when they are soft
            "showscale": False,
            "showlegend": False,
            "hoverinfo": "skip",
        },
        _outlines(rows, len(columns), height, width),
        {
            "type": "scatter",
            "mode": "lines",
            "name": chosen_name,
            "x": np.array([0, 1, 1, 0, 0]) * width + chosen * width - 0.5,
            "y": np.array([0, 0, 1, 1, 0]) * rows * height - 0.5,
            "line": style.line(style.ORANGE, width=4),
            "hoverinfo": "skip",
            "cliponaxis": False,
        },
    ]
    x_axis = style.axis(
        along,
        range=[-0.5, right],
        showgrid=False,
        ticks="",
        tickvals=[(k + 0.5) * width - 0.5 for k in range(len(columns))],
        ticktext=[style.plain(name) for name in columns],
    )
    y_axis = style.axis("", range=[bottom, -0.5], showgrid=False, showticklabels=False, ticks="")
    layout = style.layout(title, x_axis, y_axis)
    return {"data": data, "layout": layout | {"margin": {"l": 12, "r": 12, "t": 10, "b": 40}}}


def _outlines(rows: int, columns: int, height: int, width: int) -> dict[str, Any]:
    """Return the lines between the pictures, as one trace with gaps."""
    far_x, far_y, gap = columns * width - 0.5, rows * height - 0.5, np.nan
    upright = [(k * width - 0.5, k * width - 0.5, gap) for k in range(1, columns)]
    level = [(k * height - 0.5, k * height - 0.5, gap) for k in range(1, rows)]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "between the pictures",
        "x": np.ravel([*upright, *[(-0.5, far_x, gap)] * len(level)]),
        "y": np.ravel([*[(-0.5, far_y, gap)] * len(upright), *level]),
        "line": style.line(style.GREY, width=1),
        "showlegend": False,
        "hoverinfo": "skip",
    }
