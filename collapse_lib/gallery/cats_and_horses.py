"""Cats and horses: animals that do not exist, made by a model that cannot hold two kinds.

The height of cats and of horses, and three models of it. One bump has unlimited data and fills
the gap between the two kinds in its first generation, once and for all. Two bumps can hold what
there is. A bump on every single animal can hold it as well, but blurs it a little each time: its
spread *grows*, and the gap fills up, sooner or later as the bumps are wide or narrow.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style
from collapse_lib.checks import Array, number, positive, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import KernelDensity, Mixture, Normal
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import KDE, GaussianMixtureEM, GaussianMLE, Learner
from collapse_lib.simulate import simulate

HORIZON = 30
REPLICATES = 20
UNLIMITED = 1_000_000_000
CATS, HORSES = Normal(25, 4), Normal(155, 10)  # heights in cm, invented
TRUTH = Mixture((CATS, HORSES))
GAP = (50.0, 110.0)  # where two real animals in a million are
X = np.linspace(-60, 260, 161)


def heights(truth: Array, one: Array, two: Array, every: Array) -> View:
    """Draw the heights of the animals that each model makes."""
    return figures.profile(
        [
            Curve("real animals", truth, style.line(style.GREY, width=4)),
            Curve("one bump", one, style.line(style.VERMILLION, width=3)),
            Curve("two bumps", two, style.line(style.BLUE, dash="dash")),
            Curve("many bumps", every, style.line(style.GREEN, width=3, dash="dot")),
        ],
        X,
        title="Heights of the animals",
        quantity="per cent of the animals, per cm",
        along="height in cm",
        y_range=(0, 7),
    )


def between(two_between: Array, every_between: Array, one_between: Array) -> View:
    """Draw how many animals are neither cat nor horse."""
    return figures.lines(
        [
            Curve("two bumps", two_between, style.line(style.BLUE, dash="dash")),
            Curve("many bumps", every_between, style.line(style.GREEN, width=3, dash="dot")),
            Curve("one bump", one_between, style.line(style.VERMILLION, width=3.5)),
        ],
        title="Animals in between: 50 to 110 cm",
        quantity="per cent (median)",
        y_range=(0, 50),
    )


@explorable(
    title="Cats, horses, and what is in between",
    views=(heights, between),
    cursor=Cursor("generations", 0, HORIZON, start=1),
    say="Generation {generations:d}: one bump puts {one_between:d} % of its animals in between, "
    "the many bumps {every_between:d} %. These spread {every_spread:.3g} times as wide as the real "
    "animals.",
    caveat="A toy with one number per animal. Real models have many numbers and more flexible "
    "forms: they can hold these two kinds apart, and what they cannot is harder to say.",
    definition=(6, 8),
    lesson="notebooks/04_four_suspects.ipynb",
)
def cats_and_horses(
    n: Annotated[
        int,
        Slider(
            20,
            1_000,
            log=True,
            label="animals seen (one bump: a billion)",
            help="Animals that each generation of the two-bump model and of the one with a "
            "bump on every animal learns from; the one-bump model always sees a "
            "billion.",
        ),
    ] = 200,
    bandwidth: Annotated[
        float,
        Slider(
            0,
            40,
            step=1,
            label="width of the many bumps",
            help="Standard deviation of a bump on an animal, in cm; at 0 animals are only copied.",
        ),
    ] = 10,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 20 lineages of three models over 30 generations.

    Densities are in per cent per cm, of the first lineage; shares of the animals of 50 to 110 cm in
    per cent, medians; `every_spread` is in units of the truth's standard deviation.
    """
    seen, width = whole("n", n, least=2), number(positive, "bandwidth", bandwidth, zero=True)
    one = _models(GaussianMLE(), UNLIMITED, seed)
    two = _models(GaussianMixtureEM(2), seen, seed)
    every = _models(KDE(width), seen, seed)
    spread = [np.median(metrics.sd(model, TRUTH)) for model in every]
    return {
        "truth": 100 * TRUTH.density(X),
        "one": _densities(one),
        "two": _densities(two),
        "every": _densities(every),
        "one_between": _shares(one, *GAP),
        "two_between": _shares(two, *GAP),
        "every_between": _shares(every, *GAP),
        "every_spread": np.array(spread) / spread[0],
    }


def _models(learner: Learner, n: int, seed: int) -> tuple[Any, ...]:
    lineage = simulate(TRUTH, learner, n=n, generations=HORIZON, replicates=REPLICATES, rng=seed)
    return tuple(lineage.models)


def _densities(models: tuple[Any, ...]) -> Array:
    """Return the density of the truth, then of the first lineage's models, in per cent per cm."""
    truth, *fitted = models
    return 100 * np.array([truth.density(X), *(_first(model).density(X) for model in fitted)])


def _first(model: Any) -> Any:
    """Return the first lineage's model by itself; of many bumps the others would take long."""
    if isinstance(model, KernelDensity):
        return KernelDensity(model.points[:, 0], model.bandwidth[0])
    return model.altered(lambda values: values[0])


def _shares(models: tuple[Any, ...], low: float, high: float) -> Array:
    """Return the typical per cent of animals between two heights."""
    outside = [np.sum(model.tails(low, high), axis=0) for model in models]
    return np.array([100 * np.median(np.maximum(1 - share, 0)) for share in outside])
