"""Somebody watches one dial, and goes back to an older model: who notices in time.

Sixty kinds by Zipf's law, copied from model to model. Somebody watches one number and goes back to
an older model when it has fallen too far. Who watches an average is told late, and by then every
model that was kept has lost the rare kinds as well; who watches the rare kinds is told in time.
What then becomes of the old model is a choice of its own: to use it and train no more saves what it
has, to go on as before only puts the loss off, and new real data bring kinds back.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Reroll, Slider
from collapse_lib.distributions import Distribution, Zipf
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import CategoricalMLE
from collapse_lib.metrics import Ensemble
from collapse_lib.metrics.kinds import categorical
from collapse_lib.regimes import Refresh, Replace
from collapse_lib.simulate import simulate
from collapse_lib.watching import notice, rescue
from collapse_lib.words import later

KINDS = 60
HORIZON = 120
REPLICATES = 50
TRUTH = Zipf(KINDS)
PULL = 0.1  # share of real data, if one goes on with some
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
    "average": (later("variety of what is drawn"), style.line(style.GREEN, width=3, dash="dot")),
    "questions": (
        later("questions still answered"),
        style.line(style.BLUE, width=3, dash="dashdot"),
    ),
    "rare": (later("rare kinds still there"), style.line(style.VERMILLION, width=3)),
}


def on_the_dial(dials: dict[str, Array], alarm: float) -> View:
    """Draw what the three dials show, and where the alarm rings."""
    curves = [Curve(name, dials[key], look) for key, (name, look) in LOOKS.items()]
    line = np.full(T.size, alarm)
    curves.append(Curve("alarm", line, style.line(style.GREY, width=2, dash="dash")))
    view = figures.lines(
        curves,
        title="Three dials, without a way back",
        quantity="share of the start (median)",
        y_range=(0, 1.05),
    )
    view["data"][-1] |= {"x": T, "y": line}  # the alarm is set before anything has happened
    return view


def kinds_left(saved: Array, saved_band: Array, alone: Array) -> View:
    """Draw how many kinds are left, with and without the way back."""
    curves = [
        Curve("way back, 10 to 90 %", saved_band, style.line(style.ORANGE), kind="band"),
        Curve("left alone, median", alone, style.line(style.GREY, width=3, dash="dash")),
        Curve("with the way back, median", saved, style.line(style.ORANGE, width=3.5)),
    ]
    title = f"Kinds left, of {KINDS}"
    return figures.lines(curves, title=title, quantity="kinds", y_range=(0, KINDS + 2))


@explorable(
    title="Which dial do you watch?",
    views=(on_the_dial, kinds_left),
    cursor=Cursor("generations", 1, HORIZON, start=HORIZON),
    say="Generation {generations:d}: {saved:d} of 60 kinds are left in the typical lineage. Alarms "
    "so far: {alarms:d}. The way back leads to the model of generation {to:d}, which has {found:d} "
    "kinds.",
    caveat="A toy: kinds that are only counted, one alarm, one way back. Who goes on as before "
    "loses again what was saved.",
    definition=7,
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
            help="What is watched.",
        ),
    ] = "average",
    then: Annotated[
        str,
        Choice(
            {
                "stop": "use it, train no more",
                "on": "go on as before",
                "real": "go on, a tenth real",
            },
            label="with the old model",
            help="What becomes of the model gone back to.",
        ),
    ] = "stop",
    kept: Annotated[
        int,
        Slider(
            1,
            60,
            label="old models kept",
            help="The oldest model that can be gone back to is this many generations old.",
        ),
    ] = 5,
    loss: Annotated[
        float,
        Slider(
            1,
            50,
            step=1,
            label="alarm at a loss of (%)",
            help="Loss of the dial, in per cent of its start, at which the alarm rings.",
        ),
    ] = 5,
    n: Annotated[
        int,
        Slider(
            50,
            5_000,
            log=True,
            label="sample size",
            help="Points that each generation learns from.",
        ),
    ] = 1000,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 50 lineages, watch their median, and go back once.

    Dials are medians in units of their start, as they would be without a way back; kinds are
    medians too. `rang` is the generation of the alarm, 0 if it has not rung by the end; `to` is
    where the way back leads once it has, and would lead before, and `found` is what is there.
    """
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
    left = saved_left = alone.trace(metrics.survivors)
    last = int(min(rang, HORIZON))
    to = np.maximum(np.minimum(T, last) - kept, 1)
    if rang < HORIZON and then == "stop":
        saved_left = np.concatenate([left[: last + 1], left[[to[-1]] * (HORIZON - last)]])
    elif rang < HORIZON:
        after = Refresh(PULL) if then == "real" else None
        saved_left = rescue(alone, rang, int(to[-1]), after=after).trace(metrics.survivors)
    shown = {key: np.median(alone.trace(metric), axis=1) for key, metric in DIALS.items()}
    without, saved = Ensemble(left), Ensemble(saved_left)
    return {
        "dials": {key: curve / curve[0] for key, curve in shown.items()},
        "alarm": 1 - loss / 100,
        "alone": without.median,
        "saved": saved.median,
        "alone_band": without.band,
        "saved_band": saved.band,
        "rang": last if rang < HORIZON else 0,
        "alarms": ((last <= T) & (rang < HORIZON)).astype(int),
        "to": to,
        "found": without.median[to],
    }
