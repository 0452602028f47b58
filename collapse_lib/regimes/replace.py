"""Only the newest model's output: the worst case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from collapse_lib.regimes.base import NEWEST, Draw, Fresh, Recipe, Regime


@dataclass(frozen=True)
class Replace(Regime):
    """Each generation learns only from the one before.

    Notes
    -----
    The regime of the theorem of Shumailov et al. (Nature 631, 2024), and the worst case: the
    web does not throw its old pages away. So do not read its half-life as a forecast.
    """

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return ``n`` points of the newest model."""
        return (Draw(Fresh() if t == 1 else NEWEST, n),)

    def closed_until(self, t: int, last: int) -> int:
        """Return `last`, unless a subclass has another recipe."""
        return last if type(self) is Replace else 0
