"""What several tests share: a short run, and its distance from theory in standard errors."""

from dataclasses import dataclass

import numpy as np
from theory.replicates import LIMIT, from_mean

from collapse_lib import GaussianMLE, Normal, Replace, simulate

__all__ = ["LIMIT", "MeanOnly", "errors", "run"]


def errors(samples, expected):
    """Distance of the mean over the last axis from `expected`, in its standard errors."""
    return np.abs(from_mean(samples, expected))


def run(regime=Replace(), learner=None, truth=Normal(), **options):  # noqa: B008 (frozen)
    """Simulate, by default ten generations of twenty points."""
    options = {"n": 20, "generations": 10, "replicates": 4_000, "rng": 1} | options
    return simulate(truth, learner or GaussianMLE(), regime, **options)


@dataclass(frozen=True)
class MeanOnly(GaussianMLE):
    """A normal model whose variance is known, as the theory of weights assumes."""

    def fit(self, data):
        fitted = super().fit(data)
        return Normal(fitted.mean, np.ones_like(fitted.mean))
