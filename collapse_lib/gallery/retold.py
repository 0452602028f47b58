"""What a model said, as a text with marks: shared by the explorables of the telephone game."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from itertools import repeat

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.figures import Span, Text, View
from collapse_lib.language import Corpus
from collapse_lib.language.tokens import SENTENCE_ENDS, Tokenizer

PROMPT = "Note that it is"
SHORTEST = 4  # tokens that a loop must fill with whole turns, two or more


@cache
def manual() -> Corpus:
    """Return the default corpus, cut and counted once."""
    return Corpus.default()


@lru_cache(maxsize=4)  # of the texts that somebody looks at; a corpus is large
def opening(corpus: Corpus, tokens: int) -> Array:
    """Return a few words from which the real text goes on for `tokens` more: a prompt.

    Of the manual the beginning of a sentence; of another text the run of three words that
    occurs most often.
    """
    with suppress(ValueError):  # a word of it is not in the text
        prompt = corpus.encode(PROMPT)
        if len(_uses(corpus, prompt, tokens)):
            return prompt
    word = [any(map(str.isalnum, token)) for token in corpus.vocabulary.tokens]
    rows = corpus.train.whole[:, :-tokens].tolist()
    runs = (run for row in rows for run in zip(row, row[1:], row[2:], strict=False))
    counted = Counter(run for run in runs if all(word[i] for i in run))
    return np.array(counted.most_common(1)[0][0] if counted else corpus.train.ids[:3])


def first_use(corpus: Corpus, prompt: Array, tokens: int) -> Array:
    """Return how the real text goes on where it first has the prompt, up to `tokens` long."""
    found = _uses(corpus, prompt, tokens)
    row, start = found[0] if len(found) else (0, 0)
    return corpus.train.whole[row, start + len(prompt) :][:tokens]


def _uses(corpus: Corpus, prompt: Array, tokens: int) -> Array:
    """Return row and start of each place that has the prompt and `tokens` more."""
    rows = corpus.train.whole  # what lies between two documents may be held out
    windows = np.lib.stride_tricks.sliding_window_view(rows, len(prompt), axis=1)
    return np.argwhere((windows == prompt).all(axis=-1)[:, :-tokens])


def retold(
    corpus: Corpus,
    prompt: Array,
    said: Array,
    generation: int = 0,
    alive: Array | None = None,
) -> Text:
    """Return what was said as a text with marks.

    Parameters
    ----------
    corpus : Corpus
        Whose words they are.
    prompt, said : ndarray of int, shape ``(tokens,)``
        What was given, and what the model went on with.
    generation : int
        Which generation said it.
    alive : ndarray of bool, shape ``(generations + 1, V)``, optional
        Which words each generation knows; a word is struck out while a later one that does
        not know it is looked at.
    """
    ids = np.concatenate([prompt, said]).tolist()
    lost = [() if alive is None else _lost(alive, token, generation) for token in ids]
    return told(corpus.vocabulary.decode(ids), len(prompt), corpus.tokenizer, lost)


def told(
    tokens: Sequence[str],
    given: int,
    tokenizer: Tokenizer,
    lost: Sequence[tuple[int, ...]] = (),
) -> Text:
    """Return tokens as a text in which the prompt and the loops are marked.

    Parameters
    ----------
    tokens : sequence of str
        The prompt and what was said after it.
    given : int
        How many of them are the prompt.
    tokenizer : Tokenizer
        Which puts them together.
    lost : sequence of tuple of int, optional
        For each token the generations that do not know it.
    """
    pieces = tokenizer.pieces(tokens)
    lost = lost or [()] * len(tokens)
    spans = [Span("".join(pieces[:given]), "prompt")]
    at, longest = given, 0
    for first, last in turns(tokens, given):
        spans += map(Span, pieces[at:first], repeat(""), lost[at:first])
        gone = set[int]().union(*lost[first:last])
        spans.append(Span("".join(pieces[first:last]), "loop", tuple(gone)))
        at, longest = last, max(longest, last - first)
    spans += map(Span, pieces[at:], repeat(""), lost[at:])
    steps = "step" if longest == 1 else "steps"
    return Text(spans, f"a loop of {longest} {steps}" if longest else "")


def dotted(view: View) -> View:
    """Return a view of curves with a dot on each generation.

    What a model is measured by begins at generation 1, where one point makes no line yet.
    """
    for trace in view["data"]:
        trace["mode"] = "lines+markers"
        trace["marker"] = {"color": trace["line"]["color"], "size": 6}
    return view


def turns(tokens: Sequence[str], start: int = 0) -> Iterator[tuple[int, int]]:
    """Yield where each turn of a loop begins and ends: the same tokens, again and again.

    A loop has no beginning; its turns begin with a sentence, where there is one in it.
    """
    while start < len(tokens):
        length, count = _loop(tokens, start)
        ends = (i for i in range(start, start + length) if tokens[i] in SENTENCE_ENDS)
        late = (next(ends, start - 1) + 1 - start) % max(1, length)
        if late and (later := _loop(tokens, start + late))[1]:
            start, (length, count) = start + late, later
        for turn in range(count):
            yield start + turn * length, start + (turn + 1) * length
        start += max(1, length * count)


def _loop(tokens: Sequence[str], start: int) -> tuple[int, int]:
    """Return the length of the shortest loop that begins at `start`, and its turns; 0 for none."""
    for length in range(1, (len(tokens) - start) // 2 + 1):
        unit, count = tokens[start : start + length], 1
        while tokens[start + count * length : start + (count + 1) * length] == unit:
            count += 1
        if count > 1 and count * length >= SHORTEST:
            return length, count
    return 0, 0


def _lost(alive: Array, token: int, generation: int) -> tuple[int, ...]:
    """Return the later generations that do not know a token."""
    return tuple((np.flatnonzero(~alive[generation:, token]) + generation).tolist())
