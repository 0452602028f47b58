"""Curves without a closed form of t: their law of one generation, followed step by step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.theory.domains import Number

LONGEST = 100_000  # steps without complaint: a second or two


def iterate(
    step: Callable[..., tuple[Number, ...]], start: tuple[Number, ...], t: Number
) -> tuple[Array, ...]:
    """Return the state to which ``step(i, *state)``, i = 1…t, leads, for every entry of `t`.

    One array for each part of the state, of the shape to which `t` and the state broadcast;
    the state has its full shape after one step. It costs the largest `t` in steps.
    """
    wanted = np.asarray(t).astype(np.int64)
    last = int(wanted.max())
    if last > LONGEST:
        raise ValueError(
            f"t must be at most {LONGEST:,} where a curve is followed generation by generation, "
            f"not {last:,}"
        )
    shape = np.broadcast_shapes(*(np.shape(part) for part in (*start, *step(1, *start))))
    history = np.empty((len(start), last + 1, *shape))
    state = start
    for i in range(last + 1):
        state = step(i, *state) if i else start
        for k, part in enumerate(state):
            history[k, i] = part
    columns = np.arange(int(np.prod(shape))).reshape(shape)
    wanted, columns = np.broadcast_arrays(wanted, columns)
    return tuple(part.reshape(last + 1, -1)[wanted, columns] for part in history)
