"""You are the model: choose the next word, again and again, from what the training text offers."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from collapse_lib import style
from collapse_lib.checks import Array, whole
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part, button, buttons, words
from collapse_lib.language import Corpus
from collapse_lib.words import _

OFFERED = 5  # followers to choose from
LONGEST = 40  # words of a text


class NextWord(Card):
    """A bigram model worked by hand.

    The card shows the last word and its commonest followers in the training text, with their
    counts. The reader takes one, lets chance decide, or takes the likeliest: then the text
    soon walks in a circle.

    Parameters
    ----------
    corpus : Corpus, optional
        The training text; by default Python's manual.
    start : str, default "the"
        The first word; the commonest word if the text does not know it.
    seed : int, default 0
        Which dice to roll when chance decides.

    Notes
    -----
    `perplexity` is what the model thinks of the text, not what a reader does: the text that
    always takes the likeliest word has the best one.
    """

    actions: ClassVar[tuple[str, ...]] = ("say", "chance", "likeliest", "again")

    def __init__(self, corpus: Corpus | None = None, start: str = "the", seed: int = 0) -> None:
        self._corpus = Corpus.default() if corpus is None else corpus
        vocabulary = self._corpus.vocabulary
        self._start = int(vocabulary.encode([start])[0]) if start in vocabulary else 0
        self._rng = np.random.default_rng(whole("seed", seed, least=0))
        self._said, self._chances = [self._start], [1.0]
        super().__init__("Choose the next word")

    # ---- what the learner does

    def say(self, word: str) -> None:
        """Say one of the words on offer.

        Parameters
        ----------
        word : str
            A follower of the last word.

        Raises
        ------
        ValueError
            If the training text never has it there, or the text is full.
        """
        offered = self._corpus.vocabulary.decode(self.followers[0])
        if word not in offered:
            raise ValueError(f"word must be one that follows {self.last!r}, not {word!r}")
        self._take(offered.index(word))

    def chance(self, times: int = 1) -> None:
        """Draw the next word as often as it stands there in the training text.

        Parameters
        ----------
        times : int, default 1
            How many words.
        """
        for _time in range(whole("times", times, least=1)):
            _ids, counts = self.followers
            before = np.concatenate([[0.0], np.cumsum(counts)])
            drawn = self._rng.random() * before[-1]
            self._take(int(np.searchsorted(before, drawn, side="right")) - 1)

    def likeliest(self, times: int = 1) -> None:
        """Take the commonest follower.

        Parameters
        ----------
        times : int, default 1
            How many words.
        """
        for _time in range(whole("times", times, least=1)):
            self._take(0)

    def again(self) -> None:
        """Start a new text."""
        self._said, self._chances = [self._start], [1.0]
        self.tell()

    # ---- what has happened

    @property
    def last(self) -> str:
        """The last word."""
        return self._corpus.vocabulary.tokens[self._said[-1]]

    @property
    def text(self) -> str:
        """The text so far."""
        return self._corpus.decode(self._said)

    @property
    def followers(self) -> tuple[Array, Array]:
        """Every word that follows the last one in the training text, and how often."""
        text = self._corpus.train.whole
        counts = np.bincount(text[:, 1:][text[:, :-1] == self._said[-1]])
        ids = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
        return ids, counts[ids]

    @property
    def perplexity(self) -> float:
        """Among how many equally likely words the model seems to choose, for this very text."""
        return float(np.exp(-np.mean(np.log(self._chances[1:])))) if self._chances[1:] else 1.0

    @property
    def loop(self) -> int:
        """Length of the loop that the text is in: its end, said twice in a row; 0 for none."""
        said = self._said
        lengths = range(1, len(said) // 2 + 1)
        return next((k for k in lengths if said[-k:] == said[-2 * k : -k]), 0)

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        return [
            words(_("You are the model. Here is your text so far. Choose the next word."), "small"),
            words(f"{self.text} …", "question", live=True),
            *self._offer(),
            words(self._verdict(), live=True),
        ]

    # ---- inside

    def _take(self, place: int) -> None:
        ids, counts = self.followers
        if len(self._said) >= LONGEST or not len(ids):
            raise ValueError(_("The text ends here: start again."))
        self._said.append(int(ids[place]))
        self._chances.append(float(counts[place] / counts.sum()))
        self.tell()

    def _offer(self) -> list[Part]:
        ids, counts = self.followers
        said = {"last": self.last, "total": int(counts.sum()), "kinds": len(ids)}
        template = _(
            "In the training text “{last}” stands {total:,d} times before another word, "
            "{kinds:,d} different ones. The commonest:"
        )
        tokens = self._corpus.vocabulary.decode(ids[:OFFERED])
        full = len(self._said) >= LONGEST or not tokens
        return [
            words(style.fill(template, said)),
            buttons(
                *(
                    button("say", f"{token} ({count})", value=token, off=full)
                    for token, count in zip(tokens, counts.tolist(), strict=False)
                )
            ),
            buttons(
                button("likeliest", _("Take the likeliest"), off=full, primary=True),
                button("chance", _("Let chance decide"), off=full),
                button("again", _("Start again")),
            ),
        ]

    def _verdict(self) -> str:
        if len(self._said) < 3:
            return ""
        fields: dict[str, Any] = {"perplexity": self.perplexity, "loop": self.loop}
        say = _("To the model, each of these words was one choice among about {perplexity:.2g}.")
        if self.loop:
            say = _("You are walking in a circle of {loop:d} steps.") + " " + say
        return style.fill(say, fields)
