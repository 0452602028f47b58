"""Which words die first, when each language model learns from what the one before wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style, theory
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Data, Reroll, Slider
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.gallery.retold import manual
from collapse_lib.gallery.telephone_game import RATIOS
from collapse_lib.language import Corpus, NGram
from collapse_lib.regimes import Refresh, Temperature, Tempered, real_count
from collapse_lib.simulate import simulate

HORIZON = 10
REPLICATES = 2
TENTHS = ("1st", "2nd", "3rd", *(f"{k}th" for k in range(4, 11)))
T = np.arange(HORIZON + 1)


def survivors(tenths_theory: Array, tenths: Array) -> View:
    """Draw how much of each tenth of the words is left."""
    return figures.bars(
        {"theory": 100 * tenths_theory, "simulated": 100 * tenths},
        TENTHS,
        title="Words still known, from the commonest tenth to the rarest",
        quantity="per cent of that tenth",
        along="tenths of the words: the 1st is the commonest, the 10th the rarest",
        y_range=(0, 100),
    )


def left(entropy: Array, left: Array, left_theory: Array) -> View:
    """Draw what is left of all words, and what their entropy notices of that."""
    return figures.lines(
        [
            Curve("variety (entropy)", entropy, style.line(style.GREEN, dash="dot")),
            Curve("words", left, style.line(style.BLUE, width=3.5)),
            Curve("words, theory", left_theory, style.line(style.VERMILLION, dash="dash")),
        ],
        title="What is left",
        quantity="share of generation 1",
        y_range=(0, 1.05),
    )


@explorable(
    title="The rare words go first, and entropy looks away",
    views=(survivors, left),
    cursor=Cursor("generations", 1, HORIZON),
    say={
        "alone": "Generation {generations:d} knows {words_left:d} % of the words: {commonest:d} % "
        "of the commonest tenth, {rarest:d} % of the rarest. The entropy of its words is still "
        "{entropy_left:d} % of what it was.",
        "other": "Generation {generations:d} knows {words_left:d} % of the words: {commonest:d} % "
        "of the commonest tenth, {rarest:d} % of the rarest. The entropy of its words is still "
        "{entropy_left:d} % of what it was. (Theory has no grey bars for this.)",
    },
    caveat="A toy: a model of word pairs remembers counts and nothing else. It shows which words "
    "are at risk, not the pace of a large model.",
    definition=7,
    lesson="notebooks/03_telephone_game.ipynb",
    vary={
        "n": (5_000, 20_000, 100_000),
        "real": (0, 0.01, 0.1),
        "temperature": (0.9, 1.0),
        "order": None,
    },
)
def vocabulary_survival(
    n: Annotated[
        int,
        Slider(
            2_000,
            100_000,
            log=True,
            label="corpus size",
            help="Words that each model writes, and that the next one learns from.",
        ),
    ] = 20_000,
    real: Annotated[
        float,
        Slider(
            0,
            1,
            values=RATIOS,
            label="real-data ratio",
            shown="{real_count:,d} of {n:,d} real",
            help="Fraction of them that is real and new.",
        ),
    ] = 0.0,
    temperature: Annotated[
        float,
        Slider(
            0.3,
            1.5,
            step=0.05,
            help="Below 1 a model favours its likely words, above 1 its unlikely ones.",
        ),
    ] = 1.0,
    order: Annotated[
        int,
        Choice(
            {1: "single words", 2: "word pairs", 3: "word triples"},
            label="model of",
            help="How many words the model looks at, the next one included.",
        ),
    ] = 2,
    seed: Annotated[int, Reroll()] = 0,
    text: Annotated[
        Corpus | None, Data(label="text", help="The real text; Python's manual by default.")
    ] = None,
) -> dict[str, Any]:
    """Simulate two lineages of ten generations.

    Shares are of the words that generation 1 read, means over two lineages, the commonest tenth
    first; a theory that there is not is empty, or not a number. `entropy` is that of the word
    frequencies, as a share of what it was in generation 1.

    Notes
    -----
    The theory draws the words one by one, as often as they stand in the text that generation 1
    read. A model of pairs or triples draws them in company, and yet loses them at that pace.
    """
    corpus = manual() if text is None else text
    mixed = Refresh(real)
    faithful = temperature == 1
    lineage = simulate(
        corpus,
        NGram(order),
        mixed if faithful else Tempered(mixed, Temperature(temperature)),
        n=n,
        generations=HORIZON,
        replicates=REPLICATES,
        rng=seed,
    )
    p = np.stack([_words(model) for model in lineage.models[1:]])
    kept = real_count(n, mixed.real)
    known, in_theory = [], []  # per word of generation 1, the commonest first
    for one in range(REPLICATES):
        words = np.argsort(-p[0, one], kind="stable")[: np.count_nonzero(p[0, one])]
        count = np.rint(p[0, one, words] * n)
        known.append(p[:, one, words] > 0)
        in_theory.append(theory.replace_type_survival(T[:-1, None], n, count))
    alone = faithful and not kept
    entropy = _from_the_start(np.mean(_entropy(p) / _entropy(p[:1]), axis=1))
    tenths, left = _shares(known)
    tenths_theory, left_theory = _shares(in_theory)
    return {
        "case": "alone" if alone else "other",
        "real_count": kept,
        "commonest": 100 * tenths[:, 0],
        "rarest": 100 * tenths[:, -1],
        "tenths": tenths,
        "tenths_theory": tenths_theory if alone else np.full_like(tenths_theory, np.nan),
        "left": left,
        "words_left": 100 * left,
        "left_theory": left_theory if alone else np.empty(0),
        "entropy": entropy,
        "entropy_left": 100 * entropy,
    }


def _words(model: Any) -> Array:
    """Return how often the words occur in what each lineage's model read."""
    return np.asarray(np.broadcast_to(model.words.p, (REPLICATES, model.size)))


def _shares(per_word: Sequence[Array]) -> tuple[Array, Array]:
    """Return means over tenths of the words, and over all of them; over the lineages too."""
    parts = [np.array_split(lineage, 10, axis=1) for lineage in per_word]
    tenths = np.mean([[part.mean(axis=1) for part in lineage] for lineage in parts], axis=0)
    left = np.mean([lineage.mean(axis=1) for lineage in per_word], axis=0)
    return _from_the_start(tenths.T), _from_the_start(left)


def _from_the_start(shares: Array) -> Array:
    """Put the real text in front, which knows every word of generation 1."""
    return np.concatenate([np.ones((1, *shares.shape[1:])), shares])


def _entropy(p: Array) -> Array:
    return np.asarray(-np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1))
