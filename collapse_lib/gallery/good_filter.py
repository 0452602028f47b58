"""Four ways to keep a loop clean: what each of them does to nonsense, and what to the rare kinds.

Forty kinds by Zipf's law, and models that turn a share of what they write into nonsense. Without
a filter the nonsense piles up. Keeping what looks typical removes it, and the rare kinds with it.
A verifier, who knows nonsense when he sees it, removes only that. And the few real points do most
where the rare kinds are missing: clean is one thing, representative another.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style
from collapse_lib.checks import Array
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Categorical, Distribution, Zipf
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import CategoricalMLE
from collapse_lib.metrics.kinds import categorical
from collapse_lib.regimes import (
    Blend,
    Regime,
    Screened,
    Slip,
    Tempered,
    TopP,
    TopUp,
    Verifier,
    real_count,
)
from collapse_lib.simulate import simulate

KINDS = 40
NONSENSE = 8  # kinds that the truth never draws
HORIZON = 40
REPLICATES = 30
KEEPS_GOOD = 0.95  # of the good points, a verifier
TRUTH = Categorical(np.append(Zipf(KINDS).p, np.zeros(NONSENSE)))
STRATA = np.minimum(np.arange(KINDS + NONSENSE), KINDS)  # each kind by itself, all nonsense as one
T = np.arange(HORIZON + 1)
NAMES = {
    "none": "no filter",
    "typical": "keep what looks typical",
    "verifier": "verifier",
    "top_up": "verifier, and real points where kinds are missing",
}
LOOKS = {
    "none": style.line(style.GREY, width=2.5, dash="dot"),
    "typical": style.line(style.VERMILLION, width=3, dash="dash"),
    "verifier": style.line(style.BLUE, width=3, dash="dashdot"),
    "top_up": style.line(style.GREEN, width=3.5),
}


def quality(clean: dict[str, Array]) -> View:
    """Draw how much of each model is no nonsense."""
    return figures.lines(
        [Curve(NAMES[key], curve, LOOKS[key]) for key, curve in clean.items()],
        title="Clean: the share that makes sense",
        quantity="per cent of the model (mean)",
        y_range=(0, 102),
    )


def variety(left: dict[str, Array]) -> View:
    """Draw how many kinds each model has left."""
    return figures.lines(
        [Curve(NAMES[key], curve, LOOKS[key]) for key, curve in left.items()],
        title=f"Representative: kinds left, of {KINDS}",
        quantity="kinds (median)",
        y_range=(0, KINDS + 1),
    )


@explorable(
    title="A good filter, and one that eats the tail",
    views=(quality, variety),
    cursor=Cursor("generations", 1, HORIZON, start=HORIZON),
    say="Generation {generations:d}: keeping what looks typical leaves {typical_clean:d} % clean "
    "and {typical_left:d} kinds; a verifier {verifier_clean:d} % and {verifier_left:d} kinds; if "
    "the real points also go where kinds are missing, {top_up_left:d} of 40 kinds are left.",
    caveat="A toy: nonsense that a verifier can recognise, and kinds that can be counted. A "
    "verifier of texts has blind spots, and the loop ends at what it believes.",
    definition=(7, 8),
    lesson="notebooks/06_what_rescues_us.ipynb",
    vary={
        "real": (0, 0.02),
        "nonsense": (0, 0.05, 0.3),
        "missed": (0, 0.1, 0.5, 1),
        "typical": (0.7, 0.9, 0.95, 1),
        "n": (500,),
    },
)
def good_filter(
    real: Annotated[
        float,
        Slider(
            0,
            0.5,
            values=(0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
            label="real-data ratio",
            shown="about {real_count:,d} of {n:,d}",
            help="Fraction of real data in each generation.",
        ),
    ] = 0.02,
    nonsense: Annotated[
        float,
        Slider(
            0,
            0.3,
            values=(0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3),
            label="new nonsense",
            help="Share of the good points that a model turns into nonsense when it generates.",
        ),
    ] = 0.05,
    missed: Annotated[
        float,
        Slider(
            0,
            1,
            step=0.05,
            label="nonsense that the verifier misses",
            help="Share of the nonsense that the verifier lets through; of the good points "
            "it keeps 95 %.",
        ),
    ] = 0.1,
    typical: Annotated[
        float,
        Slider(
            0.5,
            1,
            step=0.05,
            label="share kept as typical",
            help="The filter for the typical keeps the commonest kinds that together make up "
            "this share.",
        ),
    ] = 0.9,
    n: Annotated[
        int,
        Slider(
            50,
            5_000,
            log=True,
            label="sample size",
            help="Points that each generation learns from.",
        ),
    ] = 500,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 30 lineages behind each of four filters, over 40 generations.

    By filter, `clean` is the per cent of a model that is no nonsense (a mean over the lineages) and
    `left` the number of kinds that are left (a median).
    """
    slip = Slip(_good, nonsense)
    verifier = Verifier(_good, KEEPS_GOOD, missed)
    plain: Regime = Tempered(Blend(real), slip)
    regimes = {
        "none": plain,
        "typical": Tempered(plain, TopP(typical)),
        "verifier": Tempered(plain, verifier),
        "top_up": Tempered(Tempered(Screened(Blend(real), TopUp(STRATA)), slip), verifier),
    }
    clean, left = {}, {}
    for key, regime in regimes.items():
        lineage = simulate(
            TRUTH,
            CategoricalMLE(),
            regime,
            n=n,
            generations=HORIZON,
            replicates=REPLICATES,
            rng=seed,
        )
        clean[key] = 100 * lineage.trace(_share_clean).mean(axis=1)
        left[key] = np.median(lineage.trace(_kinds_left), axis=1)
    return {
        "clean": clean,
        "left": left,
        "real_count": real_count(n, real),  # on average
        **{f"{key}_clean": share for key, share in clean.items()},
        **{f"{key}_left": kinds for key, kinds in left.items()},
    }


def _share_clean(model: Distribution, truth: Distribution) -> Array:
    return np.asarray(categorical("good_filter", model).p[..., :KINDS].sum(axis=-1))


def _kinds_left(model: Distribution, truth: Distribution) -> Array:
    return np.asarray((categorical("good_filter", model).p[..., :KINDS] > 0).sum(axis=-1))


def _good(labels: Array) -> Array:
    return np.asarray(labels) < KINDS
