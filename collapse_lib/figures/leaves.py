"""The parts of a view that depend on the cursor, and what they are at one generation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from collapse_lib.checks import Array

View = dict[str, Any]


class Leaf(ABC):
    """A part of a view that depends on the cursor."""

    @abstractmethod
    def at(self, cursor: int) -> Any:
        """Return what is drawn at `cursor`."""


@dataclass(frozen=True, eq=False)
class Upto(Leaf):
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
class At(Leaf):
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
    return tree.at(cursor) if isinstance(tree, Leaf) else tree
