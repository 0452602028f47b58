"""Distances between replicates and a theory, in standard errors of the replicates themselves."""

import numpy as np

LIMIT = 4.5


def from_mean(samples, theory):
    """Return (mean - theory) / standard error, over the last axis."""
    samples = np.asarray(samples, dtype=float)
    error = samples.std(axis=-1, ddof=1) / np.sqrt(samples.shape[-1])
    return (samples.mean(axis=-1) - theory) / error


def from_quantile(samples, theory, q):
    """Return how far the share of samples below `theory` is from q, in binomial errors."""
    samples = np.asarray(samples)
    below = (samples <= np.asarray(theory)[..., None]).mean(axis=-1)
    return (below - q) / np.sqrt(q * (1 - q) / samples.shape[-1])


def agree(distance):
    """Say whether every distance is within the limit; what is not a number is not."""
    return bool(np.all(np.abs(distance) < LIMIT))
