"""Data met at random: real and made-up points that nobody can tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from collapse_lib.checks import fraction, number, positive
from collapse_lib.regimes.base import Crawl, Draw, Fresh, Recipe, Regime


@dataclass(frozen=True)
class Blend(Regime):
    """Each point is real with probability `real`, else made up by the newest model.

    `Refresh` with the number of real points left to chance, as it is for someone who cannot
    tell them apart: a sample of n holds binomial(n, real) of them.

    Parameters
    ----------
    real : float between 0 and 1, default 0.1
        Share of real points; one number.

    Raises
    ------
    ValueError
        If `real` is not one number between 0 and 1.

    Notes
    -----
    Mean variance V and M = E[mean²] of a normal model (ddof = 0) obey, with α = real and
    W = α + (1-α)V + α(1-α)M, ``V' = (1 - 1/n) W`` and ``M' = (1-α)² M + W/n``. It is close to
    `Refresh`, not equal to it: at small ``real · n`` some generations see no real point at all.
    Derived here.
    """

    real: float = 0.1

    def __post_init__(self) -> None:
        """Check the share."""
        object.__setattr__(self, "real", number(fraction, "real", self.real))

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return `n` points of both origins, mixed."""
        source = Fresh() if t == 1 else Crawl((0, -1), (self.real, 1 - self.real))
        return (Draw(source, n),)


@dataclass(frozen=True)
class Web(Regime):
    """Each generation crawls `n` pages of a web to which its predecessors have published.

    The web begins with real pages only. After each generation `human` new real pages and
    `machine` pages by the newest model are published; nothing is ever deleted. A crawl meets
    pages at random, in a web far larger than n.

    Parameters
    ----------
    human : float, default 0.0
        New real pages per generation, in units of the web at the start.
    machine : float, default 1.0
        New machine-made pages per generation, in the same unit.

    Raises
    ------
    ValueError
        If one of them is negative.

    Notes
    -----
    Generation t meets a real page with probability ``(1 + h(t-1)) / (1 + (h+m)(t-1))`` and one
    by generation j < t with ``m / (1 + (h+m)(t-1))``, h = human and m = machine: the real share
    falls to h/(h+m). With a normal model (ddof = 0) and B = E[(mean of the web)²],
    ``E[v] = (1 - 1/n)(1 - B)``. The share of *pages* is no share of *readers* or of tokens, and
    measured ones depend on the detector: see what a figure of "synthetic text" counts. Derived
    here; accumulation in the manner of Gerstgrasser et al. (COLM 2024), met at random.
    """

    memory: ClassVar[int | None] = None

    human: float = 0.0
    machine: float = 1.0

    def __post_init__(self) -> None:
        """Check both numbers."""
        for name in ("human", "machine"):
            object.__setattr__(self, name, number(positive, name, getattr(self, name), zero=True))

    def real_share(self, t: int) -> float:
        """Return the probability that a page met by generation `t` ≥ 1 is real."""
        return self.shares(t)[0]

    def shares(self, t: int) -> tuple[float, ...]:
        """Return the shares of real pages and of those by generations 1 … t - 1."""
        real = 1 + self.human * (t - 1)
        size = real + self.machine * (t - 1)
        return (real / size, *[self.machine / size] * (t - 1))

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return `n` pages of all origins, mixed."""
        if t == 1:
            return (Draw(Fresh(), n),)
        return (Draw(Crawl(tuple(range(t)), self.shares(t)), n),)
