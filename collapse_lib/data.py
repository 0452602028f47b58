"""Real measurements from a learner's own file."""

from __future__ import annotations

import math
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
    values = [
        _number(row[place] if place < len(row) else "", column, line)
        for line, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not values:
        raise ValueError(f"column {column!r} of {path.name!r} is empty")
    if min(values) == max(values):
        raise ValueError(
            f"column {column!r} of {path.name!r} is constant: all {len(values)} values "
            f"equal {values[0]:g}, so there is no spread to lose"
        )
    return np.array(values)


def _delimiter(lines: list[str]) -> str:
    """Return the separator that splits the header most often."""
    header = lines[0] if lines else ""
    return max(",;\t", key=header.count)


def _number(cell: str, column: str, line: int) -> float:
    text = cell.strip()
    if not text:
        raise ValueError(f"column {column!r} has no value in line {line}: fill it or drop the line")
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
