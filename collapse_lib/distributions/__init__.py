"""Where data come from: the truth of a simulation, and the models fitted to it.

Draws have shape ``(n, *batch)``: the draws stack in front, a distribution's own batch of
parameters stays at the back. Every parameter may therefore be an array, and two hundred
replicates of a normal are one `Normal` with ``batch == (200,)``.
"""

from collapse_lib.distributions.base import Batch, Distribution, Numeric
from collapse_lib.distributions.categorical import Bernoulli, Categorical, Zipf
from collapse_lib.distributions.empirical import Empirical
from collapse_lib.distributions.fitted import Fitted
from collapse_lib.distributions.histogram import Histogram
from collapse_lib.distributions.kernel import KernelDensity
from collapse_lib.distributions.linear import Design, LinearModel
from collapse_lib.distributions.mixture import GaussianMixture, Mixture
from collapse_lib.distributions.multivariate import MultivariateNormal
from collapse_lib.distributions.normal import Normal
from collapse_lib.distributions.poisson import Poisson
from collapse_lib.distributions.student import StudentT
from collapse_lib.distributions.table import Table

__all__ = [
    "Batch",
    "Bernoulli",
    "Categorical",
    "Design",
    "Distribution",
    "Empirical",
    "Fitted",
    "GaussianMixture",
    "Histogram",
    "KernelDensity",
    "LinearModel",
    "Mixture",
    "MultivariateNormal",
    "Normal",
    "Numeric",
    "Poisson",
    "StudentT",
    "Table",
    "Zipf",
]
