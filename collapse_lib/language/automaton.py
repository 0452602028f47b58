"""An n-gram model as a machine: states that remember the last tokens, and what may follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import NamedTuple

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.language.counts import NGramCounts, find

FALL = -1  # in place of a token: say nothing, forget the oldest token, look again


@dataclass(frozen=True, eq=False)
class Automaton:
    """States and, for each, the tokens that may follow.

    A state remembers up to k - 1 tokens; the first ones remember none, one per member of the
    batch. Token w follows state s with probability ``q(s, w) / total[s]``, where
    ``q(s, w) = weight[s, w] + share[s] q(fall[s], w)`` and ``fall[s]`` remembers one token less:
    an interpolated model. Without smoothing every share is 0, and what has no weight never
    follows.

    Parameters
    ----------
    start : ndarray of int, shape ``(states + 1,)``
        Where the entries of each state begin.
    token : ndarray of int32, shape ``(entries,)``
        The token of each entry, rising within a state.
    goto : ndarray of int, shape ``(entries,)``
        The state to which it leads: that of as many last tokens as were ever followed by one.
    weight : ndarray of float, shape ``(entries,)``
        Its weight.
    fall : ndarray of int, shape ``(states,)``
        The state with one token less; that itself where there is none.
    share : ndarray of float, shape ``(states,)``
        Weight of that state.
    shorter : ndarray of int, shape ``(entries,)``
        The entry of the same token in the state ``fall``; used where there are shares.
    levels : tuple of int
        Where the states begin that remember 0, 1, … tokens, and the number of states.
    size : int
        Number of tokens in the vocabulary.
    """

    start: Array
    token: Array
    goto: Array
    weight: Array
    fall: Array
    share: Array
    shorter: Array
    levels: tuple[int, ...]
    size: int

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return sum(int(getattr(value, "nbytes", 0)) for value in vars(self).values())

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.fall)

    @cached_property
    def row(self) -> Array:
        """The state of each entry."""
        return np.repeat(np.arange(self.states), np.diff(self.start))

    @cached_property
    def interpolated(self) -> bool:
        """Whether any state asks a shorter one."""
        return bool(self.share.any())

    @cached_property
    def total(self) -> Array:
        """Total weight of each state, that of the shorter one included, shape ``(states,)``."""
        total = np.add.reduceat(self.weight, self.start[:-1])
        if self.interpolated:
            for level in self.longer():
                total[level] += self.share[level] * total[self.fall[level]]
        return total

    def longer(self) -> list[slice]:
        """Return the states that remember 1, 2, … tokens."""
        return [slice(*ends) for ends in zip(self.levels[1:], self.levels[2:], strict=False)]

    @cached_property
    def odds(self) -> Array:
        """Return q of each entry, ``(entries,)``: its weight and what the shorter states add."""
        odds = self.weight
        if self.interpolated:
            odds = odds.copy()
            for level in self.longer():
                part = slice(self.start[level.start], self.start[level.stop])
                odds[part] += self.share[self.row[part]] * odds[self.shorter[part]]
        return odds

    @cached_property
    def wheel(self) -> Wheel:
        """What `speak` turns."""
        token, goto, weight, row, start = self.token, self.goto, self.weight, self.row, self.start
        if self.interpolated:
            falls = np.flatnonzero(self.share)
            ends = start[falls + 1]
            token = np.insert(token, ends, FALL)
            goto = np.insert(goto, ends, self.fall[falls])
            weight = np.insert(weight, ends, self.share[falls] * self.total[self.fall[falls]])
            row = np.insert(row, ends, falls)
            start = start + np.searchsorted(falls, np.arange(self.states + 1))
        upto = weight.cumsum()
        before = np.concatenate([[0.0], upto[start[1:-1] - 1]])
        upto -= before[row]
        upto /= self.total[row]
        upto += 2 * row
        upto[start[1:] - 1] = 2 * np.arange(self.states) + 1.5
        return Wheel(upto, token, 2.0 * goto)

    def speak(self, states: Array, lots: Array) -> tuple[Array, Array]:
        """Say one token after the other, in all documents side by side.

        Parameters
        ----------
        states : ndarray of int, shape ``(documents,)``
            What each document remembers.
        lots : ndarray of float, shape ``(tokens, documents)``
            Uniform numbers.

        Returns
        -------
        tokens : ndarray of int32, shape ``(tokens, documents)``
            What is said.
        states : ndarray of int, shape ``(documents,)``
            What each document remembers then.
        """
        reach, token, goto = self.wheel
        picked = np.empty(lots.shape, dtype=np.intp)
        here = 2.0 * states
        for step, lot in enumerate(lots):
            here += lot
            entry = reach.searchsorted(here, side="right")
            if self.interpolated:
                fell = np.flatnonzero(token[entry] == FALL)
                origin = (here[fell] / 2).astype(np.intp)
                self._fall(entry, here, fell)
            picked[step] = entry
            here = goto[entry]
            if self.interpolated:  # whichever state said it, what is remembered is the same
                here[fell] = 2.0 * self.advance(origin, token[entry[fell]])
        return token[picked], (here / 2).astype(np.intp)

    def _fall(self, entry: Array, here: Array, low: Array) -> None:
        """Replace the entries at `low`, which say nothing, by ones of shorter states, in place."""
        reach, token, goto = self.wheel
        while low.size:
            place = entry[low]
            floor = 2 * np.floor(here[low] / 2)  # of the state; it ends at floor + 1
            edge = np.maximum(reach[place - 1], floor)
            # what is left of a uniform number above the edge is, stretched, uniform again
            here[low] = goto[place] + np.minimum((here[low] - edge) / (floor + 1 - edge), 1)
            entry[low] = reach.searchsorted(here[low], side="right")
            low = low[token[entry[low]] == FALL]

    def advance(self, states: Array, tokens: Array) -> Array:
        """Return the states after one of `tokens` each; one that nobody ever said is forgotten."""
        bare = self.ancestors(states)[-1]
        entry, _ = self.find(states, tokens)
        return np.where(entry < 0, bare, self.goto[entry])

    def probability(self, states: Array, tokens: Array) -> Array:
        """Return the probability of each of `tokens` after `states`."""
        entry, factor = self.find(states, tokens)
        return np.where(entry < 0, 0.0, factor * self.odds[entry] / self.total[states])

    def own(self, states: Array, tokens: Array) -> Array:
        """Return what each token's own entry in a state weighs, 0 where it has none."""
        entry = self._entry(states, tokens)
        return np.where(entry < 0, 0.0, self.weight[entry])

    def find(self, states: Array, tokens: Array) -> tuple[Array, Array]:
        """Return the entry of each token in the longest state that has one, or -1.

        And the product of the shares on the way to that state.
        """
        entry, factor = np.full(states.shape, -1), np.ones(states.shape)
        reached = np.ones(states.shape)
        for here in self.ancestors(states):
            own = self._entry(here, tokens)
            new = (entry < 0) & (own >= 0)
            entry[new], factor[new] = own[new], reached[new]
            reached = reached * self.share[here]
        return entry, factor

    @cached_property
    def _keys(self) -> Array:
        return self.row.astype(np.int64) * self.size + self.token

    def _entry(self, states: Array, tokens: Array) -> Array:
        """Return each token's own entry in a state, or -1."""
        wanted = states.astype(np.int64) * self.size + tokens
        return find(self._keys, wanted, self.states * self.size)

    def ancestors(self, states: Array) -> list[Array]:
        """Return `states`, the ones with a token less, …, down to those that remember none."""
        chain = [states]
        for _ in self.levels[2:]:
            chain.append(self.fall[chain[-1]])
        return chain

    def dense(self, states: Array) -> Array:
        """Return the probability of every token after each of `states`, ``(states, size)``."""
        odds, factor = np.zeros((len(states), self.size)), 1 / self.total[states]
        for here in self.ancestors(states):
            lengths = self.start[here + 1] - self.start[here]
            rows = np.repeat(np.arange(len(here)), lengths)
            entries = np.arange(len(rows)) + (self.start[here] - lengths.cumsum() + lengths)[rows]
            odds[rows, self.token[entries]] += factor[rows] * self.weight[entries]
            factor = factor * self.share[here]  # 0 for a state that remembers nothing
        return odds


