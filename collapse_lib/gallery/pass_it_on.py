"""The telephone game among people: read, hide, write down what you remember, hand it on."""

from __future__ import annotations

from typing import ClassVar

from collapse_lib import style
from collapse_lib.checks import whole
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part, button, buttons, lines, table, words
from collapse_lib.language import Words
from collapse_lib.words import _

SENTENCE = (
    "On the last Friday in October, at about half past six, a tall woman in a green raincoat "
    "carried two cages with seven white pigeons across the old stone bridge, and only the "
    "smallest of them sang."
)
KEPT = 0.75  # of the words received: so many get through to the next person


class PassItOn(Card):
    """A sentence goes from hand to hand; each person sees only what the one before wrote.

    Parameters
    ----------
    sentence : str, optional
        The first sentence; the library's own by default.
    rounds : int, default 4
        How many times it is handed on.

    Raises
    ------
    ValueError
        If the sentence has fewer than eight words, or there is no round.

    Notes
    -----
    Alone, you play all the people, and you know more than the next one would: with five people
    and one keyboard more is lost. One message is handed on here; a language model hands on a
    whole population of texts.
    """

    actions: ClassVar[tuple[str, ...]] = ("hide", "write", "hand_on", "again")

    def __init__(self, sentence: str = SENTENCE, rounds: int = 4) -> None:
        if len(_words(sentence)) < 8:
            raise ValueError(f"sentence must have at least 8 words, not {len(_words(sentence))}")
        self._rounds = whole("rounds", rounds, least=1)
        self.texts = [sentence]
        self._hidden, self._draft = False, ""
        super().__init__("Hand the sentence on")

    # ---- what the learner does

    def hide(self) -> None:
        """Hide the sentence, having read it."""
        self._hidden = True
        self.tell()

    def write(self, text: str) -> None:
        """Write what you remember; nothing is handed on yet.

        Parameters
        ----------
        text : str
            The text so far.
        """
        self._draft = text

    def hand_on(self) -> None:
        """Hand on what is written.

        Raises
        ------
        ValueError
            If it is empty, or longer than the line allows.
        """
        count = len(_words(self._draft))
        if not count:
            raise ValueError(_("Write down what you remember, then hand it on."))
        if count > self.room:
            say = _("You wrote {count:d} words, and only {room:d} get through: leave some out.")
            raise ValueError(style.fill(say, {"count": count, "room": self.room}))
        self.texts.append(" ".join(self._draft.split()))
        self._hidden, self._draft = False, ""
        self.tell()

    def again(self) -> None:
        """Begin again with the first sentence."""
        del self.texts[1:]
        self._hidden, self._draft = False, ""
        self.tell()

    # ---- what has happened

    @property
    def room(self) -> int:
        """How many words get through to the next person."""
        return max(3, round(KEPT * len(_words(self.texts[-1]))))

    @property
    def done(self) -> bool:
        """Whether the last person has handed it on."""
        return len(self.texts) > self._rounds

    @property
    def kept(self) -> list[int]:
        """How many of the first sentence's different words each text still has."""
        first = set(_words(self.texts[0]))
        return [len(first & set(_words(text))) for text in self.texts]

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        if self.done:
            return self._end()
        person = {"person": len(self.texts), "rounds": self._rounds, "room": self.room}
        say = style.fill(_("Person {person:d} of {rounds:d}"), person)
        if not self._hidden:
            ask = _("Read this once. Then hide it.")
            return [
                words(say, "small"),
                words(ask),
                words(self.texts[-1], "question", live=True),
                buttons(button("hide", _("I have read it: hide it"), primary=True)),
            ]
        label = _("What did it say? The line is bad: at most {room:d} words get through.")
        return [
            words(say, "small"),
            lines("write", style.fill(label, person), self._draft, rows=3),
            buttons(button("hand_on", _("Hand it on"), primary=True)),
        ]

    # ---- inside

    def _end(self) -> list[Part]:
        first = set(_words(self.texts[0]))
        new = set(_words(self.texts[-1])) - first
        heads = [_("the start"), *map(str, range(1, len(self.texts)))]
        rows = [
            [head, text, f"{kept}"]
            for head, text, kept in zip(heads, self.texts, self.kept, strict=True)
        ]
        say = _(
            "Of the {first:d} different words at the start, {kept:d} arrived. Words in the last "
            "text that the first one did not have: {new:d}."
        )
        fields = {"first": len(first), "kept": self.kept[-1], "new": len(new)}
        return [
            table(
                _("From hand to hand"),
                [_("person"), _("what they wrote"), _("words of the start")],
                rows,
            ),
            words(style.fill(say, fields), "question", live=True),
            buttons(button("again", _("Start again"))),
        ]


def _words(text: str) -> list[str]:
    """Return the words of a text in small letters, punctuation left out."""
    return [word.lower() for word in Words().split(text) if any(map(str.isalnum, word))]
