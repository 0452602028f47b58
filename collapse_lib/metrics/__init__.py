"""Instruments: a model, measured against the truth, becomes one number per replicate.

Every metric is called ``metric(model, truth)`` and answers with an array of the model's batch.
A metric with a parameter is made by a function: ``tail_mass(k=3)``. A model that has collapsed
to a point, or lost a category, is measured all the same: logarithms answer -inf or inf.
Some read something else: `good_turing` counts, `time_to` and `Ensemble` a whole trace,
`nearest_neighbour_ratio` three sets of points.

Images and text have instruments of their own, called the same way. `collapse_lib.images` has
`recognised` (accuracy: the share of samples that a classifier names correctly), `nearest_real`,
`variance_kept` and `class_share`; `collapse_lib.language.metrics` has perplexity, entropies,
divergence, repetition and others.
"""

from collapse_lib.metrics.categories import (
    coverage,
    decile_survivors,
    good_turing,
    heterozygosity,
    missing_mass,
    survivors,
)
from collapse_lib.metrics.dimensions import condition_number, effective_dimension, total_variance
from collapse_lib.metrics.distances import total_variation, wasserstein1, wasserstein2
from collapse_lib.metrics.information import entropy, kl, log_likelihood, reverse_kl
from collapse_lib.metrics.moments import mean, sd, variance
from collapse_lib.metrics.neighbours import nearest_neighbour_ratio
from collapse_lib.metrics.places import hallucination, modes
from collapse_lib.metrics.tables import (
    column_kinds,
    column_range,
    column_variance,
    mean_association,
    rank_correlation,
)
from collapse_lib.metrics.tails import tail_mass
from collapse_lib.metrics.traces import Ensemble, time_to

__all__ = [
    "Ensemble",
    "column_kinds",
    "column_range",
    "column_variance",
    "condition_number",
    "coverage",
    "decile_survivors",
    "effective_dimension",
    "entropy",
    "good_turing",
    "hallucination",
    "heterozygosity",
    "kl",
    "log_likelihood",
    "mean",
    "mean_association",
    "missing_mass",
    "modes",
    "nearest_neighbour_ratio",
    "rank_correlation",
    "reverse_kl",
    "sd",
    "survivors",
    "tail_mass",
    "time_to",
    "total_variance",
    "total_variation",
    "variance",
    "wasserstein1",
    "wasserstein2",
]
