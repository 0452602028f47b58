"""Learners: a model family and the rule that fits it to data, one family per file."""

from collapse_lib.learners.base import Learner, Sampled
from collapse_lib.learners.categorical import CategoricalMLE
from collapse_lib.learners.gaussian import GaussianMLE

__all__ = ["CategoricalMLE", "GaussianMLE", "Learner", "Sampled"]
