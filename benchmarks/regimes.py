"""What wrappers, crawls and crowds cost, as ratios in one run: ``python benchmarks/regimes.py``."""

from __future__ import annotations

import numpy as np
from report import Report, seconds, side_by_side

from collapse_lib import (
    Blend,
    Crowd,
    GaussianMLE,
    Normal,
    Refresh,
    Replace,
    Sampled,
    Temperature,
    Tempered,
    Web,
    simulate,
)
from collapse_lib.budget import Prices, best_plan

REPLICATES, GENERATIONS = 200, 100


def chain(regime, n: int = 1_000, learner=None, replicates: int = REPLICATES):
    return simulate(
        Normal(),
        learner or GaussianMLE(),
        regime,
        n=n,
        generations=GENERATIONS,
        replicates=replicates,
        rng=0,
    )


def ratio(first, second, rounds: int = 20) -> float:
    pair = side_by_side(first, second, rounds)
    return float(np.median(pair[:, 1] / pair[:, 0]))


def brute_force(budget: float, prices: Prices, bias: float) -> float:
    """Every whole number of real and of made-up points, all that is left spent on checking."""
    k = np.arange(1, int(budget / prices.real) + 1)[:, None]
    s = np.arange(1, int(budget / prices.compute) + 1)
    left = budget - k * prices.real - (k + s) * prices.compute
    v = np.clip(left / (s * prices.verification), 0, 1)
    error = 1 / (k * (2 - k / (k + s))) + (bias * (1 - v) * s / k) ** 2
    return float(np.where(left >= 0, error, np.inf).min())


def main() -> None:
    report = Report(f"Regimes, {REPLICATES} replicates x {GENERATIONS} generations, n = 1,000")
    report.at_most(
        "refresh, tempered / plain",  # plain replace is a product, with no loop to compare with
        ratio(
            lambda: chain(Refresh()),
            lambda: chain(Tempered(Refresh(), Temperature(0.9))),
        ),
        1.5,
        "x",
    )
    report.at_most(
        "a blend / refresh", ratio(lambda: chain(Refresh()), lambda: chain(Blend())), 4, "x"
    )
    report.at_most(
        "a crowd of 8 / 8 times as many lineages",
        ratio(
            lambda: chain(Replace(), replicates=8 * REPLICATES),
            lambda: chain(Crowd(Replace(), 8)),
        ),
        40,  # each of 8 learners draws from 8 models, by counts
        "x",
    )
    fast = seconds(lambda: chain(Web(), n=1_000))
    slow = seconds(lambda: chain(Web(), n=1_000, learner=Sampled(GaussianMLE())))
    report.at_least("a web, point by point / by counts", slow / fast, 10, "x")
    prices = Prices(1, 0.1, 0.05)
    plan, tried = (run(500, prices, 0.05) for run in (best_plan, brute_force))
    report.at_most("best plan / brute force, error - 1", abs(plan.error / tried - 1), 1e-12)
    report.at_least(
        "brute force / best plan",
        1 / ratio(lambda: brute_force(500, prices, 0.05), lambda: best_plan(500, prices, 0.05), 3),
        10,
        "x",
    )
    report.close()


if __name__ == "__main__":
    main()
