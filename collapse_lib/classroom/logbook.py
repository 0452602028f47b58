"""A logbook: what somebody has done, lesson by lesson, and how to take it to another machine."""

from __future__ import annotations

from collections.abc import Mapping

from collapse_lib import style
from collapse_lib.classroom import parts, progress
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part
from collapse_lib.words import Message, _, later, ngettext


class Logbook(Card):
    """What is done so far, and the text that carries it elsewhere.

    Parameters
    ----------
    lessons : mapping of str to str
        Number of a lesson, with which its keys begin, and its title: ``{"00": "Start here"}``.

    Notes
    -----
    It counts what was committed and answered, not what was understood. Everything lies in one
    file on this machine, see `collapse_lib.classroom.progress`.
    """

    actions = ("export", "take", "refresh")

    def __init__(self, lessons: Mapping[str, Message]) -> None:
        self._lessons, self._text, self._said = dict(lessons), "", ""
        super().__init__(later("Logbook"))

    def export(self) -> None:
        """Show everything as one text, to copy."""
        self._text = progress.shared().export()
        self._said = _("Copy the whole line; paste it into the logbook of the other machine.")
        self.tell()

    def take(self, text: str) -> None:
        """Read a text that another logbook exported; an empty one is no request."""
        self._text = text
        if text.strip() and text != progress.shared().export():
            n = progress.shared().take(text)
            template = ngettext("{n:d} record is new.", "{n:d} records are new.", n)
            self._said = style.fill(template, {"n": n})
        self.tell()

    def refresh(self) -> None:
        """Look again."""
        self.tell()

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        kept = progress.shared()
        rows = []
        for number, title in self._lessons.items():
            records = [kept.get(key) for key in kept.keys() if key.split(".")[0] == number]
            kinds = [record["kind"] for record in records if record]
            right = [r for r in records if r and r.get("voice") == "got it"]
            done = [r for r in records if r and r.get("done")]
            guesses = kinds.count("guess")
            rows.append([f"{number} {_(title)}", str(guesses), str(len(right)), str(len(done))])
        head = [_("lesson"), _("guesses"), _("right answers"), _("tasks")]
        where = style.fill(_("Kept in {path}"), {"path": kept.path})
        return [
            parts.table(_("What you have done"), head, rows),
            parts.words(kept.trouble or where, "small"),
            parts.buttons(
                parts.button("export", _("Export")), parts.button("refresh", _("Refresh"))
            ),
            parts.lines("take", _("Export, or paste an export here"), self._text, rows=3),
            parts.words(self._said, live=True),
        ]
