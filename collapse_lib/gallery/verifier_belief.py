"""A verifier who is nearly right: his filter helps at first, and leads to what he believes.

Models learn where the middle of a heap of numbers lies, from fifty real ones and then only from
what the model before has made up. Alone they drift. A verifier who lets through what is near to
where *he* believes the middle to be takes away their scatter, and hands over his belief: closer to
the truth than the real numbers were, if he is, and otherwise no further than that.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style, theory
from collapse_lib.checks import Array, finite, number, positive, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Normal
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import GaussianLocationMLE
from collapse_lib.regimes import Regime, Replace, Tempered, Verifier
from collapse_lib.simulate import simulate

HORIZON = 20
REPLICATES = 200
REAL = 50  # points of generation 1
T = np.arange(HORIZON + 1)


def places(middles: Array, belief: float) -> View:
    """Draw where each lineage believes the middle to be."""
    return figures.lines(
        [
            Curve(
                "200 lineages behind the verifier",
                middles,
                style.line(style.faint(style.BLUE, 0.4), width=1),
                kind="crowd",
            ),
            Curve("the truth", np.zeros(T.size), style.line(style.GREEN, width=3)),
            Curve(
                "what the verifier believes",
                np.full(T.size, belief),
                style.line(style.VERMILLION, width=3, dash="dash"),
            ),
        ],
        title="Where the models take the middle to be",
        quantity="middle (real spread: 1)",
        y_range=(-0.5, 0.6),
    )


def errors(verified: Array, alone: Array, theory: Array, real: float) -> View:
    """Draw the typical size of the error, with and without a verifier."""
    return figures.lines(
        [
            Curve("no verifier", alone, style.line(style.GREY, width=3, dash="dot")),
            Curve("behind the verifier", verified, style.line(style.BLUE, width=3.5)),
            Curve("the same, theory", theory, style.line(style.ORANGE, dash="dash")),
            Curve(
                "50 real numbers alone",
                np.full(T.size, real),
                style.line(style.GREEN, width=1.5, dash="dashdot"),
            ),
        ],
        title="How far off they typically are",
        quantity="typical error (real spread: 1)",
        y_range=(0, 0.5),
    )


@explorable(
    title="The loop ends at what its verifier believes",
    views=(places, errors),
    cursor=Cursor("generations", 1, HORIZON),
    say="Generation {generations:d}: behind the verifier the models are typically off by "
    "{verified:.2g}, without one by {alone:.2g}. The fifty real numbers were off by {real:.2g}, "
    "the verifier himself is by {belief:.2g}. The best generation so far is {best:d}, off by "
    "{least:.2g}.",
    caveat="A toy: one number, its spread known, and a verifier whose belief is one number too. Of "
    "a real one nobody knows where it lies, and he judges more than one thing at a time.",
    definition=2,
    lesson="notebooks/06_what_rescues_us.ipynb",
    vary={"belief": (0, 0.05, 0.15, 0.3), "reach": (1, 1.5, 3), "n": (50, 200)},
)
def verifier_belief(
    belief: Annotated[
        float,
        Slider(
            0,
            0.5,
            step=0.05,
            label="verifier is off by",
            help="Where the verifier takes the middle to be; the truth is 0, its spread 1.",
        ),
    ] = 0.15,
    reach: Annotated[
        float,
        Slider(
            0.5,
            3,
            step=0.25,
            label="he passes what is within",
            help="Numbers that are nearer to his middle pass; less is stricter.",
        ),
    ] = 1.5,
    n: Annotated[
        int,
        Slider(
            20,
            200,
            log=True,
            label="numbers that pass",
            help="So many numbers each generation learns from, the first one apart.",
        ),
    ] = 200,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 200 lineages over 20 generations, with a verifier and without.

    Generation 1 learns from fifty real numbers, later ones from `n` of the model before that
    pass. Errors are root mean squares over the lineages, in standard deviations of the truth.

    Notes
    -----
    After Yi and others, arXiv:2510.16657, whose theorems are about regression; the theory here,
    to first order in the belief, is `theory.verifier_mean_square`.
    """
    off, width = number(finite, "belief", belief), number(positive, "reach", reach)
    size = whole("n", n, least=1)
    means = _middles(off, width, size, seed)
    verified = _rms(means)
    square = theory.verifier_mean_square(T, REAL, size, off, width)
    best = 1 + np.array([verified[1 : t + 1].argmin() if t else 0 for t in T])
    return {
        "middles": means.T,
        "verified": verified,
        "alone": _rms(_middles(0.0, np.inf, size, seed)),
        "theory": np.sqrt(square),
        "real": REAL**-0.5,
        "best": best.astype(float),
        "least": verified[best],
    }


@lru_cache(maxsize=32)  # the lineages alone stay while the verifier changes
def _middles(belief: float, reach: float, n: int, seed: int) -> Array:
    """Return the fitted middles of all generations, shape ``(21, 200)``."""
    verifier = Verifier(lambda x: np.abs(x - belief) < reach, 1, 0)
    regime: Regime = Tempered(Replace(), verifier) if np.isfinite(reach) else Replace()
    lineage = simulate(
        Normal(),
        GaussianLocationMLE(),
        regime,
        n=lambda t: REAL if t == 1 else n,
        generations=HORIZON,
        replicates=REPLICATES,
        rng=seed,
    )
    return np.asarray(lineage.trace(metrics.mean))


def _rms(means: Array) -> Array:
    return np.asarray(np.sqrt((means**2).mean(axis=1)))
