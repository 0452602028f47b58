"""What somebody brought: a text, a column, counts of kinds, or a table with a column to choose.

Nothing is guessed where a guess could be wrong, and what is left aside has a name.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from numbers import Real
from typing import Any

import numpy as np

from collapse_lib.data.columns import number, pasted_header, pasted_labels, shortened

MOST = 5_000_000  # characters of a text, or values of a column
BETWEEN = re.compile(
    r"[ \t;]+|,[ \t]+"
)  # pasted numbers; a comma inside one may be a decimal comma
COMMA = re.compile(r"[+\-\u2212]?\d*(?:[\u00a0\u2009\u202f]\d{3})*,\d+")
MISSING = frozenset(("n/a", "na", "nan", "null", "none", "inf", "infinity"))
COUNTED = ("count", "proportion")  # what pandas calls its value_counts()
LOOKED_AT = 1_000  # lines, and characters of each, in which an odd word is looked for
NAMED = 5  # columns that a sentence names


@dataclass(frozen=True)
class Brought:
    """What was given, as far as it could be understood.

    Parameters
    ----------
    text : str, optional
        A running text.
    column : list of str
        Values in their order.
    counts : Counter, optional
        How often there is each kind, where just that was given.
    heading : str
        The line above a pasted column, which is none of its values.
    gap : str
        Which value is missing, with the end of a sentence.
    odd : str
        What keeps a text, most of whose words are numbers, from being a column.
    """

    text: str | None = None
    column: list[str] = field(default_factory=list)
    counts: Counter[str] | None = None
    heading: str = ""
    gap: str = ""
    odd: str = ""


def brought(data: Any, column: str | None = None) -> Brought:
    """Find out what somebody brought.

    Parameters
    ----------
    data : str, iterable of (str or float), or mapping of str to int
        A text, a column of labels or numbers in any order, or how often there is each kind. A
        text of nothing but numbers, between blanks, lines or semicolons, is a column.
    column : str, optional
        Name of the column that is meant, where the text is a table.

    Returns
    -------
    Brought
        It holds one of text, column and counts.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If it is empty, too large, or a table of which one column must be chosen.

    Notes
    -----
    A series of pandas is a column, but one called "count" whose rows have names, as
    ``value_counts()`` returns, counts kinds.
    """
    if isinstance(data, str):
        if len(data) > MOST:
            raise ValueError(
                f"the text has {len(data):,} characters, more than {MOST:,}: bring a part of it"
            )
        found = Brought(column=pasted_labels(data, column)) if column else _pasted(data)
    elif column is not None:
        raise TypeError(f"column chooses from a pasted table, and data is a {type(data).__name__}")
    elif isinstance(data, Mapping) or _is_counted(data):
        found = Brought(counts=_counts(dict(data.items())))
    else:
        found = _column(data)
    if not (found.column or found.counts or found.gap or (found.text and found.text.strip())):
        raise ValueError("data must not be empty")
    return found


def numbers(column: list[str]) -> tuple[list[float], bool]:
    """Return the numbers of a column, and whether they stand there with decimal commas.

    Parameters
    ----------
    column : list of str
        Numbers, each as it was written.

    Returns
    -------
    values : list of float
        In their order.
    commas : bool
        Whether a comma was taken for a decimal point.

    Raises
    ------
    ValueError
        If one is no number, or every comma stands before just three digits and may be a thousand.

    Notes
    -----
    The commas of a column are judged together: one "1,2" makes "1,234" a decimal, too.
    """
    commas = [one for one in column if "," in one and COMMA.fullmatch(one)]
    if commas and not any("." in one for one in column):
        if all(len(one.partition(",")[2]) == 3 for one in commas):
            raise ValueError(
                f"“{commas[0]}” may be a thousand or a decimal: write it without a comma, or with "
                "a point"
            )
        column = [one.replace(",", ".") for one in column]
    values = []
    for one in column:
        try:
            values.append(number(one))
        except ValueError:
            raise ValueError(f"“{shortened(one)[1:-1]}” is no number") from None
    return values, bool(commas)


def is_written(text: str) -> bool:
    """Whether a number is written there, with a point or a comma."""
    try:
        number(text)
    except ValueError:
        return COMMA.fullmatch(text) is not None
    return True


# ---- inside


def _pasted(text: str) -> Brought:
    """Return a text, or the numbers of one that is nothing else but for a heading."""
    lines = [line for line in text.lstrip("\ufeff").split("\n") if line.strip()]
    if len(lines) > 1 and _is_table(lines):
        raise ValueError(_which(text))
    heading, body = _headed(lines)
    if _all_written(body):
        values = [cell for line in body for cell in _cells(line)]
        return Brought(column=values, heading=heading) if len(values) > 1 else Brought(text=text)
    first = [cell for line in body[:LOOKED_AT] for cell in _cells(line[:LOOKED_AT])]
    odd = [cell for cell in first if not is_written(cell)]
    return Brought(text=text, odd=odd[0] if 0 < 2 * len(odd) < len(first) else "")


def _is_table(lines: list[str]) -> bool:
    """Whether there is more than one cell in the lines of a pasted text."""
    for delimiter, least in (("\t", 2), (";", 3), (",", 3)):
        cells = lines[0].strip().count(delimiter)
        alike = (line.strip().count(delimiter) == cells for line in lines)
        if cells and len(lines) >= least and all(alike):
            return True
    heading, body = _headed(lines)
    wide = (len(body) > 1 or "\t" in heading) and any(len(_cells(line)) > 1 for line in body)
    return wide and _all_written(body)


def _all_written(lines: list[str]) -> bool:
    """Whether there are only numbers in the lines, and some."""
    return bool(lines) and all(is_written(cell) for line in lines for cell in _cells(line))


def _headed(lines: list[str]) -> tuple[str, list[str]]:
    """Return the heading, if there is one, and the lines below.

    A heading begins with a letter; a value that cannot be read is no heading.
    """
    first = lines[0].strip() if lines else ""
    named = re.sub(r"^\W+|\W+$", "", first)
    if len(lines) > 1 and named[:1].isalpha() and named.lower() not in MISSING:
        return first, lines[1:]
    return "", lines


def _cells(line: str) -> list[str]:
    return [cell for cell in BETWEEN.split(line.strip(" \t\r;,")) if cell]


def _which(text: str) -> str:
    """Ask which column of a table is meant."""
    names = [name for name in pasted_header(text) if name]
    asked = "more than one value in a line is a table: "
    if len(names) < 2 or any(map(is_written, names)):
        return (
            f"{asked}paste one column alone, or put commas between the cells and, in a line above, "
            "between the names of the columns"
        )
    listed = ", ".join(f"“{name}”" for name in names[:NAMED])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return (
        f"{asked}say which of its columns you mean, {listed}{more}, by "
        f"YourData(…, column={names[-1]!r})"
    )


def _is_counted(data: Any) -> bool:
    """Whether it is what pandas' ``value_counts()`` returns."""
    if getattr(data, "name", None) not in COUNTED or not hasattr(data, "items"):
        return False
    return type(getattr(data, "index", None)).__name__ != "RangeIndex"


