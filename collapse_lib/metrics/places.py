"""Places: where a model has its peaks, and whether it goes where the truth does not."""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import Array, fraction, number
from collapse_lib.distributions import Categorical, Distribution, Empirical
from collapse_lib.metrics.cells import blocks, grid, masses
from collapse_lib.metrics.kinds import Metric, continuous, factory, numeric, same_categories


def modes(model: Distribution, truth: Distribution) -> Array:
    """Return the number of peaks of the model's density, shape ``batch``.

    Peaks are counted on cells of a hundredth of the truth's sd (wider far out); those below
    1e-9 of the highest are rounding, and are left out.

    Raises
    ------
    TypeError
        If model or truth has no density.
    ValueError
        If the truth has no finite variance.

    Notes
    -----
    A model can keep the number of peaks and lose those of the truth: a kernel density has one
    at many a data point. Two components may make one peak.

    References
    ----------
    Silverman, *Journal of the Royal Statistical Society B* 43 (1981), on counting modes.
    """
    model, x = continuous("modes", model), grid(continuous("modes", truth))
    widths = np.diff(x).reshape(-1, *(1,) * len(model.batch))
    height = np.concatenate([masses(model, x[run]) for run in blocks(model.batch)]) / widths
    top = height.max(axis=0)
    height = np.round(height / np.where(top > 0, top, 1), 9)
    ground = np.zeros((1, *model.batch))
    slope = np.sign(np.diff(np.concatenate([ground, height, ground]), axis=0))
    # on level ground the last slope still holds, so that a plateau is one peak
    last = np.maximum.accumulate(
        np.where(slope != 0, np.arange(len(slope)).reshape(-1, *(1,) * len(model.batch)), 0)
    )
    slope = np.take_along_axis(slope, last, axis=0)
    return np.asarray(((slope[:-1] > 0) & (slope[1:] < 0)).sum(axis=0))


@factory
def hallucination(level: float = 0.001) -> Metric:
    """Return the metric "share of the model's mass in places where the truth hardly ever goes".

    Those places are the truth's least likely ones that together hold `level` of its mass: rare
    categories, or all numbers outside its highest-density region of mass 1 - level, the valleys
    between its peaks included.

    Parameters
    ----------
    level : float, default 0.001
        Mass of the truth that counts as "hardly ever". 0 asks of categories for those that the
        truth never draws.

    Returns
    -------
    callable
        A metric between 0 and 1, shape ``batch``; at the truth itself at most `level`.

    Raises
    ------
    ValueError
        If `level` is not between 0 and 1, or the truth has no finite variance.
    TypeError
        When measuring, if one of model and truth has categories and the other numbers, or
        single measurements are the truth, whose places are not known.

    Notes
    -----
    A small number is no praise: a model collapsed to the truth's commonest value scores 0.

    References
    ----------
    Hyndman, *The American Statistician* 50 (1996), for highest-density regions. That what lies
    outside is called hallucination is this library's use of the word.
    """
    rare = number(fraction, "level", level)

    def hallucination(model: Distribution, truth: Distribution) -> Array:
        if isinstance(model, Categorical) and isinstance(truth, Categorical):
            p, original = same_categories(model.p, truth.p)
            return np.asarray(np.where(_least(original, rare), p, 0.0).sum(axis=-1))
        if isinstance(truth, Empirical):
            raise TypeError("hallucination needs a truth with a density; Empirical has none")
        model, truth = numeric("hallucination", model), numeric("hallucination", truth)
        x = grid(truth)
        mass = masses(truth, x)
        strange = _least(mass, rare, order=mass / np.diff(x))
        below, above = model.tails(x[:1], x[-1:])
        total = below[0] + above[0]
        for run in blocks(model.batch):
            here = strange[run.start : run.stop - 1]  # one cell fewer than edges
            total = total + masses(model, x[run])[here].sum(axis=0)
        return np.asarray(total)

    return hallucination


def _least(mass: Array, level: float, order: Array | None = None) -> Array:
    """Say which of the masses, the least of `order` first, hold `level` together."""
    ranked = np.argsort(mass if order is None else order, kind="stable")
    found = np.zeros(mass.shape, dtype=bool)
    found[ranked] = np.cumsum(mass[ranked]) <= level
    return found
