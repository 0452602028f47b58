"""Always the likeliest word: a walk on a finite map, which must close.

A model that looks at the word before and takes the likeliest next one has nothing left to
decide. From each of its V words one arrow leads to the next, and a walk along arrows among V
places comes back to where it has been: from there on it goes round for ever.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style, theory
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Data, Reroll, Slider
from collapse_lib.explorable import explorable
from collapse_lib.figures import At, Text, Upto, View
from collapse_lib.gallery.retold import manual, retold
from collapse_lib.language import Corpus, NGram, NGramCounts, greedy_successors, orbits
from collapse_lib.regimes import Greedy
from collapse_lib.words import Message

HORIZON = 60
MAPPED = 100_000  # words in all random maps together, each of which begins a walk
EDGES = 2 ** np.arange(8)  # bins of the loop's length: 1, 2 to 3, 4 to 7, …, 128 and more
LENGTHS = (*map(str, EDGES[:-1].tolist()), "128+")
MARKS = {"prompt": "the first word", "loop": "one turn of the loop"}


def said(texts: tuple[Text, ...]) -> View:
    """Show the words of the walk."""
    return figures.prose(texts, stops=(HORIZON,), unit="Step", title="What it says", marks=MARKS)


def walk(path: Array, states: int, case: str, tail: int, cycle: int) -> View:
    """Draw the words on a circle, the commonest at the top, and the arrows taken."""
    place = path / states
    if case == "text":  # where all walks lead to the few commonest words
        place = np.log1p(path) / np.log1p(states)
    angle = 2 * np.pi * place
    x, y, t = np.sin(angle), np.cos(angle), np.arange(HORIZON + 1)
    closed = tail + cycle
    loop = (t >= tail) & (t <= closed) & (t[:, None] >= closed)
    around = np.linspace(0, 2 * np.pi, 121)
    data = [
        _line("all words", np.sin(around), np.cos(around), style.line(style.GREY, width=1)),
        _line("the walk", Upto(x), Upto(y), style.line(style.BLUE, width=1.5)),
        _line(
            "its loop",
            At(np.where(loop, x, np.nan)),
            At(np.where(loop, y, np.nan)),
            style.line(style.VERMILLION, width=4),
        ),
        _line("here", At(x[:, None]), At(y[:, None]), {})
        | {"mode": "markers", "marker": {"size": 11, "symbol": "circle", "color": style.ORANGE}},
    ]
    blank = {"range": [-1.1, 1.1], "showticklabels": False, "showgrid": False}
    x_axis = style.axis("", **blank)
    y_axis = style.axis("", **blank, scaleanchor="x")
    layout = style.layout("The same walk, on the circle of all words", x_axis, y_axis)
    return {"data": data, "layout": {**layout, "margin": {"l": 4, "r": 4, "t": 4, "b": 4}}}


def lengths(lengths_theory: Array, lengths: Array) -> View:
    """Draw how long the loops are, beside the law of random maps."""
    return figures.bars(
        {"theory, random maps": lengths_theory, "found": lengths},
        LENGTHS,
        title="Length of the loop, over many walks",
        quantity="share of the walks",
        along="steps in the loop: 1, 2 to 3, 4 to 7, …",
        y_range=(0, 1),
    )


def _line(name: Message, x: Any, y: Any, look: dict[str, Any]) -> dict[str, Any]:
    shared = {"type": "scatter", "mode": "lines", "name": name, "hoverinfo": "skip"}
    return {**shared, "x": x, "y": y, "line": look}


@explorable(
    title="Always the likeliest word",
    views=(said, walk, lengths),
    cursor=Cursor("steps", 0, HORIZON),
    say={
        "text": "Step {steps:d}, different words so far: {said:d}. Walks from all {states:,d} "
        "words of this text end in a loop, of {mean:.2g} steps on average (a full stop is a "
        "step too).",
        "map": "Step {steps:d}, different words so far: {said:d}. In random maps of {states:,d} "
        "words the loop has {mean:.2g} steps on average; theory says {mean_theory:.2g}.",
    },
    caveat="A toy: it looks at one word and never draws lots. Chatbots look at thousands and "
    "mostly draw lots: this does not show that they end in loops.",
    lesson="notebooks/03_telephone_game.ipynb",
)
def loops(
    arrows: Annotated[
        str,
        Choice(
            {"text": "the text's likeliest", "map": "a random one"},
            label="next word",
            help="Whether the likeliest next word is the real text's or one drawn at random.",
        ),
    ] = "text",
    states: Annotated[
        int,
        Slider(
            10,
            2_000,
            log=True,
            label="random words",
            shown="{meaning}",
            help="How many words there are at random: the commonest ones of the text, or all "
            "it has.",
        ),
    ] = 1_000,
    seed: Annotated[int, Reroll(label="Another walk")] = 0,
    text: Annotated[
        Corpus | None, Data(label="text", help="The real text; Python's manual by default.")
    ] = None,
) -> dict[str, Any]:
    """Walk from one word to the likeliest next one, and so on.

    `path` is the word after each step, by its rank, and `said` how many different ones that are;
    `tail` and `cycle` are the steps before this walk enters its loop and that loop's length, beyond
    the last step where it has not closed by then. `lengths` are shares of the walks from every
    word, of the text's model or of many random maps; `mean_theory` is (Q + 1)/2, about
    √(πV/8) + 1/3.
    """
    corpus = manual() if text is None else text
    rng = np.random.default_rng(seed)
    if arrows == "text":
        path, cycles, size = _in_the_text(corpus, rng)
        meaning = f"not used: the text has {size:,d}"
    else:
        size = min(states, len(corpus.vocabulary))
        path, cycles = _at_random(size, rng)
        meaning = f"the text has only {size:,d}" if size < states else ""
    tail, cycle = _closing(path.tolist())
    first = {word: step for step, word in reversed(list(enumerate(path.tolist())))}
    law = cycle_probabilities(size)
    return {
        "case": arrows,
        "states": size,
        "meaning": meaning,
        "path": path,
        "texts": tuple(retold(corpus, path[:1], path[1 : step + 1]) for step in range(HORIZON + 1)),
        "said": np.array([sum(at <= step for at in first.values()) for step in range(HORIZON + 1)]),
        "tail": tail,
        "cycle": cycle,
        "lengths": _binned(np.bincount(cycles)[1:] / len(cycles)),
        "lengths_theory": _binned(law),
        "mean": float(cycles.mean()),
        "mean_theory": float(theory.greedy_cycle_mean(size)),
    }


def cycle_probabilities(states: int) -> Array:
    """Return how likely a walk on a random map ends in a loop of 1, 2, …, V steps.

    Parameters
    ----------
    states : int
        Places, V.

    Returns
    -------
    ndarray, shape ``(V,)``
        ``Σ_{j ≥ k} V! / ((V - j)! V^(j+1))``: the walk comes back after j different places, to
        each of them alike.
    """
    different = np.cumprod(1 - np.arange(states) / states)
    return np.cumsum((different / states)[::-1])[::-1]


def _in_the_text(corpus: Corpus, rng: np.random.Generator) -> tuple[Array, Array, int]:
    """Return one greedy walk, the loop's length from every word, and how many words there are."""
    model = NGram(2).fit(NGramCounts.of(corpus.train, 2, corpus.size))
    known = np.flatnonzero(model.words.p)
    start = int(rng.choice(known))
    greedy: Any = Greedy()(model)
    path = greedy.continued([start], HORIZON, rng)[0]
    one_word = slice(*model.plain.levels[1:3])
    cycles = orbits(greedy_successors(model)).cycle[one_word]
    return np.concatenate([[start], path]), cycles, len(known)


def _at_random(states: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return one walk on a random map, and the loop's length from every place of many maps."""
    maps = rng.integers(states, size=(max(1, MAPPED // states), states))
    path = [int(rng.integers(states))]
    for _ in range(HORIZON):
        path.append(int(maps[0, path[-1]]))
    side_by_side = maps + states * np.arange(len(maps))[:, None]
    return np.array(path), orbits(side_by_side.ravel()).cycle


def _closing(path: list[int]) -> tuple[int, int]:
    """Return the steps before a walk's loop, and the loop's length; beyond the end for none."""
    seen: dict[int, int] = {}
    for step, word in enumerate(path):
        if word in seen:
            return seen[word], step - seen[word]
        seen[word] = step
    return len(path), 1


def _binned(shares: Array) -> Array:
    """Return shares of the lengths 1, 2, … as shares of the bins."""
    padded = np.zeros(max(len(shares), EDGES[-1]))
    padded[: len(shares)] = shares
    return np.add.reduceat(padded, EDGES - 1)
