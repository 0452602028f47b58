"""When may one go on approximating approximations? When the sum of the errors stays bounded.

Two kinds of error, side by side. On the left a small bias, the same in every generation: kept to
itself it adds up without limit, in a pool that keeps everything like a logarithm, and only a pull
back to the truth stops it, where the pull is as strong as the bias. On the right luck alone: if
the samples grow faster than in proportion to the generation, the errors add up to something
finite and the variance comes to rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style, theory
from collapse_lib.checks import Array, finite, fraction, number, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Normal
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import GaussianMLE, Learner
from collapse_lib.mistakes import Biased
from collapse_lib.regimes import Accumulate, Growing, Refresh, Regime, Replace, real_count
from collapse_lib.simulate import Lineage, simulate
from collapse_lib.words import Message

HORIZON = 200
REPLICATES = 200
POINTS = 1_000  # on the left, so many that luck hardly shows
RATIOS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
T = np.arange(HORIZON + 1)
TICKS = [1, 2, 5, 10, 20, 50, 100, 200]  # plotly by itself would write 2 for 20


def bias_adds(
    newest_theory: Array,
    everything_theory: Array,
    pulled_theory: Array,
    newest: Array,
    everything: Array,
    pulled: Array,
) -> View:
    """Draw the error that a constant bias makes, under three data policies."""
    in_theory = [newest_theory, everything_theory, pulled_theory]
    return _on_a_log_clock(
        [
            Curve("newest only", newest, style.line(style.VERMILLION, width=3)),
            Curve("everything so far", everything, style.line(style.PURPLE, width=3, dash="dot")),
            Curve("newest and some real", pulled, style.line(style.BLUE, width=3, dash="dash")),
            Curve("theory", np.stack(in_theory), style.line(style.GREY, width=1), kind="crowd"),
        ],
        title="A small bias, the same every time",
        quantity="error of the mean (real spread: 1)",
        y_range=(0, 0.5),
    )


def luck_adds(left: Array, left_theory: Array) -> View:
    """Draw what luck leaves of the variance while the samples grow."""
    return _on_a_log_clock(
        [
            Curve("median (typical)", left, style.line(style.ORANGE, width=3.5)),
            Curve("median, theory", left_theory, style.line(style.GREY, dash="dash")),
        ],
        title="Luck alone, with samples that grow",
        quantity="typical variance (start = 1)",
        y_range=(0, 1.1),
    )


@explorable(
    title="When errors stay bounded",
    views=(bias_adds, luck_adds),
    cursor=Cursor("generations", 1, HORIZON),
    say="Generation {generations:d}. Left: the error is {newest:.2g} from the newest data, "
    "{everything:.2g} from everything so far, {pulled:.2g} with {real_count:d} of 1,000 real. "
    "Right, from {size:,d} points: {left:.2g} of the typical "
    "variance is left; the errors add up to {total:.2g} so far, in the end to {total_limit:.2g}.",
    caveat="One Gaussian. Its bias is a number that we chose; nobody knows that of a real learner, "
    "nor whether its pull to the truth is as strong.",
    definition=(3, 4),
    lesson="notebooks/02_error_snowball.ipynb",
    vary={
        "bias": (0, 0.02, 0.1),
        "real": (0.005, 0.05, 0.2, 0.5),
        "first": (10, 100),
        "growth": (0, 1, 1.5, 2),
    },
)
def bounded_errors(
    bias: Annotated[
        float,
        Slider(
            0,
            0.1,
            step=0.005,
            label="bias (left)",
            help="What every fit is off, always to the same side, in standard deviations of "
            "the truth.",
        ),
    ] = 0.02,
    real: Annotated[
        float,
        Slider(
            RATIOS[0],
            RATIOS[-1],
            values=RATIOS,
            label="real data (left)",
            shown="{real_count:d} of 1,000",
            help="Share of fresh real data in the pulled world: real_count(1000, real) points.",
        ),
    ] = 0.05,
    first: Annotated[
        int,
        Slider(
            5,
            200,
            log=True,
            label="first sample (right)",
            help="Sample size of generation 1 in the world without bias, at least 2.",
        ),
    ] = 10,
    growth: Annotated[
        float,
        Slider(
            0,
            2,
            step=0.25,
            label="growth (right)",
            shown="{last:,d} at the end",
            help="There generation i learns from first · i^growth points.",
        ),
    ] = 0.0,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 200 lineages over 200 generations in four worlds.

    Errors are in theory ``t · bias``, ``H_t · bias`` with H_t = 1 + 1/2 + … + 1/t, and
    ``(1 - (1-α)^t) bias/α``, where α is the share of real data. `left` is the typical (median)
    variance under growing samples, in units of the truth's, and `total` is ``Σ 1/n(i)``, to what
    the errors of luck add up; it tends to `total_limit`, were the sizes not rounded.
    """
    step = number(finite, "bias", bias)
    kept = real_count(POINTS, fraction("real", real))
    if not kept:
        raise ValueError(f"real must be at least {0.5 / POINTS}, for one real point, not {real!r}")
    share = kept / POINTS
    schedule = Growing(whole("first", first, least=2), growth)
    sizes = np.array([schedule(int(t)) for t in T[1:]], dtype=float)
    return {
        "newest": _error(step, Replace(), seed),
        "everything": _error(step, Accumulate(), seed),
        "pulled": _error(step, Refresh(share), seed),
        "newest_theory": step * T,
        "everything_theory": step * np.append(0.0, np.cumsum(1 / T[1:])),
        "pulled_theory": step * (1 - (1 - share) ** T) / share,
        "limit": step / share,
        "real_count": kept,
        "left": _left(schedule, seed),
        "left_theory": np.asarray(theory.schedule_variance_median(sizes)),
        "size": np.append(np.nan, sizes),
        "last": int(sizes[-1]),
        "total": np.append(0.0, np.cumsum(1 / sizes)),
        "total_limit": np.full(T.shape, _zeta(schedule.power) / schedule.first),
    }


@lru_cache(maxsize=64)  # three of the four worlds stay while one slider moves
def _error(bias: float, regime: Regime, seed: int) -> Array:
    learner = Biased(GaussianMLE(1), bias)
    run = _run(learner, regime, n=POINTS, rng=seed)
    return np.asarray(run.trace(metrics.mean).mean(axis=1))


@lru_cache(maxsize=64)
def _left(schedule: Growing, seed: int) -> Array:
    run = _run(GaussianMLE(1), Replace(), n=schedule, rng=seed)
    return np.asarray(np.median(run.trace(metrics.variance), axis=1))


def _run(learner: Learner, regime: Regime, **options: Any) -> Lineage:
    return simulate(
        Normal(), learner, regime, generations=HORIZON, replicates=REPLICATES, **options
    )


def _zeta(power: float) -> float:
    from scipy.special import zeta

    return float(zeta(power)) if power > 1 else np.inf


def _on_a_log_clock(
    curves: Sequence[Curve], title: Message, quantity: Message, **options: Any
) -> View:
    """Draw over the generations on a logarithmic clock, on which ln t is a straight line."""
    view = figures.lines(
        curves, title=title, quantity=quantity, x_range=(0, float(np.log10(HORIZON))), **options
    )
    view["layout"]["xaxis"] |= {"type": "log", "tickvals": TICKS, "ticktext": [*map(str, TICKS)]}
    return view
