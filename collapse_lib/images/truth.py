"""Real images as the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, finite, positive, whole, wholes
from collapse_lib.distributions import Distribution
from collapse_lib.distributions.base import Batch, Kind
from collapse_lib.images.model import ClassNormals, ClassScatter, fitted, scatter, together


@dataclass(frozen=True, eq=False)
class LabelledImages(Distribution):
    """Real images with their labels as the truth: draw a class, then one of its images.

    A draw is an image's features, its coordinates along the principal components of all
    images, followed by its label: shape ``(n, *batch, components + 1)``.

    Parameters
    ----------
    pixels : array_like of float, shape ``(images, pixels)``
        The images, one a row, in grey levels.
    labels : array_like of int, shape ``(images,)``
        Class of each image, 0, 1, 2, …; every class up to the highest has at least two images.
    shares : array_like of float, shape ``(classes,)``, optional
        How often each class is drawn; rescaled to sum to 1. Equal by default.
    components : int, default 20
        Number of principal components kept, at most that of the pixels.
    batch : tuple of int, keyword only, default ()
        Shape of independent copies; `expand` sets it.

    Raises
    ------
    ValueError
        If the shapes do not fit, a class has fewer than two images, or a number is out of range.

    Notes
    -----
    Drawing from it is the bootstrap of these images, not new handwriting. What the components
    leave out, about a tenth of the variance of the digits at 20, no model ever sees:
    that loss happens once, before the first generation, and is not counted by `variance_kept`.

    References
    ----------
    Turk & Pentland, *Eigenfaces for recognition*, Journal of Cognitive Neuroscience 3 (1991), for
    images through their principal components; Efron, Annals of Statistics 7 (1979), for drawing
    them again.
    """

    kind: ClassVar[Kind] = "classes"

    pixels: Any
    labels: Any
    shares: Any = None
    components: int = 20
    batch: Batch = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        """Check the images and count the classes."""
        pixels, labels = finite("pixels", self.pixels), wholes("labels", self.labels, least=0)
        labels = labels.astype(np.intp)  # to count and to index with: a browser has 32 bits
        if pixels.ndim != 2 or labels.shape != pixels.shape[:1]:
            raise ValueError(
                f"labels must hold one class for each row of pixels, not {labels.shape} for "
                f"{pixels.shape}"
            )
        sizes = np.bincount(labels)
        if sizes.min() < 2:
            raise ValueError(
                f"labels must give every class at least 2 images, but class {sizes.argmin()} has "
                f"{sizes.min()}"
            )
        given = np.ones(len(sizes)) if self.shares is None else self.shares
        shares = positive("shares", given, zero=True)
        if shares.shape != sizes.shape or not shares.sum():
            raise ValueError(
                f"shares must hold one number for each of {len(sizes)} classes, not {self.shares!r}"
            )
        components = whole("components", self.components, least=1)
        if components > pixels.shape[1]:
            raise ValueError(
                f"components must be at most the {pixels.shape[1]} pixels, not {components}"
            )
        object.__setattr__(self, "components", components)
        for key, value in (("pixels", pixels), ("labels", labels), ("shares", shares)):
            object.__setattr__(self, key, value / value.sum() if key == "shares" else value)

    def __repr__(self) -> str:
        """Say how many images there are, not which."""
        return f"LabelledImages({len(self.labels)} images of {self.classes} classes)"

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.shares)

    @property
    def event(self) -> tuple[int, ...]:
        """Shape of one draw: its features and its label."""
        return (self.components + 1,)

    @cached_property
    def _view(self) -> tuple[Array, Array, Array]:
        """Mean image, principal axes and features of the images."""
        centre = self.pixels.mean(axis=0)
        axes = np.linalg.svd(self.pixels - centre, full_matrices=False)[2][: self.components]
        # the sign of an axis is arbitrary: its largest entry is made positive
        axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
        return centre, axes, (self.pixels - centre) @ axes.T

    @property
    def features(self) -> Array:
        """Coordinates of the real images, shape ``(images, components)``, in grey levels."""
        return self._view[2]

    def picture(self, features: ArrayLike) -> Array:
        """Return the pixels of `features`, shape ``(…, components)``, as ``(…, pixels)``."""
        centre, axes, _ = self._view
        return np.asarray(np.asarray(features, dtype=float) @ axes + centre)

    def reweighted(self, factors: Mapping[int, float]) -> LabelledImages:
        """Return the same images with some classes drawn more or less often.

        Parameters
        ----------
        factors : mapping of int to float
            ``{3: 0.1}`` makes threes a tenth as frequent beside the others: 5 of them where
            there are 50 of another digit.

        Raises
        ------
        ValueError
            If there is no such class, a factor is negative, or no class is left.
        TypeError
            If `factors` is no mapping.
        """
        if not isinstance(factors, Mapping):
            raise TypeError(
                "factors must be a mapping of classes to factors such as {3: 0.1}, "
                f"not {factors!r}"
            )
        shares = self.shares.copy()
        for label, factor in factors.items():
            shares[self._known(label)] *= float(positive("factors", factor, zero=True))
        made = LabelledImages(self.pixels, self.labels, shares, self.components)
        made.__dict__["_view"] = self._view  # the same images: a third of a panel's time
        return made

    def split(self, label: int) -> LabelledImages:
        """Return the same images with one class cut into two writing styles.

        The images of `label` that lie beyond the middle of *their own* first principal
        component become a new, last class; both halves share the old one's frequency.

        Raises
        ------
        ValueError
            If there is no such class, or it has too few images.
        """
        mine = np.flatnonzero(self.labels == self._known(label))
        deviations = self.pixels[mine] - self.pixels[mine].mean(axis=0)
        axis = np.linalg.svd(deviations, full_matrices=False)[2][0]
        along = deviations @ (axis * np.sign(axis[np.abs(axis).argmax()]))
        labels, shares = self.labels.copy(), np.append(self.shares, self.shares[label] / 2)
        labels[mine[along > np.median(along)]] = self.classes
        shares[label] /= 2
        return LabelledImages(self.pixels, labels, shares, self.components)

    def _known(self, label: int) -> int:
        if whole("label", label, least=0) >= self.classes:
            raise ValueError(f"label must be below the number of classes, {self.classes}")
        return int(label)

    def expand(self, batch: Batch) -> LabelledImages:
        """Return the same images as a batch."""
        self._view  # noqa: B018 (computed once, before the fields are copied)
        fields = {**self.__dict__, "batch": np.broadcast_shapes(self.batch, batch)}
        return LabelledImages.trusted(**fields)

    @property
    def chances(self) -> Array:
        """Probability of each image, shape ``(images,)``."""
        return np.asarray((self.shares / np.bincount(self.labels))[self.labels])

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` images with replacement, shape ``(n, *batch, components + 1)``."""
        which = rng.choice(len(self.labels), size=(n, *self.batch), p=self.chances)
        return np.concatenate([self.features[which], self.labels[which][..., None]], axis=-1)

    @cached_property
    def normals(self) -> ClassNormals:
        """Normal distributions with the images' own means and covariances (ddof = 0)."""
        alike = fitted(by_image(self, np.ones(len(self.labels)), self.classes))
        return ClassNormals(self.shares, alike.parts)


