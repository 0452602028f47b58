"""A model that is not sampled as it is: temperature, cut-offs, a drift."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from collapse_lib.checks import Array, broadcast, finite, fraction, positive, whole
from collapse_lib.distributions import (
    Categorical,
    Distribution,
    Mixture,
    MultivariateNormal,
    Normal,
)
from collapse_lib.regimes.base import RegimeWrapper


@dataclass(frozen=True)
class Tempered(RegimeWrapper):
    """Another regime, whose models are sampled with a bias or through a filter.

    Parameters
    ----------
    regime : Regime
        What each generation is trained on.
    by : callable
        ``by(model)`` is the distribution from which a model's points are really drawn, such
        as ``Temperature(0.9)``, ``TopP(0.95)``, ``Shift(0.1)``, ``Typical(2)`` or a `Verifier`.

    Raises
    ------
    TypeError
        If `by` cannot be called.

    Notes
    -----
    Real data are never tempered, so generation 1 has no bias yet: after t generations the bias
    has acted t - 1 times (derived here). Wrappers nest: the inner one acts first. This kind of
    collapse is fast at any n, and more data do not slow it.
    """

    by: Callable[[Any], Distribution]

    def __post_init__(self) -> None:
        """Check that the bias can be called."""
        super().__post_init__()
        if not callable(self.by):
            raise TypeError(f"by must be a callable such as Temperature(0.9), not {self.by!r}")

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of the wrapped regime's parameters and of the bias's own."""
        return broadcast(regime=self.regime.batch, by=getattr(self.by, "batch", ()))

    def temper(self, model: Distribution) -> Distribution:
        """Return the biased model."""
        return self.by(self.regime.temper(model))


@runtime_checkable
class Decodable(Protocol):
    """A model that decides token by token, as one of text, and so applies a bias to each."""

    def decoded(self, by: Any) -> Distribution:
        """Return the model that is sampled by ``by``."""
        ...


class Decoding(ABC):
    """A way to speak: one rule for categories, which text applies to every token anew."""

    def __call__(self, model: Distribution) -> Distribution:
        """Return the model that is sampled so."""
        if isinstance(model, Decodable):
            return model.decoded(self)
        return self._at_once(model)

    @abstractmethod
    def _at_once(self, model: Distribution) -> Distribution:
        """Return what becomes of a model that decides once, or raise TypeError."""


