"""Data of your own: which panel can use them, and if one cannot, why.

Numbers have a variance to lose, labels have kinds to lose, and a text can be retold. What cannot
be used is not bent until it fits: the panel's place says what is missing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part, table, words
from collapse_lib.data import read_labels
from collapse_lib.distributions import Categorical, Empirical
from collapse_lib.explorable import Explorable
from collapse_lib.gallery.telephone_game import telephone_game
from collapse_lib.gallery.variance_collapse import variance_collapse
from collapse_lib.gallery.your_kinds import your_kinds
from collapse_lib.language import Corpus, Words
from collapse_lib.surfaces.live import Panel
from collapse_lib.words import _

MOST_KINDS = 20_000
UNIQUE = 0.5  # with more than this share of values that are there once, they are no kinds
BETWEEN = re.compile(r"[\s;]+|,\s+")  # pasted numbers; a comma inside one may be a decimal comma
COMMA = re.compile(r"[+-]?\d*,\d+")
SHOWN = 3  # values that are shown, so that a misreading is seen
FOLDER_SHOWN = 8  # files
LEAST = 2_000  # words of a text that can be retold


class Reason(Card):
    """What stands in the place of a panel that cannot use the data.

    Parameters
    ----------
    why : str
        The reason, a sentence.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__("Not for these data")

    def parts(self) -> list[Part]:
        """Return the sentence."""
        return [words(self.why)]


class YourData(Card):
    """A column or a text, and what the panels can do with it.

    Parameters
    ----------
    data : str or iterable of (str or float)
        A text, or a column of labels or numbers in any order. A text of nothing but numbers,
        between blanks, lines or semicolons, is a column.
    *more
        Nothing: a column whose brackets were forgotten is told so.
    missing : str, keyword only, default ""
        Why there are none, a sentence: `data` may then be empty, and each panel's place says it.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If it is empty.

    Notes
    -----
    As the last line of a cell it shows a table: each panel, whether it can use the data, and as
    what; or why not. That a panel can use a column does not make it right: numbers that stand
    for names, such as postcodes, have a variance that means nothing.

    A pasted column may have a heading. Decimal commas are understood, unless each of them stands
    before just three digits: "1,234" may be a thousand.
    """

    def __init__(self, data: str | Iterable[Any], *more: Any, missing: str = "") -> None:
        if more:
            raise TypeError(
                f"data must be one thing: put square brackets around your {1 + len(more)} values"
            )
        if isinstance(data, bytes) or not isinstance(data, str | Iterable):
            raise TypeError(f"data must be a text or a column, not {data!r}")
        given = _pasted(data) or data if isinstance(data, str) else data
        self.text = given if isinstance(given, str) else None
        self.column = [] if isinstance(given, str) else [str(one).strip() for one in given]
        if not (missing or self.column or (self.text and self.text.strip())):
            raise ValueError("data must not be empty")
        self._missing = missing
        self._offers = {
            _("variance of numbers"): self._try(self._as_numbers),
            _("kinds that are left"): self._try(self._as_kinds),
            _("telephone game"): self._try(self._as_text),
        }
        super().__init__("Your data")

    @classmethod
    def read(cls, path: str | Path, column: str | None = None) -> YourData:
        """Read a file: a column of a table, or all of a text.

        Parameters
        ----------
        path : str or Path
            UTF-8 text; with `column` a CSV file with a header line.
        column : str, optional
            Name of the column in the header.

        Returns
        -------
        YourData
            A file that cannot be read is no error: the table then says why, and so does each
            panel's place.
        """
        path = Path(path)
        try:
            return cls(_text(path) if column is None else read_labels(path, column))
        except FileNotFoundError:
            return cls((), missing=_nowhere(path))
        except (OSError, ValueError) as error:
            return cls((), missing=_sentence(error))

    def numbers(self, state: str = "") -> Panel | Reason:
        """Return the panel on the variance, or why there is none.

        Parameters
        ----------
        state : str, optional
            The line below a picture, to begin where it stood.
        """
        return self._panel(0, variance_collapse, "truth", state)

    def kinds(self, state: str = "") -> Panel | Reason:
        """Return the panel on kinds, or why there is none; `state` as in `numbers`."""
        return self._panel(1, your_kinds, "kinds", state)

    def telephone(self, state: str = "") -> Panel | Reason:
        """Return the telephone game, or why there is none; `state` as in `numbers`.

        Each model writes no more words than the text has.
        """
        return self._panel(2, telephone_game, "text", state)

    def parts(self) -> list[Part]:
        """Return the table."""
        if self._missing:
            return [words(self._missing)]
        rows = [
            [name, _("yes") if found is not None else _("no"), said]
            for name, (found, said) in self._offers.items()
        ]
        return [
            table(_("What can use these data?"), [_("panel"), "", _("as what, or why not")], rows)
        ]

    # ---- inside

    def _panel(self, place: int, panel: Explorable[Any], takes: str, state: str) -> Panel | Reason:
        name, (found, said) = list(self._offers.items())[place]
        if found is None:
            return Reason(f"{name}: {said}")
        start: dict[str, Any] = {} if state else {"generations": 1}
        if isinstance(found, Corpus) and not state:
            size = found.train.ids.size + found.held_out.ids.size
            sizes = next(control for control in panel.inputs if control.name == "n").stops
            start["n"] = max(n for n in sizes if n <= max(size, sizes[0]))
        return panel.widget(state, **{takes: found}, **start)

    def _try(self, use: Callable[[], tuple[Any, str]]) -> tuple[Any, str]:
        if self._missing:
            return None, self._missing
        try:
            return use()
        except ValueError as error:
            return None, _sentence(error)

    def _as_numbers(self) -> tuple[Empirical, str]:
        if self.text is not None:
            parts = _values(self.text)
            odd = [part for part in parts if not _is_written(part)]
            cause = f" (“{odd[0]}” is none)" if 0 < 2 * len(odd) < len(parts) else ""
            raise ValueError(f"a text has no variance: give a column of numbers{cause}")
        found, by_comma = _numbers(self.column)
        truth = Empirical(found)
        first = ", ".join(f"{number:g}" for number in found[:SHOWN])
        more = ", …" if len(found) > SHOWN else ""
        how = "decimal commas understood; " if by_comma else ""
        size, variance = truth.data.size, float(truth.variance)
        return truth, f"{size:,} numbers ({how}{first}{more}) with a variance of {variance:.3g}."

    def _as_kinds(self) -> tuple[Categorical, str]:
        labels = self.column or Words().split(self.text or "")
        counts = Counter(labels)
        if len(counts) < 2:
            raise ValueError("there is one kind only, and nothing to lose")
        if len(counts) > MOST_KINDS:
            raise ValueError(f"there are {len(counts):,} kinds, more than {MOST_KINDS:,}")
        once = sum(count == 1 for count in counts.values())
        if self.text is None and once > UNIQUE * len(labels):
            raise ValueError(
                f"{once:,} of the {len(labels):,} values are there only once, so these are no "
                "kinds; numbers can be rounded first"
            )
        unit = "words and marks" if self.text is not None else "labels"
        kinds = Categorical(np.array([count for _label, count in counts.most_common()], float))
        return kinds, f"{len(counts):,} kinds among {len(labels):,} {unit}, {once:,} of them once."

    def _as_text(self) -> tuple[Corpus, str]:
        if self.text is None:
            raise ValueError("a column is no running text: give a text")
        if (size := len(Words().split(self.text))) < LEAST:
            raise ValueError(
                f"the game needs at least {LEAST:,} words (marks count, too), "
                f"and the text has {size:,}"
            )
        corpus = Corpus(self.text, name="your text")
        learnt, kept = corpus.train.ids.size, corpus.held_out.ids.size
        return corpus, f"{learnt:,} words and marks to learn from, and {kept:,} kept for the test."


