"""What is left of a table: its columns one by one, and what holds them together.

A model is measured by the rows that it draws for a judge, with dice of their own; the truth by
its own rows. `Fitted` says how many there are, and what they cannot show.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.distributions import Distribution, Fitted, Table
from collapse_lib.metrics.kinds import Metric, factory, name

Pair = Callable[[Array, Array], float]


@factory
def column_variance(column: str) -> Metric:
    """Return the metric "variance of one column", in its squared unit, ddof = 0.

    Parameters
    ----------
    column : str
        A column of numbers.

    Returns
    -------
    callable
        A metric of shape ``batch``.

    Raises
    ------
    TypeError
        When measuring, if the model draws no tables, or the column holds categories.
    ValueError
        When measuring, if there is no such column.

    Notes
    -----
    Each column can keep its variance while all that holds them together is lost: look at
    `mean_association` beside it.

    References
    ----------
    Casella & Berger, *Statistical Inference* (2002), chapter 2.
    """
    return _of_column("column_variance", column, np.var)


@factory
def column_range(column: str) -> Metric:
    """Return the metric "largest less smallest value of one column", in its unit.

    Parameters
    ----------
    column : str
        A column of numbers.

    Returns
    -------
    callable
        A metric of shape ``batch``.

    Raises
    ------
    TypeError
        When measuring, if the model draws no tables, or the column holds categories.
    ValueError
        When measuring, if there is no such column.

    Notes
    -----
    A range grows with the number of rows looked at, which is that of the truth: it cannot be
    compared with the range of a table of another length.

    References
    ----------
    David & Nagaraja, *Order Statistics* (3rd ed., 2003), chapter 2.
    """
    return _of_column("column_range", column, np.ptp)


@factory
def column_kinds(column: str) -> Metric:
    """Return the metric "categories of one column that are met in as many rows as the truth has".

    Parameters
    ----------
    column : str
        A column of categories.

    Returns
    -------
    callable
        A metric of shape ``batch``, a whole number. What is none of the truth's categories is
        not counted.

    Raises
    ------
    TypeError
        When measuring, if the model draws no tables, or the column holds numbers.
    ValueError
        When measuring, if there is no such column.

    Notes
    -----
    A kind that is not met may still be there: a rare one is missed by luck, too.

    References
    ----------
    Good, *The population frequencies of species*, Biometrika 40 (1953), on what a sample misses.
    """
    return _of_column("column_kinds", column, _kinds, numbers=False)


@factory
def rank_correlation(first: str, second: str) -> Metric:
    """Return the metric "Spearman's rank correlation of two columns", between -1 and 1.

    Parameters
    ----------
    first, second : str
        Columns of numbers.

    Returns
    -------
    callable
        A metric of shape ``batch``; 0 where a column has become constant.

    Raises
    ------
    TypeError
        When measuring, if the model draws no tables, or a column holds categories.
    ValueError
        When measuring, if there is no such column.

    Notes
    -----
    It sees what rises and falls together and nothing else: a ring of points has 0.

    References
    ----------
    Spearman, *The proof and measurement of association between two things*, American Journal of
    Psychology 15 (1904).
    """

    def rank_correlation(model: Distribution, truth: Distribution) -> Array:
        pair = [_column("rank_correlation", model, truth, each) for each in (first, second)]
        return _members(model, pair, _spearman)

    return rank_correlation


def mean_association(model: Distribution, truth: Distribution) -> Array:
    """Return the mean strength of association over all pairs of columns, 0 to 1, shape ``batch``.

    Of two columns of numbers it is the absolute rank correlation, of two of categories Cramér's
    V, and of one of each the correlation ratio η of the ranks.

    Raises
    ------
    TypeError
        If the model draws no tables, or the truth is none.
    ValueError
        If there are fewer than two columns.

    Notes
    -----
    Columns without any association do not have 0 but about 0.8 / √rows of luck: compare with
    that. Where it falls to it, rows have become lines of unrelated cells, however right each
    column looks.

    References
    ----------
    Spearman, American Journal of Psychology 15 (1904); Cramér, *Mathematical Methods of
    Statistics* (1946), chapter 21; Fisher, *Statistical Methods for Research Workers* (1925),
    for the correlation ratio. Their mean over pairs is derived here.
    """
    table = _table("mean_association", model, truth)
    if len(table.names) < 2:
        raise ValueError(f"truth must have at least 2 columns, not {len(table.names)}")
    total = np.zeros(model.batch)
    pairs = list(combinations(table.names, 2))
    for names in pairs:
        known = [each in table.categories for each in names]
        pair = [model.judged[each] for each in names]  # type: ignore[attr-defined]
        if known == [True, False]:
            pair, known = pair[::-1], known[::-1]
        strength: Pair = {
            (False, False): lambda x, y: abs(_spearman(x, y)),
            (False, True): _ratio,
            (True, True): _cramer,
        }[known[0], known[1]]
        total += _members(model, pair, strength)
    return np.asarray(total / len(pairs))


def _of_column(
    metric: str, column: str, value: Callable[[Array], float], numbers: bool = True
) -> Metric:
    def measure(model: Distribution, truth: Distribution) -> Array:
        known = _column(metric, model, truth, column, numbers)
        return _members(model, [known], value)

    measure.__name__ = metric
    return measure


def _table(metric: str, model: Distribution, truth: Distribution) -> Table:
    for each in (model, truth):
        if not isinstance(each, Table | Fitted):
            raise TypeError(f"{metric} needs tables; {name(each)} is none")
    if not isinstance(truth, Table):
        raise TypeError(f"{metric} needs a Table as the truth, not {name(truth)}")
    return truth


def _column(
    metric: str, model: Distribution, truth: Distribution, column: str, numbers: bool = True
) -> Array:
    table = _table(metric, model, truth)
    if column not in table.names:
        raise ValueError(
            f"column must be one of {', '.join(map(repr, table.names))}, not {column!r}"
        )
    if (column in table.categories) == numbers:
        held = "categories" if numbers else "numbers"
        raise TypeError(f"{metric} cannot measure column {column!r}, which holds {held}")
    return np.asarray(model.judged[column])  # type: ignore[attr-defined]


def _members(model: Distribution, columns: list[Array], value: Callable[..., float]) -> Array:
    """Apply a function of columns to each member of the batch."""
    values = np.empty(model.batch)
    for member in np.ndindex(model.batch):
        values[member] = value(*(column[:, *member] for column in columns))
    return values


def _kinds(codes: Array) -> float:
    return len(np.unique(codes[codes >= 0]))


def ranks(x: Array) -> Array:
    """Return the ranks of numbers, equal ones sharing their mean rank, shape ``(n,)``."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


def _spearman(x: Array, y: Array) -> float:
    a, b = (ranks(each) - (len(each) + 1) / 2 for each in (x, y))
    scale = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / scale) if scale > 0 else 0.0


def _ratio(x: Array, codes: Array) -> float:
    rank = ranks(x)
    total = np.var(rank)
    if total == 0:
        return 0.0
    _, place, counts = np.unique(codes, return_inverse=True, return_counts=True)
    means = np.bincount(place, rank) / counts
    between = counts @ (means - rank.mean()) ** 2 / len(rank)
    return float(np.sqrt(between / total))


def _cramer(first: Array, second: Array) -> float:
    a, b = (np.unique(codes, return_inverse=True)[1] for codes in (first, second))
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    fewer = min(table.shape) - 1
    if fewer == 0:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / len(a)
    square = ((table - expected) ** 2 / expected).sum() / len(a)
    return float(np.sqrt(square / fewer))
