"""Which distributions a metric can be asked about, and the sentence for the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import ParamSpec

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.distributions import (
    Categorical,
    Distribution,
    Empirical,
    Fitted,
    MultivariateNormal,
    Numeric,
)

Metric = Callable[[Distribution, Distribution], Array]
Parameters = ParamSpec("Parameters")

DRAWS = {
    "categories": "has categories",
    "vectors": "draws vectors",
    "labelled": "draws labelled points",
    "classes": "draws points with their classes",
    "text": "draws text",
    "table": "draws rows of a table",
}


def factory(make: Callable[Parameters, Metric]) -> Callable[Parameters, Metric]:
    """Let a function that makes a metric say so where it is taken for the metric itself."""

    @wraps(make)
    def made(*args: Parameters.args, **options: Parameters.kwargs) -> Metric:
        if args and isinstance(args[0], Distribution):
            example = f"{make.__name__}({', '.join(signature(make).parameters)})"
            raise TypeError(
                f"{make.__name__} makes a metric: call it, {example}, and pass what it returns"
            )
        return make(*args, **options)

    return made


def name(model: Distribution) -> str:
    """Return what a distribution is called."""
    return type(model).__name__


def numeric(metric: str, model: Distribution, instead: Mapping[str, str] | None = None) -> Numeric:
    """Return `model` if its draws are numbers, or raise a sentence.

    `instead` names, for another kind of draws, the metric that measures them.
    """
    if not isinstance(model, Numeric) or (isinstance(model, Fitted) and model.kind != "numbers"):
        kind = getattr(model, "kind", "")
        use = (instead or {}).get(kind)
        raise TypeError(
            f"{metric} needs a distribution over numbers; {name(model)} "
            f"{DRAWS.get(kind, 'has none')}{f': use {use}' if use else ''}"
        )
    return model


def continuous(metric: str, model: Distribution) -> Numeric:
    """Return `model` if it has a density, or raise a sentence."""
    model = numeric(metric, model)
    if isinstance(model, Fitted) and not model.has_density:
        raise TypeError(f"{metric} needs densities; the tool of {name(model)} only samples")
    if isinstance(model, Empirical) or model.kind == "counts":
        raise TypeError(f"{metric} needs densities; {name(model)} has single values")
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


def same_dimensions(first: MultivariateNormal, second: MultivariateNormal) -> None:
    """Raise a sentence unless the vectors of both are as long."""
    fewer, more = sorted([first.dimensions, second.dimensions])
    if fewer != more:
        raise ValueError(
            f"model and truth must have the same number of dimensions, not {fewer} and {more}"
        )
