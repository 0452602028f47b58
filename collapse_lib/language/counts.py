"""How often each run of k tokens occurs: all that an n-gram model needs of a text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array
from collapse_lib.distributions.base import Batch


@dataclass(frozen=True, eq=False)
class Documents:
    """A text, cut into documents of equal length.

    Parameters
    ----------
    ids : ndarray of int32, shape ``(n, *batch)``
        Numbers of the tokens, one document after the other.
    length : int
        Tokens of a document; the last one may be shorter.
    """

    ids: Array
    length: int

    @property
    def whole(self) -> Array:
        """The documents of full length, shape ``(documents, length, *batch)``."""
        count = len(self.ids) // self.length
        return self.ids[: count * self.length].reshape(count, self.length, *self.ids.shape[1:])


@dataclass(frozen=True, eq=False)
class NGrams:
    """The n-grams of one length, in order.

    Parameters
    ----------
    keys : ndarray of int64, shape ``(entries,)``
        Member of the batch and tokens as digits of one number, see `NGramCounts`; sorted.
    counts : ndarray, shape ``(entries,)``
        Occurrences, or their weighted sum.
    left : ndarray of int, shape ``(entries,)``
        How many different tokens, the beginning of a document among them, stand before it.
    space : int
        All keys are below it.
    """

    keys: Array
    counts: Array
    left: Array
    space: int

    def find(self, keys: Array) -> Array:
        """Return the place of each of `keys`, or -1 where there is none."""
        return find(self.keys, keys, self.space)


def grouped(keys: Array, space: int) -> tuple[Array, Array]:
    """Return the different keys, sorted, and which of them each is; all are below `space`."""
    if space < 4 * keys.size:  # then a table pays
        there = np.zeros(space, dtype=np.intp)
        there[keys] = 1
        return np.flatnonzero(there), (there.cumsum() - 1)[keys]
    unique, inverse = np.unique(keys, return_inverse=True)
    return unique, inverse


def find(keys: Array, wanted: Array, space: int) -> Array:
    """Return the place of each `wanted` number in the sorted `keys`, or -1; all below `space`."""
    if space < 4 * wanted.size:  # then a table pays
        places = np.full(space, -1, dtype=np.intp)
        places[keys] = np.arange(len(keys))
        return places[wanted]
    if not keys.size:
        return np.full(wanted.shape, -1, dtype=np.intp)
    place = keys.searchsorted(wanted)
    place[place == len(keys)] = 0
    place[keys[place] != wanted] = -1
    return place


@dataclass(frozen=True, eq=False)
class NGramCounts:
    """How often each n-gram occurs, and the documents that were counted.

    Parameters
    ----------
    order : int
        Length k of the longest n-grams.
    size : int
        Number of tokens in the vocabulary.
    length : int
        Tokens of a document.
    batch : tuple of int
        Shape of the batch.
    keys : ndarray of int64, shape ``(entries,)``
        Each different k-gram as a number: the member of the batch and k tokens are its digits
        to the base ``size + 1``, a token's digit being its number plus 1. Zeros stand before
        the beginning of a document, so that the first tokens of one are counted as well.
    counts : ndarray, shape ``(entries,)``
        Occurrences, or their weighted sum.
    parts : tuple of Documents
        The documents themselves, in the order in which they were added.
    weights : tuple of float
        How often those of each part count.

    Notes
    -----
    Every token ends exactly one k-gram, so the counts of shorter n-grams are sums of these.
    Counts beyond a document's end are not made: no n-gram runs from one into the next.
    """

    order: int
    size: int
    length: int
    batch: Batch
    keys: Array = field(repr=False)
    counts: Array = field(repr=False)
    parts: tuple[Documents, ...] = field(repr=False)
    weights: tuple[float, ...] = (1.0,)

    @classmethod
    def of(cls, documents: Documents, order: int, size: int) -> NGramCounts:
        """Return the counts of `documents`, of n-grams up to `order`, in a vocabulary of `size`."""
        batch = documents.ids.shape[1:]
        members, base = prod(batch), size + 1
        if members * base**order >= 1 << 63:
            raise ValueError(
                f"order must be smaller: there are too many runs of {order} tokens out of {size:,}"
            )
        digits = documents.ids.reshape(-1, members).astype(np.int64) + 1
        keys = digits + np.arange(members, dtype=np.int64) * base**order
        place = np.arange(len(digits)) % documents.length
        for back in range(1, order):
            inside = (place[back:] >= back).astype(np.int64) * base**back
            keys[back:] += digits[:-back] * inside[:, None]
        small = members * base**order < 1 << 31  # shorter numbers are sorted faster
        found, counts = np.unique(keys.astype(np.int32) if small else keys, return_counts=True)
        return cls(
            order, size, documents.length, batch, found.astype(np.int64), counts, (documents,)
        )

    @property
    def nbytes(self) -> int:
        """Memory of the counts; the documents are shared between generations."""
        return self.keys.nbytes + self.counts.nbytes

    @cached_property
    def grams(self) -> tuple[NGrams, ...]:
        """The n-grams of 1, 2, … `order` tokens; those cut off by a beginning count as shorter."""
        keys, counts = self.keys, self.counts
        left = np.ones(len(keys), dtype=np.intp)  # the longest are not extended
        found = []
        for length in range(self.order, 0, -1):
            base = self._power(length)
            whole = keys % base >= self._power(length - 1)
            space = prod(self.batch) * base
            found.append(NGrams(keys[whole], counts[whole], left[whole], space))
            shorter = keys // base * self._power(length - 1) + keys % self._power(length - 1)
            keys, inverse = grouped(shorter, prod(self.batch) * self._power(length - 1))
            left = np.bincount(inverse)
            counts = np.bincount(inverse, weights=counts)
        return tuple(reversed(found))

    def _power(self, exponent: int) -> int:
        return int((self.size + 1) ** exponent)

    def __add__(self, other: NGramCounts) -> NGramCounts:
        """Return the counts of the union."""
        size = max(self.size, other.size)
        first, second = (part._resized(size) for part in (self, other))
        keys, place = np.unique(np.concatenate([first.keys, second.keys]), return_inverse=True)
        counts = np.bincount(place, weights=np.concatenate([first.counts, second.counts]))
        return replace(
            first,
            keys=keys,
            counts=counts,
            parts=self.parts + other.parts,
            weights=self.weights + other.weights,
        )

    def __rmul__(self, weight: float) -> NGramCounts:
        """Return the counts with every document's weight multiplied."""
        weights = tuple(weight * each for each in self.weights)
        return replace(self, counts=weight * self.counts, weights=weights)

    def _resized(self, size: int) -> NGramCounts:
        """Return the same counts with keys for a vocabulary of `size`."""
        if size == self.size:
            return self
        rest, keys = self.keys, np.zeros_like(self.keys)
        for place in range(self.order):
            rest, digit = np.divmod(rest, self.size + 1)
            keys += digit * (size + 1) ** place
        return replace(self, size=size, keys=keys + rest * (size + 1) ** self.order)

    def choose(self, n: int, rng: Generator) -> NGramCounts:
        """Pick documents of `n` tokens in all without replacement, in each batch member.

        Raises
        ------
        ValueError
            If `n` is no whole number of documents, there are fewer, or they do not all count
            the same.
        """
        whole = np.concatenate([part.whole for part in self.parts])
        wanted, rest = divmod(n, self.length)
        if rest or wanted > len(whole):
            raise ValueError(
                f"n must be a multiple of {self.length}, the length of a document, up to "
                f"{len(whole) * self.length}, not {n}"
            )
        if len(set(self.weights)) > 1:
            raise ValueError("weights must be equal where documents are picked at random")
        lot = rng.random((len(whole), *self.batch))
        chosen = lot.argpartition(wanted - 1, axis=0)[:wanted]
        picked = np.take_along_axis(whole, chosen[:, None], axis=0)
        ids = picked.reshape(n, *self.batch)
        return self.weights[0] * NGramCounts.of(Documents(ids, self.length), self.order, self.size)
