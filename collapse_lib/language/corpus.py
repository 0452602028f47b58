"""Real text: Python's own manual, or the reader's."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, whole
from collapse_lib.data import located
from collapse_lib.distributions import Categorical
from collapse_lib.distributions.base import Batch
from collapse_lib.language.counts import Documents, NGramCounts, NGrams
from collapse_lib.language.tokens import Tokenizer, Vocabulary, Words, cleaned
from collapse_lib.language.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 5_000_000  # characters, or bytes of a file
HELD_OUT = 10  # every tenth document is held out
WORDS = Words()


@dataclass(frozen=True, eq=False)
class Corpus(Writer):
    """Real text as the truth: a draw is one of its documents, token by token.

    The text is cut into documents of `length` tokens. Every tenth of them is held out: no model
    sees it, all are scored on it. What does not fill a last document is left aside.

    Parameters
    ----------
    text : str
        The text; it is put into Unicode's composed form, without control characters.
    tokenizer : Tokenizer, default ``Words()``
        ``Words()`` or ``Characters()``.
    length : int, default 200
        Tokens of a document.
    name : str, default "text"
        What it is called on screen.
    batch : tuple of int, keyword only, default ()
        Shape of independent copies; `expand` sets it.

    Raises
    ------
    ValueError
        If the text is empty, too long, or too short for ten documents.
    TypeError
        If `text` is no string, or `tokenizer` no tokenizer.

    Notes
    -----
    ``sample(n, rng)`` gives n tokens of documents chosen without replacement, so that n equal to
    the size of the training part is that part itself; beyond it, all documents come once more.
    Two draws may hold the same documents: "fresh real data" are not new writing.

    The text is data, and can hold anything, markup included: escape it wherever it is shown.
    """

    text: str
    tokenizer: Tokenizer = WORDS
    length: int = 200
    name: str = "text"
    batch: Batch = field(default=(), kw_only=True)
    vocabulary: Vocabulary = field(init=False)
    train: Documents = field(init=False)
    held_out: Documents = field(init=False)

    def __post_init__(self) -> None:
        """Clean and cut the text."""
        if not isinstance(self.text, str):
            raise TypeError(f"text must be a string, not {type(self.text).__name__}")
        if not isinstance(self.tokenizer, Tokenizer):
            raise TypeError(f"tokenizer must be Words() or Characters(), not {self.tokenizer!r}")
        length = whole("length", self.length, least=2)
        if len(self.text) > LIMIT:
            raise ValueError(f"text must have at most {LIMIT:,} characters, not {len(self.text):,}")
        text = cleaned(self.text)
        if not text.strip():
            raise ValueError("text must not be empty")
        tokens = self.tokenizer.split(text)
        documents = len(tokens) // length
        unit = self.tokenizer.unit
        if documents < HELD_OUT:
            raise ValueError(
                f"text must have at least {HELD_OUT * length:,} {unit}, for {HELD_OUT} documents "
                f"of {length}, not {len(tokens):,}"
            )
        vocabulary = Vocabulary.counted(tokens)
        rows = vocabulary.encode(tokens[: documents * length]).reshape(documents, length)
        held_out = np.arange(documents) % HELD_OUT == HELD_OUT - 1
        for key, value in (
            ("text", text),
            ("length", length),
            ("vocabulary", vocabulary),
            ("train", Documents(rows[~held_out].ravel(), length)),
            ("held_out", Documents(rows[held_out].ravel(), length)),
        ):
            object.__setattr__(self, key, value)

    @classmethod
    def default(cls, tokenizer: Tokenizer = WORDS, length: int = 200) -> Corpus:
        """Return the prose of Python's own manual, which every installation has.

        Parameters
        ----------
        tokenizer : Tokenizer, default ``Words()``
            ``Words()`` or ``Characters()``.
        length : int, default 200
            Tokens of a document.

        Raises
        ------
        ModuleNotFoundError
            If this Python came without the manual's text.

        Notes
        -----
        About 33 thousand words, whole sentences without code, each once; another version of
        Python has another manual, so name `sha256` beside any number. It is one manual by a few
        authors: a plain, repetitive English.
        """
        return _default(tokenizer, length)

    @classmethod
    def read(cls, path: str | Path, tokenizer: Tokenizer = WORDS, length: int = 200) -> Corpus:
        """Read the reader's own text from a file.

        Parameters
        ----------
        path : str or Path
            A file of plain text in UTF-8; ``~`` is the home folder.
        tokenizer : Tokenizer, default ``Words()``
            ``Words()`` or ``Characters()``.
        length : int, default 200
            Tokens of a document.

        Raises
        ------
        OSError
            If there is no such file, or it is a folder.
        TypeError
            If `path` is no name.
        ValueError
            If it is too large, not UTF-8 text, empty or too short.
        """
        path = located(path)
        if (size := path.stat().st_size) > LIMIT:
            raise ValueError(f"{path.name!r} must have at most {LIMIT:,} bytes, not {size:,}")
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{path.name!r} must be plain text in UTF-8, but its byte {error.start + 1:,} is "
                "not: save it as UTF-8"
            ) from None
        if "\0" in text:
            raise ValueError(f"{path.name!r} must be plain text, but it holds binary data")
        return cls(text, tokenizer, length, name=path.name)

    def __repr__(self) -> str:
        """Say how long it is, not what it says."""
        size = len(self.train.ids) + len(self.held_out.ids)
        unit = self.tokenizer.unit
        return f"Corpus({self.name!r}: {size} {unit}, {len(self.vocabulary)} different)"

    @cached_property
    def sha256(self) -> str:
        """Fingerprint of the cleaned text, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def encode(self, text: str) -> Array:
        """Return the numbers of the tokens of `text`, such as a prompt.

        Raises
        ------
        ValueError
            If the corpus does not know one of them.
        """
        return self.vocabulary.encode(self.tokenizer.split(cleaned(text), self.vocabulary))

    def decode(self, ids: ArrayLike) -> str:
        """Return the tokens of numbers `ids`, shape ``(tokens,)``, as readable text."""
        return self.tokenizer.join(self.vocabulary.decode(ids))

    @property
    def size(self) -> int:
        """Number of tokens in the vocabulary."""
        return len(self.vocabulary)

    @property
    def documents(self) -> Documents:
        """The training part."""
        return self.train

    @cached_property
    def words(self) -> Categorical:
        """How often each token occurs in the training part; 0 for those of the held-out part."""
        return Categorical(np.bincount(self.train.ids, minlength=self.size))

    @cached_property
    def _grams(self) -> dict[int, NGrams]:
        return {}

    def grams(self, n: int) -> NGrams:
        """Return the n-grams of `n` tokens in the training part."""
        if n not in self._grams:
            self._grams[n] = NGramCounts.of(self.train, n, self.size).grams[-1]
        return self._grams[n]

    def expand(self, batch: Batch) -> Corpus:
        """Return the same text as a batch."""
        fields = {**self.__dict__, "batch": np.broadcast_shapes(self.batch, batch)}
        return Corpus.trusted(**fields)

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` tokens for each member of the batch, whole documents but for the last one.

        Returns
        -------
        ndarray of int32, shape ``(n, *batch)``
            Numbers of the tokens, one document after the other.
        """
        rows = self.train.whole
        needed = -(-n // self.length)
        drawn = np.empty((needed, *self.batch), dtype=np.intp)
        for start in range(0, needed, len(rows)):
            part = drawn[start : start + len(rows)]
            lot = rng.random((len(rows), *self.batch))
            part[...] = lot.argsort(axis=0)[: len(part)]
        tokens = np.moveaxis(rows[drawn], -1, 1)
        return tokens.reshape(needed * self.length, *self.batch)[:n]


# --- the manual ----------------------------------------------------------------------------------

BULLET = re.compile(r"^(?:[*\-•]|\d+\.|\[\d+\])\s+")
PROSE = re.compile(
    r"[A-Z](?:[\w’–]| (?![ -])|(?<=[\w’)])[,;)]|(?<= )\(|(?<=\w)[-/](?=\w)|\.(?=\w)|(?<=\w):(?= ))*"
    r"(?<=\w)\)?[.!?]"
)
LEAST_WORDS = 4  # a shorter line is a heading or a label


@cache
def _default(tokenizer: Tokenizer, length: int) -> Corpus:
    return Corpus(_manual(), tokenizer, length, name="Python's manual")


@cache
def _manual() -> str:
    """Return the sentences of Python's manual that hold no code, each once."""
    try:
        from pydoc_data.topics import topics
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "pydoc_data, the text of Python's manual, is not part of this Python: install it "
            "(in Pyodide with micropip.install('pydoc_data')), or give a text of your own to "
            "Corpus(text)"
        ) from None
    return " ".join(dict.fromkeys(_sentences(topics)))


def _sentences(topics: Mapping[str, str]) -> Iterator[str]:
    """Yield the sentences of reStructuredText that are prose."""
    for key in sorted(topics):
        for block in re.split(r"\n\s*\n", topics[key]):
            lines = [line for line in block.split("\n") if line.strip()]
            if len(lines) > 1 and _indent(lines[1]) > _indent(lines[0]):
                if not BULLET.match(lines[0].lstrip()):
                    del lines[0]  # a term that the lines below explain
            text = " ".join(" ".join(lines).split())
            text = re.sub(r"(?<=\w)- (?=[a-z])", "-", BULLET.sub("", text))
            text = re.sub(r"\*+(\S(?:[^*]*\S)?)\*+", r"\1", text)  # emphasis
            text = re.sub(r"[\"“”`]|(?<=\w)\(\)", "", text)  # marks of code
            for sentence in re.split(r"(?<=[.!?]) +(?=[A-Z])", text):
                balanced = sentence.count("(") == sentence.count(")")
                if (
                    balanced
                    and PROSE.fullmatch(sentence)
                    and sentence.count(" ") >= LEAST_WORDS - 1
                ):
                    yield sentence


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
