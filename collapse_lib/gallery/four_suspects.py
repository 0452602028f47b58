"""Who loses the landscape? Four suspects, each alone and all together.

A landscape is measured at 32 places, a model of it is fitted, the next generation learns from
what that model says was measured, and so on. The landscape is a sum of eight waves, from one
wide hill down to narrow peaks. Four things can go wrong, each on a control of its own: too few
measurements; a learning procedure that stops too soon; a model that cannot hold so many waves;
numbers that are stored with too few digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style
from collapse_lib.checks import Array, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Design, Distribution, LinearModel
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import GradientDescent, Learner, Rounded
from collapse_lib.learners.base import LearnerWrapper
from collapse_lib.simulate import simulate

HORIZON = 60
REPLICATES = 30
WAVES = 8
PLACES = 32
NOISE = 0.5  # of one measurement, where the landscape's own spread is 1
UNLIMITED = 1_000_000_000  # measurements at each place: as good as all
MEASURED = (10, 30, 100, 1_000, 10_000, UNLIMITED)
STEPS = (10, 20, 50, 100, 200, 500, 1_000, 1_000_000)
BITS = (2, 3, 4, 5, 6, 7, 10, 23, 52)
EXACT = BITS[-1]
RATE = 1.0
PEAKS = np.array([0.6, -0.3, 0.45, 0.3, -0.35, 0.3, -0.3, 0.35])  # height of each wave
HEIGHTS = PEAKS / np.linalg.norm(PEAKS)
EASE = 1 / np.arange(1, WAVES + 1)  # a narrow wave weighs little with the learner
X = (np.arange(PLACES) + 0.5) / PLACES
FINE = np.linspace(0, 1, 161)


def _waves(x: Array) -> Array:
    """Return the eight waves at some places, shape ``(places, 8)``; each has variance 1."""
    return np.asarray(math.sqrt(2) * np.cos(np.pi * np.outer(x, np.arange(1, WAVES + 1))))


DESIGN = Design(_waves(X) * EASE)
TRUTH = LinearModel(HEIGHTS / EASE, NOISE, DESIGN)
SUSPECTS = ("data", "procedure", "form", "hardware")
INNOCENT = (UNLIMITED, STEPS[-1], WAVES, EXACT)
NAMES = {
    "data": "finite data, alone",
    "procedure": "learning procedure, alone",
    "form": "model's form, alone",
    "hardware": "hardware, alone",
}
LOOKS = {
    "data": style.line(style.BLUE, width=3, dash="dash"),
    "procedure": style.line(style.VERMILLION, width=3, dash="dot"),
    "form": style.line(style.GREEN, width=3, dash="dashdot"),
    "hardware": style.line(style.PURPLE, width=3, dash="longdash"),
}


@dataclass(frozen=True)
class Holding(LearnerWrapper):
    """A learner whose model can hold only the widest waves: the others are flat.

    Parameters
    ----------
    learner : Learner
        What is fitted.
    waves : int
        How many waves the model can hold.
    """

    waves: int

    def observe(self, source: Distribution, n: Any, rng: Any) -> Any:
        """Return the wrapped learner's statistic of `n` points from `source`."""
        return self.learner.observe(source, n, rng)

    def fit(self, data: Any) -> LinearModel:
        """Return the wrapped learner's model without the waves that it cannot hold."""
        model: Any = self.learner.fit(data)
        held = np.arange(WAVES) < self.waves
        return LinearModel.trusted(
            coefficients=model.coefficients * held, noise=model.noise, features=model.features
        )


def landscape(landscape: Array, models: Array) -> View:
    """Draw what is left of the landscape."""
    return figures.profile(
        [
            Curve("the real landscape", landscape, style.line(style.GREY, width=4)),
            Curve("one lineage's model", models, style.line(style.ORANGE, width=3)),
        ],
        FINE,
        title="The landscape, all suspects together",
        quantity="height",
        along="place",
        y_range=(-3, 2.5),
    )


def errors(together: Array, data: Array, procedure: Array, form: Array, hardware: Array) -> View:
    """Draw the error of each suspect alone and of all together."""
    alone = zip(SUSPECTS, (data, procedure, form, hardware), strict=True)
    return figures.lines(
        [
            Curve("all together", together, style.line(style.ORANGE, width=4)),
            *(Curve(NAMES[name], error, LOOKS[name]) for name, error in alone),
        ],
        title="Error, in per cent of the variance",
        quantity="per cent (median)",
        y_range=(0, 120),
    )


