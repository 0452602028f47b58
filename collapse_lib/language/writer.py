"""What a corpus and a model of text have in common, and what models have besides."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from collapse_lib.distributions import Categorical, Distribution
from collapse_lib.distributions.base import Kind
from collapse_lib.language.counts import Documents, NGramCounts, NGrams


class Writer(Distribution):
    """Something that writes documents: a corpus, or a model.

    A draw is a token, and tokens come document by document: ``sample(n, rng)`` gives n of them,
    of which every `length` make a document and the last one may be shorter.
    """

    kind: ClassVar[Kind] = "text"

    @property
    @abstractmethod
    def length(self) -> int:
        """Tokens of a document."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Number of tokens in the vocabulary, the dead ones included."""

    @property
    @abstractmethod
    def documents(self) -> Documents:
        """Of a corpus its training part; of a model what it learnt from, the part added last."""

    @property
    @abstractmethod
    def words(self) -> Categorical:
        """How often each token occurs in the training text, shape of ``p`` ``(*batch, size)``."""

    @abstractmethod
    def grams(self, n: int) -> NGrams:
        """Return the n-grams of `n` tokens in the training text."""


class TextModel(Writer):
    """A model of text: a writer that learnt from documents, and keeps what was counted in them.

    Attributes
    ----------
    counts : NGramCounts
        What it was trained on.
    """

    counts: NGramCounts

    @property
    def size(self) -> int:
        """Number of tokens in the vocabulary, the dead ones included."""
        return self.counts.size

    @property
    def length(self) -> int:
        """Tokens of a document."""
        return self.counts.length

    @property
    def documents(self) -> Documents:
        """The documents it learnt from that were added last: what the model before it said."""
        return self.counts.parts[-1]
