"""Would a run fit into memory? Asked before anything is drawn, and again of the first model."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from collapse_lib.dice import Thrown
from collapse_lib.distributions import Distribution
from collapse_lib.learners import Learner
from collapse_lib.learners.base import HELD, LearnerWrapper, PointLearner
from collapse_lib.regimes import Regime

LIMIT = 8 * HELD  # bytes that one run may take
COPIES = 5  # as large as one generation's points or models: what a fit or a metric works on


@dataclass(frozen=True)
class Memory:
    """What a run is going to take: what it keeps, and what it works on.

    Parameters
    ----------
    batch : tuple of int
        Shape of each fitted model.
    generations : int
        Number of models to fit.
    traces : int
        Number of traces recorded; 0 where the models are kept instead.
    regime : Regime
        Says whether it keeps a pool of data, and how far back it looks.
    """

    batch: tuple[int, ...]
    generations: int
    traces: int
    regime: Regime

    def foresee(self, truth: Distribution, learner: Learner, size: Callable[[int], Any]) -> None:
        """Refuse a run that would not fit, before anything is drawn."""
        members = math.prod(self.batch)
        numbers = max(1, self.traces) * (self.generations + 1) * members
        self._afford(8 * numbers, "the traces" if self.traces else "the models")
        if self.generations == 0:
            return
        points = 0
        if _holds_points(learner):
            n = int(np.min(size(1)))
            points = 8 * n * math.prod(truth.event)
            times = 2 * self.generations if self.regime.pools else 1  # a pool is copied to grow
            total = points * members * (times + COPIES)
            self._afford(total, f"the points that {type(learner).__name__} keeps", n)
        if members > 1 and max(points, _nbytes(truth)) * members * self._held > LIMIT:
            # Most models are as heavy as the truth or the data: fit one, aside, to be sure.
            dice = Thrown(np.random.default_rng(0), (1,) * len(self.batch))
            self.check(learner.fit(learner.observe(truth, int(np.min(size(1))), dice)))

    def check(self, model: Distribution) -> None:
        """Refuse a run whose models, as heavy as this one each, would not fit."""
        each = _nbytes(model) / math.prod(model.batch)
        total = each * math.prod(self.batch) * self._held
        if total > LIMIT:
            count = getattr(model, "categories", None)
            what = f"models of {_readable(each)}" + (f" and {count:,} categories" if count else "")
            cure = "" if self.traces else ", or keep traces instead with record="
            self._afford(total, f"{what} each", cure=cure)

    @property
    def _held(self) -> int:
        """How many models there are at a time, with the copies that are worked on."""
        memory = self.regime.memory if self.traces else None
        kept = self.generations + 1 if memory is None else min(memory, self.generations)
        return kept + COPIES

    def _afford(self, total: float, what: str, n: int = 0, cure: str = "") -> None:
        if total <= LIMIT:
            return
        large = [f"n = {n:,}"] if n else []
        if not n or self.regime.pools:
            large.append(f"generations = {self.generations:,}")
        *axes, replicates = self.batch
        last = f"a batch of {self.batch}" if axes else f"replicates = {replicates:,}"
        raise ValueError(
            f"{', '.join(large)} and {last} would take {_readable(total)} of memory or more, "
            f"above the limit of {_readable(LIMIT)}, for {what}: choose fewer of them{cure}"
        )


def _holds_points(learner: Learner) -> bool:
    """Whether all points of a generation stand in memory at a time."""
    while isinstance(learner, LearnerWrapper) and not getattr(learner, "keep", False):
        learner = learner.learner
    return isinstance(learner, PointLearner | LearnerWrapper)


def _nbytes(value: Any) -> int:
    """Return the memory of a model's arrays."""
    size = getattr(value, "nbytes", None)
    if size is not None:
        return int(size)
    if isinstance(value, tuple | list):
        return sum(_nbytes(part) for part in value)
    return sum(map(_nbytes, vars(value).values())) if isinstance(value, Distribution) else 0


def _readable(size: float) -> str:
    units = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")
    power = min(int(math.log10(size)) // 3, len(units) - 1)
    return f"{size / 1000**power:.3g} {units[power]}"
