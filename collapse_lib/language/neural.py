"""A small recurrent network that writes text, trained from scratch.

A reader will ask whether real networks do what n-grams do. JAX and optax do the arithmetic,
float32, and are loaded only when a network is trained or asked: ``pip install
'collapse_lib[neural]'``. All randomness is numpy's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import islice
from types import SimpleNamespace
from typing import Any, ClassVar
from zlib import crc32

import numpy as np
from numpy.random import Generator, SeedSequence

from collapse_lib.checks import Array, fraction, number, positive, whole
from collapse_lib.dice import Dice, stream
from collapse_lib.distributions import Categorical, Distribution
from collapse_lib.distributions.base import Batch, Kind
from collapse_lib.language.counts import Documents, NGramCounts, NGrams
from collapse_lib.language.ngram import NGram, NGramModel
from collapse_lib.language.writer import TextModel
from collapse_lib.learners import Learner
from collapse_lib.regimes import Greedy, Temperature

Weights = dict[str, Any]

__all__ = ["Network", "Recurrent", "Scores"]


@dataclass(frozen=True, eq=False)
class Scores:
    """How well a network foresees documents, word by word; means over their words.

    Parameters
    ----------
    loss : ndarray, shape ``batch``
        Negative log-probability of the word that came, in nats; perplexity is its exponential.
    top : ndarray, shape ``batch``
        Probability that the network gave to its favourite: its confidence.
    hits : ndarray, shape ``batch``
        Share of the words that were the favourite: its accuracy.
    entropy : ndarray, shape ``batch``
        Entropy of what it expected, in nats.

    Notes
    -----
    A calibrated network has `top` equal to `hits`. A low loss on text that it wrote itself says
    that it agrees with itself, not that it is right.
    """

    loss: Array
    top: Array
    hits: Array
    entropy: Array


@dataclass(frozen=True, eq=False)
class Network(TextModel):
    """A trained network: the probability of every next word, given all words before.

    Parameters
    ----------
    weights : mapping of str to ndarray
        What was learned, float32. For V words and width H, behind the axes of the batch:
        ``words`` (V, H), ``bias`` (V,), ``input`` and ``memory`` (H, 3H), ``gates`` (3H,).
    counts : NGramCounts
        Its training text: the documents, and how often each word occurs in them.
    temperature : float, default 1
        It writes with probabilities raised to the power ``1/temperature`` and normalised; 0
        always takes the likeliest word. `score` is not touched by it.

    Raises
    ------
    ValueError
        If `temperature` is below 0.

    Notes
    -----
    No word ever has the probability 0 here, unlike in an unsmoothed n-gram: a word that left
    the training text is pushed down, step by step, and can come back: by luck, or many at once
    where a network that has read little but loops is led off its path. More words are then no
    sign of health.
    """

    weights: Weights
    counts: NGramCounts
    temperature: float = 1.0

    def __post_init__(self) -> None:
        """Check the temperature."""
        heat = number(positive, "temperature", self.temperature, zero=True)
        object.__setattr__(self, "temperature", heat)

    @property
    def batch(self) -> Batch:
        """Shape of the batch of networks."""
        return tuple(self.weights["bias"].shape[:-1])

    @cached_property
    def _read(self) -> NGramModel:
        """What was read, as a model of single words, which knows how to count them."""
        return NGram(1).fit(self.counts)

    @property
    def words(self) -> Categorical:
        """How often each word occurs in its training text."""
        return self._read.words.expand(self.batch)

    def grams(self, n: int) -> NGrams:
        """Return the n-grams of `n` words in its training text."""
        return self._read.grams(n)

    def decoded(self, by: Any) -> Network:
        """Return the network that writes at another temperature: `Temperature` or `Greedy`.

        Raises
        ------
        TypeError
            If `by` is another decoding, or a temperature for each of a batch.
        """
        match by:
            case Greedy():
                return replace(self, temperature=0.0)
            case Temperature(temperature=temperature) if not np.ndim(temperature):
                return replace(self, temperature=self.temperature * float(temperature))
        raise TypeError(f"by must be Greedy() or Temperature of one number, not {by!r}")

    def expand(self, batch: Batch) -> Network:
        """Return the same network as a batch."""
        axes = len(self.batch)
        full = np.broadcast_shapes(self.batch, batch)
        weights = {
            name: np.broadcast_to(array, full + array.shape[axes:])
            for name, array in self.weights.items()
        }
        return replace(self, weights=weights)

    def sample(self, n: int, rng: Generator) -> Array:
        """Write `n` words, in documents as long as those it was trained on, side by side.

        The first word of a document is one of the training text, drawn at random; from there
        the network goes on by itself.

        Returns
        -------
        ndarray of int32, shape ``(n, *batch)``
            Numbers of the words, one document after the other.
        """
        documents = -(-n // self.length)
        first = self.words.sample(documents, rng).reshape(1, documents, -1)
        said = []
        for member, weights in enumerate(self._members()):
            begin = first[..., member]
            rest = self._write(weights, begin, self.length - 1, rng)
            said.append(np.concatenate([begin, rest]).T.ravel())
        return np.stack(said, axis=-1).reshape(-1, *self.batch)[:n].astype(np.int32)

    def continued(self, prompt: Array, tokens: int, rng: Generator, documents: int = 1) -> Array:
        """Continue one prompt, several times.

        Parameters
        ----------
        prompt : ndarray of int, shape ``(words,)``
            At least one word.
        tokens : int
            Words to write in each document.
        rng : Generator
            Source of randomness.
        documents : int, default 1
            How often the prompt is continued.

        Returns
        -------
        ndarray of int32, shape ``(documents, tokens, *batch)``
            What was written, without the prompt.

        Raises
        ------
        ValueError
            If the prompt is empty or holds what is no word, or a number is below 1.
        """
        prompt = np.asarray(prompt, np.int32)
        if prompt.ndim != 1 or not len(prompt) or prompt.min() < 0 or prompt.max() >= self.size:
            raise ValueError(
                f"prompt must be a row of at least one number from 0 to {self.size - 1}, not "
                f"{prompt!r}"
            )
        tokens, count = whole("tokens", tokens, least=1), whole("documents", documents, least=1)
        prompts = np.repeat(prompt[:, None], count, axis=1)
        said = [self._write(weights, prompts, tokens, rng).T for weights in self._members()]
        return np.stack(said, axis=-1).reshape(count, tokens, *self.batch)

    def score(self, documents: Documents) -> Scores:
        """Score documents, each read from its beginning, at temperature 1.

        Parameters
        ----------
        documents : Documents
            Of shape ``(n,)``, read by all networks alike. The first word of each is only read,
            not scored; a last, shorter document is left aside.
        """
        score, text = _arithmetic().score, documents.whole.T
        found = [[float(mean) for mean in score(weights, text)] for weights in self._members()]
        return Scores(*np.transpose(found).reshape(-1, *self.batch))

    def _members(self) -> Iterator[Weights]:
        """Yield the weights of each network of the batch."""
        for member in np.ndindex(self.batch):
            yield {name: array[member] for name, array in self.weights.items()}

    def _write(self, weights: Weights, prompts: Array, length: int, rng: Generator) -> Array:
        """Continue prompts, shape ``(words, documents)``, by ``(length, documents)``."""
        throws = rng.random((length, prompts.shape[1])).astype(np.float32)
        sharpness = np.float32(1 / self.temperature if self.temperature else 1)
        greedy = self.temperature == 0
        return np.asarray(_arithmetic().write(weights, prompts, throws, sharpness, greedy))


@dataclass(frozen=True)
class Recurrent(Learner):
    """Train a gated recurrent network on a text, from scratch.

    One layer of gated recurrent units (Cho et al. 2014) whose input words and output words
    share their vectors (Press & Wolf 2017), with dropout that stays the same along a document
    (Gal & Ghahramani 2016), trained by AdamW with clipped gradients and a cosine schedule. The
    memory is empty where a document begins, and is passed on from stretch to stretch of it.

    Parameters
    ----------
    width : int, default 128
        Length of a word's vector, and of the memory.
    steps : int, default 500
        Training steps, whatever the length of the text.
    streams, stretch : int, default 8 and 40
        A step reads `stretch` words of each of `streams` documents.
    rate : float, default 0.02
        Largest learning rate.
    decay : float, default 0.3
        Weight decay.
    dropout : float, default 0.3
        Share of a word's vector, and of the memory, that training hides.
    seed : int, default 0
        Together with a checksum of the text it gives the first weights, the order of the
        documents and the dropout: the same text makes the same network.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    The text is read in whole documents; what is cut short is left aside. A fixed number of steps
    is a fixed budget of compute: of a text ten times as long, each word is read a tenth as often.
    Do not read the difference between two regimes as one of data alone
    where their texts differ in length.
    """

    kind: ClassVar[Kind] = "text"
    keeps: ClassVar[str] = "documents"
    keeps_points: ClassVar[bool] = True

    width: int = 128
    steps: int = 500
    streams: int = 8
    stretch: int = 40
    rate: float = 0.02
    decay: float = 0.3
    dropout: float = 0.3
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name in ("width", "steps", "streams", "stretch"):
            whole(name, getattr(self, name), least=1)
        whole("seed", self.seed, least=0)
        positive("rate", self.rate)
        positive("decay", self.decay, zero=True)
        if fraction("dropout", self.dropout) == 1:
            raise ValueError("dropout must be below 1, or nothing is left to learn from, not 1")

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> NGramCounts:
        """Return the documents of `n` words from `source`."""
        return NGram(1).observe(source, n, rng)

    def reduce(self, x: Array) -> NGramCounts:
        """Return one document of words `x`, shape ``(n, *batch)``."""
        return NGram(1).reduce(x)

    def fit(self, data: NGramCounts) -> Network:
        """Return the networks trained on `data`, one for each member of its batch.

        Raises
        ------
        ValueError
            If documents do not all count the same, or there are too few.
        """
        if len(set(data.weights)) > 1:
            raise ValueError("weights must be equal where documents are read one after the other")
        pages = np.concatenate([part.whole for part in data.parts])
        pages = pages.reshape(*pages.shape[:2], -1)
        learned = [
            deque(self.training(pages[..., member], data.size), maxlen=1).pop()[0]
            for member in range(pages.shape[-1])
        ]
        weights = {
            name: np.reshape([each[name] for each in learned], data.batch + array.shape)
            for name, array in learned[0].items()
        }
        return Network(weights, data)

    def training(self, pages: Array, size: int) -> Iterator[tuple[Weights, float]]:
        """Yield the weights and the loss of the training text after each step.

        Parameters
        ----------
        pages : ndarray of int, shape ``(documents, length)``
            At least `streams` documents.
        size : int
            Number of words in the vocabulary, the dead ones included.

        Yields
        ------
        tuple of dict and float
            The weights, and the mean loss in nats per word of what the step read, dropout and
            all, before it learned from it.

        Raises
        ------
        ValueError
            If there are too few documents.
        """
        pages = np.ascontiguousarray(pages, np.int32)
        if len(pages) < self.streams:
            raise ValueError(
                f"n must be at least the words of {self.streams} documents, which are read side by "
                f"side, not those of {len(pages)}"
            )
        rng = stream(SeedSequence([self.seed, crc32(pages.tobytes())]))
        begin, step = _optimizer(self.steps, self.rate, self.decay)
        weights = _first_weights(size, self.width, rng)
        state = begin(weights)
        memory = empty = np.zeros((self.streams, self.width), np.float32)
        for begins, *stretch in islice(self._readings(pages, rng), self.steps):
            if begins:
                memory = empty
            weights, state, loss, memory = step(weights, state, memory, *stretch)
            yield weights, float(loss)

    def _readings(self, pages: Array, rng: Generator) -> Iterator[tuple[bool, Array, Array, Array]]:
        """Yield for each step whether documents begin, what it reads, what follows, the dropout."""
        while True:
            order = rng.permutation(len(pages))
            for first in range(0, len(pages) - self.streams + 1, self.streams):
                text = pages[order[first : first + self.streams]].T
                shown = rng.random((2, self.streams, self.width)) >= self.dropout
                kept = shown.astype(np.float32) / np.float32(1 - self.dropout)
                for start in range(0, len(text) - 1, self.stretch):
                    end = min(start + self.stretch, len(text) - 1)
                    yield start == 0, text[start:end], text[start + 1 : end + 1], kept


def _first_weights(words: int, width: int, rng: Generator) -> Weights:
    """Return random weights at which signals neither die nor explode."""

    def normal(scale: float, *shape: int) -> Array:
        return (scale * rng.standard_normal(shape)).astype(np.float32)

    return {
        "words": normal(0.1, words, width),
        "bias": np.zeros(words, np.float32),
        "input": normal(width**-0.5, width, 3 * width),
        "memory": normal(width**-0.5, width, 3 * width),
        "gates": np.zeros(3 * width, np.float32),
    }


@cache
def _libraries() -> tuple[Any, Any]:
    """Return jax and optax, or say how to get them."""
    try:
        import jax
        import optax
    except ImportError as missing:
        raise ImportError(
            "training a network needs JAX and optax: pip install 'collapse_lib[neural]'. The "
            "recorded lineages need neither: collapse_lib.language.recorded()"
        ) from missing
    return jax, optax


@cache
def _arithmetic() -> SimpleNamespace:
    """Return the compiled functions of a network."""
    jax, optax = _libraries()
    jnp = jax.numpy

    def follow(weights: Weights, vectors: Any, memory: Any) -> Any:
        """Run the gated units along ``(words, documents, width)``; return memory and outputs."""

        def unit(memory: Any, into: Any) -> Any:
            reset_in, update_in, new_in = jnp.split(into, 3, axis=-1)
            reset, update, new = jnp.split(memory @ weights["memory"], 3, axis=-1)
            reset, update = jax.nn.sigmoid(reset_in + reset), jax.nn.sigmoid(update_in + update)
            memory = update * memory + (1 - update) * jnp.tanh(new_in + reset * new)
            return memory, memory

        return jax.lax.scan(unit, memory, vectors @ weights["input"] + weights["gates"])

    def expect(weights: Weights, read: Any, memory: Any, kept: Any) -> Any:
        """Return the memory after reading, and the scores of every next word."""
        memory, out = follow(weights, weights["words"][read] * kept[0], memory)
        return memory, (out * kept[1]) @ weights["words"].T + weights["bias"]

    def blank(weights: Weights, documents: int) -> Any:
        return jnp.zeros((documents, weights["words"].shape[1]), jnp.float32)

    def loss(weights: Weights, read: Any, follows: Any, memory: Any, kept: Any) -> Any:
        memory, scores = expect(weights, read, memory, kept)
        surprise = optax.softmax_cross_entropy_with_integer_labels(scores, follows)
        return surprise.mean(), memory

    def score(weights: Weights, text: Any) -> Any:
        _, scores = expect(weights, text[:-1], blank(weights, text.shape[1]), (1.0, 1.0))
        log = jax.nn.log_softmax(scores)
        came = jnp.take_along_axis(log, text[1:, :, None], axis=-1)
        return (
            -came.mean(),
            jnp.exp(log.max(axis=-1)).mean(),
            (log.argmax(axis=-1) == text[1:]).mean(),
            -(jnp.exp(log) * log).sum(axis=-1).mean(),
        )

    def write(weights: Weights, prompts: Any, throws: Any, sharpness: Any, greedy: bool) -> Any:
        memory, _ = expect(weights, prompts[:-1], blank(weights, prompts.shape[1]), (1.0, 1.0))

        def word(state: Any, throw: Any) -> Any:
            memory, last = state
            memory, scores = expect(weights, last[None], memory, (1.0, 1.0))
            if greedy:
                chosen = scores[0].argmax(axis=-1)
            else:
                reached = jnp.cumsum(jax.nn.softmax(scores[0] * sharpness), axis=-1)
                below = reached <= throw[:, None] * reached[:, -1:]
                chosen = jnp.minimum(below.sum(axis=-1), reached.shape[-1] - 1)
            return (memory, chosen), chosen

        _, written = jax.lax.scan(word, (memory, prompts[-1]), throws)
        return written

    return SimpleNamespace(loss=loss, score=jax.jit(score), write=jax.jit(write, static_argnums=4))


@cache
def _optimizer(steps: int, rate: float, decay: float) -> tuple[Any, Any]:
    """Return how the optimiser begins, and its compiled step."""
    jax, optax = _libraries()
    warm = min(50, steps)
    schedule = optax.warmup_cosine_decay_schedule(0, rate, warm, max(steps, warm + 1), rate / 50)
    rule = optax.chain(optax.clip_by_global_norm(0.5), optax.adamw(schedule, weight_decay=decay))
    slope = jax.value_and_grad(_arithmetic().loss, has_aux=True)

    def step(weights: Weights, state: Any, memory: Any, read: Any, follows: Any, kept: Any) -> Any:
        (loss, memory), gradient = slope(weights, read, follows, memory, kept)
        change, state = rule.update(gradient, state, weights)
        return optax.apply_updates(weights, change), state, loss, memory

    return rule.init, jax.jit(step)
