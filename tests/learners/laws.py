"""The comparison that every exact law must pass, and its wrong twins must not."""

import numpy as np
from scipy.stats import ks_2samp

from collapse_lib import Replace, simulate

# Some eighty pairs of functionals are compared; a right law fails one in a hundred choices of
# the seeds, and the seeds are fixed.
ALPHA = 0.01 / 80


def final(truth, learner, functionals, regime=Replace(), n=12, seed=0, **options):  # noqa: B008
    """The functionals of the last model, one value per replicate each."""
    options = {"generations": 3, "replicates": 10_000} | options
    model = simulate(truth, learner, regime, n=n, rng=seed, **options)[-1]
    return [functional(model) for functional in functionals]


def same_law(first, second):
    """Whether each pair of samples could come from one law."""
    pairs = zip(first, second, strict=True)
    return min(ks_2samp(a, b, method="asymp").pvalue for a, b in pairs) > ALPHA


def errors_from(samples, theory):
    """Distance of a mean from the theory, in standard errors of the replicates."""
    samples = np.asarray(samples)
    return abs(samples.mean() - theory) / (samples.std(ddof=1) / np.sqrt(samples.size))
