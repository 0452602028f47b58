"""When may one go on approximating approximations? When the sum of the errors stays bounded.

Two kinds of error, side by side. On the left a small bias, the same in every generation: kept to
itself it adds up without limit, in a pool that keeps everything like a logarithm, and only a pull
back to the truth stops it, where the pull is as strong as the bias. On the right luck alone: if
the samples grow faster than in proportion to the generation, the errors add up to something
finite and the variance comes to rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, eq=False)
class Bounded:
    """What the views and the sentence of `bounded_errors` show.

    ``(201,)`` arrays hold one number per generation, of which 0 is the truth. Errors are those of
    the fitted mean, averaged over 200 lineages, in standard deviations of the truth.

    Parameters
    ----------
    newest, everything, pulled : ndarray, shape ``(201,)``
        The error if each generation learns from the newest data only, from all data so far, or
        from the newest and some fresh real data.
    newest_theory, everything_theory, pulled_theory : ndarray, shape ``(201,)``
        ``t · bias``, ``H_t · bias`` with H_t = 1 + 1/2 + … + 1/t, and
        ``(1 - (1-α)^t) bias/α``, where α is the share of real data.
    limit : float
        ``bias/α``, where the pull to the truth balances the bias.
    real_count : int
        Real points among the 1,000 of each generation.
    left, left_theory : ndarray, shape ``(201,)``
        Typical (median) variance under growing samples, in units of the truth's.
    size : ndarray, shape ``(201,)``
        Sample size of each generation; of the truth, nan.
    last : int
        Sample size of generation 200.
    total : ndarray, shape ``(201,)``
        ``Σ 1/n(i)`` up to each generation: to what the errors of luck add up.
    total_limit : ndarray, shape ``(201,)``
        What it tends to, were the sizes not rounded, the same in all generations; infinite for a
        growth of at most 1.
    """

    newest: Array
    everything: Array
    pulled: Array
    newest_theory: Array
    everything_theory: Array
    pulled_theory: Array
    limit: float
    real_count: int
    left: Array
    left_theory: Array
    size: Array
    last: int
    total: Array
    total_limit: Array


def bias_adds(result: Bounded) -> View:
    """Draw the error that a constant bias makes, under three data policies."""
    in_theory = [result.newest_theory, result.everything_theory, result.pulled_theory]
    return _on_a_log_clock(
        [
            Curve("newest only", result.newest, style.line(style.VERMILLION, width=3)),
            Curve(
                "everything so far",
                result.everything,
                style.line(style.PURPLE, width=3, dash="dot"),
            ),
            Curve(
                "newest and some real", result.pulled, style.line(style.BLUE, width=3, dash="dash")
            ),
            Curve("theory", np.stack(in_theory), style.line(style.GREY, width=1), kind="crowd"),
        ],
        title="A small bias, the same every time",
        quantity="error of the mean (real spread: 1)",
        y_range=(0, 0.5),
    )


def luck_adds(result: Bounded) -> View:
    """Draw what luck leaves of the variance while the samples grow."""
    return _on_a_log_clock(
        [
            Curve("median (typical)", result.left, style.line(style.ORANGE, width=3.5)),
            Curve("median, theory", result.left_theory, style.line(style.GREY, dash="dash")),
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
    bias: Annotated[float, Slider(0, 0.1, step=0.005, label="bias (left)")] = 0.02,
    real: Annotated[
        float,
        Slider(
            RATIOS[0],
            RATIOS[-1],
            values=RATIOS,
            label="real data (left)",
            shown="{real_count:d} of 1,000",
        ),
    ] = 0.05,
    first: Annotated[int, Slider(5, 200, log=True, label="first sample (right)")] = 10,
    growth: Annotated[
        float,
        Slider(0, 2, step=0.25, label="growth (right)", shown="{last:,d} at the end"),
    ] = 0.0,
    seed: Annotated[int, Reroll()] = 0,
) -> Bounded:
    """Simulate 200 lineages over 200 generations in four worlds.

    Parameters
    ----------
    bias : float
        What every fit is off, always to the same side, in standard deviations of the truth.
    real : float
        Share of fresh real data in the pulled world: ``real_count(1000, real)`` points.
    first : int
        Sample size of generation 1 in the world without bias, at least 2.
    growth : float
        There generation i learns from ``first · i^growth`` points.
    seed : int
        Which dice to roll.

    Returns
    -------
    Bounded
        Errors in standard deviations of the truth, variances in units of the truth's.

    Raises
    ------
    ValueError
        If a number is out of its range, or `real` is too small for a single real point.
    """
    step = number(finite, "bias", bias)
    kept = real_count(POINTS, fraction("real", real))
    if not kept:
        raise ValueError(f"real must be at least {0.5 / POINTS}, for one real point, not {real!r}")
    share = kept / POINTS
    schedule = Growing(whole("first", first, least=2), growth)
    sizes = np.array([schedule(int(t)) for t in T[1:]], dtype=float)
    return Bounded(
        newest=_error(step, Replace(), seed),
        everything=_error(step, Accumulate(), seed),
        pulled=_error(step, Refresh(share), seed),
        newest_theory=step * T,
        everything_theory=step * np.append(0.0, np.cumsum(1 / T[1:])),
        pulled_theory=step * (1 - (1 - share) ** T) / share,
        limit=step / share,
        real_count=kept,
        left=_left(schedule, seed),
        left_theory=np.asarray(theory.schedule_variance_median(sizes)),
        size=np.append(np.nan, sizes),
        last=int(sizes[-1]),
        total=np.append(0.0, np.cumsum(1 / sizes)),
        total_limit=np.full(T.shape, _zeta(schedule.power) / schedule.first),
    )


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
        curves,
        title=title,
        quantity=quantity,
        x_range=(0, float(np.log10(HORIZON))),
        **options,
    )
    view["layout"]["xaxis"] |= {"type": "log", "tickvals": TICKS, "ticktext": [*map(str, TICKS)]}
    return view
