"""Each learner against a plain loop over one lineage at a time: ``python benchmarks/learners.py``.

The loops are ours, in the style and at the settings of the published code that each row names.
"""

from __future__ import annotations

import os
import warnings

import numpy as np
from numpy.random import default_rng
from report import Report, seconds, side_by_side
from sklearn.mixture import GaussianMixture

from collapse_lib import (
    Bernoulli,
    CategoricalMLE,
    Design,
    GaussianMixtureEM,
    GaussianMLE,
    LeastSquares,
    LinearModel,
    Mixture,
    MultivariateGaussianMLE,
    MultivariateNormal,
    Normal,
    Zipf,
    simulate,
)
from collapse_lib.suffstats import Sample

SURESH = "berserank/rate-of-model-collapse, simulations.ipynb"
KAZDAN = "RylanSchaeffer/KoyejoLab-Collapse-or-Thrive, src/"


def gaussian_loop(n, generations, lineages, rng):
    for _ in range(lineages):
        mean, sd = 0.0, 1.0
        for _ in range(generations):
            points = rng.normal(mean, sd, n)
            mean, sd = np.mean(points), np.std(points, ddof=1)


def bernoulli_loop(p, n, generations, lineages, rng):
    for _ in range(lineages):
        share = p
        for _ in range(generations):
            share = np.mean(rng.binomial(1, share, n))


def zipf_loop(p, n, generations, lineages, rng):
    for _ in range(lineages):
        share = p
        for _ in range(generations):
            labels = rng.choice(len(p), size=n, p=share)
            share = np.bincount(labels, minlength=len(p)) / n


def regression_loop(rows, n, generations, lineages, rng):
    d = rows.shape[1]
    for _ in range(lineages):
        weights = np.ones(d)
        for _ in range(generations):
            labels = rows @ weights + rng.standard_normal(n)
            weights = np.linalg.pinv(rows) @ labels


def multivariate_loop(d, n, generations, lineages, rng):
    for _ in range(lineages):
        mean, cov = np.zeros(d), np.eye(d)
        for _ in range(generations):
            points = rng.multivariate_normal(mean, cov, n)
            mean, cov = points.mean(axis=0), np.cov(points.T, bias=True)


def ratio(loop, ours, scale=1, rounds=3):
    """Return how many times longer the loop takes; it ran on 1/scale of the lineages."""
    times = side_by_side(loop, ours, rounds)
    return scale * float(np.median(times[:, 0]) / np.median(times[:, 1]))


def run(truth, learner, n, generations, replicates, record=None):
    return simulate(
        truth,
        learner,
        n=n,
        generations=generations,
        replicates=replicates,
        rng=0,
        record=record,
    )


def categories(truth, n, generations, lineages, looped, rounds=3):
    """Return the ratio for categories; the loop runs `looped` of the lineages.

    Ours keeps no models either, as 10,000 categories are heavy.
    """
    record = {"first": lambda model, truth: model.p[..., 0]}
    rng = default_rng(0)
    return ratio(
        lambda: zipf_loop(truth.p, n, generations, looped, rng),
        lambda: run(truth, CategoricalMLE(), n, generations, lineages, record),
        scale=lineages // looped,
        rounds=rounds,
    )


