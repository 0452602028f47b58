"""Categories: which of them are left, and what they would weigh."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, whole, wholes
from collapse_lib.distributions import Distribution
from collapse_lib.metrics.kinds import Metric, categorical, factory, same_categories


def survivors(model: Distribution, truth: Distribution) -> Array:
    """Return the number of categories with a probability above 0, shape ``batch``.

    Ecology calls it species richness (Magurran, *Measuring Biological Diversity*, 2004).

    Raises
    ------
    TypeError
        If the model is not categorical.

    Notes
    -----
    It counts a category of one in a million like one of a half, which is its point; a
    smoothed model keeps all of them alive for ever, which is not survival.
    """
    return np.asarray((categorical("survivors", model).p > 0).sum(axis=-1))


@factory
def decile_survivors(decile: int) -> Metric:
    """Return the metric "share of one tenth of the categories that is still alive".

    The categories that the truth can draw are sorted by their frequency **in the truth** and cut
    into ten groups of equally many, or nearly; equal frequencies keep the order of the labels.

    Parameters
    ----------
    decile : int
        1 for the rarest tenth of the categories, …, 10 for the commonest.

    Returns
    -------
    callable
        A metric between 0 and 1, shape ``batch``.

    Raises
    ------
    ValueError
        If `decile` is not a whole number from 1 to 10; or, when measuring, if the truth has
        fewer than ten categories.
    TypeError
        When measuring, if model or truth has no categories.

    Notes
    -----
    A tenth of the *categories*, not of the mass: of words, the rarest tenth is a small part of
    any text, so that a text can lose all of it unnoticed.

    References
    ----------
    Derived here: groups of equally many categories, so that their shares compare.
    """
    if whole("decile", decile, least=1) > 10:
        raise ValueError(f"decile must be a whole number from 1 to 10, not {decile!r}")

    def decile_survivors(model: Distribution, truth: Distribution) -> Array:
        p, original = _pair("decile_survivors", model, truth)
        drawn = np.flatnonzero(original)
        if drawn.size < 10:
            raise ValueError(
                f"truth must have at least 10 categories to have deciles, not {drawn.size}"
            )
        ranked = drawn[np.argsort(original[drawn], kind="stable")]
        group = np.array_split(ranked, 10)[int(decile) - 1]
        return np.asarray((p[..., group] > 0).mean(axis=-1))

    return decile_survivors


def heterozygosity(model: Distribution, truth: Distribution) -> Array:
    """Return the probability that two draws of the model differ, 1 - Σ p², shape ``batch``.

    Population genetics calls it expected heterozygosity (Nei, *PNAS* 70, 1973), ecology the
    Gini–Simpson index (Simpson, *Nature* 163, 1949). Under `Replace` with n draws its mean
    shrinks by (1 - 1/n) a generation (`theory.replace_heterozygosity_mean`).

    Raises
    ------
    TypeError
        If the model has no categories.

    Notes
    -----
    Common categories make it up: thousands of rare ones can die without a trace in it.
    """
    p = categorical("heterozygosity", model).p
    return np.asarray((p * (1 - p)).sum(axis=-1))  # no 1 - Σ p², which cancels near fixation


def coverage(model: Distribution, truth: Distribution) -> Array:
    """Return the truth's probability of what the model can still draw, shape ``batch``.

    Good's coverage of a sample (*Biometrika* 40, 1953), for a model that was fitted to it.

    Raises
    ------
    TypeError
        If model or truth has no categories.

    Notes
    -----
    One minus `missing_mass`. It asks whether, not how often: a category at a thousandth of its
    old frequency counts as covered in full.
    """
    return 1 - missing_mass(model, truth)


def missing_mass(model: Distribution, truth: Distribution) -> Array:
    """Return the truth's probability of what the model can never draw again, shape ``batch``.

    For a model fitted to counts it is the mass of what was not seen (McAllester & Schapire,
    COLT 2000).

    Raises
    ------
    TypeError
        If model or truth has no categories.

    Notes
    -----
    The chance that the next real observation is one the model holds to be impossible.
    `good_turing` estimates it from data alone, for the first generation only.
    """
    p, original = _pair("missing_mass", model, truth)
    return np.asarray(np.where(p > 0, 0.0, original).sum(axis=-1))


def good_turing(counts: ArrayLike) -> Array:
    """Estimate the missing mass from data alone: the share of draws that were seen just once.

    Parameters
    ----------
    counts : array_like of int, shape ``(*batch, categories)``
        How often each category was drawn; `Counts.counts` of a statistic. No shares.

    Returns
    -------
    ndarray, shape ``batch``
        N₁ / n, with N₁ the number of categories seen once. On average it is what
        n - 1 draws miss on average.

    Raises
    ------
    ValueError
        If a count is not a whole number of at least 0, or a row holds no draw.

    Notes
    -----
    It speaks of the distribution *the data were drawn from*. Of synthetic data that is the last
    model: what earlier generations lost does not show.

    References
    ----------
    Good, *Biometrika* 40 (1953), who credits Turing.
    """
    drawn = wholes("counts", counts, least=0)
    if drawn.ndim == 0 or not np.all(drawn.sum(axis=-1) > 0):
        raise ValueError("counts must hold, for each row, at least one draw")
    return np.asarray((drawn == 1).sum(axis=-1) / drawn.sum(axis=-1))


def _pair(metric: str, model: Distribution, truth: Distribution) -> tuple[Array, Array]:
    return same_categories(categorical(metric, model).p, categorical(metric, truth).p)
