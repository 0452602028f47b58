"""One column of a table, in a file or pasted, and numbers as people write them."""

from __future__ import annotations

import csv
import math
import os
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np

from collapse_lib.checks import Array

DELIMITERS = "\t;,"  # in this order: with decimal commas a table of semicolons looks like one too
HEAD = 50  # lines that are looked at before one is chosen
NAMES = 20  # columns, and
SHOWN = 40  # characters of a cell that a sentence quotes
KNOWN = 20_000  # different labels of which each is kept once
GROUPED = re.compile(r"[+-]?\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?:\.\d*)?")


def read_column(path: str | os.PathLike[str], column: str) -> Array:
    """Read one column of numbers from a CSV file with a header line.

    Parameters
    ----------
    path : str or Path
        The file: UTF-8 text; commas, semicolons or tabs between the columns. ``~`` is the home
        folder.
    column : str
        Name of the column in the header.

    Returns
    -------
    ndarray, shape ``(rows,)``
        The measurements in their order, ready for `collapse_lib.Empirical`.

    Raises
    ------
    OSError
        If there is no such file, it is a folder, or it cannot be read.
    ValueError
        If the file is not UTF-8 text, the column is missing, empty, constant or there twice, a
        quote is left open, a line has more cells than the header, or a cell of the column does
        not hold a finite number; the sentence names the line.
    TypeError
        If `path` or `column` is no name.

    Notes
    -----
    Nothing is skipped or filled in: what to do about a missing value is the reader's decision.
    Only the column is kept, so a file may be larger than the memory.
    """
    values = array("d")
    for line, text in _cells(path, column):
        try:
            values.append(number(text))
        except ValueError as error:
            raise ValueError(
                f"column {column!r} holds {shortened(text)} in line {line}, {error}"
            ) from None
    found = np.array(values)
    if found.min() == found.max():
        raise ValueError(
            f"column {column!r} of {Path(path).name!r} is constant: all {found.size} "
            f"values equal {found[0]:g}, so there is no spread to lose"
        )
    return found


def read_labels(path: str | os.PathLike[str], column: str) -> list[str]:
    """Read one column of labels, such as names of species, from a CSV file with a header line.

    Parameters
    ----------
    path : str or Path
        The file: UTF-8 text; commas, semicolons or tabs between the columns. ``~`` is the home
        folder.
    column : str
        Name of the column in the header.

    Returns
    -------
    list of str
        The labels in their order, without the blanks around them.

    Raises
    ------
    OSError
        If there is no such file, it is a folder, or it cannot be read.
    ValueError
        If the file is not UTF-8 text, the column is missing, empty or there twice, a quote is
        left open, a line has more cells than the header, or a cell of the column is empty; the
        sentence names the line.
    TypeError
        If `path` or `column` is no name.

    Notes
    -----
    Labels are compared as they are written: "Wren" and "wren" are two.
    """
    return _once(_cells(path, column))


def pasted_labels(text: str, column: str) -> list[str]:
    """Return one column of labels from a pasted table; as `read_labels` does from a file.

    Parameters
    ----------
    text : str
        The table: a header line, and commas, semicolons or tabs between the columns.
    column : str
        Name of the column in the header.

    Returns
    -------
    list of str
        The labels in their order, without the blanks around them.

    Raises
    ------
    ValueError
        As `read_labels` does of a file.

    Notes
    -----
    Cells that a spreadsheet shows as numbers are pasted as they look, rounded.
    """
    return _once(_table(_lines(text), column, "the table"))


def pasted_header(text: str) -> list[str]:
    """Return the names of the columns in a pasted table, as far as it has any.

    Parameters
    ----------
    text : str
        The table: a header line, and commas, semicolons or tabs between the columns.

    Returns
    -------
    list of str
        The cells of its first line that is not blank.

    Raises
    ------
    ValueError
        If a quote is left open.

    Notes
    -----
    A table without a header answers with its first row: it cannot know.
    """
    head = list(islice(_lines(text), HEAD))
    return _header(head, _delimiter(head, ""))[1]


def number(text: str) -> float:
    """Return the finite number that is written in `text`.

    Parameters
    ----------
    text : str
        Digits with a decimal point, a minus sign from the keyboard or from a printed table, and
        thousands with narrow or fixed blanks, as in ``−1 234.5``.

    Returns
    -------
    float
        Its value.

    Raises
    ------
    ValueError
        If there is none, with the end of a sentence that begins with the text.

    Notes
    -----
    Commas are not understood here: "1,234" may be a thousand or a decimal, and only the rest of
    a column can tell.
    """
    plain = text if text.isascii() else text.replace("\u2212", "-")
    if not plain.isascii() and GROUPED.fullmatch(plain):
        plain = re.sub(r"[\u00a0\u2009\u202f]", "", plain)
    try:
        value = float(plain.replace("_", "?"))  # to Python, 3_1 is 31
    except ValueError:
        hint = ": write a decimal point" if plain.replace(",", "", 1).lstrip("+-").isdigit() else ""
        raise ValueError(f"which is not a number{hint}") from None
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def located(path: str | os.PathLike[str]) -> Path:
    """Return where a file that somebody named lies, or raise a sentence.

    Parameters
    ----------
    path : str or Path
        Its name; ``~`` is the home folder.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    OSError
        If there is no such file, or it is a folder.
    TypeError
        If `path` is no name of a file.

    Notes
    -----
    That a file is there does not mean that it may be read.
    """
    if not isinstance(path, str | Path):
        raise TypeError(f"path must be the name of a file, not {path!r}")
    named = shortened(str(path), 200)
    found = os.path.expanduser(path)
    if os.path.isdir(found):
        raise IsADirectoryError(f"{named} is a folder: name a file in it")
    if not os.path.isfile(found):
        raise FileNotFoundError(f"there is no file {named}")
    return Path(found)


