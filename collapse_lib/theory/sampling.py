"""Biased sampling: what temperature, truncation and filters do even with infinite data.

The truth is never sampled with bias, so generation 1 has none yet: after t generations the bias
has acted t - 1 times.
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
    Probabilities,
    SampleSize,
    above_zero,
    for_each,
    lone,
    real,
    row,
    share,
    whole,
)
from collapse_lib.theory.gaussian import replace_variance_mean
from collapse_lib.theory.recursion import iterate

INFINITE = "infinite data, each generation sampled from the last model; exact"
CURATED = (
    "infinite data; of the last model's draws each is kept in proportion to e^reward, which is the "
    "choice of the best of very many; exact"
)
FRONT = "with the axes of t in front of those of probabilities"

Bias = Annotated[Number, share("Factor on the variance when a model is sampled", zero=False)]
Shrink = Annotated[
    Number, share("Factor on the variance when a model is sampled", zero=False, one=False)
]
Cutoff = Annotated[
    Number, above_zero("Points further from the model's mean, in its sd, are dropped")
]
Temperature = Annotated[Number, above_zero("Below 1 sharpens, above 1 flattens")]
Nucleus = Annotated[
    float, lone(share("Mass kept: that of the fewest commonest categories reaching it", zero=False))
]
Ranking = Annotated[Array, row("The truth")]
Reward = Annotated[Array, for_each("How well each category is liked, in units of log-odds")]
Step = Annotated[Number, real("Shift of the mean each time a model is sampled")]
Pull = "Share of real points in each generation after the first"
States = Annotated[Number, whole(1, "Contexts of the decoder")]


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes="a normal model, any truth of finite variance, n points of N(m, bias · v) of the last "
    "model; exact",
    misreading="this is fast for every n, unlike collapse by sampling noise",
    source=("alemohammad2024",),
)
def tempered_variance_mean(t: Generations, n: SampleSize, bias: Bias, ddof: Ddof = 0) -> Number:
    """Return ``bias^(t-1) ((n-1)/(n-ddof))^t`` for t ≥ 1."""
    return bias ** _biased(t) * replace_variance_mean(t, n, ddof)


@curve(
    "half-life",
    "variance of the model",
    unit="in generations",
    assumes="a normal model sampled with its variance reduced, infinite data; exact",
    misreading="more data per generation does not lengthen it",
    source=("alemohammad2024",),
)
def tempered_half_life(bias: Shrink) -> Number:
    """Return ``ln 2 / -ln bias``: 6.6 generations at 0.9, whatever n."""
    return -np.log(2) / np.log(bias)


@curve(
    "factor",
    "variance of a normal model by a filter on typicality",
    assumes="a normal model, points with |z| < cutoff kept; exact",
    misreading="three sigma sounds harmless, yet 2.7 % a time halves the variance in 26 times",
)
def typical_variance_factor(cutoff: Cutoff) -> Number:
    """Return ``1 - 2cϕ(c) / (2Φ(c) - 1)``, the variance of N(0, 1) given |z| < c."""
    density = np.exp(-(cutoff**2) / 2) * np.sqrt(2 / np.pi)
    return 1 - cutoff * density / special.erf(cutoff / np.sqrt(2))


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes="a normal model and any truth of finite variance, n points kept of the last model's; "
    "exact",
    misreading="a filter that keeps the most plausible points removes no error; it is a bias",
)
def typical_variance_mean(t: Generations, n: SampleSize, cutoff: Cutoff, ddof: Ddof = 0) -> Number:
    """Return ``factor^(t-1) ((n-1)/(n-ddof))^t`` for t ≥ 1, of `typical_variance_factor`."""
    return typical_variance_factor(cutoff) ** _biased(t) * replace_variance_mean(t, n, ddof)


@curve(
    "mean",
    "fitted mean",
    unit="in the unit of the step",
    assumes="points of the last model only, each shifted by the step; exact",
    misreading="the scatter of lineages grows beside it and can hide it for long",
)
def replace_bias_mean(t: Generations, step: Step) -> Number:
    """Return ``(t-1) step`` for t ≥ 1.

    A learner that shifts its own models, after their fit (`mistakes.Biased`), is a step ahead:
    add `step`, here and in the other two curves of a shift.
    """
    return _biased(t) * step


@curve(
    "mean",
    "fitted mean",
    unit="in the unit of the step",
    assumes="a pool of all points so far, the last model's shifted by the step; exact",
    misreading="accumulating bounds the random error, but not this: it grows like ln t",
)
def accumulate_bias_mean(t: Generations, step: Step) -> Number:
    """Return ``(H_t - 1) step`` for t ≥ 1, with H_t = 1 + 1/2 + … + 1/t."""
    return (special.digamma(np.maximum(t, 1) + 1) + np.euler_gamma - 1) * step


@curve(
    "mean",
    "fitted mean",
    unit="in the unit of the step",
    assumes="a share of new real points, the rest of the last model and shifted by the step; exact",
    misreading="it comes to rest, and not at the truth; more points per generation do not help",
)
def refresh_bias_mean(t: Generations, real: Annotated[Number, share(Pull)], step: Step) -> Number:
    """Return ``step (1-α)(1 - (1-α)^(t-1)) / α`` for t ≥ 1, since ``m' = (1-α)(m + step)``.

    Without real points, α = 0, it is `replace_bias_mean`. A learner that shifts its own models
    (`mistakes.Biased`) is a step ahead: ``step (1 - (1-α)^t) / α``.
    """
    held = real > 0
    gone = -np.expm1(special.xlog1py(_biased(t), -real))
    summed = (1 - real) * gone / np.where(held, real, 1.0)
    return np.where(held, summed, _biased(t)) * step


@curve(
    "limit",
    "mean fitted mean",
    unit="in the unit of the step",
    assumes="a share of new real points, the rest of the last model and shifted by the step; exact "
    "as t → ∞",
    misreading="bounded is not small: at a share of 1 % it is 99 steps",
)
def refresh_bias_limit(real: Annotated[Number, share(Pull, zero=False)], step: Step) -> Number:
    """Return ``step (1-α) / α``, the error of the data and of a model fitted to them.

    A learner that shifts its own models (`mistakes.Biased`) ends a step further, at ``step / α``.
    """
    return (1 - real) / real * step


@curve(
    "value",
    "category probabilities",
    shape=f"{FRONT}",
    assumes=INFINITE,
    misreading="no draw is lost here: this is bias, and no amount of data undoes it",
)
def temperature_probabilities(
    t: Generations, probabilities: Probabilities, temperature: Temperature
) -> Number:
    """Return p to the power ``(1/temperature)^(t-1)``, normalised, for t ≥ 1.

    The log-odds grow geometrically: below 1 the commonest takes all, above 1 all become equal.
    `temperature` broadcasts against t.
    """
    t, temperature = np.broadcast_arrays(t, temperature)
    lead = (..., *[None] * np.ndim(probabilities))
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        power = (temperature ** -_biased(t))[lead]
        relative = np.log(probabilities / probabilities.max(axis=-1, keepdims=True))
        # the commonest stay so and the dead stay dead, where the power is beyond all numbers or 0
        exponent = np.where((relative == 0) | np.isneginf(relative), relative, power * relative)
    raised = np.exp(exponent)
    return raised / raised.sum(axis=-1, keepdims=True)


@curve(
    "value",
    "entropy",
    unit="in nats",
    shape=f"{FRONT} but the last",
    assumes=INFINITE,
    misreading="falling entropy can be intended, as in curation; the sign alone is no verdict",
)
def temperature_entropy(
    t: Generations, probabilities: Probabilities, temperature: Temperature
) -> Number:
    """Return the entropy of `temperature_probabilities`."""
    return special.entr(temperature_probabilities(t, probabilities, temperature)).sum(axis=-1)


@curve(
    "value",
    "category probabilities",
    shape=FRONT,
    assumes=CURATED,
    misreading="nobody has chosen to lose what is lost: it was only liked a little less",
    source=("ferbach2024",),
)
def curated_probabilities(
    t: Generations,
    probabilities: Probabilities,
    reward: Reward,
    real: Annotated[Number, share(Pull)] = 0.0,
) -> Number:
    """Return p of ``p' = real q + (1-real) p e^reward / Σ p e^reward`` from p = q, the truth.

    Generation 1 has seen real data only. Without them after that, p is proportional to
    ``q e^((t-1) reward)``: in the end only what is liked best is left.
    """
    if np.shape(reward)[-1] != np.shape(probabilities)[-1]:
        raise ValueError(
            f"reward must hold a number for each of {np.shape(probabilities)[-1]} categories, "
            f"not {np.shape(reward)[-1]}"
        )
    t, real = np.broadcast_arrays(t, real)
    lead = (..., *[None] * np.ndim(probabilities))
    pull = real[lead]
    tilt = np.exp(reward - reward.max())

    def step(i: int, p: Array) -> tuple[Array]:
        if i == 1:
            return (probabilities + 0 * pull,)
        liked = p * tilt
        return (pull * probabilities + (1 - pull) * liked / liked.sum(axis=-1, keepdims=True),)

    return iterate(step, (probabilities,), t[lead])[0]


@curve(
    "value",
    "mean reward",
    unit="in the unit of the reward",
    shape=f"{FRONT} but the last",
    assumes=CURATED,
    misreading="it rises in every generation, and says nothing of what else has gone",
    source=("ferbach2024",),
)
def curated_reward_mean(
    t: Generations,
    probabilities: Probabilities,
    reward: Reward,
    real: Annotated[Number, share(Pull)] = 0.0,
) -> Number:
    """Return ``Σ p reward`` of `curated_probabilities`.

    Its pace is its own variance over the model's draws, as in Fisher's theorem of natural
    selection: without variety nothing can rise.
    """
    return curated_probabilities(t, probabilities, reward, real) @ reward


@curve(
    "value",
    "entropy",
    unit="in nats",
    shape=f"{FRONT} but the last",
    assumes=CURATED,
    misreading="falling entropy is the price of the reward here, not an error of the sample",
    source=("ferbach2024",),
)
def curated_entropy(
    t: Generations,
    probabilities: Probabilities,
    reward: Reward,
    real: Annotated[Number, share(Pull)] = 0.0,
) -> Number:
    """Return the entropy of `curated_probabilities`."""
    return special.entr(curated_probabilities(t, probabilities, reward, real)).sum(axis=-1)


@curve(
    "value",
    "number of surviving categories",
    shape="of the shape of t",
    assumes="infinite data, each generation drawn from the top-p nucleus of the last model; exact",
    misreading="it stops by itself, once the commonest category alone exceeds the mass kept",
)
def top_p_survivors(t: Generations, probabilities: Ranking, mass: Nucleus) -> Number:
    """Return how many categories are left: the nucleus of the nucleus, t - 1 times."""
    total = np.cumsum(np.sort(probabilities)[::-1])

    def cut(i: int, kept: float) -> tuple[float]:
        # a little slack, so that rounding in the sum keeps no extra category
        return (float(np.searchsorted(total, mass * total[int(kept) - 1] * (1 - 1e-12)) + 1),)

    return iterate(cut, (float(np.count_nonzero(probabilities)),), _biased(t))[0]


@curve(
    "value",
    "truth's probability of the surviving categories",
    shape="of the shape of t",
    assumes="infinite data, each generation drawn from the top-p nucleus of the last model; exact",
    misreading="about mass^(t-1) only while many categories are left; then it freezes",
)
def top_p_mass(t: Generations, probabilities: Ranking, mass: Nucleus) -> Number:
    """Return the truth's mass of what `top_p_survivors` counts."""
    total = np.cumsum(np.sort(probabilities)[::-1])
    left: Array = top_p_survivors(t, probabilities, mass)
    return total[np.asarray(left, dtype=int) - 1]


@curve(
    "mean",
    "steps before greedy decoding repeats a context",
    assumes="the most likely next context of each is a uniformly random one; exact",
    misreading="fitted text is no random map, and its loops are shorter; every order-k model ends "
    "in one, though",
)
def greedy_steps_mean(states: States) -> Number:
    """Return Ramanujan's Q, ``Σ_{k=1}^{V} V! / ((V-k)! V^k)``, about √(πV/2) - 1/3."""
    log = states - special.xlogy(states, states) + special.gammaln(states + 1)
    return np.exp(log) * special.gammaincc(states, states)


@curve(
    "mean",
    "length of the loop greedy decoding ends in",
    assumes="the most likely next context of each is a uniformly random one; exact",
    misreading="fitted text is no random map, and its loops are shorter",
)
def greedy_cycle_mean(states: States) -> Number:
    """Return (Q + 1)/2, about √(πV/8) + 1/3: the repeat is equally likely at each step back."""
    return (greedy_steps_mean(states) + 1) / 2


def _biased(t: Number) -> Number:
    return np.maximum(t - 1, 0)
