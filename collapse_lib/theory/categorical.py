"""Categories refitted to n of their own draws: multinomial resampling, which is genetic drift.

A category is an allele, a point is a gene copy, a generation is one of the haploid Wright–Fisher
model: what is lost stays lost, although no frequency changes on average.
"""

# mypy: disable-error-code="no-any-return"
# (scipy.special is untyped)

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy import special

from collapse_lib.checks import Array
from collapse_lib.theory.curve import curve
from collapse_lib.theory.domains import (
    Draws,
    Generations,
    Number,
    Probabilities,
    SampleSize,
    above_one,
    above_zero,
    at_most,
    share,
    whole,
)
from collapse_lib.theory.pooled import accumulate_variance_mean
from collapse_lib.theory.recursion import iterate

DRIFT = "n draws of the last model's frequencies each generation, no smoothing"
SAMPLE = "n independent draws of the truth; exact"
FRESH = (
    "n_real draws of the truth and n - n_real of the last model each generation, generation 1 from "
    "n of the truth; exact"
)
CRAWLED = (
    "each of n draws real with that probability, else of the last model, generation 1 from n of "
    "the truth; exact"
)
LEADING = "of the shape to which the arguments broadcast, less the axis of categories"

Probability = Annotated[Number, share("Probability of the category")]
Interior = Annotated[Number, share("Frequency of the category", zero=False, one=False)]
Heterozygosity = Annotated[Number, share("1 - Σp² of the truth")]
FreshCount = Annotated[Number, whole(0, "Of them new real draws, at most n")]
Real = Annotated[Number, share("Probability that a draw is real")]
Exponent = Annotated[Number, above_one("The truth is proportional to rank^-exponent")]


@curve(
    "probability",
    "category being unseen",
    assumes=SAMPLE,
    misreading="it is the risk of one generation; in the long run all categories but one are lost",
)
def unseen_probability(n: Draws, probability: Probability) -> Number:
    """Return ``(1-p)^n``, about exp(-n p)."""
    return np.exp(special.xlog1py(n, -probability))


@curve(
    "mean",
    "number of surviving categories",
    shape=LEADING,
    assumes=SAMPLE,
    misreading="their number says nothing of the mass that is lost; see missing_mass_mean",
)
def one_generation_survivors(n: Draws, probabilities: Probabilities) -> Number:
    """Return ``Σ 1 - (1-p)^n``.

    Under `Accumulate` it holds for ever: a pool loses nothing, and its models add nothing to it.
    """
    return np.sum(-np.expm1(_log_unseen(n, probabilities)), axis=-1)


@curve(
    "mean",
    "probability of the categories unseen",
    shape=LEADING,
    assumes=SAMPLE,
    misreading="it is the truth's mass that the model has lost, not a share of categories",
)
def missing_mass_mean(n: Draws, probabilities: Probabilities) -> Number:
    """Return ``Σ p (1-p)^n``."""
    return np.sum(probabilities * np.exp(_log_unseen(n, probabilities)), axis=-1)


@curve(
    "mean",
    "share of draws whose category was seen once",
    shape=LEADING,
    assumes=SAMPLE,
    misreading="it estimates the missing mass of n - 1 draws; one sample's value scatters",
    source=("good1953",),
)
def good_turing_mean(n: Draws, probabilities: Probabilities) -> Number:
    """Return ``Σ p (1-p)^(n-1)``, the expectation of Good and Turing's estimate N₁/n."""
    return np.sum(probabilities * np.exp(_log_unseen(n - 1, probabilities)), axis=-1)


@curve(
    "mean",
    "fitted heterozygosity 1 - Σp²",
    assumes=f"{DRIFT}; exact",
    misreading="it is the Gini index, a matter of the common categories; rare ones die unnoticed",
)
def replace_heterozygosity_mean(t: Generations, n: Draws, heterozygosity: Heterozygosity) -> Number:
    """Return ``(1 - 1/n)^t H₀``, with the same factor as the variance of a normal model."""
    return heterozygosity * np.exp(special.xlog1py(t, -1 / n))


@curve(
    "mean",
    "fitted heterozygosity 1 - Σp²",
    assumes=FRESH,
    misreading="heterozygosity recovers quickly; the rare categories it hardly counts do not stay",
)
def refresh_heterozygosity_mean(
    t: Generations,
    n: Draws,
    n_real: FreshCount,
    heterozygosity: Heterozygosity,
) -> Number:
    """Return H of ``H' = (2α - α² - α/n) H₀ + (1-α)(1-α-1/n) H``, α = n_real/n, from H = H₀."""
    return heterozygosity * _approach(*_refreshed(n, n_real), t)


