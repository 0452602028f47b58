"""Ten digits, all alike at the start: who is lost first is luck.

How many images a generation makes of each digit is drawn from the shares that the generation
before had. In the model of handwriting that is all there is to it: whoever comes last in one
lineage has had bad luck, and in the next lineage it is another. Over many lineages each of ten
equal digits is first in about a tenth of them; a digit that was rarer from the start is not.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures
from collapse_lib.checks import Array, finite, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Categorical
from collapse_lib.explorable import explorable
from collapse_lib.figures import View
from collapse_lib.learners import CategoricalMLE
from collapse_lib.simulate import simulate
from collapse_lib.words import Message

HORIZON = 60
REPLICATES = 1000
DIGITS = 10
RARE = 8
NAMES = [str(digit) for digit in range(DIGITS)]


def one_lineage(real: Array, mine: Array) -> View:
    """Draw how many images of each digit one lineage has."""
    return _every_digit(
        {"real data": real, "this lineage": mine},
        title="One lineage: images of each digit",
        quantity="images",
        y_range=(0, real.sum()),
    )


def all_lineages(luck: Array, first: Array) -> View:
    """Draw who was the first to be lost, over all lineages."""
    return _every_digit(
        {"if all were alike": luck, "first to be lost": first},
        title="1,000 lineages: who was lost first?",
        quantity="per cent of the losses",
        y_range=(0, 100),
    )


@explorable(
    title="Who fades first?",
    views=(one_lineage, all_lineages),
    cursor=Cursor("generations", 0, HORIZON),
    say="Generation {generations:d}: lineage {lineage:d} still has {has:d} of its ten digits. Of "
    "1,000 lineages {whole:,d} still have all ten.",
    caveat="A toy that knows only how many images there are of each digit. Real digits differ: "
    "some are harder to learn than others, and that is no luck.",
    definition=6,
    lesson="notebooks/05_rare_handwriting.ipynb",
    vary={"each": (5, 10, 50), "eights": (0.1, 0.5, 1), "lineage": (1, 2, 3, 4, 5, 6)},
)
def who_fades_first(
    each: Annotated[
        int,
        Slider(
            5,
            50,
            label="images of each digit",
            help="Images of each digit in the real data, on average over the digits.",
        ),
    ] = 10,
    eights: Annotated[
        float,
        Slider(
            0.1,
            1,
            step=0.1,
            label="eights, as a share of the others",
            help="How frequent eights are, with every other digit as 1.",
        ),
    ] = 1.0,
    lineage: Annotated[
        int,
        Slider(
            1,
            REPLICATES,
            label="show lineage",
            help="Which of the 1,000 lineages is shown by itself, from 1.",
        ),
    ] = 1,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate the numbers of images in 1,000 lineages over 60 generations.

    `first` is in per cent of the lineages that have lost a digit; digits lost together share the
    lineage. `luck` is the same if all digits were alike: a tenth, or 0 before anything is lost.
    """
    n, shown = DIGITS * whole("each", each, least=1), whole("lineage", lineage, least=1)
    if shown > REPLICATES:
        raise ValueError(f"lineage must be a whole number of at most {REPLICATES}, not {lineage!r}")
    if not 0 < finite("eights", eights) <= 1:
        raise ValueError(f"eights must be a number above 0 and at most 1, not {eights!r}")
    weights = np.where(np.arange(DIGITS) == RARE, eights, 1.0)
    truth = Categorical(weights / weights.sum())
    run = simulate(
        truth, CategoricalMLE(), n=n, generations=HORIZON, replicates=REPLICATES, rng=seed
    )
    models: Any = run.models
    shares = np.array([np.broadcast_to(model.p, (REPLICATES, DIGITS)) for model in models])
    first = _first_lost(shares == 0)
    lost = first.sum(axis=1)
    some = np.maximum(lost, 1)
    return {
        "real": n * truth.p,
        "mine": n * shares[:, shown - 1],
        "first": 100 * first / some[:, None],
        "luck": np.where(lost[:, None] > 0, 100 / DIGITS, 0.0) * np.ones(DIGITS),
        "whole": (shares > 0).all(axis=-1).sum(axis=1),
        "has": (shares[:, shown - 1] > 0).sum(axis=1),
    }


def _every_digit(
    groups: dict[Message, Array], title: Message, quantity: Message, **more: Any
) -> View:
    """Draw bars with the name of every digit under them, however narrow they are."""
    view = figures.bars(groups, NAMES, along="digit", title=title, quantity=quantity, **more)
    view["layout"]["xaxis"] |= {"dtick": 1}
    return view


def _first_lost(gone: Array) -> Array:
    """Return for how many lineages each digit was the first to be lost, by each generation.

    Parameters
    ----------
    gone : ndarray of bool, shape ``(generations + 1, lineages, digits)``
        Which digits a lineage no longer has; a lost one stays lost.

    Returns
    -------
    ndarray, shape ``(generations + 1, digits)``
        Digits lost in the same generation share their lineage.
    """
    new = np.asarray(~gone[:-1].any(axis=-1) & gone[1:].any(axis=-1))
    together = gone[1:] / np.maximum(gone[1:].sum(axis=-1, keepdims=True), 1)
    events = np.where(new[..., None], together, 0).sum(axis=1)
    return np.concatenate([np.zeros((1, gone.shape[-1])), events.cumsum(axis=0)])