def shortened(text: str, most: int = SHOWN) -> str:
    """Return `text` in quotation marks, cut where a sentence would become unreadable.

    Parameters
    ----------
    text : str
        What somebody brought.
    most : int, default 40
        Characters to keep.

    Returns
    -------
    str
        Its beginning; what Python could not print is escaped.

    Notes
    -----
    Meant for sentences: two texts that differ late look the same.
    """
    return repr(text if len(text) <= most else text[: most - 1] + "…")


# ---- inside


def _once(cells: Iterable[tuple[int, str]]) -> list[str]:
    """Return the texts, the same label being the same object."""
    known: dict[str, str] = {}
    kept = known.setdefault
    labels = []
    for _, text in cells:
        labels.append(kept(text, text))
        if len(known) > KNOWN:  # hardly one comes back
            known.clear()
    return labels


def _lines(text: str) -> Iterator[str]:
    import io

    return iter(io.StringIO(text.lstrip("\ufeff"), newline=""))


def _cells(path: str | os.PathLike[str], column: str) -> Iterator[tuple[int, str]]:
    """Yield the cells of a file's column; see `_table`."""
    path = located(path)
    with path.open(newline="", encoding="utf-8-sig") as file:
        try:
            yield from _table(file, column, repr(path.name))
        except UnicodeDecodeError:
            raise ValueError(f"{path.name!r} is not UTF-8 text: save it as CSV UTF-8") from None


def _table(lines: Iterator[str], column: str, name: str) -> Iterator[tuple[int, str]]:
    """Yield the cells of a column that stand in lines which are not blank, with their lines."""
    if not isinstance(column, str):
        raise TypeError(f"column must be the name of a column, not {column!r}")
    head = list(islice(lines, HEAD))
    wanted = _plain(column)
    delimiter = _delimiter(head, wanted)
    top, header = _header(head, delimiter)
    if wanted not in header:
        raise ValueError(_absent(head, header, column, name))
    if (times := header.count(wanted)) > 1:
        raise ValueError(f"{name} has {times} columns {column!r}: give each a name of its own")
    place, width, empty = header.index(wanted), len(header), True
    for line, row in _rows(chain(head, lines), delimiter):
        if line <= top:
            continue
        text = row[place].strip() if place < len(row) else ""
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            raise ValueError(
                f"line {line} of {name} has {len(row)} cells, and the header {width}: put "
                f"double quotes around a cell that holds a {_called(delimiter)}"
            )
        if not text:
            if not any(cell.strip() for cell in row):
                continue
            raise ValueError(
                f"column {column!r} has no value in line {line}: fill it or drop the line"
            )
        empty = False
        yield line, text
    if empty:
        raise ValueError(f"column {column!r} of {name} is empty")


def _rows(
    lines: Iterable[str], delimiter: str, strict: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line where it begins; a quote that is not closed is refused."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=strict)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        if "field larger" in str(error):
            raise ValueError(
                f"line {line} begins a cell of more than {csv.field_size_limit():,} characters: "
                "close its double quote, if it has one, or shorten it"
            ) from None
        raise ValueError(
            f"the double quote that opens in line {line} is not closed at the end of its cell: "
            "close it, or write two for one that belongs to the text"
        ) from None


def _delimiter(head: list[str], wanted: str) -> str:
    """Return what stands between the columns.

    One that cuts all lines into equally many cells; else one under which the wanted column is
    there, and most lines are as wide as the header.
    """
    # csv.Sniffer takes the comma of "Temperature, °C;Humidity", and fails on a single column.
    fits = {}
    for delimiter in DELIMITERS:
        rows = [row for _, row in _rows(head, delimiter, strict=False) if any(row)]
        if not rows:
            continue
        header, widths = [_plain(cell) for cell in rows[0]], [len(row) for row in rows]
        if len(set(widths)) == 1 and widths[0] > 1:
            return delimiter
        agreed = widths.count(widths[0]) / len(widths)
        fits[delimiter] = wanted in header, agreed, len(header)
    return max(reversed(fits), key=fits.__getitem__, default=",")


def _header(head: list[str], delimiter: str) -> tuple[int, list[str]]:
    """Return the first row that is not blank, and the line where it begins."""
    for line, row in _rows(head, delimiter, strict=False):
        if any(cell.strip() for cell in row):
            return line, [_plain(cell) for cell in row]
    return 0, []


def _absent(head: list[str], header: list[str], column: str, name: str) -> str:
    """Say that a column is not there, and what is."""
    for delimiter in DELIMITERS:
        for line, row in _rows(head, delimiter, strict=False):
            if _plain(column) in map(_plain, row):
                first = shortened("".join(head[:1]).strip())
                return (
                    f"{name} begins with {first}, and its column {column!r} stands in line "
                    f"{line}: delete the lines above the header"
                )
    names = ", ".join(map(shortened, header[:NAMES])) or "no columns"
    more = f" and {len(header) - NAMES} more" if len(header) > NAMES else ""
    return f"{name} has no column {column!r}; it has {names}{more}"


def _plain(text: str) -> str:
    """Return a name without the blanks around it, in Unicode's composed form."""
    return unicodedata.normalize("NFC", text.strip())


def _called(delimiter: str) -> str:
    return {"\t": "tab", ";": "semicolon", ",": "comma"}[delimiter]