@curve(
    "limit",
    "mean heterozygosity 1 - Σp²",
    assumes=f"{FRESH} as t → ∞",
    misreading="like the variance of a normal model it hangs on the number of real draws, hardly "
    "on their share",
)
def refresh_heterozygosity_limit(
    n: Draws, n_real: FreshCount, heterozygosity: Heterozygosity
) -> Number:
    """Return ``H₀ (2α - α² - α/n) / (1 - (1-α)(1-α-1/n))``, α = n_real/n."""
    added, kept = _refreshed(n, n_real)
    return heterozygosity * added / (1 - kept)


@curve(
    "mean",
    "fitted heterozygosity 1 - Σp²",
    assumes=CRAWLED,
    misreading="it lies below refresh_heterozygosity_mean, as the number of real draws scatters",
)
def blend_heterozygosity_mean(
    t: Generations, n: Draws, real: Real, heterozygosity: Heterozygosity
) -> Number:
    """Return H of ``H' = (1-1/n) ((2α - α²) H₀ + (1-α)² H)``, from H = H₀.

    Generation 1 has all of its draws real, and the same H as if it had not.
    """
    return heterozygosity * _approach(*_blended(n, real), t)


@curve(
    "limit",
    "mean heterozygosity 1 - Σp²",
    assumes=f"{CRAWLED} as t → ∞",
    misreading="what is lost for good is not to be seen here: it counts the common categories",
)
def blend_heterozygosity_limit(n: Draws, real: Real, heterozygosity: Heterozygosity) -> Number:
    """Return ``H₀ (1-1/n)(2α - α²) / (1 - (1-1/n)(1-α)²)``.

    The same for the chance S = 1 - H of two equal draws:
    ``(1/n + (1-1/n)(2α - α²) S₀) / (1 - (1-1/n)(1-α)²)``.
    """
    added, kept = _blended(n, real)
    return heterozygosity * added / (1 - kept)


@curve(
    "mean",
    "fitted heterozygosity 1 - Σp²",
    assumes="n new draws of the last model each generation, the model fitted to all draws ever "
    "made, no smoothing; exact",
    misreading="what generation 1 has missed stays missed, however little heterozygosity is lost",
)
def accumulate_heterozygosity_mean(
    t: Generations, n: SampleSize, heterozygosity: Heterozygosity
) -> Number:
    """Return ``H₀ Π_{i ≤ t} (1 - 1/(n i²))``, H₀ times `accumulate_variance_mean`."""
    return heterozygosity * accumulate_variance_mean(t, n)


@curve(
    "probability",
    "category being the last one left",
    assumes=f"{DRIFT}; exact",
    misreading="a fair lottery in p is no guarantee for the commonest category",
)
def fixation_probability(probability: Probability) -> Number:
    """Return p: frequencies are neutral, so the mean frequency is p in every generation."""
    return np.asarray(probability)[()]


@curve(
    "mean",
    "generation in which one of two categories is lost",
    unit="in generations",
    assumes=f"{DRIFT}; the diffusion limit, one to three generations late",
    misreading="its spread is as large as itself",
)
def replace_absorption_mean(n: Draws, frequency: Interior) -> Number:
    """Return ``-2n (p ln p + (1-p) ln(1-p))``."""
    return 2 * n * (special.entr(frequency) + special.entr(1 - frequency))


@curve(
    "mean",
    "generation in which one value of n distinct ones is left",
    unit="in generations",
    assumes="n distinct points resampled with replacement each generation; Kingman's coalescent, "
    "right to two generations",
    misreading="lineages scatter: the standard deviation is more than half the mean",
)
def replace_last_survivor_mean(n: Draws) -> Number:
    """Return ``n Σ_{k=2}^{n} 2/(k(k-1)) = 2(n-1)``: half of it is the wait for the last two."""
    return 2 * (n - 1)


@curve(
    "standard deviation",
    "generation in which one value of n distinct ones is left",
    unit="in generations",
    assumes="n distinct points resampled with replacement each generation; Kingman's coalescent, "
    "right to two generations",
    misreading="the law is skewed to late times; two of these either side is no interval",
)
def replace_last_survivor_sd(n: Draws) -> Number:
    """Return n times the root of ``Σ_{k=2}^{n} 4/(k²(k-1)²)``, about 1.08 n."""
    # 1/(k(k-1))² = 1/(k-1)² + 1/k² - 2 (1/(k-1) - 1/k), summed from k = 2 to n
    squares = np.pi**2 / 6 - special.polygamma(1, n + 1)
    return n * np.sqrt(4 * np.maximum(2 * squares - 1 - 1 / n**2 - 2 * (1 - 1 / n), 0.0))


