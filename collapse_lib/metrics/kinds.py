"""Which distributions a metric can be asked about, and the sentence for the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.distributions import Categorical, Distribution, Numeric

Metric = Callable[[Distribution, Distribution], Array]


def name(model: Distribution) -> str:
    """Return what a distribution is called."""
    return type(model).__name__


def numeric(metric: str, model: Distribution) -> Numeric:
    """Return `model` if its draws are numbers, or raise a sentence."""
    if not isinstance(model, Numeric):
        has = "has categories" if isinstance(model, Categorical) else "has none"
        raise TypeError(f"{metric} needs a distribution over numbers; {name(model)} {has}")
    return model


def categorical(metric: str, model: Distribution) -> Categorical:
    """Return `model` if its draws are categories, or raise a sentence."""
    if not isinstance(model, Categorical):
        raise TypeError(f"{metric} counts categories, and {name(model)} has none")
    return model


def same_categories(p: Array, q: Array) -> tuple[Array, Array]:
    """Give both as many categories; the ones a model never saw have probability 0."""
    most = max(p.shape[-1], q.shape[-1])
    first, second = (np.pad(a, [(0, 0)] * (a.ndim - 1) + [(0, most - a.shape[-1])]) for a in (p, q))
    return first, second