def read_digits(components: int = 20) -> LabelledImages:
    """Return the 1,797 handwritten digits, 8 × 8 pixels each, that scikit-learn carries.

    Parameters
    ----------
    components : int, default 20
        Number of principal components through which models see them, 1 to 64.

    Returns
    -------
    LabelledImages
        Ten classes, drawn equally often. Grey levels run from 0 to 16.

    Raises
    ------
    ValueError
        If `components` is out of its range.
    ModuleNotFoundError
        If scikit-learn is not installed; it comes with the lessons.

    Notes
    -----
    The test half of the UCI data set "Optical Recognition of Handwritten Digits", by 13 people:
    a share of samples named correctly is one among these hands, not among all.

    References
    ----------
    Alpaydin & Kaynak, *Optical recognition of handwritten digits*, UCI Machine Learning Repository
    (1998), doi:10.24432/C50P49.
    """
    from sklearn.datasets import load_digits

    digits = load_digits()
    return LabelledImages(digits.data, digits.target, components=components)


def by_image(source: LabelledImages, drawn: Array, classes: int) -> ClassScatter:
    """Return the statistic of real images, drawn so often each: shape ``(*batch, images)``."""
    parts = []
    for label in range(classes):
        mine = source.labels == label
        parts.append(scatter(drawn[..., mine], source.features[mine]))
    return together(parts)