def _text(path: Path) -> str:
    """Return the text of a file; errors are sentences."""
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        raise ValueError(f"{path.name!r} is a table: name one of its columns too")
    if not path.is_file():
        raise FileNotFoundError(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name!r} is not plain text in UTF-8: save it as that") from None
    if not text.strip():
        raise ValueError(f"{path.name!r} is empty")
    return text


def _nowhere(path: Path) -> str:
    """Say that there is no such file, and which there are."""
    folder = path.absolute().parent
    near = sorted(folder.glob("*")) if folder.is_dir() else []
    names = [f"“{one.name}”" for one in near if one.suffix.lower() in (".csv", ".tsv", ".txt")]
    there = ", ".join(names[:FOLDER_SHOWN]) or "no file that ends in .csv or .txt"
    return f"There is no file “{path.name}” here. There is: {there}."


def _sentence(error: Exception) -> str:
    return f"{str(error)[:1].upper()}{str(error)[1:]}."


def _pasted(text: str) -> list[str]:
    """Return the numbers of a text that is nothing else, but for a heading; or none."""
    parts = _values(text)
    return parts if len(parts) > 1 and all(map(_is_written, parts)) else []


def _values(text: str) -> list[str]:
    """Return what stands in a pasted column below its heading, if it has one."""
    heading, _line, below = text.strip().partition("\n")
    headed = below and not all(map(_is_written, BETWEEN.split(heading.strip())))
    return BETWEEN.split((below if headed else text).strip())


def _numbers(column: list[str]) -> tuple[list[float], bool]:
    """Return the numbers of a column, and whether they stand there with decimal commas."""
    commas = [one for one in column if COMMA.fullmatch(one)]
    if commas and not any("." in one for one in column):
        if all(len(one.partition(",")[2]) == 3 for one in commas):
            raise ValueError(
                f"“{commas[0]}” may be a thousand or a decimal: write it without a comma, or with "
                "a point"
            )
        column = [one.replace(",", ".") for one in column]
    for one in column:
        if not _is_number(one):
            raise ValueError(f"“{one}” is no number")
    return [float(one) for one in column], bool(commas)


def _is_written(text: str) -> bool:
    """Whether a number is written there, with a point or a comma."""
    return _is_number(text) or COMMA.fullmatch(text) is not None


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
