"""How something that shrinks spreads over the lineages."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib import style
from collapse_lib.checks import Array
from collapse_lib.figures.leaves import At, View
from collapse_lib.figures.lines import Curve, lines
from collapse_lib.figures.scales import FLOOR, log10
from collapse_lib.words import Message, later


def fan(
    *,
    band: ArrayLike,
    lineages: ArrayLike,
    median: ArrayLike,
    median_theory: ArrayLike = (),
    mean: ArrayLike = (),
    mean_theory: ArrayLike = (),
    title: Message,
    quantity: Message,
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
    The legend is short: thin lines are lineages like the one that it names, and all dashes are
    theory.

    All curves hold the quantity itself, at least 0; the logarithm is taken here. A 0 lies
    below every power of ten: its curve leaves through the floor, and a lineage's first 0 has
    a cross there. The axis snaps by decades to what has happened up to the cursor, so that it
    does not tell the future; look at its labels before comparing two pictures.
    """
    crowd = np.asarray(lineages, dtype=float)
    dashes = style.line(style.VERMILLION, dash="dash")
    view = lines(
        [
            Curve("10 to 90 % of lineages", band, style.line(style.SKY), kind="band"),
            Curve(
                f"{len(crowd) - 1} more lineages",
                crowd[1:],
                style.line(style.faint(style.GREY, 0.45), width=1),
                kind="crowd",
                listed=False,
            ),
            Curve("one lineage", crowd[:1], style.line(style.ORANGE, width=2), kind="crowd"),
            Curve("median (typical)", median, style.line(style.BLUE, width=3.5)),
            Curve("median, theory", median_theory, dashes, listed=False),
            Curve("mean (average)", mean, style.line(style.GREEN, width=3.5, dash="dot")),
            Curve("theory", mean_theory, dashes, column="mean, theory"),
        ],
        title=title,
        quantity=quantity,
        log=True,
    )
    floor = view["layout"]["yaxis"]["range"].rows[:, 0]
    x, y = _gone(log10(crowd, crowd.shape[-1]), floor)
    view["data"].append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": later("gone: exactly 0"),
            "x": At(x),
            "y": At(y),
            "marker": {"symbol": "x", "size": 9, "color": style.VERMILLION},
            "cliponaxis": False,
            "hoverinfo": "skip",
        }
    )
    return view


def _gone(lineages: Array, floor: Array) -> tuple[Array, Array]:
    """Return where each lineage first is 0, for each cursor: x and y, ``(generations + 1, k)``."""
    zero = lineages <= FLOOR
    first = np.where(zero.any(axis=1), zero.argmax(axis=1), np.inf)
    x = np.where(first <= np.arange(floor.size)[:, None], first, np.nan)
    return x, np.where(np.isnan(x), np.nan, floor[:, None])
