"""A normal model refitted to n of its own draws, generation after generation: regime Replace.

By Cochran's theorem a generation is ``m' = m + sqrt(v/n) z`` and ``v' = v χ²(n-1) / (n-ddof)``,
independent, so ln v is a random walk and everything here is algebra on one χ² variable.
"""

# mypy: disable-error-code="no-any-return"
# (scipy.special is untyped)

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy import special

from collapse_lib.checks import Array
from collapse_lib.theory.curve import VARIANCE, curve
from collapse_lib.theory.domains import (
    Ddof,
    Generations,
    Number,
    SampleSize,
    above_zero,
    at_most,
    lone,
    share,
    whole,
)

CHAIN = "a normal truth and model, and n new points of the last model each generation; exact"
ANY_TRUTH = "a normal model, any truth of finite variance, n points of the last model; exact"
OVERSHOOT = 0.5826  # -ζ(1/2)/√(2π): mean overshoot of a driftless normal walk, per step deviation
CLOCK = 0.25  # generations by which a walk in steps passes later than one without

Quantile = Annotated[Number, share("Share of lineages below", zero=False, one=False)]
Level = Annotated[Number, share("The fraction of the truth's variance", zero=False, one=False)]
Dimensions = Annotated[Number, lone(whole(1, "Dimensions of the points, at most n - 1"))]
Sizes = Annotated[Array, whole(2, "Points in generation 1, 2, …, along the first axis")]


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes=ANY_TRUTH,
    misreading="with ddof = 1 the flat line does not say that nothing happens; a few rare lineages "
    "of enormous variance hold the mean up while the typical one dies",
    source=("shumailov2024",),
)
def replace_variance_mean(t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return ``((n-1) / (n-ddof))^t``: (1 - 1/n)^t for ddof = 0, and 1 for ever for ddof = 1."""
    return np.exp(t * np.log1p((ddof - 1) / (n - ddof)))


@curve(
    "mean",
    "change of the fitted log-variance",
    unit="per generation, natural logarithms",
    assumes=CHAIN,
    misreading="exp(drift) is the factor of the typical (median) variance, not of the mean one",
)
def replace_log_drift(n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return ``ψ((n-1)/2) - ln((n-ddof)/2)``, about -2/n for ddof = 0 and -1/(n-1) for ddof = 1.

    It is always negative, so by the strong law of large numbers v → 0 in almost every lineage.
    """
    x = (n - 1) / 2
    series = -1 / (2 * x) - 1 / (12 * x * x)  # of ψ(x) - ln x, whose difference has no digits left
    bent = np.where(x > 1e4, series, special.digamma(x) - np.log(x))
    return bent + np.log1p((ddof - 1) / (n - ddof))


@curve(
    "variance",
    "change of the fitted log-variance",
    unit="per generation, squared natural logarithms",
    assumes=CHAIN,
    misreading="its square root is not the error of a mean; single lineages wander that far",
)
def replace_log_diffusion(n: SampleSize) -> Number:
    """Return ``ψ₁((n-1)/2)``, about 2/(n-1); ddof shifts ln v and does not spread it."""
    return special.polygamma(1, (n - 1) / 2)


@curve(
    "quantile",
    "fitted log-variance",
    unit="natural logarithm of the variance over the truth's",
    assumes="a normal truth and model and n new points of the last model each generation; exact "
    "for t ≤ 1, else wrong by at most 0.02 standard deviations of ln v (n = 2), 0.01 (n ≥ 3) or "
    "0.002 (n ≥ 10) for q in 0.01 … 0.99, by 0.0015 for the median, and by less as t grows",
    misreading="the band between two quantiles holds that share of lineages in each generation, "
    "not lineages that stay inside it throughout",
)
def replace_log_variance_quantile(
    q: Quantile, t: Generations, n: SampleSize, ddof: Ddof = 0
) -> Number:
    """Return the q-quantile of a sum of t independent ``ln(χ²(n-1) / (n-ddof))``.

    The cumulants of ln χ² are polygamma functions; the quantile is their Cornish–Fisher
    expansion, three orders beyond the normal law, with the χ² quantile itself at t = 1.
    """
    steps = np.maximum(t, 1)
    expanded = _cornish_fisher(special.ndtri(q), *(steps * k for k in _cumulants(n)))
    spread = np.where(t == 0, 0.0, np.where(t == 1, _once(q, n), expanded))
    return t * replace_log_drift(n, ddof) + spread


@curve(
    "quantile",
    "fitted variance",
    unit=VARIANCE,
    assumes="what replace_log_variance_quantile assumes, with its accuracy",
    misreading="quantiles of v are far from symmetrical about the median; those of ln v nearly are",
)
def replace_variance_quantile(q: Quantile, t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return exp(`replace_log_variance_quantile`); 0 where that is below 1e-308 or so."""
    return np.exp(replace_log_variance_quantile(q, t, n, ddof))


@curve(
    "median",
    "fitted variance",
    unit=VARIANCE,
    assumes="what replace_log_variance_quantile assumes, with its accuracy",
    misreading="it is not the mean, which falls half as fast for ddof = 0 and not at all for "
    "ddof = 1",
)
def replace_variance_median(t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return the typical lineage's variance: about ``exp(t · replace_log_drift)``."""
    return replace_variance_quantile(0.5, t, n, ddof)


@curve(
    "mean",
    "fitted standard deviation",
    unit="in units of the truth's standard deviation",
    assumes=CHAIN,
    misreading="its square is not the mean variance, nor is it the median's root",
)
def replace_sd_mean(t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return ``c^t`` with ``c = sqrt(2/(n-ddof)) Γ(n/2) / Γ((n-1)/2)``.

    For ddof = 1 this is the c4 of quality control, about exp(-1/(4(n-1))).
    """
    return np.exp(t * _log_c(n, ddof))


@curve(
    "mean",
    "squared error of the fitted mean",
    unit=VARIANCE,
    assumes=ANY_TRUTH,
    misreading="the average of m over lineages stays at the truth's mean; single lineages do not",
)
def replace_mean_square(t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return E[m²], the sum of E[v]/n over the generations before.

    t/n for ddof = 1, and 1 - (1 - 1/n)^t for ddof = 0, where E[m²] + E[v] = 1 always.
    """
    return t / n if ddof else -np.expm1(t * np.log1p(-1 / n))


@curve(
    "variance",
    "points of a generation, all lineages together",
    unit=VARIANCE,
    assumes=ANY_TRUTH,
    misreading="with ddof = 1 it grows although almost every lineage shrinks; the lineages have "
    "drifted apart",
)
def replace_point_variance(t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return E[v] + E[m²], the variance of one draw of model t: 1 + t/n for ddof = 1, else 1."""
    return replace_variance_mean(t, n, ddof) + replace_mean_square(t, n, ddof)


@curve(
    "mean",
    "squared Wasserstein-2 distance to the truth",
    unit=VARIANCE,
    assumes=CHAIN,
    misreading="for ddof = 1 it grows without bound because the means wander off, although the "
    "spread of almost every lineage goes to 0; for ddof = 0 it ends at 2",
    source=("shumailov2024",),
)
def replace_wasserstein2_mean(t: Generations, n: SampleSize, ddof: Ddof = 1) -> Number:
    """Return ``E[m²] + E[v] + 1 - 2 E[s]``, since W₂² = m² + (s - 1)² between normals.

    t/n + 2 - 2 c4^t for ddof = 1, which starts as 3t/(2n).
    """
    return replace_point_variance(t, n, ddof) + 1 - 2 * replace_sd_mean(t, n, ddof)


@curve(
    "mean",
    "squared Wasserstein-2 distance to the truth",
    unit=VARIANCE,
    shape="of shape (generations + 1, ...), generation 0 first",
    assumes="a normal truth and model, ddof = 1, only points of the last model, but a sample size "
    "for each generation; exact",
    misreading="sizes that grow in proportion to t still diverge, if only like ln t",
    source=("shumailov2024",),
)
def schedule_wasserstein2_mean(sizes: Sizes) -> Number:
    """Return ``Σ 1/n_i + 2 - 2 Π c4(n_i)``, about 3/2 Σ 1/n_i while that is small."""
    sizes = np.atleast_1d(sizes)
    growth = np.cumsum(1 / sizes, axis=0) + 2 - 2 * np.exp(np.cumsum(_log_c(sizes, 1), axis=0))
    return np.concatenate([np.zeros_like(sizes[:1]), growth])


@curve(
    "median",
    "fitted variance",
    unit=VARIANCE,
    shape="of shape (generations + 1, ...), generation 0 first",
    assumes="a normal truth and model, only points of the last model, but a sample size for each "
    "generation; exact for t ≤ 1, else within 1 % for sizes of at least 5",
    misreading="it comes to rest above 0 only if Σ 1/n_i is finite; a curve that looks flat may "
    "still be sinking like a power of t",
)
def schedule_variance_median(sizes: Sizes, ddof: Ddof = 1) -> Number:
    """Return the median of a product of independent ``χ²(n_i - 1) / (n_i - ddof)``.

    About ``exp(-Σ 1/(n_i - 1))`` for ddof = 1; the expansion is that of
    `replace_log_variance_quantile`, with the cumulants of all generations added up.
    """
    sizes = np.atleast_1d(sizes)
    later = _cornish_fisher(0.0, *(np.cumsum(k, axis=0)[1:] for k in _cumulants(sizes)))
    spread = np.concatenate([_once(0.5, sizes[:1]), later])
    log = np.cumsum(replace_log_drift(sizes, ddof), axis=0) + spread
    return np.exp(np.concatenate([np.zeros_like(log[:1]), log]))


@curve(
    "upper bound",
    "probability that the fitted standard deviation exceeds a level",
    assumes="a normal truth and model, ddof = 1, n points of the last model each generation",
    misreading="a bound proves that the spread dies; it is far above the probability itself",
    source=("suresh2024",),
)
def replace_sd_tail_bound(
    t: Generations,
    n: SampleSize,
    level: Annotated[Number, above_zero("In units of the truth's standard deviation")],
) -> Number:
    """Return ``min(1, exp(-t / (4n)) / level)``: Markov's inequality on `replace_sd_mean`."""
    return np.minimum(1.0, np.exp(-t / (4 * n)) / level)


@curve(
    "half-life",
    "median fitted variance",
    unit="in generations",
    assumes="a normal truth and model, n points of the last model each generation; t large",
    misreading="collapse by finite samples alone takes of the order of n generations, not five; "
    "what is faster has another cause, such as biased sampling or misfit",
)
def half_life(n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return ``ln 2 / |replace_log_drift|``: about 0.35 n for ddof = 0, 0.69 (n-1) for ddof = 1."""
    return np.log(2) / -replace_log_drift(n, ddof)


@curve(
    "half-life",
    "mean fitted variance",
    unit="in generations",
    assumes="a normal model, ddof = 0, n points of the last model each generation; exact",
    misreading="the typical lineage halves about twice as fast; see half_life",
)
def mean_half_life(n: SampleSize) -> Number:
    """Return ``ln 2 / -ln(1 - 1/n)``, about 0.69 n; for ddof = 1 the mean never halves."""
    return -np.log(2) / np.log1p(-1 / n)


@curve(
    "mean",
    "first generation whose fitted variance is at most a level",
    unit="in generations",
    assumes="a normal truth and model, n points of the last model each generation; good to 0.05 "
    "generations or so for n ≥ 5",
    misreading="passage times are so skewed that most lineages pass earlier than this",
)
def replace_passage_mean(level: Level, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return ``(ln(1/level) + 0.583 sd + κ₃/(6 sd²)) / |drift| + 1/4``: Wald's identity.

    What is added to ln(1/level), with the drift, standard deviation and third cumulant of a
    downward step, is the mean overshoot below the level, less the quarter of a step in which the
    walk's clock runs late: the limit for small normal steps, and its first corrections.
    """
    return _barrier(level, n, ddof) / -replace_log_drift(n, ddof) + CLOCK


@curve(
    "probability",
    "fitted variance having been at or below a level",
    assumes="a normal truth and model, n points of the last model each generation; good to 0.03 "
    "for n ≥ 5 and levels up to one half",
    misreading="the variance may have risen above the level again since",
)
def replace_passage_probability(
    t: Generations, level: Level, n: SampleSize, ddof: Ddof = 0
) -> Number:
    """Return the inverse Gaussian distribution function of the passage time at t + 1/4.

    That of a Brownian motion with the walk's drift and diffusion, and with the barrier and the
    clock of `replace_passage_mean`.
    """
    speed, diffusion = -replace_log_drift(n, ddof), replace_log_diffusion(n)
    length, clock = _barrier(level, n, ddof), t + CLOCK
    spread = np.sqrt(clock * diffusion)
    back = special.log_ndtr(-(speed * clock + length) / spread) + 2 * speed * length / diffusion
    return np.where(t == 0, 0.0, special.ndtr((speed * clock - length) / spread) + np.exp(back))


@curve(
    "rates",
    "fitted log-variances along the principal axes",
    unit="per generation, natural logarithms",
    shape="of the shape of n, then the dimensions, slowest first",
    assumes="a normal truth and model in several dimensions, n points of the last model each "
    "generation; exact as t → ∞",
    misreading="the axes are those of the fitted ellipsoid, not of the coordinates; a trace that "
    "stays up hides a cloud as thin as a needle",
)
def replace_lyapunov_spectrum(n: SampleSize, dimensions: Dimensions, ddof: Ddof = 1) -> Number:
    """Return ``ψ((n-i)/2) - ln((n-ddof)/2)`` for i = 1 … dimensions, which are at most n - 1.

    A generation multiplies a root of the covariance by a Bartlett factor of a Wishart matrix;
    these are twice the Lyapunov exponents of the product.
    """
    at_most("dimensions", dimensions, "n - 1", n - 1)
    i = np.arange(1, int(dimensions) + 1)
    each = np.asarray(n)[..., None]
    return special.digamma((each - i) / 2) - np.log((each - ddof) / 2)


@curve(
    "mean",
    "change of the log-determinant of the fitted covariance",
    unit="per generation, natural logarithms",
    assumes="a normal truth and model in several dimensions, n points of the last model each "
    "generation; exact",
    misreading="shared out among d dimensions it is still (d+1)/2 times the drift of one; more "
    "dimensions die faster",
)
def replace_log_volume_drift(n: SampleSize, dimensions: Dimensions, ddof: Ddof = 1) -> Number:
    """Return the sum of `replace_lyapunov_spectrum`, about -d(d+1) / (2(n-1)) for ddof = 1."""
    return np.sum(replace_lyapunov_spectrum(n, dimensions, ddof), axis=-1)


def _cumulants(n: Number) -> tuple[Number, ...]:
    """Return the second to fifth cumulant of ln χ²(n-1)."""
    return tuple(special.polygamma(r, (n - 1) / 2) for r in (1, 2, 3, 4))


def _cornish_fisher(z: Number, k2: Number, k3: Number, k4: Number, k5: Number) -> Number:
    """Return a quantile about the mean: z deviations, and three orders beyond the normal law."""
    z2 = z * z
    sd = np.sqrt(k2)
    skew, kurt, fifth = k3 / sd**3, k4 / sd**4, k5 / sd**5
    return sd * (
        z
        + (z2 - 1) * skew / 6
        + z * ((z2 - 3) * kurt / 24 - (2 * z2 - 5) * skew**2 / 36)
        + (z2 * z2 - 6 * z2 + 3) * fifth / 120
        - (z2 * z2 - 5 * z2 + 2) * skew * kurt / 24
        + (12 * z2 * z2 - 53 * z2 + 17) * skew**3 / 324
    )


def _once(q: Number, n: Number) -> Number:
    """Return the q-quantile of ln χ²(n-1) about its mean."""
    a = (n - 1) / 2
    return np.log(special.gammaincinv(a, q)) - special.digamma(a)


def _log_c(n: Number, ddof: float) -> Number:
    return np.log(2 / (n - ddof)) / 2 + special.gammaln(n / 2) - special.gammaln((n - 1) / 2)


def _barrier(level: Number, n: Number, ddof: float) -> Number:
    diffusion = replace_log_diffusion(n)
    skew = -special.polygamma(2, (n - 1) / 2) / (6 * diffusion)
    return OVERSHOOT * np.sqrt(diffusion) + skew - np.log(level)
