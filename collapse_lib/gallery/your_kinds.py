"""Kinds of your own: how many are left, and whether those that went were rare.

A column of labels, or the words of a text: how often each of them stands there is the truth. What
a generation does not draw, its pupils do not know. Whatever the data are about, the rare go first.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style, theory
from collapse_lib.checks import Array
from collapse_lib.controls import Cursor, Data, Reroll, Slider
from collapse_lib.distributions import Categorical, Distribution, Zipf
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import CategoricalMLE
from collapse_lib.metrics import Ensemble
from collapse_lib.metrics.kinds import categorical, same_categories
from collapse_lib.regimes import Refresh, real_count
from collapse_lib.simulate import simulate

HORIZON = 50
REPLICATES = 20
RATIOS = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)
EDGES = (0.1, 0.03, 0.01, 0.003, 0.001, 0.0003)  # between the classes of frequency
CLASSES = ("10", "3", "1", "0.3", "0.1", "0.03", "less")  # at least, per cent of the data
T = np.arange(HORIZON + 1)


def over_time(total: int, median: Array, band: Array, in_theory: Array) -> View:
    """Draw the number of kinds over the generations; few need no scale of powers of ten."""
    many = total > 30
    return figures.lines(
        [
            Curve("10 to 90 % of lineages", band, style.line(style.ORANGE), kind="band"),
            Curve("median", median, style.line(style.ORANGE, width=3.5)),
            Curve("mean in theory, at least", in_theory, style.line(style.BLUE, dash="dash")),
        ],
        title="Kinds left",
        quantity="kinds",
        log=many,
        y_range=(0.0, float(np.log10(total)) + 0.1 if many else 1.05 * total),
    )


def by_frequency(before: Array, left: Array) -> View:
    """Draw how many of the kinds of each class of frequency are left."""
    there = before > 0
    share = np.divide(left, before, out=np.zeros_like(left), where=there)
    return figures.bars(
        {"in your data": 100.0 * there, "left": 100 * share},
        CLASSES,
        title="Common kinds and rare ones",
        quantity="per cent of these kinds (mean)",
        along="a kind's share of your data, in %, at least",
        y_range=(0, 103),
    )


@explorable(
    title="Kinds of your own: which are left?",
    views=(over_time, by_frequency),
    cursor=Cursor("generations", 1, HORIZON),
    say={
        "alone": "Generation {generations:d}: of {total:,d} kinds the typical lineage has "
        "{median:,d} left.",
        "mixed": "Generation {generations:d}, {real_count:,d} real examples each time: of "
        "{total:,d} kinds the typical lineage has {median:,d}.",
    },
    caveat="A toy: a machine that only counts. Real examples are drawn from your data again, which "
    "is not new data about the world.",
    definition=7,
    lesson="notebooks/08_your_own_data.ipynb",
)
def your_kinds(
    n: Annotated[
        int,
        Slider(
            5,
            50_000,
            log=True,
            label="sample size",
            help="Examples that each generation learns from.",
        ),
    ] = 1_000,
    real: Annotated[
        float,
        Slider(
            0,
            1,
            values=RATIOS,
            label="real-data ratio",
            shown="{real_count:,d} of {n:,d} real",
            help="Fraction of them that is drawn from the real data.",
        ),
    ] = 0.0,
    seed: Annotated[int, Reroll()] = 0,
    kinds: Annotated[
        Categorical,
        Data(label="kinds", help="How often each kind stands in the data: by default Zipf's law."),
    ] = Zipf(200),  # noqa: B008
) -> dict[str, Any]:
    """Simulate 20 lineages of 50 generations over the kinds of one's own data.

    The expected number `in_theory` is a lower bound, close for rare kinds and never below 1, since
    no lineage loses its last kind; it is empty with real examples. `before` and `left` count the
    kinds in each class of frequency, the commonest first; `left` is a mean over the lineages.
    """
    mixed = Refresh(real)
    lineage = simulate(
        kinds, CategoricalMLE(), mixed, n=n, generations=HORIZON, replicates=REPLICATES, rng=seed
    )
    truth = kinds.p[kinds.p > 0]
    group = np.searchsorted(-np.array(EDGES), -kinds.p, side="left")
    member = (group[:, None] == np.arange(len(CLASSES))) & (kinds.p > 0)[:, None]
    left = np.stack(
        [np.atleast_2d(_all_of(kinds, model) > 0).mean(axis=0) @ member for model in lineage.models]
    )
    count = Ensemble(lineage.trace(metrics.survivors))
    kept = real_count(n, mixed.real)
    if kept:
        expected = np.empty(0)
    else:
        rows = [theory.replace_survivors_mean(t, n, truth) for t in T[1:]]
        expected = np.append(truth.size, np.maximum(1, rows))
    return {
        "case": "mixed" if kept else "alone",
        "total": truth.size,
        "real_count": kept,
        "median": count.median,
        "band": count.band,
        "in_theory": expected,
        "before": member.sum(axis=0).astype(float),
        "left": left,
    }


def _all_of(kinds: Categorical, model: Distribution) -> Array:
    """Return the probability of every kind; a small sample may never have met the last ones."""
    return same_categories(categorical("your_kinds", model).p, kinds.p)[0]
