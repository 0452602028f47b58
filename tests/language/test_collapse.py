"""What the telephone game shows, on the default text: means over 20 seeds and their errors."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from collapse_lib import Accumulate, Greedy, Growing, Refresh, Replace, Temperature, Tempered
from collapse_lib import simulate as play
from collapse_lib.language import Corpus, NGram, metrics

CORPUS, SEEDS, GENERATIONS = Corpus.default(), 20, 10
RECORD = {
    "types": metrics.survivors,
    "entropy": metrics.unigram_entropy,
    "held_out": metrics.held_out_perplexity,
    "own": metrics.own_perplexity,
    "repetition": metrics.repetition(4),
}
REGIMES = {
    "replace": Replace(),
    "cool": Tempered(Replace(), Temperature(0.8)),
    "cold": Tempered(Replace(), Temperature(0.5)),
    "greedy": Tempered(Replace(), Greedy()),
    "accumulate": Accumulate(),
    "refresh": Refresh(0.1),
}


@cache
def traces(regime, n=8_000):
    """Traces of 20 lineages, shape ``(generations + 1, seeds)``; `n` None grows."""
    run = play(
        CORPUS,
        NGram(2),
        REGIMES[regime],
        n=n or Growing(8_000),
        generations=GENERATIONS,
        replicates=SEEDS,
        rng=1,
        record=RECORD,
    )
    return run.recorded


def above(low, high):
    """By how many standard errors `high` exceeds `low`, both one value per seed."""
    return (high.mean() - low.mean()) / np.hypot(*(x.std(ddof=1) / SEEDS**0.5 for x in (low, high)))


def test_half_of_the_words_die_while_entropy_hardly_moves():
    run = traces("replace", n=40_000)
    left = run["types"][-1] / run["types"][1]
    kept = run["entropy"][-1] / run["entropy"][1]
    error = left.std(ddof=1) / SEEDS**0.5
    assert 0.4 < left.mean() - 4.5 * error < left.mean() + 4.5 * error < 0.65
    error = kept.std(ddof=1) / SEEDS**0.5
    assert 0.92 < kept.mean() - 4.5 * error < kept.mean() + 4.5 * error < 0.995


def test_a_little_less_temperature_and_repeats_take_over():
    real = metrics.repetition(4)(CORPUS, CORPUS)
    plain, cool, greedy = (traces(name)["repetition"][-1] for name in ("replace", "cool", "greedy"))
    assert real < 0.05
    assert plain.mean() < 0.1
    assert above(plain, cool) > 4.5
    assert cool.mean() > 0.4
    assert greedy.mean() > 0.8


def test_the_ordering_of_gerstgrasser_and_others_holds():
    start = traces("accumulate")["held_out"][1]
    accumulate, growing, replace, cool, cold = (
        traces(*run)["held_out"][-1]
        for run in (("accumulate",), ("replace", None), ("replace",), ("cool",), ("cold",))
    )
    order = [accumulate, growing, replace, cool, cold]
    for better, worse in pairwise(order):
        assert above(better, worse) > 4.5
    # "much worse": replacing loses several times what growing loses
    assert (replace - start).mean() > 2 * (growing - start).mean()


def test_some_real_text_in_each_generation_keeps_words_alive():
    assert above(traces("replace")["types"][-1], traces("refresh")["types"][-1]) > 4.5
    assert above(traces("refresh")["held_out"][-1], traces("replace")["held_out"][-1]) > 4.5


@pytest.mark.parametrize("name", ["replace", "cool", "cold"])
def test_confidence_in_one_s_own_text_grows_while_real_text_surprises_more(name):
    run = traces(name)
    assert above(run["own"][-1], run["own"][1]) > 4.5
    assert above(run["held_out"][1], run["held_out"][-1]) > 4.5
