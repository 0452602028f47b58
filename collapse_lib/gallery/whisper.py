"""A sentence is handed along chains of paraphrasers, and a vote of many chains may mend it.

Each paraphraser now and then puts a near neighbour in the place of a word. If they do so each in
their own way, a vote over the chains finds the sentence again. If they are of one architecture,
with one set of habits, all chains make the same mistakes, and the vote confirms them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, language, style
from collapse_lib.checks import Array
from collapse_lib.controls import Cursor, Data, Reroll, Slider
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, Span, Text, View
from collapse_lib.gallery.retold import manual
from collapse_lib.language import Corpus
from collapse_lib.words import later

HORIZON = 30
CHAINS = 100
SENTENCE = (
    "The value of the object is returned when the method is called with a string as argument."
)
LENGTH = 18  # tokens of another text's first words
MARKS = {"new": "no longer the word of the start"}
PER_CENT: dict[str, Any] = {
    "quantity": later("per cent"),
    "y_range": (0, 105),
    "along": later("step"),
}
T = np.arange(HORIZON + 1)


def one_chain(one: tuple[Text, ...]) -> View:
    """Show the sentence in one chain."""
    return figures.prose(one, stops=(0, HORIZON), unit="Step", title="One of the chains", marks={})


def all_chains(elected: tuple[Text, ...]) -> View:
    """Show the sentence that most chains agree on, word by word."""
    title = "The vote of all chains, word by word"
    return figures.prose(elected, stops=(HORIZON,), unit="Step", title=title, marks=MARKS)


def right(vote: Array, kept: Array, kept_theory: Array) -> View:
    """Draw how much of the sentence is left, in a chain and in the vote."""
    dashed = style.line(style.VERMILLION, dash="dash")
    curves = [
        Curve("the vote", vote, style.line(style.BLUE, width=3.5)),
        Curve("a single chain", kept, style.line(style.ORANGE, width=3)),
        Curve("never touched, theory", kept_theory, dashed),
    ]
    return figures.lines(curves, title="Words that are right", **PER_CENT)


def agreement(agreement: Array) -> View:
    """Draw how often two chains that err make the same mistake."""
    curve = Curve("same mistake", agreement, style.line(style.PURPLE, width=3))
    return figures.lines([curve], title="Two chains that err: the same mistake", **PER_CENT)


@explorable(
    title="Many mouths, one habit",
    views=(one_chain, all_chains, right, agreement),
    cursor=Cursor("steps", 0, HORIZON, start=1),
    say="Step {steps:d}: a single chain has {kept:d} % of the words right. "
    "The vote of {chains:d} chains has {vote:d} % right.",
    caveat="A toy: the paraphrasers replace single words without understanding any, and never "
    "repair. What carries over is what a vote can do, and what it cannot.",
    lesson="notebooks/03_telephone_game.ipynb",
    vary={"error": (0.01, 0.05, 0.2), "shared": (0, 0.5, 0.9, 1), "architectures": (1, 2, 5, 20)},
)
def whisper(
    error: Annotated[
        float,
        Slider(
            0,
            0.2,
            step=0.01,
            label="error per word",
            help="Chance that a paraphraser replaces a word by a near neighbour.",
        ),
    ] = 0.05,
    shared: Annotated[
        float,
        Slider(
            0,
            1,
            step=0.05,
            label="shared habit",
            help="Chance that it is then the favourite of the paraphraser's architecture; else "
            "any of the six nearest.",
        ),
    ] = 0.9,
    architectures: Annotated[
        int, Slider(1, 20, help="How many there are; each paraphraser is of one of them at random.")
    ] = 1,
    seed: Annotated[int, Reroll()] = 0,
    text: Annotated[
        Corpus | None,
        Data(
            label="text",
            help="Where sentence and neighbours come from: by default, Python's manual.",
        ),
    ] = None,
) -> dict[str, Any]:
    """Hand a sentence along a hundred chains of thirty paraphrasers.

    All numbers are per cent, one for each step: of the words that are right in a chain (`kept`, a
    mean) and in the `vote`; in `kept_theory` of those never touched, and a few more are right
    because a mistake can undo another; and of the cases in which two chains, wrong about the same
    word, say the same (`agreement`).
    """
    corpus = manual() if text is None else text
    try:
        corpus.encode(SENTENCE)
        sentence = SENTENCE
    except ValueError:
        sentence = corpus.decode(corpus.train.ids[:LENGTH])
    handed = language.whisper(
        corpus,
        sentence,
        steps=HORIZON,
        chains=CHAINS,
        error=error,
        shared=shared,
        architectures=architectures,
        near=_near(corpus, sentence),
        rng=seed,
    )
    return {
        "chains": CHAINS,
        "one": _texts(corpus, handed.ids[:, 0]),
        "elected": _texts(corpus, _commonest(handed.ids)),
        "kept": 100 * handed.kept.mean(axis=1),
        "kept_theory": 100 * (1 - error) ** T,
        "vote": 100 * handed.vote,
        "agreement": 100 * handed.agreement,
    }


@lru_cache(maxsize=4)  # of the texts that somebody looks at; a corpus is large
def _near(corpus: Corpus, sentence: str) -> Array:
    return language.neighbours(corpus, also=corpus.encode(sentence))


def _commonest(ids: Array) -> Array:
    """Return the commonest answer of the chains for each word; of equals that of the start."""
    elected = np.empty_like(ids[:, 0])
    for step, word in np.ndindex(elected.shape):
        votes = np.bincount(ids[step, :, word])
        first = ids[0, 0, word]
        most = votes.argmax()
        elected[step, word] = first if votes[first : first + 1].sum() == votes[most] else most
    return elected


def _texts(corpus: Corpus, ids: Array) -> tuple[Text, ...]:
    """Return a sentence after each step, with the words marked that have changed."""
    texts = []
    for now in ids:
        pieces = corpus.tokenizer.pieces(corpus.vocabulary.decode(now))
        marks = np.where(now == ids[0], "", "new").tolist()
        texts.append(Text(list(map(Span, pieces, marks))))
    return tuple(texts)
