"""How sure a language model is, and how right: two curves that part, for two kinds of model.

The model of word pairs is fitted live; beside it a small neural network is replayed, which was
trained once on the same text and in the same regimes.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Reroll
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, Text, View
from collapse_lib.gallery.retold import dotted, first_use, manual, told
from collapse_lib.language import NGram, Words
from collapse_lib.language import metrics as of_text
from collapse_lib.language.record import recorded
from collapse_lib.regimes import Accumulate, Refresh, Replace, Temperature, Tempered
from collapse_lib.simulate import Metric, simulate

HORIZON = 10
STOPS = (0, 1, 2, 5, 10)
SAID = 19
REPLICATES = 3
REGIMES = {
    "replace": Replace(),
    "temperature 0.8": Tempered(Replace(), Temperature(0.8)),
    "temperature 0.5": Tempered(Replace(), Temperature(0.5)),
    "accumulate": Accumulate(),
    "real 10 %": Refresh(0.1),
}


def network(texts: tuple[Text, ...]) -> View:
    """Show what the recorded network says."""
    return figures.prose(
        texts,
        stops=STOPS,
        title="The neural network (recorded): the same first words, and how it goes on",
        marks={"prompt": "the first words, given", "loop": "one turn of a loop"},
    )


def calibration(
    pairs_sure: Array, pairs_right: Array, network_sure: Array, network_right: Array
) -> View:
    """Draw how sure the models are of their favourite next word, and how often it comes."""
    view = figures.lines(
        [
            Curve("pairs: sure", pairs_sure, style.line(style.ORANGE, width=3)),
            Curve("pairs: right", pairs_right, style.line(style.VERMILLION, dash="dot")),
            Curve("network: sure", network_sure, style.line(style.BLUE, width=3)),
            Curve("network: right", network_right, style.line(style.GREEN, dash="dash")),
        ],
        title="The favourite next word in real text",
        quantity="per cent",
        y_range=(0, 100),
    )
    return dotted(view)


def perplexity(
    pairs_real: Array, pairs_own: Array, network_real: Array, network_own: Array
) -> View:
    """Draw among how many words the models seem to choose, in their own text and in real text."""
    view = figures.lines(
        [
            Curve("pairs: real text", pairs_real, style.line(style.ORANGE, width=3)),
            Curve("pairs: its own", pairs_own, style.line(style.VERMILLION, dash="dot")),
            Curve("network: real text", network_real, style.line(style.BLUE, width=3)),
            Curve("network: its own", network_own, style.line(style.GREEN, dash="dash")),
        ],
        title="Perplexity: how many choices it sees",
        quantity="choices per word",
        log=True,
        y_range=(-0.1, None),
    )
    return dotted(view)


@explorable(
    title="Surer and surer, and less and less right",
    views=(network, calibration, perplexity),
    cursor=Cursor("generations", 1, HORIZON),
    say="Generation {generations:d}, on real text: the model of word pairs is {pairs_sure:d} % "
    "sure of its favourite next word, which comes {pairs_right:d} % of the time; the network is "
    "{network_sure:d} % sure, and right {network_right:d} % of the time.",
    caveat="Two toys: a model of word pairs, and a network a hundred thousand times smaller than "
    "those in use. They show that the mechanism needs no n-gram, not how fast large models change.",
    definition=2,
    lesson="notebooks/03_telephone_game.ipynb",
)
def confidence(
    regime: Annotated[
        str,
        Choice(
            {
                "replace": "last text only",
                "temperature 0.8": "temperature 0.8",
                "temperature 0.5": "temperature 0.5",
                "real 10 %": "10 % real",
                "accumulate": "all text so far",
            },
            label="way of learning",
            help="What each generation learns from: what the one before wrote, at a "
            "temperature, with 10 % of fresh real text, or everything written so far.",
        ),
    ] = "replace",
    seed: Annotated[int, Reroll(label="Roll the dice")] = 0,
) -> dict[str, Any]:
    """Fit three lineages of word pairs, and replay the recorded networks.

    `sure` is the mean probability that a model gives to its favourite next word in real text, and
    `right` how often that comes, in per cent; `own` and `real` are perplexities on the model's own
    kind of text and on real text.

    Notes
    -----
    Both read the same number of words, but a network is trained for a fixed number of steps, so
    that the two differ in more than their form: compare directions, not heights. A model can be
    sure and right, or sure and wrong; only the gap between the two is over-confidence.
    """
    record = recorded()
    corpus = manual()
    n = int(record.settings["n"])
    lineage = simulate(
        corpus, NGram(2), REGIMES[regime], n=n, generations=HORIZON, replicates=REPLICATES, rng=seed
    )
    prompt = Words().split(record.prompts[0], record.vocabulary)
    said = [record.tokens(regime, t)[:SAID] for t in range(1, HORIZON + 1)]
    real = first_use(corpus, corpus.encode(record.prompts[0]), SAID)
    said.insert(0, corpus.vocabulary.decode(real))

    def pairs(metric: Metric) -> Array:
        return np.asarray(np.median(lineage.trace(metric), axis=1))

    def neural(name: str) -> Array:
        return np.asarray(np.median(record.trace(name, regime).astype(float), axis=1))

    return {
        "texts": tuple(told([*prompt, *more], len(prompt), Words()) for more in said),
        "pairs_sure": 100 * pairs(of_text.confidence),
        "pairs_right": 100 * pairs(of_text.accuracy),
        "network_sure": 100 * neural("confidence"),
        "network_right": 100 * neural("accuracy"),
        "pairs_own": pairs(of_text.own_perplexity),
        "pairs_real": pairs(of_text.held_out_perplexity),
        "network_own": np.exp(neural("own_loss")),
        "network_real": np.exp(neural("held_out_loss")),
    }
