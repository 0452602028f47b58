"""Somebody watches one dial, and goes back to an older model: who notices in time.

Sixty kinds by Zipf's law, copied from model to model. Somebody watches one number and goes back to
an older model when it has fallen too far. Who watches an average is told late, and by then every
model that was kept has lost the rare kinds as well; who watches the rare kinds is told in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from collapse_lib import figures, metrics, style
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Reroll, Slider
from collapse_lib.distributions import Distribution, Zipf
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import CategoricalMLE
from collapse_lib.metrics.kinds import categorical
from collapse_lib.regimes import Refresh, Replace, real_count
from collapse_lib.simulate import simulate
from collapse_lib.watching import notice, rescue

KINDS = 60
HORIZON = 120
REPLICATES = 50
TRUTH = Zipf(KINDS)
RATIOS = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1)
RARE = slice(KINDS // 2, None)  # the rarer half: Zipf's kinds come in the order of their frequency
T = np.arange(HORIZON + 1)


def rare(model: Distribution, truth: Distribution) -> Array:
    """Return the share of the rarer half of the kinds that is left."""
    alive = categorical("rare", model).p[..., RARE] > 0
    return np.asarray(alive.mean(axis=-1))


DIALS = {
    "average": metrics.heterozygosity,  # the chance that two draws are of different kinds
    "questions": metrics.coverage,  # questions, asked as often as in the truth, whose kind is left
    "rare": rare,
}
LOOKS = {
    "average": ("variety of what is drawn", style.line(style.GREEN, width=3, dash="dot")),
    "questions": ("questions still answered", style.line(style.BLUE, width=3, dash="dashdot")),
    "rare": ("rare kinds still there", style.line(style.VERMILLION, width=3)),
}


@dataclass(frozen=True, eq=False)
class Watched:
    """What the views and the sentence of `watch_and_roll_back` show.

    ``(121,)`` arrays hold one number per generation, of which 0 is the truth; medians are over
    the 50 lineages.

    Parameters
    ----------
    case : str
        Which sentence applies: "never" (the alarm has not rung by the end) or "rang".
    dials : dict of str to ndarray, shape ``(121,)``
        What each dial would have shown without a way back, in units of its start; medians.
    alarm : float
        Where the alarm rings, in the same units.
    alone, saved : ndarray, shape ``(121,)``
        Kinds left without and with the way back; medians.
    alone_band, saved_band : ndarray, shape ``(2, 121)``
        10 % and 90 % quantile over the lineages.
    rang, to : int
        The generation in which the alarm rang, and the one gone back to; 0 for never.
    found : float
        Kinds that the model gone back to still has; median. 0 for never.
    real_count : int
        Real points among the n of each generation after the alarm.
    """

    case: str
    dials: dict[str, Array]
    alarm: float
    alone: Array
    saved: Array
    alone_band: Array
    saved_band: Array
    rang: int
    to: int
    found: float
    real_count: int


def on_the_dial(result: Watched) -> View:
    """Draw what the three dials show, and where the alarm rings."""
    curves = [Curve(name, result.dials[key], look) for key, (name, look) in LOOKS.items()]
    line = np.full(T.size, result.alarm)
    curves.append(Curve("alarm", line, style.line(style.GREY, width=2, dash="dash")))
    return figures.lines(
        curves,
        title="Three dials, without a way back",
        quantity="share of the start (median)",
        y_range=(0, 1.05),
    )


def kinds_left(result: Watched) -> View:
    """Draw how many kinds are left, with and without the way back."""
    return figures.lines(
        [
            Curve(
                "way back, 10 to 90 %",
                result.saved_band,
                style.line(style.ORANGE),
                kind="band",
            ),
            Curve("left alone, median", result.alone, style.line(style.GREY, width=3, dash="dash")),
            Curve("with the way back, median", result.saved, style.line(style.ORANGE, width=3.5)),
        ],
        title=f"Kinds left, of {KINDS}",
        quantity="kinds",
        y_range=(0, KINDS + 2),
    )


@explorable(
    title="Which dial do you watch?",
    views=(on_the_dial, kinds_left),
    cursor=Cursor("generations", 1, HORIZON, start=HORIZON),
    say={
        "never": "The alarm has not rung by generation 120. In generation {generations:d} the "
        "typical lineage has {alone:d} of its kinds left, and nobody has noticed.",
        "rang": "The alarm rings in generation {rang:d}. The model of generation {to:d}, the "
        "oldest one kept, still has {found:d} kinds of 60. In generation {generations:d} the "
        "typical lineage has {saved:d} with this way back, and {alone:d} without.",
    },
    caveat="A toy: kinds that are only counted, one alarm, one way back. Without real data, what "
    "was saved fades again.",
    definition=6,
    lesson="notebooks/06_what_rescues_us.ipynb",
)
def watch_and_roll_back(
    dial: Annotated[
        str,
        Choice(
            {
                "average": "variety (an average)",
                "questions": "questions answered",
                "rare": "rare kinds",
            },
            label="dial",
        ),
    ] = "average",
    loss: Annotated[float, Slider(1, 50, step=1, label="alarm at a loss of (%)")] = 10,
    kept: Annotated[int, Slider(1, 60, label="old models kept")] = 5,
    real: Annotated[
        float,
        Slider(
            0, 1, values=RATIOS, label="real data from then on", shown="{real_count:,d} of {n:,d}"
        ),
    ] = 0.0,
    n: Annotated[int, Slider(50, 5_000, log=True, label="sample size")] = 500,
    seed: Annotated[int, Reroll()] = 0,
) -> Watched:
    """Simulate 50 lineages, watch their median, and go back once.

    Parameters
    ----------
    dial : {"average", "questions", "rare"}
        What is watched; see `DIALS`.
    loss : float
        Loss of the dial, in per cent of its start, at which the alarm rings.
    kept : int
        The oldest model that can be gone back to is this many generations old.
    real : float
        Fraction of real data in every generation after the alarm; before it there are none.
    n : int
        Points that each generation learns from.
    seed : int
        Which dice to roll.

    Returns
    -------
    Watched
        Medians and quantiles over the lineages.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    kept_real = real_count(n, real)
    alone = simulate(
        TRUTH,
        CategoricalMLE(),
        Replace(),
        n=n,
        generations=HORIZON,
        replicates=REPLICATES,
        rng=seed,
    )
    rang = float(notice(alone, DIALS[dial], 1 - loss / 100))
    saved, to = alone, 0
    if rang < HORIZON:
        to = max(1, int(rang) - kept)
        saved = rescue(alone, rang, to, after=Refresh(real) if kept_real else None)
    kinds = [lineage.trace(metrics.survivors) for lineage in (alone, saved)]
    bands = [np.quantile(each, [0.1, 0.9], axis=1) for each in kinds]
    shown = {key: np.median(alone.trace(metric), axis=1) for key, metric in DIALS.items()}
    return Watched(
        case="rang" if to else "never",
        dials={key: curve / curve[0] for key, curve in shown.items()},
        alarm=1 - loss / 100,
        alone=np.median(kinds[0], axis=1),
        saved=np.median(kinds[1], axis=1),
        alone_band=bands[0],
        saved_band=bands[1],
        rang=int(rang) if to else 0,
        to=to,
        found=float(np.median(kinds[0][to])) if to else 0.0,
        real_count=kept_real,
    )
