"""A table as the truth: rows of numbers and categories, as they stand in a data frame."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array
from collapse_lib.distributions.base import Batch, Distribution, Kind

SHOWN = 5  # names in an error


class Table(Distribution):
    """Real rows as the truth: every draw is one of them, each equally likely.

    Parameters
    ----------
    frame : data frame, mapping of str to array_like, or array_like of shape ``(rows, columns)``
        At least two rows. A data frame of pandas, Polars, PyArrow or anything else that
        narwhals or the dataframe interchange protocol can read; columns of numbers are
        numbers, all others are categories. An array has the columns "0", "1", ….

    Attributes
    ----------
    names : tuple of str
        The columns, in order.
    categories : dict of str to tuple
        The categories of each column that is none of numbers, in order of appearance.
    data : ndarray, shape ``(rows,)``
        The rows, one field for each column; a category is its place among the categories.

    Raises
    ------
    TypeError
        If `frame` cannot be read as a table.
    ValueError
        If it has fewer than two rows or no column, or a value is missing.

    Notes
    -----
    Drawing rows from it is the bootstrap of the table, not new data about the world. A column
    of codes, such as postcodes, is a column of numbers unless you make them strings: its
    variance then means nothing.

    References
    ----------
    Efron, *Bootstrap methods: another look at the jackknife*, Annals of Statistics 7 (1979).
    """

    kind: ClassVar[Kind] = "table"

    def __init__(self, frame: Any) -> None:
        self._batch: Batch = ()
        self._backend, columns = _columns(frame)
        if not columns:
            raise ValueError("frame must have at least one column, not none")
        self.names = tuple(columns)
        self.categories: dict[str, tuple[Any, ...]] = {
            name: tuple(dict.fromkeys(column.tolist()))
            for name, column in columns.items()
            if column.dtype.kind not in "iuf"
        }
        self.data = self._coded(columns)
        self.data.flags.writeable = False
        if len(self.data) < 2:
            raise ValueError(f"frame must have at least 2 rows, not {len(self.data)}")

    def __repr__(self) -> str:
        """Say how large it is, not what stands in it."""
        return f"Table({len(self.data)} rows, {len(self.names)} columns)"

    @property
    def batch(self) -> Batch:
        """How many copies draw side by side; set by `expand`."""
        return self._batch

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns of numbers."""
        return tuple(name for name in self.names if name not in self.categories)

    @property
    def judged(self) -> Array:
        """The rows that a metric looks at: all of them, shape ``(rows, *batch)``."""
        rows = self.data.reshape(-1, *(1,) * len(self._batch))
        return np.broadcast_to(rows, (len(self.data), *self._batch))

    def expand(self, batch: Batch) -> Table:
        """Return the same rows as a batch."""
        return Table.trusted(**{**vars(self), "_batch": np.broadcast_shapes(self._batch, batch)})

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` rows with replacement for each member of the batch, shape ``(n, *batch)``."""
        drawn: Array = self.data[rng.integers(len(self.data), size=(n, *self._batch))]
        return drawn

    def frame(self, rows: Array) -> Any:
        """Return `rows`, shape ``(n,)``, in the form that the table was made from."""
        columns = {
            name: _named(self.categories[name], rows[name])
            if name in self.categories
            else rows[name].copy()
            for name in self.names
        }
        if self._backend == "mapping":
            return columns
        if self._backend in ("array", "column"):
            stacked = np.stack(list(columns.values()), axis=1)
            return stacked[:, 0] if self._backend == "column" else stacked
        import narwhals as nw

        return nw.from_dict(columns, backend=self._backend).to_native()

    def rows(self, frame: Any) -> Array:
        """Return a frame with the same columns as rows, shape ``(n,)``.

        Raises
        ------
        TypeError
            If it cannot be read as a table.
        ValueError
            If a column or a value is missing, or numbers are none.
        """
        _, columns = _columns(frame)
        missing = [name for name in self.names if name not in columns]
        if missing:
            raise ValueError(
                f"the tool's rows must have the columns of the data, but {missing[0]!r} is "
                f"missing among {', '.join(map(repr, list(columns)[:SHOWN]))}"
            )
        return self._coded({name: columns[name] for name in self.names})

    def _coded(self, columns: Mapping[str, Array]) -> Array:
        lengths = {len(column) for column in columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"frame must have columns of one length, not {sorted(lengths)}")
        fields = [(name, "i8" if name in self.categories else "f8") for name in self.names]
        data = np.empty(lengths.pop(), dtype=fields)
        for name, column in columns.items():
            if name in self.categories:
                place = {value: code for code, value in enumerate(self.categories[name])}
                data[name] = [place.get(value, -1) for value in column.tolist()]
                continue
            if column.dtype.kind not in "iufb":
                raise ValueError(f"column {name!r} must hold numbers, not {column.flat[0]!r}")
            data[name] = column
            if not np.all(np.isfinite(data[name])):
                bad = int(np.flatnonzero(~np.isfinite(data[name]))[0])
                raise ValueError(
                    f"column {name!r} must hold finite numbers, not {data[name][bad]} in row {bad}"
                )
        return data


def _named(categories: tuple[Any, ...], codes: Array) -> list[Any]:
    return [categories[code] if code >= 0 else None for code in codes.tolist()]


def _columns(frame: Any) -> tuple[Any, dict[str, Array]]:
    """Return what `frame` is, and its columns as arrays."""
    if isinstance(frame, Mapping):
        columns = {str(name): np.asarray(value) for name, value in frame.items()}
        if any(column.ndim != 1 for column in columns.values()):
            raise ValueError("frame must have columns with one axis each")
        return "mapping", columns
    if isinstance(frame, np.ndarray | list | tuple):
        array = np.asarray(frame)
        if array.dtype.kind not in "iuf" or array.ndim not in (1, 2):
            raise TypeError(
                f"frame must be a data frame, a mapping of columns, or an array of numbers with "
                f"one or two axes, not {frame!r}"
            )
        if array.ndim == 1:
            return "column", {"0": array}
        return "array", {str(place): array[:, place] for place in range(array.shape[1])}
    import narwhals as nw

    try:
        read = nw.from_native(_interchanged(frame), eager_only=True)
    except TypeError as error:
        raise TypeError(
            f"frame must be a data frame, a mapping of columns or an array of numbers, "
            f"not {frame!r}"
        ) from error
    columns = {}
    for name in read.columns:
        column = read[name]
        if column.null_count():
            raise ValueError(f"column {name!r} must have a value in each row: fill or drop them")
        known = np.asarray(column.to_numpy())
        columns[str(name)] = known if known.dtype.kind in "iuf" else known.astype(object)
    return read.implementation, columns


def _interchanged(frame: Any) -> Any:
    """Return what narwhals can read: `frame`, or a pandas frame of one that speaks the protocol."""
    import narwhals as nw

    if nw.dependencies.is_into_dataframe(frame) or not hasattr(frame, "__dataframe__"):
        return frame
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the protocol is old, and so may be who speaks it
        return import_module("pandas.api.interchange").from_dataframe(frame)
