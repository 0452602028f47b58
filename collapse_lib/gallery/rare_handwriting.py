"""One digit is rare: an accuracy that stays high, and a column that turns into its neighbours.

A model learns ten digits from real handwriting, the next model from what the first one writes,
and so on. Of nine digits each generation sees some fifty images, of the tenth as few as you
like. Two things are measured. *Is what it writes right?* A reader who knows the real digits
judges it, each digit as often as it comes. *Does it know what is there?* The model is handed
real digits, says what it takes them for, and copies them. The first number stays high, while by
the second the rare digit is lost.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style
from collapse_lib.checks import Array, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.dice import Seed, child, seed_sequence, stream
from collapse_lib.distributions import Distribution
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.images import (
    ClassGaussianMLE,
    ClassNormals,
    LabelledImages,
    read_as,
    read_digits,
)
from collapse_lib.images.reading import discriminant
from collapse_lib.simulate import Lineage, simulate

HORIZON = 20
JUDGING, COPYING = 10, 11  # seeds below the panel's: a judge's dice are not the simulation's
REPLICATES = 40
COMMON = 50  # images of every other digit, in a generation
ROWS = 4  # copies of each digit on the wall
WRITTEN = 50  # pieces of its own handwriting that a model is judged by, of each digit
FULL = 16  # grey level of full ink
DIGITS = 10


def wall(wall: Array, digit: int) -> View:
    """Draw what a model makes of the digits that it is to copy."""
    return figures.wall(
        wall,
        [str(digit) for digit in range(DIGITS)],
        title="A typical lineage: what it makes of four real images",
        along="the digit it was to copy",
        highest=FULL,
        chosen=digit,
        chosen_name="the digit you chose",
    )


def shares(known_band: Array, known_others: Array, known: Array, badge: Array) -> View:
    """Draw what the badge says beside what it cannot say."""
    return figures.lines(
        [
            Curve(
                "known: 8 lineages in 10 lie here",
                known_band,
                style.line(style.VERMILLION),
                kind="band",
            ),
            Curve("other digits: known", known_others, style.line(style.BLUE, dash="dashdot")),
            Curve("your digit: known", known, style.line(style.VERMILLION, width=3.5)),
            Curve(
                "the badge: written right",
                badge,
                style.line(style.GREEN, width=4, dash="dot"),
            ),
        ],
        title="The badge, and what the model knows",
        quantity="per cent (median)",
        y_range=(0, 105),
    )


@explorable(
    title="Rare handwriting",
    views=(wall, shares),
    cursor=Cursor("generations", 0, HORIZON),
    say="Generation {generations:d}: of what the typical model writes, {badge:d} % can be read as "
    "it was meant, and it knows {known:d} % of the real {digit:d}s. In {left:d} of all 40 lineages "
    "the {digit:d} is not lost yet.",
    caveat="A toy: 8 × 8 pixels, 13 writers, a bell curve for each digit. A model that knows a "
    "digit only by its bell loses what is special about single hands at once.",
    definition=(6, 7),
    lesson="notebooks/05_rare_handwriting.ipynb",
    vary={"digit": (0, 1, 3, 8, 9), "images": (5, 10, 20, 35, COMMON)},
)
def rare_handwriting(
    digit: Annotated[int, Slider(0, 9, label="your digit", help="The digit that may be rare.")] = 8,
    images: Annotated[
        int,
        Slider(
            5,
            COMMON,
            label="images of it",
            shown="{images:d} of {n:d}",
            help="Images of it in the real data, beside 50 of every other digit; how many a "
            "generation sees varies by chance, as drawn.",
        ),
    ] = COMMON,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 40 lineages of ten digits over 20 generations.

    Shares are in per cent, medians over the lineages: `badge` of what a model writes is read as
    meant by a reader of the real digits; `known` of the real images of your digit are taken for
    it, and `known_others` of the other nine, on average. `left` counts lineages that still have it.
    """
    chosen, few = whole("digit", digit, least=0), whole("images", images, least=1)
    if chosen >= DIGITS:
        raise ValueError(f"digit must be a whole number of at most 9, not {digit!r}")
    if few > COMMON:
        raise ValueError(f"images must be a whole number of at most {COMMON}, not {images!r}")
    return _run(chosen, few, seed)


@lru_cache(maxsize=16)  # a run takes about a second, and a lesson comes back to the same ones
def _run(chosen: int, few: int, seed: int) -> dict[str, Any]:
    truth = rarer(chosen, few)
    lineage = learnt(chosen, few, REPLICATES, seed)
    written: Any = lineage.models[1:]
    models = [truth.normals.expand((REPLICATES,)), *written]
    known = 100 * np.array([_known(model) for model in models])
    alive = np.array([model.shares > 0 for model in models])
    others = np.arange(DIGITS) != chosen
    badge = [
        written_right(model, child(seed_sequence(seed), JUDGING, generation))
        for generation, model in enumerate(lineage.models)
    ]
    off = np.abs(known[..., chosen] - np.median(known[..., [chosen]], axis=1))
    drawn = int(off.mean(axis=0).argmin())
    return {
        "n": COMMON * (DIGITS - 1) + few,
        "drawn": drawn,  # who is on the wall, from 0: its `known` keeps nearest to the median
        "wall": np.array(  # grey levels, of shape (21, 4, 10, 8, 8)
            [_pictures(_handed()), *(_copies(model, drawn, seed) for model in written)]
        ),
        "badge": np.array([np.median(right) for right in badge]),
        "known": np.median(known[..., chosen], axis=1),
        "known_band": np.quantile(known[..., chosen], [0.1, 0.9], axis=1),
        "known_others": np.median(known[..., others].mean(axis=-1), axis=1),
        "left": alive[..., chosen].sum(axis=1),
    }


