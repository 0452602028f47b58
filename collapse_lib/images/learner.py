"""The learner of images: a normal distribution for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array, whole, wholes
from collapse_lib.dice import Dice, Thrown
from collapse_lib.distributions import Distribution
from collapse_lib.distributions.base import Kind
from collapse_lib.images.model import ClassNormals, ClassScatter, fitted, scatter, together
from collapse_lib.images.truth import LabelledImages, by_image
from collapse_lib.learners import Learner, MultivariateGaussianMLE
from collapse_lib.learners.base import as_dice
from collapse_lib.suffstats import Sample


@dataclass(frozen=True)
class ClassGaussianMLE(Learner):
    """Fit a normal distribution to each class of images, and the frequency of each class.

    Mean and scatter / n of each class (ddof = 0), and its share of the n images.

    Parameters
    ----------
    classes : int, default 10
        Number of classes, the dead ones included.

    Raises
    ------
    ValueError
        If `classes` is not a whole number of at least 1, or, when learning, is less than those
        of the images, or a point's label is none of the classes.

    Notes
    -----
    Exact laws. Of n points from `ClassNormals`: multinomial counts of the classes, then for each
    the law of `MultivariateGaussianMLE`. Of real images: multinomial counts of the images.

    Two things fade: within a class of m images the spread, by (1 - 1/m) a generation on average,
    and the class itself, as a gene does under drift (`CategoricalMLE`). A class of one image
    is a point, and one of none is gone. A crisp average image is therefore no sign of health.

    References
    ----------
    Fisher, *The use of multiple measurements in taxonomic problems*, Annals of Eugenics 7 (1936),
    for a normal law per class; what becomes of it over generations is derived here.
    """

    kind: ClassVar[Kind] = "classes"
    event_axes: ClassVar[int] = 1
    least_n: ClassVar[int] = 2
    keeps: ClassVar[str] = "a scatter matrix for each class"

    classes: int = 10

    def __post_init__(self) -> None:
        """Check the number of classes."""
        object.__setattr__(self, "classes", whole("classes", self.classes, least=1))

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> ClassScatter:
        """Return the statistic of `n` images from `source`, by its exact law where it has one."""
        dice = as_dice(rng, source, n)
        if isinstance(source, ClassNormals):
            source = source.expand(dice.batch)
            counts = dice.multinomial(n, source.shares)
            thrown = Thrown(dice.generator, counts.shape)
            return ClassScatter(MultivariateGaussianMLE().observe(source.parts, counts, thrown))
        if isinstance(source, LabelledImages):
            if source.classes > self.classes:
                raise ValueError(
                    f"classes must be at least the {source.classes} of the images, not "
                    f"{self.classes}"
                )
            drawn = dice.multinomial(n, source.chances)
            return by_image(source, drawn, self.classes)
        statistic: ClassScatter = super().observe(source, n, dice)
        return statistic

    def reduce(self, x: Array) -> ClassScatter:
        """Return the statistic of points `x`, shape ``(n, *batch, d + 1)``, the label last."""
        return self._weighted(x, np.ones(len(x)))

    def _weighted(self, x: Array, weights: Array) -> ClassScatter:
        features, labels = x[..., :-1], x[..., -1]
        if labels.size and wholes("labels", labels, least=0).max() >= self.classes:
            raise ValueError(f"labels must be below classes = {self.classes}, not {labels.max():g}")
        each = weights.reshape(-1, *(1,) * (x.ndim - 2))
        parts = [
            scatter(np.moveaxis(each * (labels == label), 0, -1), np.moveaxis(features, 0, -2))
            for label in range(self.classes)
        ]
        return together(parts)

    def fit(self, data: ClassScatter | Sample) -> ClassNormals:
        """Return the model of `data`, a statistic or a `Sample` of points."""
        if isinstance(data, Sample):
            data = self._weighted(data.points, data.weights)
        return fitted(data)
