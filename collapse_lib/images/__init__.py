"""Handwritten digits that learn from handwritten digits.

The truth is a set of real, labelled images, seen through their first principal components; the
model is one normal distribution per class, which can be sampled, and looked at as a picture. The
loop is the usual one: ``simulate(read_digits(), ClassGaussianMLE(), n=500, generations=10)``.
"""

from collapse_lib.images.learner import ClassGaussianMLE
from collapse_lib.images.measures import (
    average_images,
    class_share,
    nearest_real,
    recognised,
    variance_kept,
)
from collapse_lib.images.model import ClassNormals, ClassScatter
from collapse_lib.images.reading import read_as
from collapse_lib.images.sevens import read_sevens
from collapse_lib.images.truth import LabelledImages, read_digits

__all__ = [
    "ClassGaussianMLE",
    "ClassNormals",
    "ClassScatter",
    "LabelledImages",
    "average_images",
    "class_share",
    "nearest_real",
    "read_as",
    "read_digits",
    "read_sevens",
    "recognised",
    "variance_kept",
]
