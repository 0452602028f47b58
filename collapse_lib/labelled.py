"""Results with names on their axes: as an xarray Dataset, or as a pandas data frame.

Both are optional: ``pip install 'collapse_lib[tables]'``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np

from collapse_lib.checks import Array


def dataset(
    dims: Sequence[str], coordinates: Mapping[str, Any], values: Mapping[str, Array]
) -> Any:
    """Return an xarray Dataset: each array has all of `dims`, then axes of its own."""
    xarray = _optional("xarray")
    return xarray.Dataset(
        {name: (_axes(dims, name, array), array) for name, array in values.items()},
        {name: list(coordinates[name]) for name in dims if name in coordinates},
    )


def frame(dims: Sequence[str], coordinates: Mapping[str, Any], values: Mapping[str, Array]) -> Any:
    """Return a pandas frame: a row for each place of `dims`, a column for each value."""
    pandas = _optional("pandas")
    shape = next(iter(values.values())).shape[: len(dims)]
    levels = [
        list(coordinates.get(name, range(size))) for name, size in zip(dims, shape, strict=True)
    ]
    index = pandas.MultiIndex.from_tuples(list(product(*levels)), names=list(dims))
    columns: dict[str, Array] = {}
    for name, array in values.items():
        flat = np.reshape(array, (len(index), *array.shape[len(dims) :]))
        for place in np.ndindex(flat.shape[1:]):
            columns["_".join(map(str, (name, *place)))] = flat[:, *place]
    return pandas.DataFrame(columns, index=index)


def _axes(dims: Sequence[str], name: str, array: Array) -> list[str]:
    own = array.ndim - len(dims)
    return [*dims, *(f"{name}_{place}" for place in range(own))]


def _optional(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(
            f"{name} must be installed for labelled results: pip install 'collapse_lib[tables]'"
        ) from error