class Wheel(NamedTuple):
    """Cumulated probabilities of all states on one line, for one search per token.

    State s takes [2s, 2s + 1]. Its last entry reaches into the gap behind it, so that no
    rounding leads into another state.
    """

    reach: Array
    token: Array
    goto: Array


def automaton(counts: NGramCounts) -> Automaton:
    """Return the machine of relative frequencies, without smoothing."""
    grams, base, members = counts.grams, counts.size + 1, prod(counts.batch)
    before = [gram.keys // base for gram in grams]  # the tokens before the last
    begins = [np.flatnonzero(np.diff(keys, prepend=-1)) for keys in before]
    contexts = [keys[first] for keys, first in zip(before, begins, strict=True)]
    levels = np.cumsum([0] + [len(keys) for keys in contexts])
    entries = np.cumsum([0] + [len(gram.keys) for gram in grams])

    falls, shorters, gotos = [np.arange(members)], [np.arange(len(grams[0].keys))], [before[0]]
    for m in range(1, counts.order):
        space = members * base ** (m - 1)
        falls.append(levels[m - 1] + find(contexts[m - 1], _cut(contexts[m], base, m), space))
        # what has been said so far is a state itself, if anything ever followed it
        state = find(contexts[m], grams[m - 1].keys, grams[m - 1].space)
        gotos[m - 1] = np.where(state < 0, gotos[m - 1], levels[m] + state)
        place = grams[m - 1].find(_cut(grams[m].keys, base, m + 1))
        shorters.append(entries[m - 1] + place)
        gotos.append(gotos[m - 1][place])

    starts = [first + at for first, at in zip(begins, entries, strict=False)]
    start = np.concatenate([*starts, entries[-1:]])
    weight = np.concatenate([gram.counts for gram in grams]).astype(float)
    states = int(levels[-1])
    return Automaton(
        start=start,
        token=np.concatenate([gram.keys % base - 1 for gram in grams]).astype(np.int32),
        goto=np.concatenate(gotos),
        weight=weight / np.repeat(np.add.reduceat(weight, start[:-1]), np.diff(start)),
        fall=np.concatenate(falls),
        share=np.zeros(states),
        shorter=np.concatenate(shorters),
        levels=tuple(levels.tolist()),
        size=counts.size,
    )


def witten_bell(relative: Automaton, counts: NGramCounts) -> Automaton:
    """Return the machine with a share of ``types / (types + occurrences)`` for shorter states."""
    start, row, bottom = relative.start, relative.row, relative.levels[1]
    types, number = np.diff(start), np.concatenate([gram.counts for gram in counts.grams])
    share = types / (types + np.add.reduceat(number, start[:-1]))
    share[:bottom] = 0
    return replace(relative, weight=relative.weight * (1 - share)[row], share=share)


def kneser_ney(relative: Automaton, counts: NGramCounts, discount: float) -> Automaton:
    """Return the machine with `discount` off each count, and predecessors counted below the top."""
    start, row, bottom = relative.start, relative.row, relative.levels[1]
    *below, top = counts.grams
    number = np.concatenate([*(gram.left for gram in below), top.counts])
    total = np.add.reduceat(number, start[:-1])[row]
    weight = np.where(row < bottom, number, np.maximum(number - discount, 0)) / total
    share = np.maximum(1 - np.add.reduceat(weight, start[:-1]), 0)
    share[:bottom] = 0
    return replace(relative, weight=weight, share=share)


def _cut(keys: Array, base: int, length: int) -> Array:
    """Return the keys of n-grams of `length` tokens without their first token."""
    shorter: Array = keys // base**length * base ** (length - 1) + keys % base ** (length - 1)
    return shorter
