"""Text into tokens and back: words, or characters."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib.checks import Array

SENTENCE_ENDS = frozenset(".!?…।॥。\uff01\uff1f")
SIDELESS = frozenset("\"'")  # the same mark opens and closes
TIGHT = frozenset("/")  # no space on either side
LOOSE = frozenset("&#@*\\§¶")  # marks with a space on both sides
INSIDE = ".’'\u00ad\u200c\u200d-"  # of a word: marks, a soft hyphen, joiners of Persian and Hindi
ADDED = (
    "\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"  # to an emoji: a tone, a form
)
PICTURE = rf"[^\w\s][{ADDED}]*"
EMOJI = rf"[\U0001f1e6-\U0001f1ff]{{2}}|{PICTURE}(?:\u200d{PICTURE})*"  # flags, families: UTS #51
OPENING = frozenset("¿¡")  # what Unicode does not call so
SIGN = re.compile(rf"[0-9]\ufe0f\u20e3|{EMOJI}|.", re.DOTALL)
UNSPACED = (
    "CJK",
    "IDEOGRAPHIC",
    "FULLWIDTH",
    "HIRAGANA",
    "KATAKANA",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
)


class Tokenizer(ABC):
    """What a text is cut into, and how the pieces are put together again.

    Attributes
    ----------
    unit : str
        What they are called in the plural, such as "words".
    """

    unit: str

    @abstractmethod
    def split(self, text: str, known: Container[str] | None = None) -> list[str]:
        """Return the tokens of `text`.

        Parameters
        ----------
        text : str
            What is cut.
        known : container of str, optional
            Tokens that exist already, as for a prompt; by default those of `text` itself.
        """

    @abstractmethod
    def pieces(self, tokens: Sequence[str]) -> list[str]:
        """Return one string per token, its space included, that stand side by side as text."""

    def join(self, tokens: Sequence[str]) -> str:
        """Return `tokens` as readable text."""
        return "".join(self.pieces(tokens))


@dataclass(frozen=True)
class Characters(Tokenizer):
    """One token per character, or emoji; nothing is lost.

    Notes
    -----
    A letter and its accents are one character where Unicode has one for both (NFC); elsewhere
    they are two tokens, so that a model can put an accent on its own.
    """

    unit = "characters"

    def split(self, text: str, known: Container[str] | None = None) -> list[str]:
        """Return the characters of `text`; `known` changes nothing."""
        return list(text) if text.isascii() else SIGN.findall(text)

    def pieces(self, tokens: Sequence[str]) -> list[str]:
        """Return the characters themselves."""
        return list(tokens)


@dataclass(frozen=True)
class Words(Tokenizer):
    """One token per word, number or punctuation mark.

    A word may have an apostrophe, hyphen, dot or accent inside, and an emoji may be made of
    several characters. Of languages written without spaces every character is a token. The first
    word of a sentence loses its capital if it is known without it, and gets it back in `join`.

    Notes
    -----
    Runs of white space are not kept, and a straight quotation mark opens and closes in turn, so
    that a text with an odd one comes back with a space out of place.
    """

    unit = "words"

    def split(self, text: str, known: Container[str] | None = None) -> list[str]:
        """Return the words of `text`."""
        found = _pattern(frozenset(text)).findall(text)
        first = _sentence_starts(found)
        if known is None:
            known = {token for token, start in zip(found, first, strict=True) if not start}
        return [
            lower if start and (lower := token[0].lower() + token[1:]) in known else token
            for token, start in zip(found, first, strict=True)
        ]

    def pieces(self, tokens: Sequence[str]) -> list[str]:
        """Return each token with the space before it, sentences with their capital."""
        pieces, open_marks, last = [], set[str](), ""
        for token, start in zip(tokens, _sentence_starts(tokens), strict=True):
            closes = token in open_marks
            tight = (
                not last
                or closes
                or _side(token) in ("closing", "both")
                or _side(last) in ("opening", "both")
                or last in open_marks
                or (_unspaced(token[0]) and _unspaced(last[-1]))
            )
            word = _capital(token) if start else token
            pieces.append(word if tight else " " + word)
            if token in SIDELESS:
                open_marks ^= {token}
            last = token
        return pieces


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All tokens that a text has, each with its number.

    Parameters
    ----------
    tokens : tuple of str
        Token i stands at place i; the commonest first, where it was counted.

    Notes
    -----
    It lists what *can* be said and scored. What a model can still say is a part of it that
    shrinks; do not read its size as a model's vocabulary.
    """

    tokens: tuple[str, ...]

    @classmethod
    def counted(cls, tokens: Iterable[str]) -> Vocabulary:
        """Return the vocabulary of `tokens`, the commonest first and equals in their order."""
        return cls(tuple(token for token, _ in Counter(tokens).most_common()))

    def __len__(self) -> int:
        """Return the number of different tokens."""
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        """Return whether `token` has a number."""
        return token in self._number

    @cached_property
    def _number(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}

    def encode(self, tokens: Iterable[str]) -> Array:
        """Return the numbers of `tokens`, shape ``(tokens,)``, int32.

        Raises
        ------
        ValueError
            If one of them is not in the vocabulary.
        """
        try:
            return np.array([self._number[token] for token in tokens], dtype=np.int32)
        except KeyError as missing:
            raise ValueError(
                f"tokens must be among the {len(self)} of the vocabulary, and {missing} is not"
            ) from None

    def decode(self, ids: ArrayLike) -> list[str]:
        """Return the tokens of the numbers `ids`, shape ``(tokens,)``."""
        return [self.tokens[number] for number in np.asarray(ids).tolist()]


