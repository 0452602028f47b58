"""Back to an earlier generation, with some new real data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from collapse_lib.checks import broadcast, number, positive, whole
from collapse_lib.regimes.base import Draw, Fresh, Model, Recipe, Regime, RegimeWrapper
from collapse_lib.regimes.replace import Replace


@dataclass(frozen=True)
class Rollback(RegimeWrapper):
    """Another regime, whose generation `at` starts again from the model of generation `to`.

    Generation `at` trains on n points of the old model and on `real` new real ones; from there
    the regime goes on, or another one, because whoever has noticed may change more.

    Parameters
    ----------
    regime : Regime
        What goes on before and after; one without a pool.
    at : int
        The generation that is rolled back, at least 2. A run that ends before it never rolls
        back, and says nothing: it is the beginning of one that does.
    to : int
        The generation gone back to, from 1 to ``at - 1``.
    real : int, default 0
        New real points added to the old model's n.
    weight : float, optional
        How many of the old model's points one real point counts for. By default ``to + 1``:
        under `Replace` a mean has by then lost that much, ``(to + 1)/n`` of variance against
        1/n, so that the mean squared error ``1 / (n/(to + 1) + real)`` is the least possible.
    after : Regime, optional
        The data policy after generation `at`, such as ``Refresh(0.1)``; by default `regime`. A
        bias or a filter of `regime` stays.

    Raises
    ------
    ValueError
        If the generations are not in order, a number is out of its range, or a regime pools.
    TypeError
        If `after` is not a plain regime.

    Notes
    -----
    A run with the same seed has the same generations before `at`, bit for bit. What is lost at
    generation `to` comes back from real data only: a category of probability p with chance
    ``1 - (1 - p)^real`` (derived here). Do not read the gain in the last generation of a run as
    the worth of a roll-back: a later one has had less time to lose it again.
    """

    at: int
    to: int
    real: int = 0
    weight: Any = None
    after: Regime | None = None

    def __post_init__(self) -> None:
        """Check the generations, and remember the models back to `to`."""
        super().__post_init__()
        plain = isinstance(self.after, Regime) and not isinstance(self.after, RegimeWrapper)
        if self.after is not None and not plain:
            raise TypeError(
                f"after must be a plain regime such as Refresh(0.1), not {self.after!r}"
            )
        for name in ("regime", "after"):
            regime = getattr(self, name)
            if regime is not None and regime.pools:
                raise ValueError(
                    f"{name} must not pool, but {type(regime).__name__} keeps all that was drawn "
                    "since the generation gone back to"
                )
        at, to = whole("at", self.at, least=2), whole("to", self.to, least=1)
        if to >= at:
            raise ValueError(f"to must be a generation before at = {at}, not {to}")
        weight = to + 1 if self.weight is None else self.weight
        object.__setattr__(self, "at", at)
        object.__setattr__(self, "to", to)
        object.__setattr__(self, "real", whole("real", self.real, least=0))
        object.__setattr__(self, "weight", number(positive, "weight", weight))
        if self.memory is not None:
            object.__setattr__(self, "memory", max(self.memory, at - to))

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of both regimes' own parameters."""
        after = self.after.batch if self.after else ()
        return broadcast(regime=self.regime.batch, after=after)

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return the old model's points and the real ones at `at`, else the regime's draws."""
        if t > self.at and self.after:
            return self.after.recipe(t, n)
        if t != self.at:
            return self.regime.recipe(t, n)
        real = np.full(np.shape(n), self.real) if np.ndim(n) else self.real
        return Draw(Model(self.to), n), Draw(Fresh(), real, self.weight)

    def closed_until(self, t: int, last: int) -> int:
        """Return until when the regime's own chain is closed, at most up to the roll-back.

        So the generations before it are those of a run without one, to the last bit.
        """
        opened = t > self.at and self.after is not None and type(self.after) is not Replace
        if type(self) is not Rollback or t == self.at or opened:
            return 0
        return self.regime.closed_until(t, last if t > self.at else min(last, self.at - 1))
