"""Rare kinds over the generations: which tenth of them is left, and which checks notice.

Two hundred kinds, met by Zipf's law. Each generation makes an album of n pictures of what the
one before knows, and learns from it. What is not in an album is gone for good. A checker who
compares averages with those of real pictures sees next to nothing of it.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style, theory
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Reroll, Slider
from collapse_lib.distributions import Zipf
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import CategoricalMLE
from collapse_lib.metrics import Ensemble
from collapse_lib.metrics.kinds import categorical
from collapse_lib.regimes import Refresh, Temperature, Tempered, real_count
from collapse_lib.simulate import simulate
from collapse_lib.words import later

KINDS = 200
HORIZON = 60
REPLICATES = 50
DRAWN = 8  # lineages in the picture of the checks
CHECK = 200  # pictures that a checker looks at
FAVOUR = 0.9  # temperature of a machine that favours the common kinds
RATIOS = (0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1)
SIZES = np.random.default_rng(1946).lognormal(0, 0.5, KINDS)  # of a bird, whatever its rank
RARE = np.arange(KINDS) >= KINDS // 2
TENTHS = ("1st", "2nd", "3rd", *(f"{k}th" for k in range(4, 11)))
T = np.arange(HORIZON + 1)


def survivors(alive_theory: Array, alive: Array) -> View:
    """Draw how much of each tenth of the kinds is left."""
    return figures.bars(
        {"theory": 100 * alive_theory, "simulated": 100 * alive},
        TENTHS,
        title="Kinds still there, from the commonest tenth to the rarest",
        quantity="per cent of that tenth",
        along="tenths of the kinds: the 1st is the commonest, the 10th the rarest",
        y_range=(0, 100),
    )


def checks(variety: Array, size: Array, rare: Array) -> View:
    """Draw what three checks find in the pictures of some lineages."""
    luck = np.broadcast_to([[-2.0], [2.0]], (2, T.size))
    found = (
        (later("number of different kinds"), variety, style.line(style.VERMILLION, width=1.5)),
        (later("average size of a bird"), size, style.line(style.GREEN, width=2, dash="dot")),
        (later("rarer half, taken together"), rare, style.line(style.BLUE, width=1.5, dash="dash")),
    )
    return figures.lines(
        [
            Curve("no more than luck (±2)", luck, style.line(style.SKY), kind="band"),
            *(Curve(name, off[:, :DRAWN].T, look, kind="crowd") for name, off, look in found),
        ],
        title=f"Three checks of {CHECK} pictures",
        quantity="off by (by luck alone: about 1)",
        y_range=(-24.0, 14.0),  # it holds all but the smallest albums
    )


@explorable(
    title="The rare kinds go, and the averages look fine",
    views=(survivors, checks),
    cursor=Cursor("generations", 1, HORIZON),
    say={
        "alone": "Generation {generations:d}: {kinds:d} % of the kinds are left, {rarest:d} % of "
        "the rarest tenth; {coverage:d} of 100 visitors still find the bird they ask for. "
        "By luck alone a check is off by about 1; here the average size is off by {size_off:.2g}, "
        "up or down, and the number of kinds by {variety_off:.2g}.",
        "mixed": "Generation {generations:d}, {real_count:,d} real photographs each time: "
        "{kinds:d} % of the kinds are there, {rarest:d} % of the rarest tenth. In a typical "
        "lineage {back:d} kinds are there that were missing one generation ago, and {gone:d} that "
        "were there are missing now. (Theory has no grey bars for this.)",
        "favour": "Generation {generations:d}, favouring the common: {kinds:d} % of the kinds are "
        "left. By luck alone a check is off by about 1; here the rarer half taken together is off "
        "by {rare_off:.2g}, and the number of kinds by {variety_off:.2g}. (Theory has no grey bars "
        "for this.)",
    },
    caveat="A toy: the kinds differ in nothing but how often they are met, and the machine "
    "remembers counts. It shows a mechanism, not the pace of a large model.",
    definition=7,
    lesson="notebooks/01_tail_loss.ipynb",
)
def tail_loss(
    n: Annotated[
        int,
        Slider(
            50,
            20_000,
            log=True,
            label="album size",
            help="Pictures that each generation learns from.",
        ),
    ] = 1000,
    steepness: Annotated[
        float,
        Slider(
            0,
            2,
            step=0.1,
            label="steepness",
            help="The k-th commonest kind is met in proportion to 1 / k**steepness; 0: all alike.",
        ),
    ] = 1.0,
    real: Annotated[
        float,
        Slider(
            0,
            1,
            values=RATIOS,
            label="real photographs",
            shown="{real_count:,d} real",
            help="Fraction of the pictures that are new photographs of the real world.",
        ),
    ] = 0.0,
    machine: Annotated[
        str,
        Choice(
            {"faithful": "faithful", "favours": "favours the common"},
            label="machine",
            help="Whether pictures are drawn as often as learnt, or at temperature 0.9.",
        ),
    ] = "faithful",
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 50 lineages of 60 generations, over 200 kinds.

    Of each tenth of the kinds, the commonest first, `alive` is the share that is still there; its
    theory is a lower bound, and not a number where there is no closed form. `kinds`, `rarest` and
    `coverage` are per cent, the latter of questions asked by frequency. `size`, `rare` and
    `variety`, shape ``(61, 50)``, are what a check of 200 pictures finds on average, as a
    difference from real pictures in standard errors of such a check.

    Notes
    -----
    Luck has no direction: over many faithful lineages the average size and the share of the
    rarer half, taken together, stay what they were, while the kinds die. The few that are left
    of a tenth have taken over the share of the others: do not read a steady sum as health.
    """
    truth = Zipf(KINDS, steepness)
    mixed = Refresh(real)
    lineage = simulate(
        truth,
        CategoricalMLE(),
        Tempered(mixed, Temperature(FAVOUR)) if machine == "favours" else mixed,
        n=n,
        generations=HORIZON,
        replicates=REPLICATES,
        rng=seed,
    )
    p = np.stack(
        [
            np.broadcast_to(categorical("tail_loss", model).p, (REPLICATES, KINDS))
            for model in lineage.models
        ]
    )
    there = p > 0
    alive, left, served = (
        _tenths(there.mean(axis=1)),
        there.mean(axis=2),
        lineage.trace(metrics.coverage),
    )
    size, rare, variety = _off(p, truth.p, SIZES), _off(p, truth.p, RARE), _fewer(p, truth.p)
    kept = real_count(n, mixed.real)
    if machine == "faithful" and not kept:
        in_theory = np.stack([_tenths(row) for row in _survival(n, truth.p)])
    else:
        in_theory = np.full((T.size, 10), np.nan)
    return {
        "case": "favour" if machine == "favours" else "mixed" if kept else "alone",
        "real_count": kept,
        "alive": alive,
        "alive_theory": in_theory,
        "rarest": 100 * alive[:, -1],
        "left": left,
        "kinds": 100 * _typical(left),
        "back": _changed(~there[:-1] & there[1:]),
        "gone": _changed(there[:-1] & ~there[1:]),
        "served": served,
        "coverage": 100 * _typical(served),
        "size": size,
        "size_off": _typical(np.abs(size)),  # whether up or down
        "rare": rare,
        "rare_off": _typical(rare),
        "variety": variety,
        "variety_off": _typical(variety),
    }