@curve(
    "lower bound",
    "probability that a category is still there",
    assumes=f"{DRIFT}; close for rare categories, exact for t = 1",
    misreading="survival at t is not permanence; only one category is for ever",
    source=("suresh2024",),
)
def replace_type_survival(
    t: Generations, n: Draws, count: Annotated[Number, whole(0, "Times it was seen, at most n")]
) -> Number:
    """Return ``1 - (1-h)^count`` with h from ``h' = 1 - (1 - h/n)^n``, h = 1 at t = 0.

    h is the chance that one copy has descendants, as if families were independent; really they
    compete, which helps the rare. As n → ∞ this is the published 1 - exp(-count g).
    """
    at_most("count", count, "n", n)
    return -np.expm1(special.xlog1py(count, -_copy_survival(t, n)))


@curve(
    "probability",
    "fitted rate of a Poisson law being above 0",
    assumes="n draws of the last model each generation, a Poisson truth and model; exact",
    misreading="the mean rate over lineages never changes: ever fewer of them carry it",
    source=("suresh2024",),
)
def replace_poisson_survival(
    t: Generations, n: Draws, rate: Annotated[Number, above_zero("Mean of the truth")]
) -> Number:
    """Return ``1 - exp(-n rate g)`` with g from ``g' = 1 - exp(-g)``, g = 1 at t = 1.

    The total of n counts is Poisson, so each of the points counted has Poisson(1) descendants,
    independently: g is the chance that one has some.
    """
    g = iterate(lambda i, g: (-np.expm1(-g),), (1.0,), np.maximum(t - 1, 0))[0]
    return np.where(t == 0, 1.0, -np.expm1(-n * rate * g))


@curve(
    "median",
    "generation in which a category is lost",
    unit="in generations",
    assumes=f"{DRIFT}, a rare category and a large count; late by about a third of ln(count) + 2",
    misreading="it does not depend on n: a rare category is forgotten as fast in a large sample",
    source=("suresh2024",),
)
def replace_forgetting_median(
    count: Annotated[Number, whole(1, "Times it was seen")],
) -> Number:
    """Return ``2 count / ln 2``, since the survival rate g falls like 2/t."""
    return 2 * count / np.log(2)


@curve(
    "mean",
    "number of surviving categories",
    shape=LEADING,
    assumes=f"{DRIFT}; a lower bound, close where most categories are rare, exact for t ≤ 1",
    misreading="entropy hardly notices: half the categories can be gone at nearly equal entropy",
    source=("suresh2024",),
)
def replace_survivors_mean(t: Generations, n: Draws, probabilities: Probabilities) -> Number:
    """Return ``Σ 1 - (1 - p h)^n``, h as in `replace_type_survival` after t - 1 generations."""
    unseen = np.exp(_log_lost(t, n, probabilities))
    return np.sum(np.where(probabilities > 0, 1 - unseen, 0.0), axis=-1)


@curve(
    "mean",
    "probability of the categories lost",
    shape=LEADING,
    assumes=f"{DRIFT}; an upper bound, close where most categories are rare, exact for t ≤ 1",
    misreading="it is measured by the truth; the model itself gives what it lost probability 0",
)
def replace_missing_mass_mean(t: Generations, n: Draws, probabilities: Probabilities) -> Number:
    """Return ``Σ p (1 - p h)^n``, h as in `replace_type_survival` after t - 1 generations.

    For p ∝ rank^-β it grows like t^(1-1/β): slower than in proportion to t.
    """
    return np.sum(probabilities * np.exp(_log_lost(t, n, probabilities)), axis=-1)


@curve(
    "lower bound",
    "probability that both of two categories are there",
    assumes=f"{DRIFT}",
    misreading="a bound, and late on two thirds of the probability itself",
    source=("suresh2024",),
)
def replace_unabsorbed_lower(t: Generations, n: Draws, frequency: Interior) -> Number:
    """Return ``4p(1-p)(1-1/n)^t``, since x(1-x) ≤ 1/4 and its mean is known."""
    return 4 * frequency * (1 - frequency) * np.exp(special.xlog1py(t, -1 / n))