def cleaned(text: str) -> str:
    """Return `text` in Unicode's composed form (NFC), without control characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    odd = {c for c in set(text) if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"}
    return text.translate(dict.fromkeys(map(ord, odd))) if odd else text


def _sentence_starts(tokens: Sequence[str]) -> list[bool]:
    """Return for each token whether a sentence begins with it."""
    starts, ended = [], True
    for token in tokens:
        word = token[0].isalnum()
        starts.append(ended and word)
        ended = token in SENTENCE_ENDS or (ended and not word)
    return starts


def _capital(token: str) -> str:
    """Return `token` with its first letter as a capital, unless that takes two letters, as ß."""
    first = token[0].upper()
    return first + token[1:] if len(first) == 1 else token


def _side(token: str) -> str:
    """Return on which side of a punctuation mark there is no space."""
    if token in TIGHT:
        return "both"
    category = unicodedata.category(token) if len(token) == 1 else "word"
    if category in ("Ps", "Pi") or token in OPENING:
        return "opening"
    closes = category in ("Pe", "Pf") or (category == "Po" and token not in SIDELESS | LOOSE)
    return "closing" if closes else "none"


def _unspaced(character: str) -> bool:
    """Return whether a character belongs to a script written without spaces."""
    return character > "\u0e00" and unicodedata.name(character, "").startswith(UNSPACED)


def _pattern(characters: frozenset[str]) -> re.Pattern[str]:
    r"""Return the expression that finds the words of a text made of these characters.

    Python's ``\w`` knows no combining marks, without which most scripts of India fall apart.
    """
    marks = "".join(c for c in characters if unicodedata.category(c).startswith("M"))
    single = "".join(c for c in characters if _unspaced(c) and c not in marks)
    letter = rf"[^\W{single}]" if single else r"\w"
    word = rf"(?:{letter}[{marks}]*)+" if marks else rf"{letter}+"
    alone = rf"[{single}][{marks}]*|" if marks and single else rf"[{single}]|" if single else ""
    return re.compile(rf"(?:[^\W\d_]\.){{2,}}|{alone}{word}(?:[{INSIDE}]{word})*|{EMOJI}")
