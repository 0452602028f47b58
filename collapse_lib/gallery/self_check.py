"""A self-check before the course and after it: the same statements, and what became of them."""

from __future__ import annotations

from typing import Any, ClassVar

from collapse_lib import style
from collapse_lib.classroom import progress
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part, button, buttons, choice, table, words
from collapse_lib.words import _, later, ngettext

KEY = "00.selfcheck"
AGAIN = "07.selfcheck"

# Each statement, whether it is true, and what to say to whoever misjudged it.
STATEMENTS = (
    (
        later(
            "If each copy is nearly as good as the one before, the hundredth is nearly as good as "
            "the first."
        ),
        False,
        later("Small losses multiply, and nothing pulls them back (lessons 00 and 02)."),
    ),
    (
        later("If every model learns from a hundred times as many examples, nothing is lost."),
        False,
        later("Chance errors shrink and are still passed on: a large n postpones (lesson 02)."),
    ),
    (
        later("If all averages are as they were, nothing of importance is lost."),
        False,
        later("Rare things hardly move an average: count the kinds (lessons 01 and 05)."),
    ),
    (
        later(
            "If luck is all that goes wrong, a few new real examples in every generation can stop "
            "the loss of variance."
        ),
        True,
        later(
            "Against chance a number of new real examples holds the variance, though not the rare "
            "kinds; against a bias it takes a share (lesson 06)."
        ),
    ),
    (
        later("A model that is surer of what it says is more often right."),
        False,
        later("In the telephone game each model is surer than the last, and worse (lesson 03)."),
    ),
    (
        later(
            "If 74 % of new web pages contain some AI text, 74 % of a new model's data are made "
            "by AI."
        ),
        False,
        later("Pages are no words, new pages are no archive, and some is not all (lesson 07)."),
    ),
    (
        later("What all models have lost can come back, as long as the real world can be asked."),
        True,
        later("Lost from the models is not lost from the world (lesson 06)."),
    ),
)


class SelfCheck(Card):
    """Seven statements: tick those that you hold to be true.

    Parameters
    ----------
    again : bool, default False
        Whether this is the second time: then the first answers and the right ones are shown
        beside the new ones, once these are kept.

    Notes
    -----
    The first time nothing is said about right and wrong. The same seven statements twice are
    a mirror for one reader, no measurement of what a course teaches.
    """

    actions: ClassVar[tuple[str, ...]] = ("tick", "keep", "change")

    def __init__(self, again: bool = False) -> None:
        self._again, self._key = again, AGAIN if again else KEY
        kept = _read(self._key)
        self._ticked, self._kept = kept or frozenset(), kept is not None
        super().__init__(later("Before you begin") if not again else later("And now?"))

    def tick(self, places: list[int]) -> None:
        """Say which statements are true.

        Parameters
        ----------
        places : list of int
            Places of the statements, from 0.

        Raises
        ------
        ValueError
            If there is no statement at a place.
        """
        wrong = [place for place in places if place not in range(len(STATEMENTS))]
        if wrong:
            raise ValueError(f"places must be from 0 to {len(STATEMENTS) - 1}, not {wrong[0]!r}")
        if not self._kept:
            self._ticked = frozenset(places)
            self.tell()

    def keep(self) -> None:
        """Keep the answers; from now on they stay."""
        self._kept = True
        progress.shared().note(self._key, kind="self-check", ticked=sorted(self._ticked))
        self.tell()

    def change(self) -> None:
        """Take the answers back."""
        self._kept = False
        progress.shared().forget(self._key)
        self.tell()

    @property
    def kept(self) -> bool:
        """Whether the answers are kept."""
        return self._kept

    @property
    def right(self) -> int:
        """How many of the statements are judged rightly."""
        return sum(_rights(self._ticked))

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        shown = [
            words(_("Which of these do you hold to be true? Tick them; guessing is fine."), "small")
        ]
        options = [_(text) for text, *_rest in STATEMENTS]
        shown.append(
            choice("tick", "", options, sorted(self._ticked), many=True, locked=self._kept)
        )
        shown.append(
            buttons(
                button("keep", _("Keep my answers"), off=self._kept, primary=not self._kept),
                button("change", _("Change them")) if self._kept else None,
            )
        )
        shown.append(words(self._said(), live=True))
        if self._again and self._kept:
            shown.append(self._table())
        return shown

    # ---- inside

    def _said(self) -> str:
        if not self._kept:
            return ""
        if not self._again:
            return _("Kept. The last lesson asks you again, and then shows both.")
        template = ngettext(
            "Now you judge {n:d} of {all:d} statement rightly.",
            "Now you judge {n:d} of {all:d} statements rightly.",
            self.right,
        )
        said = style.fill(template, {"n": self.right, "all": len(STATEMENTS)})
        first = _read(KEY)
        if first is None:
            return f"{said} {_('There are no first answers of yours on this machine.')}"
        before = style.fill(_("At first it was {n:d}."), {"n": sum(_rights(first))})
        return f"{said} {before}"

    def _table(self) -> Part:
        first = _read(KEY)
        say: dict[bool, str] = {True: _("true"), False: _("false")}
        rows = []
        for place, (text, truth, reason) in enumerate(STATEMENTS):
            before = "–" if first is None else say[place in first]
            rows.append([_(text), before, say[place in self._ticked], f"{say[truth]}. {_(reason)}"])
        return table(_("Then and now"), [_("statement"), _("then"), _("now"), _("right")], rows)


def _read(key: str) -> frozenset[int] | None:
    record: dict[str, Any] | None = progress.shared().get(key)
    return None if record is None else frozenset(record.get("ticked", ()))


def _rights(ticked: frozenset[int]) -> list[bool]:
    return [(place in ticked) is truth for place, (_text, truth, _reason) in enumerate(STATEMENTS)]
