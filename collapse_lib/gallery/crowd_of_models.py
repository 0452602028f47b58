"""Models that teach each other: mistakes of their own cancel, those of their kind do not.

Every model learns from what all of them wrote, so that what one gets wrong by itself is averaged
away. What all get wrong alike is not: many copies of one architecture look like many votes and
are one. A crowd of different architectures has different habits, and these average out as well.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style
from collapse_lib.checks import Array, fraction, number, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Normal
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import GaussianMLE
from collapse_lib.mistakes import Biased, Noisy, quirks
from collapse_lib.regimes import Crowd, Replace
from collapse_lib.simulate import simulate

HORIZON = 30
REPLICATES = 200
MOST = 10
POINTS = 1_000_000_000  # so many that luck does not show
ERROR = 0.1  # of one generation, in standard deviations of the truth
T = np.arange(HORIZON + 1)


def every_crowd(alike: Array, diverse: Array) -> View:
    """Draw the error of every crowd."""
    return figures.lines(
        [
            Curve(
                "200 crowds of one architecture",
                alike,
                style.line(style.faint(style.VERMILLION, 0.45), width=1),
                kind="crowd",
            ),
            Curve(
                "200 crowds, as you set them",
                diverse,
                style.line(style.faint(style.BLUE, 0.6), width=1),
                kind="crowd",
            ),
            Curve("no error", np.zeros(HORIZON + 1), style.line(style.GREEN, dash="dash")),
        ],
        title="How far each crowd is off",
        quantity="error (real spread: 1)",
        y_range=(-6, 6),
    )


def typical(
    alike_theory: Array,
    diverse_theory: Array,
    single_rms: Array,
    alike_rms: Array,
    diverse_rms: Array,
) -> View:
    """Draw the typical size of the error, with theory."""
    theory = np.stack([alike_theory, diverse_theory])
    return figures.lines(
        [
            Curve(  # so wide that one architecture, which lies on it, does not hide it
                "a model on its own", single_rms, style.line(style.GREY, width=12)
            ),
            Curve("one architecture", alike_rms, style.line(style.VERMILLION, width=3.5)),
            Curve("as you set them", diverse_rms, style.line(style.BLUE, width=3.5, dash="dash")),
            Curve("theory", theory, style.line(style.GREEN, width=2, dash="dot"), kind="crowd"),
        ],
        title="Typical size of the error",
        quantity="typical error (real spread: 1)",
        y_range=(0, 3.2),
    )


@explorable(
    title="A crowd of one mind",
    views=(every_crowd, typical),
    cursor=Cursor("generations", 0, HORIZON, start=1),
    say={
        "several": "Generation {generations:d}: a model on its own is typically off by "
        "{single_rms:.2g}, {models:d} models of one architecture by {alike_rms:.2g}, and "
        "{models:d} of {worth:d} architectures by {diverse_rms:.2g}.",
        "one": "Generation {generations:d}: a model on its own is typically off by "
        "{single_rms:.2g}, {models:d} models of one architecture by {alike_rms:.2g}. Yours are "
        "such models.",
        "alone": "Generation {generations:d}: a model on its own is typically off by "
        "{single_rms:.2g}. One model is no crowd.",
    },
    caveat="A toy: each mistake is a shift of one number. That real architectures share mistakes "
    "is known; how large the shared part is, the slider cannot tell you.",
    definition=3,
    lesson="notebooks/04_four_suspects.ipynb",
)
def crowd_of_models(
    models: Annotated[
        int, Slider(1, MOST, label="models in a crowd", help="Models in each crowd.")
    ] = 8,
    architectures: Annotated[
        int,
        Slider(
            1,
            MOST,
            label="architectures among them",
            help="How many different habits the diverse crowd has, at most one for each model.",
        ),
    ] = 8,
    shared: Annotated[
        float,
        Slider(
            0,
            1,
            step=0.05,
            label="share of habit in a mistake",
            help="Which part of the squared error of a generation is the architecture's "
            "habit, the same in every generation; the rest is new each time, for each "
            "model by itself.",
        ),
    ] = 0.5,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 200 crowds over 30 generations.

    `alike` are the errors of 200 crowds of one architecture, `diverse` of as many as are set, one
    crowd per row; the typical size is the root mean square over the crowds, in theory
    ``b √(ρ t²/A + (1-ρ) t/K)``. `worth` is how many architectures the crowd really has.
    """
    size, kinds = whole("models", models, least=1), whole("architectures", architectures, least=1)
    habit, worth = number(fraction, "shared", shared), min(size, kinds)
    alike, diverse, single = (
        _errors(crowd, different, habit, seed)
        for crowd, different in ((size, 1), (size, worth), (1, 1))
    )
    return {
        "alike": alike,
        "diverse": diverse,
        "alike_rms": _rms(alike),
        "diverse_rms": _rms(diverse),
        "single_rms": _rms(single),
        "alike_theory": _theory(size, 1, habit),
        "diverse_theory": _theory(size, worth, habit),
        "worth": worth,
        "case": "alone" if size == 1 else "one" if worth == 1 else "several",
    }


@lru_cache(maxsize=32)  # most sliders leave two of the three as they are
def _errors(models: int, architectures: int, habit: float, seed: int) -> Array:
    """Return the error of every crowd's mean, shape ``(200, 31)``."""
    standing = quirks(models, architectures, replicates=REPLICATES, rng=seed)
    learner = Biased(GaussianMLE(), ERROR * np.sqrt(habit) * standing)
    lineage = simulate(
        Normal(),
        Noisy(learner, ERROR * np.sqrt(1 - habit)),
        Crowd(Replace(), models),
        n=POINTS,
        generations=HORIZON,
        replicates=REPLICATES,
        rng=seed,
    )
    means = lineage.trace(metrics.mean)  # (31, models, 200)
    return np.asarray(means.mean(axis=1).T)


def _rms(errors: Array) -> Array:
    return np.asarray(np.sqrt((errors**2).mean(axis=0)))


def _theory(models: int, architectures: int, habit: float) -> Array:
    """Return ``b √(ρ t²/A + (1-ρ) t/K)``, with the models shared out over the architectures."""
    counts = np.bincount(np.arange(models) % architectures)
    same = (counts**2).sum() / models**2  # 1/A where the counts are equal
    return np.asarray(ERROR * np.sqrt(habit * same * T**2 + (1 - habit) * T / models))
