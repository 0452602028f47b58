"""How a model's next word is chosen: sharper, among fewer, or by looking ahead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from collapse_lib.checks import Array, whole
from collapse_lib.distributions import Distribution
from collapse_lib.language.automaton import Automaton
from collapse_lib.regimes import Greedy, Temperature, TopK, TopP
from collapse_lib.regimes.tempered import Decoding

BLOCK = 1 << 20  # probabilities held at a time where every token must be ranked

Keep = Callable[[Array, Array], Array]  # rank and mass of what ranks before ↦ kept or not


@dataclass(frozen=True)
class Beam(Decoding):
    """Say the likeliest continuation found by following the `width` best ones so far.

    Parameters
    ----------
    width : int, default 5
        Continuations followed side by side; 1 is greedy decoding.

    Raises
    ------
    ValueError
        If `width` is not a whole number of at least 1.

    Notes
    -----
    Each document is followed to its end before one is chosen, so that it says one thing only
    for each beginning. Likelier text is not better text: the likeliest is short of words and
    full of loops (Holtzman et al., ICLR 2020). Five beams made the text that the experiment of
    Shumailov et al. (Nature 2024) learnt from.
    """

    width: int = 5

    def __post_init__(self) -> None:
        """Check the width."""
        object.__setattr__(self, "width", whole("width", self.width, least=1))

    def _at_once(self, model: Distribution) -> Distribution:
        raise TypeError(f"Beam looks ahead in text, and {type(model).__name__} writes none")


@dataclass(frozen=True, eq=False)
class Beams:
    """The best followers of each state.

    Parameters
    ----------
    token, goto : ndarray of int, shape ``(states, width)``
        Followers of each state, the likeliest first, and the state to which each leads.
    score : ndarray of float, shape ``(states, width)``
        Log-probability of each; -inf where there are fewer.
    """

    token: Array
    goto: Array
    score: Array

    def speak(self, states: Array, lots: Array) -> tuple[Array, Array]:
        """Say the likeliest tokens found from each state; `lots` count them and decide nothing."""
        unique, which = np.unique(states, return_inverse=True)
        length, width, count = len(lots), self.token.shape[1], len(unique)
        if not length:
            return np.empty((0, len(states)), dtype=np.int32), states
        beams = np.repeat(unique[:, None], width, axis=1)
        score = np.full((count, width), -np.inf)
        score[:, 0] = 0.0
        said = np.empty((length, count, width), dtype=np.int32)
        back = np.empty((length, count, width), dtype=np.intp)
        rows = np.arange(count)[:, None]
        for step in range(length):
            wider = (score[:, :, None] + self.score[beams]).reshape(count, width * width)
            best = np.argsort(-wider, axis=1, kind="stable")[:, :width]
            score = wider[rows, best]
            back[step], follower = np.divmod(best, width)
            last = beams[rows, back[step]]
            said[step], beams = self.token[last, follower], self.goto[last, follower]
        tokens = np.empty((length, count), dtype=np.int32)
        place, index = np.zeros(count, dtype=np.intp), np.arange(count)
        for step in reversed(range(length)):
            tokens[step] = said[step, index, place]
            place = back[step, index, place]
        return tokens[:, which], beams[:, 0][which]


def decoded(voice: Automaton | Beams, by: Any) -> Automaton | Beams:
    """Return how a model speaks by a decoding.

    Raises
    ------
    TypeError
        If `by` is no decoding of text, or the model looks ahead already.
    """
    if isinstance(voice, Beams):
        raise TypeError(f"by must come before Beam, which decides every word, not {by!r} after it")
    match by:
        case Temperature(temperature=temperature):
            if np.ndim(temperature):
                raise TypeError(f"temperature must be one number for text, not {temperature!r}")
            return tempered(voice, float(temperature))
        case TopK(k=k):
            return cut(voice, lambda rank, before: rank < k)
        case TopP(mass=mass):
            almost = mass * (1 - 1e-9)  # so that rounding in a sum keeps no extra token
            return cut(voice, lambda rank, before: (before < almost) | (rank == 0))
        case Greedy():
            token, p, goto = favourites(voice)
            return _only(voice, np.arange(voice.states), token, goto, p)
        case Beam(width=width):
            return beams(voice, width)
    raise TypeError(f"by must be a decoding such as Temperature(0.5), not {by!r}")


def tempered(voice: Automaton, temperature: float) -> Automaton:
    """Return the machine whose probabilities are proportional to ``p^(1/temperature)``.

    With ``p(w) = a(w) + γ p'(w)`` for a state that falls to a shorter one with share γ,
    ``p^r = [p^r - (γ p')^r] + γ^r p'^r``: what is in brackets is 0 but for the state's own
    entries, and so the result is an interpolated model again.
    """
    power = 1 / temperature
    # relative to the largest of each state, so that high powers vanish rather than all of them
    largest = np.maximum.reduceat(voice.odds, voice.start[:-1])
    share = voice.share.copy()
    for level in voice.longer() if voice.interpolated else ():
        below = share[level] * largest[voice.fall[level]]
        largest[level] = np.maximum(largest[level], below)
        share[level] = below / largest[level]
    share **= power
    weight = (voice.odds / largest[voice.row]) ** power
    if voice.interpolated:
        own = voice.row >= voice.levels[1]
        lower = weight[voice.shorter[own]]
        weight[own] = np.maximum(weight[own] - share[voice.row[own]] * lower, 0)
    return replace(voice, weight=weight, share=share)


def cut(voice: Automaton, keep: Keep) -> Automaton:
    """Return the machine that says only the tokens kept, by their rank after each state."""
    return _only(voice, *_kept(voice, keep))


def _only(voice: Automaton, row: Array, token: Array, goto: Array, p: Array) -> Automaton:
    """Return the machine with these entries, by state and token, and no shares."""
    return replace(
        voice,
        start=np.searchsorted(row, np.arange(voice.states + 1)),
        token=token,
        goto=goto,
        weight=p,
        share=np.zeros(voice.states),
        shorter=np.arange(len(row)),
    )


def favourites(voice: Automaton) -> tuple[Array, Array, Array]:
    """Return, for each state, the likeliest token, its probability, and where it leads.

    Of equally likely tokens it is the one with the lowest number.
    """
    most = np.maximum.reduceat(voice.odds, voice.start[:-1])
    best = np.flatnonzero(voice.odds == most[voice.row])
    best = best[np.diff(voice.row[best], prepend=-1) > 0]
    token, goto = voice.token[best], voice.goto[best]
    for level in voice.longer() if voice.interpolated else ():
        # the shorter state's favourite, unless an entry of its own is as likely
        fall = voice.fall[level]
        below = voice.share[level] * most[fall]
        other = (below > most[level]) | ((below == most[level]) & (token[fall] < token[level]))
        token[level] = np.where(other, token[fall], token[level])
        goto[level] = np.where(other, goto[fall], goto[level])
        most[level] = np.maximum(below, most[level])
    return token, most / voice.total, goto


def beams(voice: Automaton, width: int) -> Beams:
    """Return the `width` likeliest followers of each state."""
    row, token, goto, p = _kept(voice, lambda rank, before: rank < width)
    rank, _ = _ranked(row, p)
    shape = voice.states, width
    found = Beams(np.zeros(shape, np.int32), np.zeros(shape, np.intp), np.full(shape, -np.inf))
    found.token[row, rank] = token
    found.goto[row, rank] = goto
    found.score[row, rank] = np.log(p)
    return found


def _kept(voice: Automaton, keep: Keep) -> tuple[Array, Array, Array, Array]:
    """Return state, token, next state and probability of the followers that are kept.

    Without shares only a state's own entries can follow. With them every token can: then all
    are ranked, some states at a time.
    """
    if not voice.interpolated:
        p = voice.weight / voice.total[voice.row]
        kept = keep(*_ranked(voice.row, p)) & (p > 0)
        return voice.row[kept], voice.token[kept], voice.goto[kept], p[kept]
    parts = []
    for first in range(0, voice.states, max(1, BLOCK // voice.size)):
        states = np.arange(first, min(voice.states, first + max(1, BLOCK // voice.size)))
        dense = voice.dense(states)
        row, p = np.repeat(states, voice.size), dense.ravel()
        token = np.tile(np.arange(voice.size, dtype=np.int32), len(states))
        kept = keep(*_ranked(row, p)) & (p > 0)
        row, token, p = row[kept], token[kept], p[kept]
        parts.append((row, token, voice.advance(row, token), p))
    row, token, goto, p = (np.concatenate(column) for column in zip(*parts, strict=True))
    return row, token, goto, p


def _ranked(row: Array, p: Array) -> tuple[Array, Array]:
    """Return each entry's rank among those of its row, and the mass of the ones before it.

    The first has rank 0; equals keep their order. Rows stand together.
    """
    order = np.lexsort((-p, row))
    first = np.flatnonzero(np.diff(row, prepend=-1))
    size = np.diff(first, append=len(row))
    upto = p[order].cumsum()
    mass = upto - p[order]
    rank, before = np.empty(len(row), dtype=np.intp), np.empty(len(row))
    rank[order] = np.arange(len(row)) - np.repeat(first, size)
    before[order] = mass - np.repeat(mass[first], size)
    return rank, before
