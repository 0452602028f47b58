"""Many learners, each of which trains on what all of them make up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from collapse_lib.checks import broadcast, whole
from collapse_lib.distributions import Categorical, Distribution, Mixture, Normal
from collapse_lib.regimes.base import RegimeWrapper


@dataclass(frozen=True)
class Crowd(RegimeWrapper):
    """Another regime, in which `models` learners stand side by side and share their output.

    Each learner draws its own training set, and its synthetic part is drawn from the pool of
    all models of the generation before, each equally likely.

    Parameters
    ----------
    regime : Regime
        What each learner does.
    models : int, default 2
        How many there are: the last axis of the batch before the replicates, so that models
        have the shape ``(…, models, replicates)``.

    Raises
    ------
    ValueError
        If `models` is not a whole number of at least 1.
    TypeError
        If the models are neither normal nor categorical.

    Notes
    -----
    Pooling averages what the learners get wrong independently and leaves what they share: with
    `collapse_lib.mistakes` the squared error of the pool's mean is ``b² (ρt² + (1-ρ)t/K)``
    (derived here). The K models of a replicate are not independent lineages: take averages over
    `models` first, and standard errors over replicates.
    """

    models: int = 2

    def __post_init__(self) -> None:
        """Check the number of models."""
        super().__post_init__()
        object.__setattr__(self, "models", whole("models", self.models, least=1))

    @property
    def batch(self) -> tuple[int, ...]:
        """The wrapped regime's axes, whose last one is the models."""
        return broadcast(regime=self.regime.batch, models=(self.models,))

    def temper(self, model: Distribution) -> Distribution:
        """Return the pool of all models, of which each replicate has one."""
        single: Any = self.regime.temper(model)
        if isinstance(single, Categorical):
            return Categorical.trusted(p=single.p.mean(axis=-3, keepdims=True))
        if type(single) is not Normal:
            raise TypeError(
                f"Crowd pools normal or categorical models, not {type(single).__name__}"
            )
        parts = tuple(
            Normal.trusted(mean=single.mean[..., k : k + 1, :], sd=single.sd[..., k : k + 1, :])
            for k in range(self.models)
        )
        return Mixture.trusted(components=parts, weights=np.full(self.models, 1 / self.models))
