"""One table for every benchmark: a figure, its target, and whether it is met."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Report:
    """Rows of a benchmark; printed as they come, and judged at the end."""

    title: str
    missed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        print(f"\n{self.title}\n{'-' * len(self.title)}")

    def at_most(self, what: str, value: float, target: float, unit: str = "") -> None:
        """Add a row that should not exceed its target."""
        self._row(what, value, "≤", target, unit, value <= target)

    def at_least(self, what: str, value: float, target: float, unit: str = "") -> None:
        """Add a row that should reach its target."""
        self._row(what, value, "≥", target, unit, value >= target)

    def note(self, text: str) -> None:
        """Add a line that judges nothing."""
        print(f"  {text}")

    def _row(self, what, value, sign, target, unit, met) -> None:
        verdict = "met" if met else "MISSED"
        print(f"  {what:<66} {value:>9.3g} {sign} {target:g}{unit:<4} {verdict}", flush=True)
        if not met:
            self.missed.append(what)

    def close(self) -> None:
        """Leave with an error if a target was missed."""
        if self.missed:
            sys.exit(f"{len(self.missed)} missed: {'; '.join(self.missed)}")


def seconds(run: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def side_by_side(
    first: Callable[[], object], second: Callable[[], object], rounds: int
) -> np.ndarray:
    """Return the times of both, shape ``(rounds, 2)``, measured in turns after one warm-up."""
    first(), second()
    return np.array([(seconds(first), seconds(second)) for _ in range(rounds)])