def rarer(digit: int, images: int) -> LabelledImages:
    """Return the real digits with one of them made rare; parameters as in `rare_handwriting`."""
    return _real().reweighted({digit: images / COMMON})


def learnt(digit: int, images: int, replicates: int, seed: int) -> Lineage:
    """Return lineages that learn from digits with a rare one; parameters as in the panel."""
    return simulate(
        rarer(digit, images),
        ClassGaussianMLE(),
        n=COMMON * (DIGITS - 1) + images,
        generations=HORIZON,
        replicates=replicates,
        rng=seed,
    )


def written_right(model: Distribution, rng: Seed) -> Array:
    """Return the per cent of what it writes that a reader of real digits reads as meant.

    Parameters
    ----------
    model : ClassNormals or LabelledImages
        Who writes: 50 pieces of each digit, its own; of real images, they themselves are read.
    rng : None, int, SeedSequence or numpy.random.Generator
        The judge's dice.

    Returns
    -------
    ndarray, shape ``(*batch,)``
        Each digit counts as often as the model writes it: what it never writes is never wrong.
        Standard error: below one per cent where nine tenths and more are right.
    """
    if isinstance(model, LabelledImages):
        right = read_as(_real(), model.features) == model.labels
        return np.atleast_1d(100 * (right * model.chances).sum())
    assert isinstance(model, ClassNormals)
    weights, offset = discriminant(_real())
    # the scores themselves are normal: dice for ten classes, not for every component, and in
    # single precision, for a piece is rarely so near to a tie
    spread = (weights @ model.parts.factor).swapaxes(-1, -2)
    root = np.asarray(np.linalg.qr(spread, mode="r"), dtype=np.float32)
    scores = root.swapaxes(-1, -2) @ stream(seed_sequence(rng)).standard_normal(
        (*model.shares.shape, DIGITS, WRITTEN), dtype=np.float32
    )
    scores += (model.parts.mean @ weights.T + offset).astype(np.float32)[..., None]
    meant = np.moveaxis(np.diagonal(scores, axis1=-3, axis2=-2), -1, -2)
    right = (meant >= scores.max(axis=-2)).mean(axis=-1)
    return np.asarray(100 * (right * model.shares).sum(axis=-1))


@cache
def _real() -> LabelledImages:
    return read_digits()


@cache
def _handed() -> Array:
    """Return the real images to copy, ``(4, 10, components)``: clear cases, in the data's order."""
    real = _real()
    clear = read_as(real, real.features) == real.labels
    first = [np.flatnonzero(clear & (real.labels == digit))[:ROWS] for digit in range(DIGITS)]
    return real.features[np.transpose(first)]


def _pictures(features: Array) -> Array:
    """Return whole grey levels, with the pixels as a square at the back."""
    pixels = np.clip(np.rint(_real().picture(features)), 0, FULL)
    return pixels.reshape(*pixels.shape[:-1], 8, 8)


@cache
def _examined() -> tuple[Array, list[slice]]:
    """Return the features of all real images, digit by digit, and where each digit is."""
    real = _real()
    ends = np.bincount(real.labels).cumsum()
    places = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    return real.features[np.argsort(real.labels, kind="stable")], places


def _known(model: ClassNormals) -> Array:
    """Return which share of the real images of each digit it knows, ``(replicates, 10)``."""
    features, places = _examined()
    weights, offset = discriminant(model)
    scores = (weights.reshape(-1, features.shape[-1]) @ features.T).reshape(*offset.shape, -1)
    scores += offset[..., None]
    highest = scores.max(axis=-2)
    own = [
        (scores[..., digit, place] >= highest[..., place]).mean(axis=-1)
        for digit, place in enumerate(places)
    ]
    return np.stack(own, axis=-1)


def _copies(model: ClassNormals, drawn: int, seed: int) -> Array:
    """Return what one lineage makes of the images to copy: it reads, and writes anew."""
    handed = _handed()
    dice = stream(child(seed_sequence(seed), COPYING)).standard_normal(handed.shape)
    one = ClassNormals(model.shares[drawn], model.parts.altered(lambda values: values[drawn]))
    read = read_as(one, handed.reshape(-1, handed.shape[-1])).reshape(handed.shape[:-1])
    mean, factor = one.parts.mean[read], one.parts.factor[read]
    return _pictures(mean + (factor @ dice[..., None])[..., 0])
