"""When somebody notices a collapse, and what can still be saved.

A lineage is watched through one number, and an alarm rings once that number has fallen to a
fraction of its start. Which number it is decides how early.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from collapse_lib import checks
from collapse_lib.checks import Array
from collapse_lib.regimes import Regime, Rollback
from collapse_lib.simulate import Lineage, Metric, simulate

__all__ = ["notice", "rescue"]


def notice(
    lineage: Lineage,
    metric: Metric,
    fraction: float = 0.5,
    over: Callable[..., Any] | None = np.median,
) -> Any:
    """Return the first generation in which a watched number is at most a fraction of its start.

    Parameters
    ----------
    lineage : Lineage
        What is watched.
    metric : callable
        The number: ``metrics.variance``, ``metrics.tail_mass(2)``, ``metrics.survivors``, …
    fraction : float, above 0 and at most 1, default 0.5
        The threshold, in units of the truth's own value: 0.5 is half, not 50 per cent.
    over : callable or None, default `numpy.median`
        What is taken over the replicates, called with ``axis=-1``: `numpy.median` watches the
        typical lineage, `numpy.mean` the average; None watches every lineage by itself.

    Returns
    -------
    float or ndarray
        The generation, one for each of the lineage's axes but the replicates (`over` None: the
        replicates too); ``inf`` where it is never noticed.

    Raises
    ------
    ValueError
        If `fraction` is not above 0 and at most 1, the truth's own value is not above 0, or
        the lineage kept no models.
    TypeError
        If `lineage` is not a lineage, or `metric` or `over` cannot be called.

    Notes
    -----
    Derived here: the first crossing, as it is read off the curve. The average of a variance with
    ddof = 1 never falls, so who watches it never notices while nearly every lineage dies. A
    watcher of many lineages sees what no single lineage's owner can: `over` None gives the
    scatter.

    Examples
    --------
    >>> from collapse_lib import GaussianMLE, Normal, metrics, simulate
    >>> lineage = simulate(Normal(), GaussianMLE(), n=50, generations=80, replicates=500, rng=0)
    >>> tail = notice(lineage, metrics.tail_mass(3))
    >>> spread = notice(lineage, metrics.variance)
    >>> bool(tail < spread < 40)
    True
    """
    _check_lineage(lineage)
    checks.function("metric", metric, "metrics.variance")
    if over is not None:
        checks.function("over", over, "numpy.median")
    threshold = checks.number(checks.fraction, "fraction", fraction)
    checks.positive("fraction", threshold)
    trace = lineage.trace(metric)
    watched = trace if over is None else np.asarray(over(trace, axis=-1))
    start = watched[0]
    if not np.all(start > 0):
        raise ValueError("metric must be above 0 for the truth, or no fraction of it can be lost")
    fallen: Array = watched <= threshold * start
    return np.where(fallen.any(axis=0), fallen.argmax(axis=0), np.inf)[()]


def rescue(
    lineage: Lineage,
    noticed: float,
    to: int,
    real: int = 0,
    weight: float | None = None,
    after: Regime | None = None,
) -> Lineage:
    """Run a lineage again, rolled back in the generation after the alarm.

    Parameters
    ----------
    lineage : Lineage
        What was watched; simulated from a schedule or one number `n`, without a pool.
    noticed : int
        The generation in which the alarm rang; the next one starts from an old model.
    to : int
        The generation gone back to, from 1 to `noticed`.
    real : int, default 0
        New real points added then.
    weight : float, optional
        How many of the old model's points one of them counts for; see `Rollback`.
    after : Regime, optional
        The data policy from then on; by default the lineage's own.

    Returns
    -------
    Lineage
        As long as the first, identical to it up to generation `noticed`, and with the traces
        of the same metrics where the first recorded those instead of models.

    Raises
    ------
    ValueError
        If nothing was noticed before the last generation, `noticed` is not one whole number, or
        `Rollback` refuses.
    TypeError
        If `lineage` is not a lineage.

    Notes
    -----
    Compare rescues at the same number of generations *after* the roll-back. At the end of the
    lineage a late alarm looks better than it is: the same total leaves it fewer generations in
    which to collapse again.

    Derived here. Only what generation `to` still had is saved, and what the real points bring:
    what was lost earlier is lost for good, so a late alarm with an early checkpoint is worth more
    than an early alarm without one.
    """
    _check_lineage(lineage)
    if np.ndim(noticed):
        raise ValueError(
            "noticed must be one generation for all lineages, not an array of shape "
            f"{np.shape(noticed)}"
        )
    if isinstance(noticed, float | int | np.number) and noticed >= lineage.generations:
        raise ValueError(
            f"noticed must be before the last generation, {lineage.generations}, not {noticed}"
        )
    at = checks.whole("noticed", noticed, least=1) + 1
    return simulate(
        lineage.truth,
        lineage.learner,
        Rollback(lineage.regime, at=at, to=to, real=real, weight=weight, after=after),
        n=lineage.n,
        generations=lineage.generations,
        replicates=lineage.batch[-1],
        rng=lineage.seed,
        record=lineage.record,
    )


def _check_lineage(lineage: object) -> None:
    if not isinstance(lineage, Lineage):
        raise TypeError(f"lineage must be what simulate returns, not {lineage!r}")
