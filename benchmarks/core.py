"""The heart's speed, as ratios in one run: ``python benchmarks/core.py``."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from numpy.random import SFC64, Generator, default_rng
from report import Report, seconds, side_by_side
from scipy.stats import spearmanr

from collapse_lib import Anchor, GaussianMLE, Normal, Refresh, Replace, Sampled, metrics, simulate

REPLICATES, GENERATIONS = 200, 100


def chain(n: int = 1_000_000, learner=None, regime=None, replicates: int = REPLICATES):
    return simulate(
        Normal(),
        learner or GaussianMLE(),
        regime or Replace(),
        n=n,
        generations=GENERATIONS,
        replicates=replicates,
        rng=0,
    )


def bare_chisquare(rng=default_rng(0)) -> None:  # noqa: B008
    rng.chisquare(999_999, (GENERATIONS, REPLICATES))


def loop_over_points(n: int = 10_000) -> None:
    """All replicates at once, as a careful numpy user would write it."""
    rng = default_rng(0)
    mean, sd = np.zeros(REPLICATES), np.ones(REPLICATES)
    for _ in range(GENERATIONS):
        points = rng.normal(mean, sd, size=(n, REPLICATES))
        mean, sd = points.mean(axis=0), points.std(axis=0)


def only_random_numbers(n: int) -> None:
    """What `Sampled` must draw: same bit generator, in place, in blocks that fit the cache."""
    rng = Generator(SFC64(0))
    block = np.empty((32_768 // REPLICATES, REPLICATES))
    for _ in range(GENERATIONS):
        for start in range(0, n, len(block)):
            rng.standard_normal(out=block[: min(len(block), n - start)])


def rank_correlation(first: dict, second: dict) -> float:
    final = [
        np.log(chain(replicates=2000, **options).trace(metrics.variance)[-1])
        for options in (first, second)
    ]
    return float(spearmanr(*final).statistic)


def import_seconds(module: str) -> float:
    return seconds(lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True))


def main() -> None:
    report = Report(f"Gaussian chain, {REPLICATES} replicates x {GENERATIONS} generations")
    pair = side_by_side(bare_chisquare, chain, rounds=200)
    report.note(
        f"bare χ² draws {1e3 * np.median(pair[:, 0]):.2f} ms, chain at n = 1,000,000 "
        f"{1e3 * np.median(pair[:, 1]):.2f} ms (medians of 200 turns)"
    )
    report.at_most("(a) chain / bare χ² draws", np.median(pair[:, 1] / pair[:, 0]), 5, "x")
    slow = seconds(loop_over_points)
    report.note(f"vectorised loop over points at n = 10,000: {slow:.2f} s")
    report.at_least("(a) loop over points / chain", slow / np.median(pair[:, 1]), 1000, "x")

    sampled = side_by_side(
        lambda: only_random_numbers(1000),
        lambda: chain(n=1000, learner=Sampled(GaussianMLE())),
        rounds=5,
    )
    report.at_most(
        "(b) Sampled / only its random numbers, n = 1,000",
        np.median(sampled[:, 1] / sampled[:, 0]),
        1.5,
        "x",
    )

    report = _continue(
        report, "Common dice: rank correlation of final log-variances, 2,000 lineages"
    )
    report.at_least("(c) n = 100 and 101", rank_correlation({"n": 100}, {"n": 101}), 0.99)
    for regime in (Refresh, Anchor):
        name = regime.__name__.lower()
        for few, more, target in ((0, 1, 0.7), (5, 6, 0.95)):
            pair = [{"n": 100, "regime": regime(k / 100)} for k in (few, more)]
            report.at_least(
                f"(c) {few} and {more} real points of 100, {name}", rank_correlation(*pair), target
            )

    report = _continue(report, "Import")
    times = [(import_seconds("numpy"), import_seconds("collapse_lib")) for _ in range(11)]
    numpy, ours = np.median(times, axis=0)
    report.note(f"import numpy {numpy:.3f} s, import collapse_lib {ours:.3f} s (medians of 11)")
    report.at_most("(d) import collapse_lib beyond import numpy", ours - numpy, 0.1, " s")
    report.close()


def _continue(report: Report, title: str) -> Report:
    return Report(title, report.missed)


if __name__ == "__main__":
    main()