@curve(
    "upper bound",
    "probability that both of two categories are there",
    assumes=f"{DRIFT}",
    misreading="a bound; it is trivial until t is several times n",
    source=("suresh2024",),
)
def replace_unabsorbed_upper(t: Generations, n: Draws, frequency: Interior) -> Number:
    """Return ``n p(1-p)(1-1/n)^(t-1)``, at most 1: unless absorbed, x(1-x) ≥ (n-1)/n²."""
    bound = n * frequency * (1 - frequency) * np.exp(special.xlog1py(np.maximum(t - 1, 0), -1 / n))
    return np.where(t == 0, 1.0, np.minimum(1.0, bound))


@curve(
    "mean",
    "probability of the categories unseen",
    shape=LEADING,
    assumes="n independent draws, each from the truth with probability real, else from the truth "
    "cut after its first categories, as generated data are; exact",
    misreading="a level stretch is no floor while some draws are real: beyond n = kept^β / real or "
    "so they take over, and each of them counts as one of real · n",
    source=("dohmatob2024",),
)
def cut_missing_mass_mean(
    n: Draws,
    probabilities: Probabilities,
    kept: Annotated[Number, whole(1, "Categories that generated data have, the first ones")],
    real: Real = 0.0,
) -> Number:
    """Return ``Σ p (1 - real p - (1-real) q)^n``, q = p/P(kept) up to `kept`, then 0.

    Without real draws it ends at the mass beyond `kept`, `heavy_tail_cut_mass` of a power law, and
    before it is a little below `missing_mass_mean`: q has more mass for the categories it has.
    """
    ranks = np.arange(np.shape(probabilities)[-1])
    cut = np.where(ranks < np.asarray(kept)[..., None], probabilities, 0.0)
    cut = cut / cut.sum(axis=-1, keepdims=True)
    share = np.asarray(real)[..., None]
    drawn = np.minimum(share * probabilities + (1 - share) * cut, 1.0)  # rounding may exceed 1
    return np.sum(probabilities * np.exp(_log_unseen(n, drawn)), axis=-1)


@curve(
    "mean",
    "probability of the categories unseen",
    assumes="n independent draws of a power law without end; the leading term for large n",
    misreading="it shrinks with n so slowly that the tail is always news",
    source=("dohmatob2024",),
)
def heavy_tail_missing_mass(n: Draws, exponent: Exponent) -> Number:
    """Return ``Γ(1-1/β) / (β ζ(β)^(1/β)) n^-(1-1/β)``: the integral of p exp(-n p) over ranks."""
    b = 1 / exponent
    return b * special.gamma(1 - b) * special.zeta(exponent) ** -b * n ** (b - 1)


@curve(
    "probability",
    "categories beyond a rank",
    assumes="a power law without end; exact",
    misreading="no number of draws from a source cut at that rank brings it back",
    source=("dohmatob2024",),
)
def heavy_tail_cut_mass(
    kept: Annotated[Number, whole(1, "Categories kept, the commonest")], exponent: Exponent
) -> Number:
    """Return ``ζ(β, kept + 1) / ζ(β)``, about kept^-(β-1) / ((β-1) ζ(β))."""
    return special.zeta(exponent, kept + 1) / special.zeta(exponent)


def _refreshed(n: Number, n_real: Number) -> tuple[Number, Number]:
    """Return by which shares of H₀ and H a generation makes its own H."""
    at_most("n_real", n_real, "n", n)
    a = n_real / n
    return 2 * a - a**2 - a / n, (1 - a) * (1 - a - 1 / n)


def _blended(n: Number, real: Number) -> tuple[Number, Number]:
    """Return by which shares of H₀ and H a generation makes its own H."""
    return (1 - 1 / n) * (2 * real - real**2), (1 - 1 / n) * (1 - real) ** 2


def _approach(added: Number, kept: Number, t: Number) -> Number:
    """Return x_t of ``x' = added + kept · x`` from x₀ = 1, with kept < 1."""
    limit = added / (1 - kept)
    return limit + (1 - limit) * kept**t


def _copy_survival(t: Number, n: Number) -> Array:
    return iterate(lambda i, h: (-np.expm1(special.xlog1py(n, -h / n)),), (1.0,), t)[0]


def _log_unseen(n: Number, probabilities: Array) -> Array:
    return special.xlog1py(np.asarray(n)[..., None], -probabilities)


def _log_lost(t: Number, n: Number, probabilities: Array) -> Array:
    h = _copy_survival(np.maximum(t - 1, 0), n)
    log = _log_unseen(n, probabilities * h[..., None])
    return np.where(np.asarray(t)[..., None] == 0, np.where(probabilities > 0, -np.inf, 0.0), log)
