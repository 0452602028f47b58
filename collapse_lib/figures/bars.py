"""Bars: how much of each kind there is, at the generation looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib import style
from collapse_lib.figures.leaves import At, View
from collapse_lib.figures.scales import snug
from collapse_lib.words import Message

WHITE = "rgba(255,255,255,0.5)"
LOOKS = (
    {"color": style.GREY, "pattern": {"shape": ""}},
    {"color": style.ORANGE, "pattern": {"shape": "/", "fgcolor": WHITE, "fillmode": "overlay"}},
    {"color": style.BLUE, "pattern": {"shape": "x", "fgcolor": WHITE, "fillmode": "overlay"}},
    {"color": style.GREEN, "pattern": {"shape": ".", "fgcolor": WHITE, "fillmode": "overlay"}},
)


def bars(
    groups: Mapping[Message, ArrayLike],
    kinds: Sequence[Message],
    *,
    title: Message,
    quantity: Message,
    along: Message = "",
    y_range: tuple[float, float] | None = None,
) -> View:
    """Draw one bar per kind, one colour and hatching per group.

    Parameters
    ----------
    groups : mapping of str to array_like, shape ``(kinds,)`` or ``(generations + 1, kinds)``
        Heights by name of the group, at most four; the first reads as the reference (grey).
        Rows follow the cursor. A group without a single number is left out, and the others
        stand in the middle over their labels.
    kinds : sequence of str
        What stands under the bars.
    title, quantity, along : str
        What the view shows; the labels of the y and the x axis.
    y_range : pair of float, optional
        A fixed range; else from 0 to the highest bar of any generation.

    Returns
    -------
    dict
        A view.

    Raises
    ------
    ValueError
        If there are more groups than told-apart looks.
    """
    if len(groups) > len(LOOKS):
        raise ValueError(f"groups must be at most {len(LOOKS)} to be told apart, not {len(groups)}")
    data = []
    for look, (name, heights) in zip(LOOKS, groups.items(), strict=False):
        rows = np.asarray(heights, dtype=float)
        names = [style.plain(kind) for kind in kinds] if np.isfinite(rows).any() else []
        data.append(
            {
                "type": "bar",
                "name": name,
                "x": names,
                "y": At(rows) if rows.ndim > 1 else rows,
                "marker": look,
                "hovertemplate": f"{style.plain(name)}, " + "%{x}: %{y:.3g}<extra></extra>",
            }
        )
    # new heights make plotly guess the axis anew: kinds that look like numbers are no numbers
    x_axis = style.axis(along) | {"type": "category", "autotypenumbers": "strict"}
    every = np.concatenate([np.ravel(heights) for heights in groups.values()])
    y_axis = style.axis(quantity, range=list(y_range or snug(every, at_least=(0, 0))))
    layout = style.layout(title, x_axis, y_axis)
    return {"data": data, "layout": layout | {"barmode": "group", "bargap": 0.15}}
