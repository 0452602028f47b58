"""Learners: a model family and the rule that fits it to data, one family per file."""

from collapse_lib.learners.base import Learner, PointLearner, Sampled
from collapse_lib.learners.categorical import CategoricalMLE
from collapse_lib.learners.gaussian import GaussianLocationMLE, GaussianMLE
from collapse_lib.learners.histogram import HistogramMLE
from collapse_lib.learners.kernel import KDE
from collapse_lib.learners.mixture import GaussianMixtureEM
from collapse_lib.learners.multivariate import MultivariateGaussianMLE
from collapse_lib.learners.poisson import PoissonMLE
from collapse_lib.learners.regression import GradientDescent, LeastSquares
from collapse_lib.learners.rounded import Gridded, Rounded
from collapse_lib.learners.wrapped import FromEstimator, FromFunctions

__all__ = [
    "KDE",
    "CategoricalMLE",
    "FromEstimator",
    "FromFunctions",
    "GaussianLocationMLE",
    "GaussianMLE",
    "GaussianMixtureEM",
    "GradientDescent",
    "Gridded",
    "HistogramMLE",
    "Learner",
    "LeastSquares",
    "MultivariateGaussianMLE",
    "PointLearner",
    "PoissonMLE",
    "Rounded",
    "Sampled",
]
