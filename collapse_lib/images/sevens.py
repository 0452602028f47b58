"""Two ways to write a seven: a common style and a rare one within one class."""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import fraction, number
from collapse_lib.images.truth import LabelledImages, read_digits

BAR_ROWS = slice(3, 6)  # where a bar lies, of the eight rows
INK = 4  # a pixel with more than a quarter of the full ink counts
BAR = 4  # so many of them in one row are a bar: a bare stem has at most three


def read_sevens(plain: float = 0.05, components: int = 20) -> LabelledImages:
    """Return the 179 sevens of `read_digits`, crossed ones as class 0 and plain ones as class 1.

    Parameters
    ----------
    plain : float, default 0.05
        Share of the plain ones among what is drawn.
    components : int, default 20
        Number of principal components through which models see them, 1 to 64.

    Raises
    ------
    ValueError
        If a number is out of its range.
    ModuleNotFoundError
        If scikit-learn is not installed; it comes with the lessons.

    Notes
    -----
    Nobody labelled these styles. A seven counts as crossed if one of its three middle rows has
    four inked pixels; so do 166 of the 179, since most of the writers cross their sevens. With
    8 × 8 pixels some cases are open to doubt: the counts are those of a rule, not of the hands.
    The rule is derived here; the images are those of `read_digits`.
    """
    plain = number(fraction, "plain", plain)
    digits = read_digits()
    sevens = digits.pixels[digits.labels == 7]
    rows = sevens.reshape(-1, 8, 8)[:, BAR_ROWS] > INK
    bare = rows.sum(axis=2).max(axis=1) < BAR
    shares = np.array([1 - plain, plain])
    return LabelledImages(sevens, bare.astype(int), shares, components)
