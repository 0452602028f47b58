"""What to buy: real points, verification, or compute.

A loop trains each generation on k new real points and s made-up ones. Real points cost money;
every point costs compute; and a made-up point carries a systematic error b, which is removed
from the share v of them that is verified. The loop's long-run error has a closed form, so the
best way to spend a budget can be computed, and recomputed when a price moves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from collapse_lib.checks import Array, fraction, number, positive, wholes
from collapse_lib.regimes import Refresh, Regime, Shift, Tempered

__all__ = ["Plan", "Prices", "best_plan", "least_error", "long_run_error", "sensitivity"]

MOST_POINTS = 1e15
SCANNED = 4_000  # numbers of real points tried at a time


@dataclass(frozen=True)
class Prices:
    """What things cost, all in one currency.

    Parameters
    ----------
    real : float, default 1.0
        One new real point.
    verification : float, default 0.1
        Checking one made-up point.
    compute : float, default 0.01
        Making (or fetching) one point and training on it, real or not.

    Raises
    ------
    ValueError
        If a price is not above 0.

    Notes
    -----
    Only their ratios to the budget matter (derived here). A price of one point is no price of one
    *different* point: buying the same text twice buys nothing.
    """

    real: float = 1.0
    verification: float = 0.1
    compute: float = 0.01

    def __post_init__(self) -> None:
        """Check the prices."""
        for name in ("real", "verification", "compute"):
            object.__setattr__(self, name, number(positive, name, getattr(self, name)))


@dataclass(frozen=True)
class Plan:
    """What each generation buys, and what comes of it.

    Parameters
    ----------
    real : int
        New real points, k.
    synthetic : int
        Made-up points, s.
    verified : float
        Share of the made-up points that is verified, v.
    bias : float
        Systematic error of an unverified made-up point, b.
    error : float
        Long-run mean squared error of the mean, in units of the truth's variance.
    cost : float
        Of one generation.

    Notes
    -----
    `error` is that of `long_run_error`, derived here: of a mean, in the long run. It does not say
    how long the run must be; that takes about 1 / α generations, α the real share.
    """

    real: int
    synthetic: int
    verified: float
    bias: float
    error: float
    cost: float

    @classmethod
    def of(cls, real: int, synthetic: int, verified: float, bias: float, prices: Prices) -> Plan:
        """Return the plan of these points, its error and cost worked out.

        Raises
        ------
        ValueError
            If a number is out of its range, see `long_run_error`.
        TypeError
            If `prices` are not `Prices`.
        """
        _check_prices(prices)
        error = float(long_run_error(real, synthetic, verified, bias))
        cost = (
            real * prices.real
            + (real + synthetic) * prices.compute
            + verified * synthetic * prices.verification
        )
        return cls(int(real), int(synthetic), float(verified), float(bias), error, cost)

    @property
    def n(self) -> int:
        """Points per generation, for `simulate`."""
        return self.real + self.synthetic

    @property
    def effective(self) -> float:
        """How many real points alone would have the same error: ``1 / error``."""
        return 1 / self.error

    def regime(self) -> Regime:
        """Return the regime that carries the plan out, for a truth of unit variance.

        Verification is taken to remove its share of the error from all made-up points alike.
        """
        left = self.bias * (1 - self.verified)
        return Tempered(Refresh(real=self.real / self.n), Shift(left))


def long_run_error(real: Any, synthetic: Any, verified: Any, bias: Any) -> Array:
    """Return the long-run mean squared error of the loop's mean.

    ``1 / (k (2 - α)) + (b (1-v) (1-α)/α)²`` with α = k / (k + s): the random error of a pooled
    mean with known unit variance, and the square of the error it accumulates.

    Parameters
    ----------
    real : int or array_like, at least 1
        New real points per generation, k.
    synthetic : int or array_like, at least 0
        Made-up points per generation, s.
    verified : float or array_like between 0 and 1
        Share of the made-up points that is verified, v.
    bias : float or array_like, at least 0
        Systematic error of an unverified point, b, in units of the truth's sd.

    Returns
    -------
    ndarray
        In units of the truth's variance, of the shape to which the arguments broadcast.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    Without bias, made-up points help: from 1/k down to 1/(2k), an effective sample of up to
    *twice* the real points, since they carry what earlier real data said. With the least bias
    there is a number of them beyond which they harm. Derived here. It is the error in the long
    run, not the first generations'.
    """
    k, s = wholes("real", real, least=1), wholes("synthetic", synthetic, least=0)
    return _error(
        k, s, np.asarray(fraction("verified", verified)), positive("bias", bias, zero=True)
    )


def best_plan(budget: float, prices: Prices, bias: float) -> Plan:
    """Return the plan of least long-run error that a budget per generation can pay.

    ``k · real + (k + s) · compute + v · s · verification ≤ budget``.

    Parameters
    ----------
    budget : float
        What one generation may cost.
    prices : Prices
        What things cost.
    bias : float, at least 0
        Systematic error of an unverified made-up point, in units of the truth's sd.

    Returns
    -------
    Plan
        Whole numbers of points; whatever they leave is spent on verification, where that helps.

    Raises
    ------
    ValueError
        If the budget does not pay one real point, pays more points than can be counted, or an
        argument is out of its range.
    TypeError
        If `prices` are not `Prices`.

    Notes
    -----
    For each k the error is convex in s, as all that is left buys verification: so s is found by
    bisection, for all k at once, and k by trying every one (beyond a few thousand, a
    geometric ladder first, then every one around its best; derived here). The optimum is flat:
    a plan of quite another kind can be nearly as good, so look at `sensitivity` before you argue.

    Examples
    --------
    >>> plan = best_plan(100, Prices(real=1, verification=0.1, compute=0.01), bias=0.05)
    >>> plan.real, plan.synthetic, round(plan.effective / plan.real, 2)
    (85, 138, 1.61)
    """
    spent, bias = _checked(budget, prices, bias)
    most = int(spent / (prices.real + prices.compute) * (1 + 1e-12))
    if most < 1:
        raise ValueError(
            f"budget must pay one real point, {prices.real + prices.compute:g}, not {spent:g}"
        )
    if spent / prices.compute > MOST_POINTS:
        raise ValueError(f"budget must pay at most {MOST_POINTS:g} made-up points, not {spent:g}")
    low, high = 1, most
    while True:
        step = high - low
        tried = (
            np.arange(low, high + 1)
            if step < SCANNED
            else np.unique(np.geomspace(low, high, SCANNED).astype(np.int64))
        )
        made, verified, errors = _spend_well(tried, spent, prices, bias)
        best = int(errors.argmin())
        if step < SCANNED:
            break
        low, high = int(tried[max(best - 2, 0)]), int(tried[min(best + 2, len(tried) - 1)])
    k, s = int(tried[best]), int(made[best])
    needed = bias > 0 and s > 0
    v = float(verified[best]) if needed else 0.0
    return Plan.of(k, s, v, bias, prices)


def least_error(real: Any, budget: float, prices: Prices, bias: float) -> Array:
    """Return the least long-run error for given numbers of real points: how flat the optimum is.

    Parameters
    ----------
    real : int or array_like, at least 1
        New real points per generation, k; the rest of the budget is spent as well as can be.
    budget, prices, bias
        As for `best_plan`.

    Returns
    -------
    ndarray
        As `long_run_error`, of the shape of `real`; infinite where the budget cannot pay them.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    TypeError
        If `prices` are not `Prices`.

    Notes
    -----
    Its least value is `best_plan`'s (derived here). It says what the number of real points costs
    if everything else adapts; a plan that does not adapt is worse.
    """
    spent, bias = _checked(budget, prices, bias)
    k = np.asarray(wholes("real", real, least=1))
    paid = k * (prices.real + prices.compute) <= spent * (1 + 1e-12)
    *_, errors = _spend_well(np.where(paid, k, 1).ravel(), spent, prices, bias)
    return np.where(paid, errors.reshape(k.shape), np.inf)


def sensitivity(budget: float, prices: Prices, bias: float, by: float = 0.1) -> dict[str, float]:
    """Return how strongly the least error reacts to each price, the budget and the bias.

    Parameters
    ----------
    budget, prices, bias
        As for `best_plan`.
    by : float between 0 and 1, default 0.1
        Relative change tried up and down; the optimum is recomputed each time.

    Returns
    -------
    dict of str to float
        ``"real"``, ``"verification"``, ``"compute"``, ``"budget"``, ``"bias"``: the elasticity
        ``d ln(error) / d ln(quantity)`` by a central difference. 0.5 means that 10 % more of
        it, the plan adapted, costs about 5 % more error.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    TypeError
        If `prices` are not `Prices`.

    Notes
    -----
    Derived here. Doubling all prices and the budget changes nothing, so the prices' and the
    budget's numbers sum to 0, up to the rounding to whole points. They are the optimum's own: a
    plan that is not adapted reacts more.
    """
    by = number(fraction, "by", by)
    if not 0 < by < 1:
        raise ValueError(f"by must lie between 0 and 1, not {by:g}")
    _checked(budget, prices, bias)

    def error(name: str, factor: float) -> float:
        if name == "budget":
            return best_plan(budget * factor, prices, bias).error
        if name == "bias":
            return best_plan(budget, prices, bias * factor).error
        moved = replace(prices, **{name: getattr(prices, name) * factor})
        return best_plan(budget, moved, bias).error

    span = np.log((1 + by) / (1 - by))
    names = ("real", "verification", "compute", "budget", "bias")
    return {name: float(np.log(error(name, 1 + by) / error(name, 1 - by)) / span) for name in names}


def _check_prices(prices: object) -> None:
    if not isinstance(prices, Prices):
        raise TypeError(f"prices must be prices such as Prices(real=1), not {prices!r}")


def _checked(budget: Any, prices: Prices, bias: Any) -> tuple[float, float]:
    """Return the budget and the bias as floats, or raise a sentence."""
    _check_prices(prices)
    return number(positive, "budget", budget), number(positive, "bias", bias, zero=True)


def _error(k: Array, s: Array, v: Array, bias: Any) -> Array:
    real = k / (k + s)
    return np.asarray(1 / (k * (2 - real)) + (bias * (1 - v) * s / k) ** 2)


def _affordable(k: Array, s: Array, budget: float, prices: Prices) -> Array:
    """Return the share of the made-up points that what is left can verify."""
    left = budget - k * prices.real - (k + s) * prices.compute
    share = np.divide(left, s * prices.verification, out=np.ones(np.shape(s)), where=s > 0)
    return np.clip(share, 0, 1)


def _spend_well(k: Array, budget: float, prices: Prices, bias: float) -> tuple[Array, Array, Array]:
    """Return for each k the best number of made-up points, what is verified, and the error."""
    made = _best_synthetic(k, budget, prices, bias)
    verified = _affordable(k, made, budget, prices)
    return made, verified, _error(k, made, verified, bias)


def _best_synthetic(k: Array, budget: float, prices: Prices, bias: float) -> Array:
    """Return for each k the number of made-up points of least error, by bisection."""
    left = budget - k * (prices.real + prices.compute)
    low = np.zeros(k.shape, dtype=np.int64)
    high = np.maximum(np.floor(left / prices.compute * (1 + 1e-12)), 0).astype(np.int64)
    while np.any(low < high):
        s = (low + high) // 2
        here, beyond = (_error(k, m, _affordable(k, m, budget, prices), bias) for m in (s, s + 1))
        rises = beyond >= here
        high = np.where(rises & (low < high), s, high)
        low = np.where(~rises & (low < high), s + 1, low)
    return low
