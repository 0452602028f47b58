"""Whether the share of real data counts, or their number.

Two worlds learn from the same number of new real points in each generation. In the small world as
many again are generated; the crowded world drowns them in generated ones. As long as luck is the
only error both hold equally well: the number counts. The control is a world as crowded with no
real point in it, which falls: without it nobody could tell a world that is held from one whose
time has not come. Once each model writes a little narrower than it learned, the loss is taken
from every generated point, and the crowded world fails: the share counts.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style, theory
from collapse_lib.checks import Array
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Normal
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import GaussianMLE
from collapse_lib.regimes import Refresh, Temperature, Tempered
from collapse_lib.simulate import simulate

HORIZON = 200
REPLICATES = 200
T = np.arange(HORIZON + 1)
CROWDS = np.unique(np.geomspace(10, 1_000_000, 81).round()).astype(int)  # along the second view
LOSSES = (0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)


def over_time(band: Array, median: Array, theory: Array) -> View:
    """Draw the variance of both worlds over the generations, and of the one without real data."""
    few, many = style.line(style.BLUE, width=3.5), style.line(style.ORANGE, width=3.5, dash="dot")
    thin = style.line(style.VERMILLION, dash="dash")
    control = style.line(style.GREY, width=3, dash="longdash")
    spread, expected = "10 to 90 % of lineages", "mean in theory"  # one entry for both worlds
    curves = [
        Curve(spread, band[0], few, "band", column=f"few generated, {spread}"),
        Curve(f"many generated, {spread}", band[1], many, "band", listed=False),
        Curve("few generated, median", median[0], few),
        Curve("many generated, median", median[1], many),
        Curve("as many and none real, median", median[2], control),
        Curve(expected, theory[0], thin, column=f"few generated, {expected}"),
        Curve(f"many generated, {expected}", theory[1], thin, listed=False),
    ]
    return figures.lines(
        curves,
        title="Variance of the model in two worlds, and without real data",
        quantity="variance (start = 1)",
        y_range=(0, 1.5),
    )


def in_the_end(limits_luck: Array, limits: Array) -> View:
    """Draw what is left in the long run by how much is generated."""
    curves = [
        Curve("luck alone", limits_luck, style.line(style.GREY, dash="dash")),
        Curve("with this loss", limits, style.line(style.GREEN, width=3.5)),
    ]
    return figures.profile(
        curves,
        CROWDS,
        title="In the long run",
        quantity="mean variance in theory",
        along="generated points",
        log_x=True,
        y_range=(0, 1.1),
    )


@explorable(
    title="Share or number: what must the real data be?",
    views=(over_time, in_the_end),
    cursor=Cursor("generations", 1, HORIZON, start=100),
    say={
        "luck": "Generation {generations:d}, with luck as the only error. Typical (median) "
        "variance: {small:.2g} with few generated points, {crowded:.2g} with many, {without:.2g} "
        "with as many and none real.",
        "biased": "Generation {generations:d}, each model writing a little too narrowly. Typical "
        "(median) variance: {small:.2g} with few generated points, {crowded:.2g} with many, "
        "{without:.2g} with as many and none real.",
    },
    caveat="A toy: one Gaussian, and a loss that is the same in every generation. Which of the two "
    "errors leads in a large model is not said here. By luck alone a crowd falls in about as many "
    "generations as it has points, also without real ones: a larger one only takes longer.",
    definition=4,
    lesson="notebooks/06_what_rescues_us.ipynb",
    vary={
        "real_points": (1, 10, 50, 500),
        "few": (10,),
        "many": (200, 1_000, 10_000),
        "loss": (0, 0.01, 0.02, 0.05, 0.1),
    },
)
def share_or_count(
    real_points: Annotated[
        int,
        Slider(
            1,
            1_000,
            log=True,
            label="new real points",
            help="New real points in each generation, in both worlds.",
        ),
    ] = 10,
    few: Annotated[
        int,
        Slider(
            10,
            1_000,
            log=True,
            label="few generated",
            help="Generated points beside them, in the small world.",
        ),
    ] = 10,
    many: Annotated[
        int,
        Slider(
            100,
            1_000_000,
            log=True,
            label="many generated",
            help="Generated points beside them, in the crowded world.",
        ),
    ] = 200,
    loss: Annotated[
        float,
        Slider(
            0,
            0.2,
            values=LOSSES,
            label="loss per generation",
            help="Share of its variance that a model leaves out whenever it generates.",
        ),
    ] = 0.0,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 200 lineages of each world over 200 generations.

    Variances are in units of the truth's, of 201 generations. `median`, `theory` and `band` hold
    the small world, the crowded one (`many`), and one as large as that without a real point; the
    mean in `theory` is that of a few wide lineages, and higher the fewer real points there are.
    """
    n = real_points + np.array([few, many, many])
    real = np.array([real_points, real_points, 0])
    regime = Tempered(Refresh(real / n), Temperature(1 - loss))
    lineage = simulate(
        Normal(), GaussianMLE(), regime, n=n, generations=HORIZON, replicates=REPLICATES, rng=seed
    )
    low, median, high = np.quantile(lineage.trace(metrics.variance), [0.1, 0.5, 0.9], axis=2)
    expected = [
        theory.refresh_tempered_variance_mean(T, m, k, 1 - loss)
        for m, k in zip(n, real, strict=True)
    ]
    sizes = real_points + CROWDS
    return {
        "case": "biased" if loss else "luck",
        "median": median.T,
        "theory": np.stack(expected),
        "band": np.stack([low.T, high.T], axis=1),
        # in the long run, along `CROWDS`
        "limits_luck": theory.refresh_variance_limit(sizes, real_points),
        "limits": theory.refresh_variance_limit(sizes, real_points, bias=1 - loss),
        # the medians once more, for the sentence
        "small": median[:, 0],
        "crowded": median[:, 1],
        "without": median[:, 2],
    }