def _typical(trace: Array) -> Array:
    return Ensemble(trace).median


def _tenths(per_kind: Array) -> Array:
    """Return means over tenths of the kinds, which stand last and in order: ``(…, 10)``."""
    return np.asarray(per_kind.reshape(*per_kind.shape[:-1], 10, -1).mean(axis=-1))


def _changed(kinds: Array) -> Array:
    """Return how many kinds of the typical lineage changed at each generation, ``(61,)``."""
    return np.concatenate([[0.0], np.median(kinds.sum(axis=2), axis=1)])


def _survival(n: int, p: Array) -> Array:
    """Return the probability of each kind to be left, ``(61, 200)``; a lower bound."""
    copy = np.asarray(theory.replace_type_survival(T[:-1], n, 1))
    later = 1 - np.asarray(theory.unseen_probability(n, p * copy[:, None]))
    return np.concatenate([np.ones((1, KINDS)), later])


def _off(p: Array, truth: Array, value: Array) -> Array:
    """Return how far the mean of `value` is off, in standard errors of a check."""
    mean = truth @ value
    error = np.sqrt(truth @ (value - mean) ** 2 / CHECK)
    return np.asarray((p @ value - mean) / error)


def _fewer(p: Array, truth: Array) -> Array:
    """Return how far the number of kinds met in a check is off, in its standard errors."""
    found = (1 - (1 - p) ** CHECK).sum(axis=-1)
    missed = (1 - truth) ** CHECK
    both = (1 - truth[:, None] - truth) ** CHECK - missed[:, None] * missed
    np.fill_diagonal(both, missed * (1 - missed))
    return np.asarray((found - (1 - missed).sum()) / np.sqrt(both.sum()))
