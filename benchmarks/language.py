"""The telephone game: how fast text is generated, beside NLTK, and what becomes of it.

``python benchmarks/language.py``
"""

from __future__ import annotations

import os
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable
from functools import partial

import numpy as np
from nltk.lm import MLE
from nltk.util import everygrams
from report import Report, seconds, side_by_side

from collapse_lib import (
    Accumulate,
    Greedy,
    Growing,
    Refresh,
    Replace,
    Temperature,
    Tempered,
    simulate,
)
from collapse_lib.language import Corpus, NGram, metrics

CORPUS = Corpus.default()
DOCUMENTS, LENGTH, GENERATIONS, SEEDS = 200, 200, 10, 20
N = DOCUMENTS * LENGTH
RECORD = {  # the four of the lesson
    "types": metrics.survivors,
    "entropy": metrics.unigram_entropy,
    "held-out perplexity": metrics.held_out_perplexity,
    "own perplexity": metrics.own_perplexity,
}
STATES = {**RECORD, "repeated 4-grams": metrics.repetition(4), "distinct-2": metrics.distinct(2)}


def step(temperature: float = 1.0, seed: int = 0) -> None:
    """What a move of a slider costs: generations, fits and four metrics."""
    regime = Tempered(Replace(), Temperature(temperature))
    simulate(CORPUS, NGram(2), regime, n=N, generations=GENERATIONS, rng=seed, record=RECORD)


def nltk_bigram() -> MLE:
    """The same bigram in NLTK."""
    words = CORPUS.vocabulary.decode(CORPUS.train.ids)
    rows = [words[first : first + LENGTH] for first in range(0, len(words), LENGTH)]
    model = MLE(2)
    model.fit([list(everygrams(row, max_len=2)) for row in rows], words)
    return model


def of_processor(run: Callable[[], object]) -> float:
    """Return the processor time of one call, which neighbours on the machine hardly change."""
    start = time.process_time()
    run()
    return time.process_time() - start


def speed(report: Report) -> None:
    theirs = nltk_bigram()
    model = simulate(CORPUS, NGram(2), n=len(CORPUS.train.ids), generations=1, rng=0)[1]
    few = 300
    ours, nltk = side_by_side(
        lambda: model.sample(N, np.random.default_rng(0)),
        lambda: theirs.generate(few, text_seed=["the"], random_seed=0),
        rounds=9,
    ).min(axis=0)
    report.at_least("bigram, tokens a second / NLTK's", N / ours / (few / nltk), 50, "x")
    report.at_least("bigram on one core, million tokens a second", N / ours / 1e6, 2)
    report.note(f"NLTK {few / nltk:,.0f} tokens a second")
    for temperature in (1.0, 0.5):
        run = partial(step, temperature)
        run()
        what = f"{DOCUMENTS} x {LENGTH} tokens x {GENERATIONS} generations at T = {temperature:g}"
        best = min(of_processor(run) for _ in range(15))
        report.at_most(f"{what}, fits and four metrics", 1e3 * best, 150, " ms")
        report.note(f"by the clock {1e3 * min(seconds(run) for _ in range(15)):.0f} ms")


def outcomes(report: Report) -> None:
    """Mean and standard error of generation 10, beside generation 1."""
    regimes = {
        "replace": (Replace(), N),
        "replace, T = 0.8": (Tempered(Replace(), Temperature(0.8)), N),
        "replace, T = 0.5": (Tempered(Replace(), Temperature(0.5)), N),
        "replace, greedy": (Tempered(Replace(), Greedy()), N),
        "synthetic only, growing": (Replace(), Growing(N // 4)),
        "replace, n / 4": (Replace(), N // 4),
        "accumulate, n / 4": (Accumulate(), N // 4),
        "accumulate": (Accumulate(), N),
        "refresh, 10 % real": (Refresh(0.1), N),
    }
    for name, (regime, n) in regimes.items():
        run = simulate(
            CORPUS,
            NGram(2),
            regime,
            n=n,
            generations=GENERATIONS,
            replicates=SEEDS,
            rng=0,
            record=STATES,
        )
        report.note(name)
        for metric, trace in run.recorded.items():
            error = trace[-1].std(ddof=1) / np.sqrt(SEEDS)
            report.note(
                f"    {metric:<22}{trace[1].mean():10.4g} -> {trace[-1].mean():.4g} ± {error:.2g}"
            )


def main() -> None:
    report = Report(f"The telephone game on {CORPUS}")
    report.note(f"text of sha256 {CORPUS.sha256}")
    speed(report)
    report = Report(
        f"What becomes of it in {GENERATIONS} generations, {SEEDS} seeds", report.missed
    )
    outcomes(report)
    report.close()


if __name__ == "__main__":
    main()
