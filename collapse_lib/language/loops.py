"""Text that has come round: loops in documents, and why greedy decoding must end in one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, whole, wholes
from collapse_lib.language.counts import Documents
from collapse_lib.language.decoding import favourites
from collapse_lib.language.ngram import NGramModel

NONE = -1


@dataclass(frozen=True, eq=False)
class Loops:
    """Where documents go round in circles; -1 where they do not.

    Parameters
    ----------
    start : ndarray of int, shape ``(documents, *batch)``
        Tokens said before the loop.
    length : ndarray of int, shape ``(documents, *batch)``
        Tokens of one round.
    stop : ndarray of int, shape ``(documents, *batch)``
        Place of the first token after the last round, which may be an unfinished one.
    """

    start: Array
    length: Array
    stop: Array


def find_loops(documents: Documents, repeats: int = 3, longest: int = 50) -> Loops:
    """Return the first place of each document where the same tokens come several times in a row.

    Parameters
    ----------
    documents : Documents
        The text; a last document that is cut short is left out.
    repeats : int, default 3
        How often the same tokens must come, at least 2.
    longest : int, default 50
        The longest round looked for, in tokens.

    Raises
    ------
    ValueError
        If a number is not whole or too small.

    Notes
    -----
    Of several rounds that begin at the same place the shortest counts. A loop that a random
    draw breaks off, and begins again a little different, is found as its first stretch only:
    `repetition` measures how much is said again in any order.
    """
    repeats, longest = whole("repeats", repeats, least=2), whole("longest", longest, least=1)
    rows = documents.whole
    batch = rows.shape[2:]
    rows = np.moveaxis(rows, 1, -1).reshape(-1, documents.length)
    count, end = rows.shape
    start, length = np.full(count, end), np.full(count, NONE)
    for period in range(1, min(longest, end // repeats) + 1):
        # every period-th token first, which rules out nearly all documents of ordinary text
        among = _runs(rows[:, period::period] == rows[:, :-period:period], repeats - 1)
        here = np.flatnonzero(among.any(axis=1))
        window = (repeats - 1) * period
        found = _runs(rows[here, period:] == rows[here, :-period], window)
        first = found.argmax(axis=1)
        better = found[np.arange(len(here)), first] & (first < start[here])
        start[here[better]], length[here[better]] = first[better], period
    stop = np.full(count, NONE)
    for row in np.flatnonzero(length > 0):
        tail = rows[row, start[row] :]
        differs = np.flatnonzero(tail[length[row] :] != tail[: -length[row]])
        stop[row] = start[row] + length[row] + differs[0] if differs.size else end
    start[length < 0] = NONE
    shape = (-1, *batch)
    return Loops(start.reshape(shape), length.reshape(shape), stop.reshape(shape))


def _runs(same: Array, length: int) -> Array:
    """Return where `length` true values in a row begin, along the second axis."""
    upto = np.zeros((len(same), same.shape[1] + 1), dtype=np.int32)
    np.cumsum(same, axis=1, out=upto[:, 1:])
    runs: Array = upto[:, length:] - upto[:, :-length] == length
    return runs


@dataclass(frozen=True, eq=False)
class Orbits:
    """Where a walk leads that always takes the same way on.

    Parameters
    ----------
    tail : ndarray of int, shape ``(states,)``
        Steps from each state to its loop; 0 on the loop itself.
    cycle : ndarray of int, shape ``(states,)``
        Length of that loop.
    loop : ndarray of int, shape ``(states,)``
        The loop's name: the smallest of its states.
    """

    tail: Array
    cycle: Array
    loop: Array


def orbits(successors: ArrayLike) -> Orbits:
    """Return tail and loop of the walk from every state of a map onto itself.

    Parameters
    ----------
    successors : array_like of int, shape ``(states,)``
        The state that follows each.

    Raises
    ------
    ValueError
        If a successor is no state.

    Notes
    -----
    By doubling, log2(states) times: 2^j steps are 2^(j-1) steps done twice. `tail` plus `cycle`
    are the steps before a state comes back; for a map drawn at random their means are
    `theory.greedy_steps_mean` and `theory.greedy_cycle_mean`. A fitted text is no random map.

    Examples
    --------
    >>> walk = orbits([1, 2, 1, 3])
    >>> walk.tail, walk.cycle
    (array([1, 0, 0, 0]), array([2, 2, 2, 1]))
    """
    step = wholes("successors", successors, least=0)
    states = len(step)
    if step.ndim != 1 or step.max() >= states:
        raise ValueError(f"successors must be numbers below {states}, one for each state")
    leaps, loop = [step], np.arange(states)
    for _ in range(states.bit_length()):
        loop = np.minimum(loop, loop[leaps[-1]])
        leaps.append(leaps[-1][leaps[-1]])
    on_loop = np.zeros(states, dtype=bool)
    on_loop[leaps[-1]] = True  # after so many steps every walk is on its loop
    tail, here = np.zeros(states, dtype=np.intp), np.arange(states)
    for power, leap in reversed(list(enumerate(leaps))):
        further = ~on_loop[leap[here]]
        tail += further << power
        here = np.where(further, leap[here], here)
    tail += ~on_loop
    loop = loop[leaps[-1]]
    return Orbits(tail, np.bincount(loop[on_loop], minlength=states)[loop], loop)


def greedy_successors(model: NGramModel) -> Array:
    """Return the state that greedy decoding reaches from each state of a model.

    Parameters
    ----------
    model : NGramModel
        The model, as it was fitted.

    Returns
    -------
    ndarray of int, shape ``(states,)``
        For `orbits`. The states of a batch stand side by side and do not mix.

    Notes
    -----
    A model of order k remembers k - 1 tokens, has finitely many states and takes always the same
    way on, so it must come round. A model with a longer memory can take very much longer to.
    """
    return favourites(model.plain)[2]
