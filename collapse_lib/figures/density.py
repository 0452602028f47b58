"""One lineage's model over the truth, as densities."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib import style
from collapse_lib.checks import Array
from collapse_lib.figures.leaves import At, View
from collapse_lib.words import Message

SHARPEST = 1e3  # a spike this many times narrower than the truth is drawn no narrower


def density(
    *,
    truth: tuple[ArrayLike, ArrayLike],
    mean: ArrayLike,
    sd: ArrayLike,
    title: Message,
    quantity: Message,
    truth_name: Message,
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
    reach = 3 * s.flat[0]  # of the first model, which may reach beyond real data
    low, high = min(x.min(), m.flat[0] - reach), max(x.max(), m.flat[0] + reach)
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
        style.axis(quantity, range=[float(low), float(high)]),
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
