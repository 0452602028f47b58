"""Does twice as much data still help? What a memoriser has not met, against its examples.

The world has kinds without end, ever rarer. Of real data each doubling removes the same part of
what is still missing: a scaling law. A machine knows only the commonest kinds, so that its data
help as well at first and then no more, however many there are: the scaling law has changed. Some
real data among them do not make the floor lower, they lift it in the end, as if nothing else were
there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style, theory
from collapse_lib.checks import Array, fraction, number, positive, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View

KINDS = 100_000  # those beyond are counted as never met, which is right to a few per cent
LEARNERS = 5
FIRST = 100  # examples, which are then doubled
DOUBLINGS = 14
SHARES = (0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
SIZES = FIRST * 2.0 ** np.arange(DOUBLINGS + 1)
REAL = style.line(style.BLUE, width=3.5)
MADE = style.line(style.VERMILLION, width=3.5, dash="dot")
MIXED = style.line(style.GREEN, width=3, dash="dash")
THEORY = style.line(style.GREY, width=1)
ALONG = "times the data were doubled"


def missing(real: Array, made: Array, mixed: Array, theory: Array, floor: float) -> View:
    """Draw how much of the world is missing, on two logarithmic scales."""
    return figures.lines(
        [
            Curve("real examples", real, REAL),
            Curve("a machine's examples", made, MADE),
            Curve("a machine's and some real", mixed, MIXED),
            Curve("theory", theory, THEORY, kind="crowd"),
            Curve(
                "all that the machine does not know",
                np.full(SIZES.size, floor),
                style.line(style.GREY, width=1.5, dash="dashdot"),
            ),
        ],
        title="Still missing of the world",
        quantity="per cent of the world",
        log=True,
        y_range=(-1, 2),
        along=ALONG,
    )


def bought(real_gain: Array, made_gain: Array, mixed_gain: Array) -> View:
    """Draw by how much the last doubling has made less of it."""
    return figures.lines(
        [
            Curve("real examples", real_gain, REAL),
            Curve("a machine's examples", made_gain, MADE),
            Curve("a machine's and some real", mixed_gain, MIXED),
        ],
        title="What the last doubling removed",
        quantity="per cent removed",
        y_range=(-1, 50),
        along=ALONG,
    )


@explorable(
    title="Twice the data, and no longer any better",
    views=(missing, bought),
    cursor=Cursor("doublings", 1, DOUBLINGS),
    say="{examples:,d} examples. If they are real, {real:.2g} % of the world is missing; if a "
    "machine's, {made:.2g} %, and never less than {floor:.2g} %, as {worth:,d} real ones leave; "
    "with the real ones among them, {mixed:.2g} %. The last doubling removed {real_gain:d} %, "
    "{made_gain:d} % and {mixed_gain:d} % of what was missing.",
    caveat="A toy that learns by heart: it knows what it has met and guesses nothing. Real models "
    "generalise, and their data are cut off less sharply; the floor is of this kind, not of this "
    "size.",
    definition=5,
    lesson="notebooks/07_how_much_is_generated.ipynb",
    vary={"known": (10, 100, 1_000, 10_000), "share": (0, 0.01, 0.1), "steepness": (1.5,)},
)
def scaling_law(
    known: Annotated[
        int,
        Slider(
            10,
            10_000,
            log=True,
            label="machine knows",
            help="Of the world's kinds the machine writes only so many, the commonest.",
        ),
    ] = 1_000,
    share: Annotated[
        float,
        Slider(
            0,
            0.5,
            values=SHARES,
            label="real among them",
            help="Share of real examples among the machine's, in the third curve.",
        ),
    ] = 0.1,
    steepness: Annotated[
        float,
        Slider(
            1.3,
            2,
            step=0.1,
            label="steepness",
            help="The k-th commonest kind is met in proportion to 1 / k to this power.",
        ),
    ] = 1.5,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Show examples to three times five memorisers, and double them fourteen times.

    What is missing is the chance that the next thing met in the world is of a kind not seen yet,
    in per cent, one number per doubling from 100 examples on; means over five learners. The law
    of real examples is ``T^-(1 - 1/steepness)``; the floor of a machine's is the world's mass
    beyond what it knows.

    Notes
    -----
    Each kind turns up by itself, after a geometric number of examples; the same dice serve all
    three. Dohmatob and others, *A Tale of Tails*, ICML 2024, have the law and its floor.
    """
    kinds = whole("known", known, least=1)
    beta = number(positive, "steepness", steepness)
    sources = [(1.0, kinds), (0.0, kinds), (number(fraction, "share", share), kinds)]
    real, made, mixed = (_missing(beta, mass, kinds, seed) for mass, kinds in sources)
    floor = 100 * float(theory.heavy_tail_cut_mass(kinds, beta))
    return {
        "examples": SIZES,
        "real": real,
        "made": made,
        "mixed": mixed,
        "theory": np.stack([_expected(beta, *source) for source in sources]),
        "floor": floor,
        "worth": _worth(beta, floor),
        "real_gain": _gain(real),
        "made_gain": _gain(made),
        "mixed_gain": _gain(mixed),
    }


def _worth(beta: float, floor: float) -> int:
    """Return where the law of real examples, ∝ T^-(1-1/β), comes down to the floor."""
    one = 100 * float(theory.heavy_tail_missing_mass(1, beta))
    worth: int = round((one / floor) ** (beta / (beta - 1)))
    return worth


def _gain(lost: Array) -> Array:
    return np.append(np.nan, 100 * (1 - lost[1:] / lost[:-1]))


@lru_cache(maxsize=16)
def _world(beta: float) -> tuple[Array, float]:
    """Return the probabilities of the kinds that can be met, and the mass of those beyond."""
    beyond = float(theory.heavy_tail_cut_mass(KINDS, beta))
    p = np.arange(1, KINDS + 1.0) ** -beta
    return p * ((1 - beyond) / p.sum()), beyond


def _drawn(beta: float, real: float, kinds: int) -> Array:
    """Return the probability of each kind among examples of which a share is real."""
    p, _ = _world(beta)
    q = real * p
    q[:kinds] += (1 - real) * p[:kinds] / p[:kinds].sum()
    return q


@lru_cache(maxsize=64)  # two of the three stay while one slider moves
def _missing(beta: float, real: float, kinds: int, seed: int) -> Array:
    """Return the per cent of the world that is of kinds not met yet, shape ``(15,)``."""
    p, beyond = _world(beta)
    u = np.random.default_rng(seed).random((LEARNERS, KINDS))
    with np.errstate(divide="ignore"):
        first = np.log(u) / np.log1p(-_drawn(beta, real, kinds))  # examples until it turns up
    met = np.searchsorted(SIZES, first.ravel())
    found = np.bincount(met, weights=np.tile(p, LEARNERS), minlength=SIZES.size + 1)
    return np.asarray(100 * (beyond + p.sum() - found[: SIZES.size].cumsum() / LEARNERS))


@lru_cache(maxsize=64)
def _expected(beta: float, real: float, kinds: int) -> Array:
    p, beyond = _world(beta)
    unseen = SIZES[:, None] * np.log1p(-_drawn(beta, real, kinds))
    return np.asarray(100 * (beyond + np.exp(unseen) @ p))
