"""Data of your own: which panel can use them, and if one cannot, why.

Numbers have a variance to lose, labels have kinds to lose, and a text can be retold. What cannot
be used is not bent until it fits: the panel's place says what is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part, table, words
from collapse_lib.data import Brought, brought, located, numbers, read_labels
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
SHOWN = 3  # values that are shown, so that a misreading is seen
FOLDER_SHOWN = 8  # files
MOST_BYTES = 20_000_000  # of a file; a character may have four
LEAST = 2_000  # words of a text that can be retold
LARGE = 1e37  # a picture holds no larger number, and
FINE = 1e-5  # no two closer together than this share of the larger one


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
    data : str, iterable of (str or float), or mapping of str to int
        A text, a column of labels or numbers in any order, or how often there is each kind. A
        text of nothing but numbers, between blanks, lines or semicolons, is a column.
    *more
        Nothing: a column whose brackets were forgotten is told so.
    column : str, keyword only, optional
        Name of the column that is meant, where the text is a pasted table.
    missing : str, keyword only, default ""
        Why there are none, a sentence: `data` may then be empty, and each panel's place says it.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If it is empty, too large, or a table of which one column must be chosen.

    Notes
    -----
    As the last line of a cell it shows a table: each panel, whether it can use the data, and as
    what; or why not. That a panel can use a column does not make it right: numbers that stand
    for names, such as postcodes, have a variance that means nothing.

    A pasted column may have a heading. Decimal commas are understood, unless each of them stands
    before just three digits: "1,234" may be a thousand.
    """

    def __init__(
        self,
        data: str | Iterable[Any] | Mapping[str, int],
        *more: Any,
        column: str | None = None,
        missing: str = "",
    ) -> None:
        if more:
            raise TypeError(
                f"data must be one thing: put square brackets around your {1 + len(more)} values"
            )
        self._missing = missing
        self._given = Brought() if missing else brought(data, column)
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
            UTF-8 text; with `column` a CSV file with a header line. ``~`` is the home folder.
        column : str, optional
            Name of the column in the header.

        Returns
        -------
        YourData
            A file that cannot be read is no error: the table then says why, and so does each
            panel's place.
        """
        try:
            return cls(_text(path) if column is None else read_labels(path, column))
        except FileNotFoundError:
            return cls((), missing=_nowhere(Path(path).expanduser()))
        except (OSError, ValueError) as error:
            return cls((), missing=_sentence(error))

    @property
    def text(self) -> str | None:
        """The text, if it is one."""
        return self._given.text

    @property
    def column(self) -> list[str]:
        """The values of a column, each as it was written; empty if it is none."""
        return self._given.column

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

    def _panel(self, place: int, panel: Explorable, takes: str, state: str) -> Panel | Reason:
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

    @cached_property
    def _words(self) -> list[str]:
        return Words().split(self.text or "")

    def _as_numbers(self) -> tuple[Empirical, str]:
        given = self._given
        if given.text is not None:
            cause = f" (“{given.odd}” is none)" if given.odd else ""
            raise ValueError(f"a text has no variance: give a column of numbers{cause}")
        if given.counts is not None:
            raise ValueError("counts of kinds have no variance: give the numbers themselves")
        if given.gap:
            raise ValueError(given.gap)
        found, by_comma = numbers(given.column)
        truth = Empirical(found)
        _check_drawn(truth)
        variance_collapse.scene(
            {control.name: control.default for control in variance_collapse.inputs}
            | {"truth": truth}
        )
        first = ", ".join(f"{number:g}" for number in found[:SHOWN])
        more = ", …" if len(found) > SHOWN else ""
        below = f"below the heading “{given.heading}”; " if given.heading else ""
        how = "decimal commas understood; " if by_comma else ""
        size, variance = truth.data.size, float(truth.variance)
        return truth, (
            f"{size:,} numbers ({below}{how}{first}{more}) with a variance of {variance:.3g}."
        )

    def _as_kinds(self) -> tuple[Categorical, str]:
        given = self._given
        if given.gap:
            raise ValueError(given.gap)
        labels = self._words if given.text is not None else given.column
        kinds = len(given.counts if given.counts is not None else set(labels))
        if kinds < 2:
            raise ValueError("there is one kind only, and nothing to lose")
        if kinds > MOST_KINDS:
            raise ValueError(f"there are {kinds:,} kinds, more than {MOST_KINDS:,}")
        counts = given.counts or Counter(labels)
        once = sum(count == 1 for count in counts.values())
        size = sum(counts.values())
        if given.text is None and once > UNIQUE * size:
            raise ValueError(
                f"{once:,} of the {size:,} values are there only once, so these are no "
                "kinds; numbers can be rounded first"
            )
        unit = "words and marks" if given.text is not None else "labels"
        truth = Categorical(np.array([count for _label, count in counts.most_common()], float))
        return truth, f"{kinds:,} kinds among {size:,} {unit}, {once:,} of them once."

    def _as_text(self) -> tuple[Corpus, str]:
        if self.text is None:
            raise ValueError("a column is no running text: give a text")
        if (size := len(self._words)) < LEAST:
            raise ValueError(
                f"the game needs at least {LEAST:,} words (marks count, too), "
                f"and the text has {size:,}"
            )
        corpus = Corpus(self.text, name="your text")
        learnt, kept = corpus.train.ids.size, corpus.held_out.ids.size
        return corpus, f"{learnt:,} words and marks to learn from, and {kept:,} kept for the test."


def _check_drawn(truth: Empirical) -> None:
    """Raise a sentence about numbers that no picture can tell apart, or hold."""
    largest, spread = float(np.abs(truth.data).max()), float(truth.data[-1] - truth.data[0])
    if not 1 / LARGE < largest < LARGE:
        raise ValueError(
            f"the largest of the numbers is {largest:.3g}, which no picture can hold: give them in "
            "another unit"
        )
    if spread < FINE * largest:
        raise ValueError(
            f"the numbers differ by {spread:.3g} at most and lie around {truth.mean:.6g}: subtract "
            "that from each, or the picture shows one line"
        )


def _text(path: str | Path) -> str:
    """Return the text of a file; errors are sentences."""
    path = located(path)
    if path.suffix.lower() in (".csv", ".tsv"):
        raise ValueError(f"{path.name!r} is a table: name one of its columns too")
    if (size := path.stat().st_size) > MOST_BYTES:
        raise ValueError(
            f"{path.name!r} has {size:,} bytes, more than {MOST_BYTES:,}: bring a part"
        )
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
