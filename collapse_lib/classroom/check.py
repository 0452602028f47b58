"""A question with an answer that is checked at once, in four voices, with hints in three steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collapse_lib import style
from collapse_lib.classroom import parts
from collapse_lib.classroom.answers import Answer, Number, Reasoned, Verdict, Voice
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part
from collapse_lib.classroom.progress import Entry
from collapse_lib.classroom.reading import Read, picked, read_number
from collapse_lib.words import Message, _

STEPS = 3
NAMED = 2  # mistakes that are explained at once: all of them would give the answer away


class Check(Card):
    """A question that answers back.

    Parameters
    ----------
    question : str
        What is asked, in plain words.
    answer : Number, Reasoned or Several
        What is right, and what each wrong answer means.
    hints : sequence of str
        Three: where to look, how to begin, and all but the answer.
    praise : str, optional
        What is said after "Got it.": why it is so.
    key : str, optional
        Under which the answer is remembered, such as "01.camera"; without one it is not.

    Raises
    ------
    ValueError
        If there are not three hints.

    Notes
    -----
    `tries` counts answers that differ from the one before. A right answer after many tries
    may have been found by elimination.
    """

    actions = ("answer", "because", "press", "hint", "again")

    _text: str
    _choice: str | None
    _reason: str | None
    _ticked: tuple[str, ...]
    _verdict: Verdict
    _unread: Read | None
    _last: Any
    _tries: int
    _hints_seen: int

    def __init__(
        self,
        question: Message,
        answer: Answer,
        *,
        hints: Sequence[Message],
        praise: Message = "",
        key: str | None = None,
    ) -> None:
        if len(hints) != STEPS:
            raise ValueError(f"hints must be {STEPS} steps, not {len(hints)}")
        self._question, self._answer, self._praise = question, answer, praise
        self._hints, self._entry = tuple(hints), Entry(key)
        self._clear()
        self._restore()
        super().__init__(question)

    @property
    def voice(self) -> Voice:
        """In which of the four voices the last press was answered; "nothing yet" before."""
        return self._verdict.voice

    @property
    def answered(self) -> bool:
        """Whether the right answer was given."""
        return self.voice == "got it"

    @property
    def given(self) -> Any:
        """What is filled in: a number, an answer with its reason, or the ticked statements."""
        if isinstance(self._answer, Number):
            return read_number(self._text, unit=self._answer.unit).value
        if isinstance(self._answer, Reasoned):
            return self._choice, self._reason
        return self._ticked

    @property
    def tries(self) -> int:
        """How many different answers were pressed."""
        return self._tries

    @property
    def hints_seen(self) -> int:
        """How many of the three hints are open."""
        return self._hints_seen

    def answer(self, given: Any) -> None:
        """Fill in an answer; nothing is said about it yet.

        Parameters
        ----------
        given : object
            A number or a text that holds one; of a choice, the answer; of several statements,
            those to tick. Also the places of answers or statements on the screen.
        """
        if self.answered:
            return
        if isinstance(self._answer, Number):
            self._text = given if isinstance(given, str) else f"{given:.12g}"
        elif isinstance(self._answer, Reasoned):
            self._choice = picked(self._answer.options, given, "given")
        else:
            options = tuple(self._answer.statements)
            several = [given] if isinstance(given, str) else given
            self._ticked = tuple(picked(options, one, "given") for one in several)
        self.tell()

    def because(self, reason: Any) -> None:
        """Fill in the reason for a choice, by its text or its place on the screen."""
        if isinstance(self._answer, Reasoned) and not self.answered:
            self._reason = picked(self._answer.reasons, reason, "reason")
            self.tell()

    def press(self) -> None:
        """Ask what the answer is worth."""
        if self.answered:
            return
        self._verdict = self._answer.judge(self.given)
        read = read_number(self._text) if isinstance(self._answer, Number) else None
        unread = read is not None and read.value is None and bool(self._text.strip())
        self._unread = read if unread else None
        now = self.given
        if self.voice != "nothing yet" and now != self._last:
            self._tries, self._last = self._tries + 1, now
        if self.voice != "nothing yet":
            self._remember()
        self.tell()

    def hint(self) -> None:
        """Open the next hint."""
        self._hints_seen = min(self._hints_seen + 1, STEPS)
        self.tell()

    def again(self) -> None:
        """Start over, as if nothing had been answered."""
        self._clear()
        self._entry.forget()
        self.tell()

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        shown = [parts.words(_(self._question), "question"), *self._fields()]
        left = STEPS - self._hints_seen
        shown.append(
            parts.buttons(
                parts.button("press", _("Check"), off=self.answered, primary=not self.answered),
                parts.button(
                    "hint", style.fill(_("Hint ({left:d} left)"), {"left": left}), off=not left
                ),
                parts.button("again", _("Start over")) if self.answered else None,
            )
        )
        shown.append(parts.words(self._said(), self.voice, live=True))
        seen = self._hints[: self._hints_seen]
        if seen:
            steps = [f"{place}. {_(hint)}" for place, hint in enumerate(seen, start=1)]
            shown.append(parts.words("\n".join(steps), "small", live=True))
        if self._entry.trouble:
            shown.append(parts.words(self._entry.trouble, "small"))
        return shown

    # ---- inside

    def _clear(self) -> None:
        self._text, self._choice, self._reason = "", None, None
        self._ticked = ()
        self._verdict, self._last, self._unread = Verdict("nothing yet"), None, None
        self._tries = self._hints_seen = 0

    def _fields(self) -> list[Part]:
        answer, locked = self._answer, self.answered
        if isinstance(answer, Number):
            label = _("Your answer")
            return [
                parts.box(
                    "answer", label, self._text, unit=_(answer.unit), enter="press", locked=locked
                )
            ]
        if isinstance(answer, Reasoned):
            pairs = (
                ("answer", "", answer.options, self._choice),
                ("because", _("because"), answer.reasons, self._reason),
            )
            return [
                parts.choice(
                    name,
                    legend,
                    map(_, options),
                    [options.index(chosen)] if chosen else [],
                    locked=locked,
                )
                for name, legend, options, chosen in pairs
            ]
        options = tuple(answer.statements)
        ticked = [options.index(statement) for statement in self._ticked]
        return [
            parts.choice("answer", "", map(_, options), ticked, many=True, locked=locked),
        ]

    def _said(self) -> str:
        voice = self._verdict.voice
        openings = {"got it": _("Got it."), "almost": _("Almost."), "not yet": _("Not yet.")}
        if self._unread is not None:
            fields = {"text": self._text, "why": self._unread.said}
            return style.fill(_("“{text}” is no number I can read: {why}."), fields)
        mistakes = self._verdict.sentences
        count = ""
        if len(mistakes) > 1:
            few = len(mistakes) <= NAMED
            template = _("{count:d} mistakes.") if few else _("{count:d} mistakes; two of them:")
            count = style.fill(template, {"count": len(mistakes)})
        rest = (self._praise,) if voice == "got it" else mistakes[:NAMED]
        return " ".join(filter(None, [openings.get(voice, ""), count, *map(_, rest)]))

    def _remember(self) -> None:
        given = self._text if isinstance(self._answer, Number) else self.given
        self._entry.note(kind="check", given=given, voice=self.voice, tries=self._tries)

    def _restore(self) -> None:
        """Fill in what was answered before, if it still fits the question."""
        record = self._entry.record
        if record.get("kind") != "check":
            return
        given: Any = record.get("given")
        try:
            if isinstance(self._answer, Number):
                self._text = str(given)
            elif isinstance(self._answer, Reasoned):
                self._choice = given and picked(self._answer.options, given[0], "given")
                self._reason = given[1] and picked(self._answer.reasons, given[1], "reason")
            else:
                options = tuple(self._answer.statements)
                self._ticked = tuple(picked(options, one, "given") for one in given or ())
        except (ValueError, TypeError, IndexError, KeyError):
            return self._clear()
        if record.get("voice") == "got it":
            self._verdict = Verdict("got it")
        self._tries = int(record.get("tries", 0))