def finite_data(report):
    rng = default_rng(0)
    for lineages in (25, 1000):
        report.at_least(
            f"Gaussian, n = 100, 2500 generations, {lineages} lineages ({SURESH})",
            ratio(
                lambda: gaussian_loop(100, 2500, 25, rng),
                lambda lineages=lineages: run(Normal(), GaussianMLE(1), 100, 2500, lineages),
                scale=lineages // 25,
            ),
            100,
            "x",
        )
    for p, n in ((0.01, 100), (0.001, 10_000)):
        report.at_least(
            f"Bernoulli, p = {p}, n = {n}, 50 generations, 5000 lineages ({SURESH})",
            ratio(
                lambda p=p, n=n: bernoulli_loop(p, n, 50, 100, rng),
                lambda p=p, n=n: run(Bernoulli(p), CategoricalMLE(), n, 50, 5000),
                scale=50,
            ),
            100,
            "x",
        )
    # The named file runs 100 seeds until one category is left, which takes about 2 n
    # generations, and starts from equal shares; these are the first of them, from Zipf's too.
    for kinds, n, generations in ((100, 10_000, 1000), (1000, 100_000, 100)):
        for shares, exponent in (("Zipf", 1.0), ("equal shares", 0.0)):
            report.at_least(
                f"{shares}, {kinds} categories, n = {n}, {generations} generations "
                f"({KAZDAN}fit_discrete_distributions)",
                categories(Zipf(kinds, exponent), n, generations, lineages=100, looped=1),
                50,
                "x",
            )
    early = categories(Zipf(100), 10_000, 20, lineages=100, looped=5, rounds=15)
    report.note(f"Zipf, 100 categories, n = 10000, stopped after 20 generations: {early:.3g}x")
    for kinds, n in ((1000, 1000), (1000, 100), (10_000, 100), (10_000, 10_000)):
        report.at_least(
            f"Zipf where it is hardest: {kinds} categories, n = {n}",
            categories(Zipf(kinds), n, 20, lineages=20, looped=20),
            1,
            "x",
        )
    report.at_least(
        f"d = 7 dimensions, n = 89, 100 generations ({KAZDAN}fit_gaussians)",
        ratio(
            lambda: multivariate_loop(7, 89, 100, 5, rng),
            lambda: run(MultivariateNormal(np.zeros(7)), MultivariateGaussianMLE(), 89, 100, 100),
            scale=20,
        ),
        10,
        "x",
    )


def procedure(report):
    rng = default_rng(0)
    for d, n in ((10, 100), (100, 1000)):
        rows = rng.standard_normal((n, d))
        design = Design(rows)
        report.at_least(
            f"Regression, d = {d}, n = {n}, 20 generations ({KAZDAN}fit_linear_regressions)",
            ratio(
                lambda rows=rows, n=n: regression_loop(rows, n, 20, 2, rng),
                lambda d=d, design=design, n=n: run(
                    LinearModel(np.ones(d), features=design),
                    LeastSquares(noise=1.0, features=design),
                    n,
                    20,
                    50,
                ),
                scale=25,
            ),
            10,
            "x",
        )


def model_form(report):
    fits, n, components = 200, 1000, 2
    learner = GaussianMixtureEM(components)
    for name, truth in (
        ("two modes", Mixture((Normal(-2, 1), Normal(2, 1)))),
        ("one blob", Normal()),
    ):
        points = truth.expand((fits,)).sample(n, default_rng(0))
        scores = []

        def theirs(points=points, scores=scores):
            scores.clear()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for column in points.T:
                    model = GaussianMixture(components, random_state=0).fit(column[:, None])
                    scores.append(model.score(column[:, None]))

        def ours(points=points):
            return learner.fit(Sample.of(points))

        report.at_least(
            f"Mixture of {components}, n = {n}, {fits} fits, {name} (scikit-learn, in a loop)",
            ratio(theirs, ours),
            5,
            "x",
        )
        model = ours()
        ours_score = [
            np.log(
                sum(
                    w * np.exp(-(((x - m) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi))
                    for w, m, s in zip(weights, means, sds, strict=True)
                )
            ).mean()
            for x, weights, means, sds in zip(
                points.T, model.weights, model.means, model.sds, strict=True
            )
        ]
        gap = np.mean(ours_score) - np.mean(scores)
        report.at_least(f"  its mean log-likelihood less scikit-learn's, {name}", gap, -0.001)


def main() -> None:
    report = Report("Learners: times faster than one lineage at a time")
    spent = seconds(lambda: [part(report) for part in (finite_data, procedure, model_form)])
    report.note(f"the benchmark took {spent:.0f} s on {os.cpu_count()} cores")
    report.close()


if __name__ == "__main__":
    main()
