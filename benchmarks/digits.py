"""Digits that learn from digits: speed, and what becomes of a rare one.

``python benchmarks/digits.py``
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices of 20 x 20 gain nothing by threads

import numpy as np
from report import Report, seconds
from sklearn.decomposition import PCA

from collapse_lib import images, simulate

GENERATIONS, SEEDS, RARE = 10, 200, 8
DIGITS = images.read_digits()


def lineage(truth=DIGITS, n: int = 500, seeds: int = SEEDS, rng: int = 0):
    learner = images.ClassGaussianMLE()
    return simulate(truth, learner, n=n, generations=GENERATIONS, replicates=seeds, rng=rng)


def loop(n: int = 500, seeds: int = 5) -> None:
    """One lineage at a time: a plain numpy loop over classes and generations, drawing images."""
    rng = np.random.default_rng(0)
    features = PCA(20).fit_transform(DIGITS.pixels)
    for _ in range(seeds):
        chosen = rng.choice(len(features), n, p=DIGITS.chances)
        x, labels = features[chosen], DIGITS.labels[chosen]
        for _ in range(GENERATIONS - 1):
            counts = np.bincount(labels, minlength=10)
            drawn = rng.multinomial(n, counts / n)
            parts = [
                rng.multivariate_normal(
                    x[labels == k].mean(axis=0), np.cov(x[labels == k].T, ddof=0), drawn[k]
                )
                for k in range(10)
            ]
            x, labels = np.concatenate(parts), np.repeat(np.arange(10), drawn)


def standard_error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / np.sqrt(values.size))


def main() -> None:
    report = Report(f"Digits: 10 classes x {GENERATIONS} generations, 500 images each")
    lineage(), loop(seeds=1)
    ours = min(seconds(lineage) for _ in range(15))  # the best: what neighbours add is not ours
    one = min(seconds(lambda: lineage(seeds=1)) for _ in range(15))
    plain = min(seconds(loop) for _ in range(3)) / 5
    report.at_most(f"{SEEDS} seeds at once", ours, 0.5, " s")
    report.note(f"one seed {1e3 * one:.1f} ms; a plain loop {1e3 * plain:.1f} ms a seed")
    report.at_least("plain loop / ours, a seed", plain / (ours / SEEDS), 5, "x")

    report = Report(f"Eights: 50 of each digit, or 5 eights; {SEEDS} seeds", report.missed)
    rare_truth = DIGITS.reweighted({RARE: 0.1})
    balanced, rare = lineage(), lineage(rare_truth, n=455, rng=1)
    for name, metric in (
        ("pixel variance kept", images.variance_kept(RARE)),
        ("nearest real image, grey levels", images.nearest_real(RARE)),
        ("samples named correctly", images.recognised(RARE)),
    ):
        values = [metric(run[-1], DIGITS) for run in (balanced, rare)]
        values = [row[np.isfinite(row)] for row in values]
        first, second = (f"{row.mean():.3f} ± {standard_error(row):.3f}" for row in values)
        report.note(f"{name:<34} balanced {first}   rare {second}")
    gone = (images.class_share(RARE)(rare[-1], DIGITS) == 0).mean()
    report.note(f"the eights died out in {gone:.0%} of the rare lineages")
    kept = [images.variance_kept(RARE)(run[-1], DIGITS) for run in (balanced, rare)]
    gap = (kept[0].mean() - kept[1].mean()) / np.hypot(*map(standard_error, kept))
    report.at_least("variance kept: balanced - rare, in standard errors", gap, 5)
    report.close()


if __name__ == "__main__":
    main()