@dataclass(frozen=True)
class Temperature(Decoding):
    """Sample from the density to the power ``1/temperature``, normalised.

    For categories ``p ∝ p^(1/T)``; for a normal model, in any dimension, the variance is
    multiplied by T, which is the sampling bias λ of Alemohammad et al. (ICLR 2024).

    Parameters
    ----------
    temperature : float or array_like, above 0
        Below 1 it sharpens, above 1 it flattens. An array adds a batch axis.

    Raises
    ------
    ValueError
        If `temperature` is not above 0.
    TypeError
        When used, if the model is neither normal nor categorical, nor one of text.

    Notes
    -----
    Iterated on categories the log-odds grow like ``(1/T)^t``: below 1 the commonest takes all,
    above 1 all become equal (derived here). Do not compare T of text with λ of an image model:
    the same number is another loss.
    """

    temperature: Any

    def __post_init__(self) -> None:
        """Check the temperature."""
        object.__setattr__(self, "temperature", positive("temperature", self.temperature)[()])

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of `temperature`."""
        return np.shape(self.temperature)

    def _at_once(self, model: Distribution) -> Distribution:
        if isinstance(model, Categorical):
            power = 1 / (self.temperature[..., None, None] if self.batch else self.temperature)
            raised = (model.p / model.p.max(axis=-1, keepdims=True)) ** power
            return Categorical.trusted(p=raised / raised.sum(axis=-1, keepdims=True))
        width = np.sqrt(self.temperature[..., None] if self.batch else self.temperature)
        if type(model) is Normal:
            return Normal.trusted(mean=model.mean, sd=model.sd * width)
        if isinstance(model, MultivariateNormal):
            factor = model.factor * np.asarray(width)[..., None, None]
            return MultivariateNormal.trusted(mean=model.mean, factor=factor)
        raise TypeError(
            f"Temperature changes normal or categorical models, not {type(model).__name__}"
        )


@dataclass(frozen=True)
class TopK(Decoding):
    """Sample only the `k` most likely categories, ties going to the lower label.

    Parameters
    ----------
    k : int
        Categories kept, at least 1.

    Raises
    ------
    ValueError
        If `k` is not a whole number of at least 1.
    TypeError
        When used, if the model has no categories.

    Notes
    -----
    One cut is all there is: a second finds nothing to remove, and what follows is drift. The same
    k cuts deep where many categories are alike and hardly where few are common.

    References
    ----------
    Fan, Lewis, Dauphin. Hierarchical Neural Story Generation. ACL 2018.
    """

    k: int

    def __post_init__(self) -> None:
        """Check the number of categories."""
        object.__setattr__(self, "k", whole("k", self.k, least=1))

    def _at_once(self, model: Distribution) -> Distribution:
        return _cut("TopK", model, lambda ranked: np.arange(ranked.shape[-1]) < self.k)


@dataclass(frozen=True)
class Greedy(Decoding):
    """Always take the most likely category, ties going to the lower label.

    Raises
    ------
    TypeError
        When used, if the model has no categories.

    Notes
    -----
    It is what temperature 0 would be. Of categories one is left at once; of text, where each
    token has its own most likely follower, a loop (Holtzman et al., ICLR 2020). The likeliest
    token each time is not the likeliest text.
    """

    def _at_once(self, model: Distribution) -> Distribution:
        return _cut("Greedy", model, lambda ranked: np.arange(ranked.shape[-1]) < 1)


@dataclass(frozen=True)
class TopP(Decoding):
    """Sample only the nucleus: the fewest most likely categories whose mass reaches `mass`.

    Parameters
    ----------
    mass : float between 0 and 1
        Probability kept; 0 keeps the single most likely category, which is greedy decoding.

    Raises
    ------
    ValueError
        If `mass` is not between 0 and 1.
    TypeError
        When used, if the model has no categories.

    Notes
    -----
    It cuts again in each generation, so that about ``mass^t`` of the truth is left, until the
    commonest category alone exceeds the mass; then it rests (derived here). Do not take that rest
    for health.

    References
    ----------
    Holtzman, Buys, Du, Forbes, Choi. The Curious Case of Neural Text Degeneration. ICLR 2020.
    """

    mass: float

    def __post_init__(self) -> None:
        """Check the mass."""
        object.__setattr__(self, "mass", fraction("mass", self.mass))

    def _at_once(self, model: Distribution) -> Distribution:
        almost = self.mass * (1 - 1e-12)  # so that rounding in a sum keeps no extra category

        def reached(ranked: Array) -> Array:
            before = ranked.cumsum(axis=-1) - ranked
            return np.asarray((before < almost) | (np.arange(ranked.shape[-1]) == 0))

        return _cut("TopP", model, reached)


@dataclass(frozen=True)
class Shift:
    """Sample with a small systematic error: every time a little to the same side.

    Parameters
    ----------
    step : float or array_like, shape ``(*batch, *event)``
        Added to each number or vector, in the unit of the data; for categories, shape
        ``batch``, to the log-odds of category 0 against the others.

    Raises
    ------
    ValueError
        If `step` is not finite; or, when used, if there are more steps than members.
    TypeError
        When used, if the model is of another family than `shifted` knows.

    Notes
    -----
    The mean error grows as ``(t - 1) step`` under `Replace`, as ``(H_t - 1) step``, about
    ln t, under `Accumulate`, and stops at ``step (1 - α)/α`` with a share α of fresh real data.
    The scatter of the lineages can hide it for long. Derived here; see `collapse_lib.theory`.
    """

    step: Any

    def __post_init__(self) -> None:
        """Check the step."""
        object.__setattr__(self, "step", finite("step", self.step)[()])

    def __call__(self, model: Distribution) -> Distribution:
        """Return the shifted model."""
        moved = shifted(model, self.step)
        if moved.batch != model.batch:
            raise ValueError(
                f"step must be one number or vector, or one for each member of the batch "
                f"{model.batch}, not an array of shape {np.shape(self.step)}: it adds no axis"
            )
        return moved


def shifted(model: Distribution, step: Any) -> Distribution:
    """Return `model` with `step` added to its numbers, or to the log-odds of its category 0.

    Parameters
    ----------
    model : Normal, MultivariateNormal, Mixture of normals, or Categorical
        What is shifted.
    step : float or ndarray, broadcasting against the model's mean or, for categories, batch
        By how much.

    Raises
    ------
    TypeError
        If the model is of another family.

    Notes
    -----
    A probability of 0 or 1 has infinite log-odds and stays as it is; so a shift brings nothing
    back that is lost. Derived here.
    """
    if isinstance(model, Categorical):
        batch = np.broadcast_shapes(model.batch, np.shape(step))
        p = np.array(np.broadcast_to(model.p, (*batch, model.categories)))
        p[..., 0] *= np.exp(step)
        return Categorical.trusted(p=p / p.sum(axis=-1, keepdims=True))
    if isinstance(model, Mixture):
        parts: Any = tuple(shifted(part, step) for part in model.components)
        return Mixture.trusted(components=parts, weights=model.weights)
    if type(model) is Normal:
        mean = model.mean + step
        return Normal.trusted(mean=mean, sd=np.broadcast_to(model.sd, np.shape(mean)))
    if isinstance(model, MultivariateNormal):
        mean = model.mean + step
        shape = (*mean.shape[:-1], *model.factor.shape[-2:])
        return MultivariateNormal.trusted(mean=mean, factor=np.broadcast_to(model.factor, shape))
    raise TypeError(
        f"a shift moves normal models, mixtures of them or categories, not {type(model).__name__}"
    )


def _cut(name: str, model: Distribution, keep: Callable[[Array], Array]) -> Categorical:
    """Return the model of the categories kept; `keep` sees the probabilities in falling order."""
    if not isinstance(model, Categorical):
        raise TypeError(f"{name} ranks categories, and {type(model).__name__} has none")
    order = np.argsort(-model.p, axis=-1, kind="stable")
    ranked = np.take_along_axis(model.p, order, axis=-1)
    ranked = np.where(keep(ranked), ranked, 0.0)
    p = np.empty_like(ranked)
    np.put_along_axis(p, order, ranked, axis=-1)
    return Categorical.trusted(p=p / p.sum(axis=-1, keepdims=True))
