"""The telephone game: each language model learns from what the one before wrote.

A model of word pairs is fitted to real English, writes a corpus, and the next one is fitted to
that. The same few words are given to every generation to go on with: the last ones walk in a
circle, surer of themselves than ever.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Data, Reroll, Slider
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, Text, View
from collapse_lib.gallery.retold import dotted, first_use, manual, opening, retold
from collapse_lib.language import Corpus, NGram
from collapse_lib.language import metrics as of_text
from collapse_lib.regimes import (
    Accumulate,
    Anchor,
    Greedy,
    Refresh,
    Regime,
    Temperature,
    Tempered,
    TopK,
    TopP,
    real_count,
)
from collapse_lib.simulate import simulate

HORIZON = 10
STOPS = (0, 1, 2, 5, 10)
SAID = 23  # tokens that each generation goes on with
RATIOS = (0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1)
REAL = {"fresh": Refresh, "fixed": Anchor}
CUTS: dict[str, Any] = {"top_k": TopK(10), "top_p": TopP(0.9), "greedy": Greedy()}
MARKS = {
    "prompt": "the first words, given",
    "loop": "one turn of a loop",
    "gone": "a word that the generation looked at has lost",
}


def said(texts: tuple[Text, ...]) -> View:
    """Show the same words continued by the generations."""
    return figures.prose(
        texts,
        stops=STOPS,
        title="The same first words, and how each generation goes on",
        marks=MARKS,
    )


def left(kept: Array, entropy: Array, repeated: Array) -> View:
    """Draw what is left of the vocabulary, and what its entropy notices of that."""
    return figures.lines(
        [
            Curve("words left", kept, style.line(style.BLUE, width=3)),
            Curve("variety (entropy)", entropy, style.line(style.GREEN, dash="dot")),
            Curve("runs of four said before", repeated, style.line(style.VERMILLION, dash="dash")),
        ],
        title="What is left",
        quantity="share",
        y_range=(0, 1.05),
    )


def confidence(held_out: Array, size: int, own: Array) -> View:
    """Draw how sure the model is of its own text, and how it fares on real text."""
    view = figures.lines(
        [
            Curve("on real text", held_out, style.line(style.GREY, width=3)),
            Curve(
                "blind guessing",
                np.full(HORIZON + 1, float(size)),
                style.line(style.PURPLE, width=1.5, dash="dot"),
            ),
            Curve("on its own text", own, style.line(style.ORANGE, width=3, dash="dash")),
        ],
        title="Perplexity: how many choices it sees",
        quantity="choices per word",
        log=True,
        y_range=(-0.1, None),
    )
    return dotted(view)


@explorable(
    title="The telephone game",
    views=(said, left, confidence),
    cursor=Cursor("generations", 1, HORIZON),
    say="Generation {generations:d} knows {words:,d} of {size:,d} words. To the model, each word "
    "of its own kind of text was one choice among about {own:.2g}; each word of real text, one "
    "among about {riddle:,d} (blind guessing: {size:,d}).",
    caveat="A toy: a model of word pairs has no meaning to lose. It shows how chance and decoding "
    "are inherited; it does not predict how fast a large model changes.",
    definition=(2, 7),
    lesson="notebooks/03_telephone_game.ipynb",
    vary={
        "n": (40_000,),
        "real": (0, 0.01, 0.1),
        "temperature": (0.5, 0.8, 1.0),
        "decoding": None,
        "kept": None,
    },
)
def telephone_game(
    temperature: Annotated[
        float,
        Slider(
            0.3,
            1.5,
            step=0.05,
            help="Below 1 a model favours its likely words, above 1 its unlikely ones.",
        ),
    ] = 1.0,
    decoding: Annotated[
        str,
        Choice(
            {"all": "any", "top_k": "best 10", "top_p": "best 90 %", "greedy": "best"},
            label="may choose",
            help="Which words a model may choose from: all that it knows there, the ten "
            "likeliest, the likeliest that make up 90 %, or the likeliest alone.",
        ),
    ] = "all",
    real: Annotated[
        float,
        Slider(
            0,
            1,
            values=RATIOS,
            label="real-data ratio",
            shown="{reading}",
            help="Fraction of the n words that is real; real_count(n, real) words.",
        ),
    ] = 0.0,
    kept: Annotated[
        str,
        Choice(
            {"fresh": "fresh", "fixed": "always the same", "all": "all text so far"},
            label="real text",
            help="Whether the real words are new ones each time, always the same, or each "
            "model learns from everything written so far, the first real text included "
            "(real is then ignored).",
        ),
    ] = "fresh",
    n: Annotated[
        int,
        Slider(
            2_000,
            100_000,
            log=True,
            label="corpus size",
            help="Words that each model writes, and that the next one learns from.",
        ),
    ] = 40_000,
    seed: Annotated[int, Reroll()] = 0,
    text: Annotated[
        Corpus | None, Data(label="text", help="The real text; Python's manual by default.")
    ] = None,
) -> dict[str, Any]:
    """Simulate ten generations of a model of word pairs.

    `words` counts the words of the real text that each model still knows; `kept` and `entropy` are
    shares of the real text's, `repeated` is that of runs of four words that the same document has
    had before. `own` and `held_out` are perplexities: on what the model learnt from, and on real
    text that nobody learnt from.
    """
    corpus = manual() if text is None else text
    regime, reading = _regime(kept, real, temperature, decoding), _reading(kept, real, n)
    lineage = simulate(corpus, NGram(2), regime, n=n, generations=HORIZON, rng=seed)
    models: tuple[Any, ...] = lineage.models[1:]
    alive = np.stack([np.ones(len(corpus.vocabulary), bool), *(m.words.p[0] > 0 for m in models)])
    prompt = opening(corpus, SAID)
    texts = [retold(corpus, prompt, first_use(corpus, prompt, SAID), 0, alive)]
    for generation, model in enumerate(models, start=1):
        dice = np.random.default_rng([seed, generation])
        voice: Any = regime.temper(model)
        go_on = voice.continued(prompt, SAID, dice)[0, :, 0]
        texts.append(retold(corpus, prompt, go_on, generation, alive))
    words = lineage.trace(of_text.survivors)[:, 0]
    entropy = lineage.trace(of_text.unigram_entropy)[:, 0]
    held_out = lineage.trace(of_text.held_out_perplexity)[:, 0]
    return {
        "texts": tuple(texts),
        "reading": reading,
        "size": int(words[0]),
        "words": words,
        "kept": words / words[0],
        "entropy": entropy / entropy[0],
        "repeated": lineage.trace(of_text.repetition(4))[:, 0],
        "own": lineage.trace(of_text.own_perplexity)[:, 0],
        "held_out": held_out,
        "riddle": _rounded(held_out),
    }


def _regime(kept: str, real: float, temperature: float, decoding: str) -> Regime:
    regime: Regime = Accumulate() if kept == "all" else REAL[kept](real)
    if temperature != 1:
        regime = Tempered(regime, Temperature(temperature))
    return Tempered(regime, CUTS[decoding]) if decoding in CUTS else regime


def _reading(kept: str, real: float, n: int) -> str:
    """Return what the real-data ratio means."""
    if kept == "all":
        return "ignored: nothing is thrown away"
    return f"{real_count(n, real):,d} of {n:,d} real"


def _rounded(perplexity: Array) -> Array:
    """Return it to two digits, so that it reads well beside a number of words."""
    digits = 10.0 ** (np.floor(np.log10(np.fmax(perplexity, 10))) - 1)
    return np.asarray(np.round(perplexity / digits) * digits)
