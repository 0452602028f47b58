"""Data of your own: which panel can use them, and if one cannot, why.

Numbers have a variance to lose, labels have kinds to lose, and a text can be retold. What cannot
be used is not bent until it fits: the panel's place says what is missing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part, table, words
from collapse_lib.data import read_labels
from collapse_lib.distributions import Categorical, Empirical
from collapse_lib.gallery.telephone_game import telephone_game
from collapse_lib.gallery.variance_collapse import variance_collapse
from collapse_lib.gallery.your_kinds import your_kinds
from collapse_lib.language import Corpus, Words
from collapse_lib.surfaces.live import Panel
from collapse_lib.words import _

MOST_KINDS = 20_000
UNIQUE = 0.5  # with more than this share of values that are there once, they are no kinds


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
        A text, or a column of labels or numbers in any order.

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
    """

    def __init__(self, data: str | Iterable[Any]) -> None:
        if isinstance(data, bytes) or not isinstance(data, str | Iterable):
            raise TypeError(f"data must be a text or a column, not {data!r}")
        self.text = data if isinstance(data, str) else None
        self.column = [] if isinstance(data, str) else [str(one).strip() for one in data]
        if not (self.column or (self.text and self.text.strip())):
            raise ValueError("data must not be empty")
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

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it cannot be read, or is a table and no column is named; see `read_labels`.
        """
        path = Path(path)
        if column is not None:
            return cls(read_labels(path, column))
        if path.suffix.lower() in (".csv", ".tsv"):
            raise ValueError(f"{path.name!r} is a table: name one of its columns too")
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {str(path)!r}")
        try:
            return cls(path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            raise ValueError(f"{path.name!r} is not plain text in UTF-8: save it as that") from None

    def numbers(self) -> Panel | Reason:
        """Return the panel on the variance, or why there is none."""
        return self._panel(0, lambda truth: variance_collapse.widget(truth=truth, generations=1))

    def kinds(self) -> Panel | Reason:
        """Return the panel on kinds, or why there is none."""
        return self._panel(1, lambda kinds: your_kinds.widget(kinds=kinds))

    def telephone(self) -> Panel | Reason:
        """Return the telephone game, or why there is none."""
        return self._panel(2, lambda corpus: telephone_game.widget(text=corpus, generations=1))

    def parts(self) -> list[Part]:
        """Return the table."""
        rows = [
            [name, _("yes") if found is not None else _("no"), said]
            for name, (found, said) in self._offers.items()
        ]
        return [
            table(_("What can use these data?"), [_("panel"), "", _("as what, or why not")], rows)
        ]

    # ---- inside

    def _panel(self, place: int, make: Callable[[Any], Panel]) -> Panel | Reason:
        name, (found, said) = list(self._offers.items())[place]
        return Reason(f"{name}: {said}") if found is None else make(found)

    def _try(self, use: Callable[[], tuple[Any, str]]) -> tuple[Any, str]:
        try:
            return use()
        except ValueError as error:
            return None, f"{str(error)[:1].upper()}{str(error)[1:]}."

    def _as_numbers(self) -> tuple[Empirical, str]:
        if self.text is not None:
            raise ValueError("a text has no variance: give a column of numbers")
        for one in self.column:
            if not _is_number(one):
                raise ValueError(f"“{one}” is no number")
        truth = Empirical([float(one) for one in self.column])
        return truth, f"{truth.data.size:,} numbers with a variance of {float(truth.variance):.3g}."

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
        unit = "words" if self.text is not None else "labels"
        kinds = Categorical(np.array([count for _label, count in counts.most_common()], float))
        return kinds, f"{len(counts):,} kinds among {len(labels):,} {unit}, {once:,} of them once."

    def _as_text(self) -> tuple[Corpus, str]:
        if self.text is None:
            raise ValueError("a column is no running text: give a text")
        corpus = Corpus(self.text, name="your text")
        return corpus, f"{corpus.train.ids.size + corpus.held_out.ids.size:,} words of text."


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
