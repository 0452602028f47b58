"""A Gaussian is fitted to its own samples, again and again, and forgets its variance.

The first lesson. Each generation draws `n` points, most of them from the model before, and
fits mean and variance to them. With no real data the typical variance dies; a few real points
in each generation hold it up.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, theory
from collapse_lib.checks import Array, whole
from collapse_lib.controls import Choice, Cursor, Data, Reroll, Slider
from collapse_lib.distributions import Empirical, Normal, Numeric
from collapse_lib.explorable import explorable
from collapse_lib.figures import View
from collapse_lib.learners import GaussianMLE
from collapse_lib.metrics import Ensemble
from collapse_lib.regimes import Anchor, Refresh, Replace, real_count
from collapse_lib.simulate import simulate

HORIZON = 200
REPLICATES = 200
DRAWN = 11  # lineages: enough to see how they part, and a page carries each of them
RATIOS = (
    *(0, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12),
    *(0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1),
)
TRUTH = Normal()
T = np.arange(HORIZON + 1)


def fan(
    band: Array,
    variance: Array,
    median: Array,
    median_theory: Array,
    mean: Array,
    mean_theory: Array,
) -> View:
    """Draw the variances of many lineages over the generations."""
    return figures.fan(
        band=band,
        lineages=variance[:, :DRAWN].T,
        median=median,
        median_theory=median_theory,
        mean=mean,
        mean_theory=mean_theory,
        title="Variance of the model, generation after generation",
        quantity="variance (10⁻¹: a tenth)",
    )


def density(truth: Numeric, location: Array, scale: Array) -> View:
    """Draw one lineage's model over the truth."""
    return figures.density(
        truth=_histogram(truth) if isinstance(truth, Empirical) else _curve(truth),
        mean=location,
        sd=scale,
        title="One lineage's model, over the truth",
        quantity="value",
        truth_name="real data" if isinstance(truth, Empirical) else "truth",
    )


@explorable(
    title="A Gaussian forgets its variance",
    views=(fan, density),
    cursor=Cursor("generations", 1, HORIZON, start=50),
    say={
        "none": "Generation {generations:d}: the typical (median) variance is {median:.2g} of the "
        "start, the average (mean) {mean:.2g}. Theory says {median_theory:.2g} and "
        "{mean_theory:.2g}.",
        "foreign": "Generation {generations:d}: the typical (median) variance is {median:.2g} of "
        "the start, the average (mean) {mean:.2g}. Were the data a perfect bell, theory would "
        "say {median_theory:.2g} and {mean_theory:.2g}.",
        "mixed": "Generation {generations:d}: the typical (median) variance is {median:.2g} of the "
        "start, the average (mean) {mean:.2g}; theory says {mean_theory:.2g} for the mean. Luck is "
        "the only fault here: where there is another, this may be too little real data.",
    },
    caveat="A toy with two numbers to forget, and with luck as its only fault: it shows a "
    "mechanism, not how fast a large model changes, nor how much real data it needs.",
    definition=4,
    lesson="notebooks/00_start_here.ipynb",
    vary={
        "n": (5, 10, 50, 100, 1_000, 100_000),
        "real": (0, 0.02, 0.1, 0.5),
        "real_data": None,
        "ddof": None,
    },
)
def variance_collapse(
    n: Annotated[
        int,
        Slider(
            5,
            100_000,
            log=True,
            label="sample size",
            help="Points that each generation learns from.",
        ),
    ] = 100,
    real: Annotated[
        float,
        Slider(
            0,
            1,
            values=RATIOS,
            label="real-data ratio",
            shown="{real_count:,d} of {n:,d} real",
            help="Fraction of them that is real.",
        ),
    ] = 0.0,
    real_data: Annotated[
        str,
        Choice(
            {"fresh": "fresh each time", "fixed": "always the same"},
            label="real data",
            help="Whether the real points are new in every generation or stay the same.",
        ),
    ] = "fresh",
    ddof: Annotated[
        int,
        Choice(
            {0: "1/n", 1: "1/(n-1)"},
            label="estimator",
            help="Fit the variance with 1/n or with 1/(n-1).",
        ),
    ] = 0,
    seed: Annotated[int, Reroll()] = 0,
    truth: Annotated[
        Numeric,
        Data(
            label="truth", help="Where real data come from: Normal, or Empirical for measurements."
        ),
    ] = TRUTH,
) -> dict[str, Any]:
    """Simulate 200 lineages over 200 generations.

    Variances are in units of the truth's, medians and means over the lineages; `location` and
    `scale` are those of one lineage, in the unit of the data. A theory that there is not is empty:
    that of the median with real data. Without, a few huge lineages carry the mean, in the end
    fewer than one in 200: the simulated one then falls below its theory.

    Raises
    ------
    ValueError
        If a number is out of its range, or the truth's variance is 0 or infinite.
    """
    scale = float(truth.variance)
    if not 0 < scale < np.inf:
        raise ValueError(f"truth must have a variance above 0 and below infinity, not {scale!r}")
    mixed = Refresh(real) if real_data == "fresh" else Anchor(real)
    kept = real_count(whole("n", n, least=2), mixed.real)
    regime = mixed if kept else Replace()
    lineage = simulate(
        truth, GaussianMLE(ddof), regime, n=n, generations=HORIZON, replicates=REPLICATES, rng=seed
    )
    variance = lineage.trace(metrics.variance) / scale
    many = Ensemble(variance)
    if kept:
        fresh = real_data == "fresh"
        in_theory = theory.refresh_variance_mean if fresh else theory.anchor_variance_mean
        case, median_theory, mean_theory = "mixed", np.empty(0), in_theory(T, n, kept, ddof)
    else:
        case = "none" if isinstance(truth, Normal) else "foreign"
        median_theory = theory.replace_variance_median(T, n, ddof)
        mean_theory = theory.replace_variance_mean(T, n, ddof)
    return {
        "case": case,
        "real_count": kept,
        "variance": variance,
        "band": many.band,
        "median": many.median,
        "median_theory": np.asarray(median_theory),
        "mean": many.mean,
        "mean_theory": np.asarray(mean_theory),
        "location": lineage.trace(metrics.mean)[:, 0],
        "scale": np.sqrt(variance[:, 0] * scale),
    }


def _curve(truth: Any) -> tuple[Array, Array]:
    x = float(truth.mean) + np.sqrt(float(truth.variance)) * np.linspace(-4, 4, 161)
    return x, truth.density(x)


def _histogram(truth: Empirical) -> tuple[Array, Array]:
    return figures.steps(*np.histogram(truth.data, bins="auto", density=True))