@explorable(
    title="Four suspects",
    views=(landscape, errors),
    cursor=Cursor("generations", 0, HORIZON),
    say={
        "none": "Generation {generations:d}: no suspect is loose, and nothing is lost.",
        "data": "Generation {generations:d}: finite data alone have made a typical (median) error "
        "of {data:.2g} %.",
        "procedure": "Generation {generations:d}: the learning procedure alone has made a typical "
        "(median) error of {procedure:.2g} %.",
        "form": "Generation {generations:d}: the model's form alone has made a typical (median) "
        "error of {form:.2g} %.",
        "hardware": "Generation {generations:d}: the hardware alone has made a typical (median) "
        "error of {hardware:.2g} %.",
        "several": "Generation {generations:d}: together they have made a typical (median) error "
        "of {together:.2g} %. What each makes alone adds up to {total:.3g} %.",
    },
    caveat="A toy: eight waves, and four mistakes that can be switched off. In a real model nobody "
    "can take them apart like this.",
    definition=2,
    lesson="notebooks/04_four_suspects.ipynb",
    vary={
        "measured": (10, 100, UNLIMITED),
        "steps": (10, 100, STEPS[-1]),
        "waves": (2, 5, WAVES),
        "bits": (3, 5, EXACT),
    },
)
def four_suspects(
    measured: Annotated[
        int,
        Slider(
            10,
            UNLIMITED,
            values=MEASURED,
            label="data: measurements per place",
            help="Measurements at each of the 32 places, in each generation.",
        ),
    ] = UNLIMITED,
    steps: Annotated[
        int,
        Slider(
            10,
            STEPS[-1],
            values=STEPS,
            label="procedure: learning steps",
            help="Steps of gradient descent from a flat line; a million are as good as all.",
        ),
    ] = STEPS[-1],
    waves: Annotated[
        int,
        Slider(
            1,
            WAVES,
            label="form: waves a model can hold",
            help="How many of the eight waves a model can hold, the widest first.",
        ),
    ] = WAVES,
    bits: Annotated[
        int,
        Slider(
            2,
            EXACT,
            values=BITS,
            label="hardware: bits of a number",
            help="Bits of the mantissa of each stored number; what is left over is cut off.",
        ),
    ] = EXACT,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 30 lineages over 60 generations, for each suspect and for all together.

    Errors are mean squares over the landscape, in per cent of its variance, typical (median) over
    the lineages: of each suspect as it is set and the three others innocent, of all `together`,
    and of the four single ones added up (`total`). `models` is the first lineage with all of them.
    """
    kept = whole("waves", waves, least=1)
    if kept > WAVES:
        raise ValueError(f"waves must be a whole number of at most {WAVES}, not {waves!r}")
    set_to = (measured, steps, kept, bits)
    alone = np.where(np.eye(len(SUSPECTS), dtype=bool), set_to, INNOCENT).tolist()
    runs = {name: _run(*values, seed) for name, values in zip(SUSPECTS, alone, strict=True)}
    every = _run(*set_to, seed)
    wrong = {name: _error(heights) for name, heights in runs.items()}
    pairs = zip(SUSPECTS, set_to, INNOCENT, strict=True)
    loose = [name for name, value, innocent in pairs if value != innocent]
    return {
        "case": ("none", *loose)[-1] if len(loose) < 2 else "several",
        "landscape": _waves(FINE) @ HEIGHTS,
        "models": every[:, 0] @ _waves(FINE).T,
        "together": _error(every),
        "total": sum(wrong.values(), start=np.zeros(HORIZON + 1)),
        **wrong,  # data, procedure, form, hardware
    }


@lru_cache(maxsize=64)  # a slider moves one suspect: the three others are as they were
def _run(measured: int, steps: int, waves: int, bits: int, seed: int) -> Array:
    """Return the heights of the waves, shape ``(61, 30, 8)``."""
    learner: Learner = GradientDescent(steps=steps, rate=RATE, noise=NOISE, features=DESIGN)
    if waves < WAVES:
        learner = Holding(learner, waves)
    if bits < EXACT:
        learner = Rounded(learner, bits, "truncate")
    lineage = simulate(
        TRUTH, learner, n=PLACES * measured, generations=HORIZON, replicates=REPLICATES, rng=seed
    )
    models: Any = lineage.models
    every = [np.broadcast_to(model.coefficients, (REPLICATES, WAVES)) for model in models]
    return np.array(every) * EASE


def _error(heights: Array) -> Array:
    """Return the typical mean square of what is wrong, in per cent of the landscape's variance.

    To a ten-thousandth: the luck of a billion measurements is none.
    """
    wrong = np.median(((heights - HEIGHTS) ** 2).sum(axis=-1), axis=1)
    return np.asarray(np.round(100 * wrong, 4))