def _counts(data: dict[Any, Any]) -> Counter[str]:
    """Return how often there is each kind."""
    counts: Counter[str] = Counter()
    for kind, count in data.items():
        if not _is_count(count):
            raise ValueError(
                "data must say how often there is each kind, as in {'oak': 100, 'elm': 5}, and not "
                f"{shortened(repr(kind))[1:-1]}: {shortened(repr(count))[1:-1]}"
            )
        counts[str(kind).strip()] += int(count)
    return +counts


def _is_count(value: Any) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    number = float(value)
    return number >= 0 and number.is_integer()


def _column(data: Any) -> Brought:
    """Return the values of an iterable, each as text."""
    dimensions = getattr(data, "ndim", 1)
    if isinstance(data, bytes | bytearray | memoryview) or not isinstance(data, Iterable):
        raise TypeError(f"data must be a text or a column, not {shortened(repr(data))[1:-1]}")
    if hasattr(data, "columns") or dimensions != 1:
        raise TypeError(f"data must be a text or one column, not a whole {type(data).__name__}")
    column: list[str] = []
    gap = ""
    for item in islice(data, MOST + 1):
        if isinstance(item, str):
            text = item.strip()
        elif isinstance(item, Iterable) and not _is_missing(item):
            raise TypeError(
                f"data must be one column of labels or numbers, and value {len(column) + 1} is "
                f"{shortened(repr(item))[1:-1]}"
            )
        else:
            text = "" if _is_missing(item) else str(item).strip()
        if not text and not gap:
            gap = f"value {len(column) + 1:,} is missing: fill it or leave it out"
        column.append(text)
    if len(column) > MOST:
        raise ValueError(f"data must have at most {MOST:,} values: bring a part of them")
    return Brought(column=column, gap=gap)


def _is_missing(item: Any) -> bool:
    """Whether it stands for a value that nobody knows, in Python, numpy or pandas."""
    if item is None or item is np.ma.masked or type(item).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(item, Real) and math.isnan(item)
