"""Real measurements from a learner's own file."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import numpy as np

from collapse_lib.checks import Array

if TYPE_CHECKING:
    from pathlib import Path


def read_column(path: str | Path, column: str) -> Array:
    """Read one column of numbers from a CSV file with a header line.

    Parameters
    ----------
    path : str or Path
        The file: UTF-8 text; commas, semicolons or tabs between the columns.
    column : str
        Name of the column in the header.

    Returns
    -------
    ndarray, shape ``(rows,)``
        The measurements in their order, ready for `collapse_lib.Empirical`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not UTF-8 text, the column is missing, empty or constant, or one of its
        cells does not hold a finite number; the sentence names the line.

    Notes
    -----
    Nothing is skipped or filled in: what to do about a missing value is the reader's decision.
    """
    values = [_number(text, column, line) for line, text in _cells(path, column)]
    if min(values) == max(values):
        raise ValueError(
            f"column {column!r} of {os.path.basename(path)!r} is constant: all {len(values)} "
            f"values equal {values[0]:g}, so there is no spread to lose"
        )
    return np.array(values)


def read_labels(path: str | Path, column: str) -> list[str]:
    """Read one column of labels, such as names of species, from a CSV file with a header line.

    Parameters
    ----------
    path : str or Path
        The file: UTF-8 text; commas, semicolons or tabs between the columns.
    column : str
        Name of the column in the header.

    Returns
    -------
    list of str
        The labels in their order, without the blanks around them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not UTF-8 text, the column is missing or empty, or one of its cells is
        empty; the sentence names the line.

    Notes
    -----
    Labels are compared as they are written: "Wren" and "wren" are two.
    """
    for line, text in (cells := _cells(path, column)):
        if not text:
            raise ValueError(_missing(column, line))
    return [text for _, text in cells]


def _cells(path: str | Path, column: str) -> list[tuple[int, str]]:
    """Return the cells of a column that stand in lines which are not blank, with their lines."""
    import csv
    from pathlib import Path

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r}")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"{path.name!r} is not UTF-8 text: save it as CSV UTF-8") from None
    rows = list(csv.reader(lines, delimiter=_delimiter(lines)))
    header = [name.strip() for name in rows[0]] if rows else []
    if column not in header:
        names = ", ".join(repr(name) for name in header) or "no columns"
        raise ValueError(f"{path.name!r} has no column {column!r}; it has {names}")
    place = header.index(column)
    cells = [
        (line, row[place].strip() if place < len(row) else "")
        for line, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not cells:
        raise ValueError(f"column {column!r} of {path.name!r} is empty")
    return cells


def _delimiter(lines: list[str]) -> str:
    """Return the separator that splits the header most often."""
    header = lines[0] if lines else ""
    return max(",;\t", key=header.count)


def _missing(column: str, line: int) -> str:
    return f"column {column!r} has no value in line {line}: fill it or drop the line"


def _number(text: str, column: str, line: int) -> float:
    if not text:
        raise ValueError(_missing(column, line))
    try:
        value = float(text)
    except ValueError:
        hint = ": write a decimal point" if text.replace(",", "", 1).lstrip("+-").isdigit() else ""
        raise ValueError(
            f"column {column!r} holds {text!r} in line {line}, which is not a number{hint}"
        ) from None
    if not math.isfinite(value):
        raise ValueError(f"column {column!r} holds {text!r} in line {line}, not a finite number")
    return value
