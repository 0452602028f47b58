"""Models that choose each word by the few before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, number, one_of, positive, whole
from collapse_lib.dice import Dice
from collapse_lib.distributions import Categorical, Distribution
from collapse_lib.distributions.base import Batch, Kind
from collapse_lib.language.automaton import Automaton, automaton, kneser_ney, witten_bell
from collapse_lib.language.counts import Documents, NGramCounts, NGrams
from collapse_lib.language.decoding import Beams, decoded
from collapse_lib.language.writer import TextModel, Writer
from collapse_lib.learners import Learner
from collapse_lib.learners.base import as_dice, one_number

SMOOTHINGS = (None, "witten-bell", "kneser-ney")


@dataclass(frozen=True, eq=False)
class NGramModel(TextModel):
    """A fitted n-gram model.

    A document begins at a random place: its first token is drawn as often as it occurs. Each
    further one is drawn, or chosen by a decoding, given the last ``order - 1``, or as many of
    them as were ever followed by something.

    Parameters
    ----------
    counts : NGramCounts
        What it was trained on.
    relative : Automaton
        Its relative frequencies.
    plain : Automaton
        The model as it was fitted: the same, or smoothed.
    voice : Automaton or Beams
        How it speaks: the same, unless a decoding such as ``Temperature(0.5)`` changed it.
    batch : tuple of int, default ()
        Shape of the batch.

    Notes
    -----
    Without smoothing it can say only what it has read: a word that did not occur in its training
    text is gone. With smoothing it puts known words into new order, but the words are the same.
    """

    counts: NGramCounts
    relative: Automaton
    plain: Automaton
    voice: Automaton | Beams
    batch: Batch = ()

    def __repr__(self) -> str:
        """Say how much it knows."""
        known = len(self.counts.keys)
        return f"NGramModel(order={self.counts.order}, {known} n-grams, batch={self.batch})"

    @cached_property
    def words(self) -> Categorical:
        """How often each token occurs in its training text; 0 where it has died out."""
        gram = self.counts.grams[0]
        p = np.zeros(prod(self.counts.batch) * (self.size + 1))
        p[gram.keys] = gram.counts
        p = p.reshape(*self.counts.batch, self.size + 1)[..., 1:]
        return Categorical.trusted(p=p / p.sum(axis=-1, keepdims=True)).expand(self.batch)

    def grams(self, n: int) -> NGrams:
        """Return the n-grams of `n` tokens it learnt from."""
        counts = self.counts
        if n > counts.order:  # then they are counted anew
            first, *rest = (
                weight * NGramCounts.of(part, n, self.size)
                for part, weight in zip(counts.parts, counts.weights, strict=True)
            )
            counts = sum(rest, start=first)
        return counts.grams[n - 1]

    def listen(self, documents: Documents) -> tuple[Array, Array]:
        """Return what the model remembers before each token of `documents`, and that token.

        Parameters
        ----------
        documents : Documents
            Of batch ``()``, for all members, or of the batch of the counts.

        Returns
        -------
        states, tokens : ndarray of int, shape ``(n, members)``
            State of the automaton and token, in the order of the documents.
        """
        n, members, base = len(documents.ids), prod(self.counts.batch), self.size + 1
        ids = np.broadcast_to(documents.ids.reshape(n, -1).astype(np.int64), (n, members))
        place, member = np.arange(n)[:, None] % documents.length, np.arange(members, dtype=np.int64)
        states, last = np.broadcast_to(member, ids.shape), np.zeros(ids.shape, dtype=np.int64)
        for back, gram in enumerate(self.counts.grams[:-1], start=1):
            last[back:] += (ids[:-back] + 1) * base ** (back - 1)  # the last `back` tokens
            entry = gram.find(np.where(place < back, 0, last + member * base**back))
            first = self.plain.start[self.plain.levels[back - 1]]
            states = np.where(entry < 0, states, self.plain.goto[first + entry])
        return states, ids

    def expand(self, batch: Batch) -> NGramModel:
        """Return the same model as a batch."""
        return replace(self, batch=np.broadcast_shapes(self.batch, batch))

    def decoded(self, by: Any) -> NGramModel:
        """Return the model that speaks by a decoding such as ``TopK(5)``."""
        return replace(self, voice=decoded(self.voice, by))

    def sample(self, n: int, rng: Generator) -> Array:
        """Say documents of `n` tokens in all, in each member of the batch.

        Returns
        -------
        ndarray of int32, shape ``(n, *batch)``
            Numbers of the tokens, one document after the other; the last one may be cut short.
        """
        documents = -(-n // self.length)
        roots = np.broadcast_to(self._roots, (documents, *self.batch))
        said = self._said(roots.ravel(), self.length, rng, opening=True)
        said = said.reshape(self.length, documents, *self.batch)
        return np.moveaxis(said, 0, 1).reshape(documents * self.length, *self.batch)[:n]

    def continued(
        self, prompt: ArrayLike, tokens: int, rng: Generator, documents: int = 1
    ) -> Array:
        """Go on where a prompt ends.

        Parameters
        ----------
        prompt : array_like of int, shape ``(prompt_tokens,)``
            Numbers of the tokens so far, as from ``corpus.encode("The value of")``; what the
            model does not know is forgotten. An empty one begins anywhere.
        tokens : int
            How many to say.
        rng : Generator
            Source of randomness.
        documents : int, default 1
            How many continuations of the same prompt.

        Returns
        -------
        ndarray of int32, shape ``(documents, tokens, *batch)``
            The tokens said, without the prompt.

        Raises
        ------
        ValueError
            If `tokens` or `documents` is not a whole number of at least 1, or the prompt holds
            a number that is no token's.
        """
        tokens, documents = whole("tokens", tokens, 1), whole("documents", documents, 1)
        prompt = np.asarray(prompt, dtype=np.intp)
        if prompt.ndim != 1 or np.any((prompt < 0) | (prompt >= self.size)):
            raise ValueError(
                f"prompt must be one row of numbers from 0 to {self.size - 1}, not {prompt!r}"
            )
        states = np.broadcast_to(self._roots, (documents, *self.batch)).ravel()
        for token in prompt[-self.counts.order :]:
            states = self.plain.advance(states, np.full(states.shape, token))
        said = self._said(states, tokens, rng, opening=not len(prompt))
        return np.moveaxis(said.reshape(tokens, documents, *self.batch), 0, 1)

    def _said(self, states: Array, tokens: int, rng: Generator, opening: bool) -> Array:
        """Return what is said from `states` on, shape ``(tokens, documents)``."""
        # by document, so that more documents leave the first ones as they are
        lots = np.ascontiguousarray(rng.random((len(states), tokens)).T)
        if not opening:
            return self.voice.speak(states, lots)[0]
        first, states = self.plain.speak(states, lots[:1])
        return np.concatenate([first, self.voice.speak(states, lots[1:])[0]])

    @property
    def _roots(self) -> Array:
        """The state that remembers nothing, for each member of the counts."""
        return np.arange(prod(self.counts.batch)).reshape(self.counts.batch)


@dataclass(frozen=True)
class NGram(Learner):
    """Fit a model that chooses each token by the ``order - 1`` before it.

    Parameters
    ----------
    order : int, default 2
        1 for single words, 2 for pairs (a bigram), 3 for triples.
    smoothing : {None, "witten-bell", "kneser-ney"}, default None
        None: relative frequencies, of the longest context that was ever followed by something.
        The others interpolate them with shorter contexts, down to single words: by
        (Witten & Bell 1991) as many parts in ``types + occurrences`` as the context has
        followers; or by (Ney, Essen & Kneser 1994) what a `discount` takes off each count, where
        shorter contexts count *different* predecessors instead of occurrences.
    discount : float, default 0.75
        What Kneser–Ney smoothing takes off each count, between 0 and 1.

    Raises
    ------
    ValueError
        If `order` is not a whole number of at least 1, or a choice is none of those above.

    Notes
    -----
    Statistic: the counts of all n-grams up to `order` within documents. They add, so that every
    regime of whole batches works; n counts tokens. A batch is that many separate counts in one
    machine, so replicates run side by side.

    Probabilities are relative frequencies of real or made-up text, for which no smoothing
    corrects. Do not read a fluent sample as a good model: at high order it recites.

    References
    ----------
    Chen & Goodman, *An empirical study of smoothing techniques for language modeling*,
    Computer Speech & Language 13 (1999).
    """

    kind: ClassVar[Kind] = "text"
    keeps: ClassVar[str] = "n-gram counts and documents"
    keeps_points: ClassVar[bool] = True

    order: int = 2
    smoothing: str | None = None
    discount: float = 0.75

    def __post_init__(self) -> None:
        """Check order and smoothing."""
        object.__setattr__(self, "order", whole("order", self.order, least=1))
        one_of("smoothing", self.smoothing, SMOOTHINGS)
        discount = number(positive, "discount", self.discount)
        if discount >= 1:
            raise ValueError(f"discount must be a number between 0 and 1, not {self.discount!r}")
        object.__setattr__(self, "discount", discount)

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> NGramCounts:
        """Return the counts of `n` tokens from `source`, and the documents themselves."""
        dice = as_dice(rng, source)
        source = source.expand(dice.batch)
        if not isinstance(source, Writer):
            raise TypeError(f"source must write documents, as a corpus, not {source!r}")
        ids = source.sample(one_number(n), dice.generator)
        return NGramCounts.of(Documents(ids, source.length), self.order, source.size)

    def reduce(self, x: Array) -> NGramCounts:
        """Return the counts of one document of tokens `x`, shape ``(n, *batch)``."""
        return NGramCounts.of(Documents(x, len(x)), self.order, int(x.max(initial=0)) + 1)

    def fit(self, data: NGramCounts) -> NGramModel:
        """Return the model of `data`."""
        relative = plain = automaton(data)
        if self.smoothing == "witten-bell":
            plain = witten_bell(relative, data)
        elif self.smoothing == "kneser-ney":
            plain = kneser_ney(relative, data, self.discount)
        return NGramModel(data, relative, plain, plain, data.batch)
