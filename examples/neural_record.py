"""Record lineages of neural networks that learn from each other's text.

    pip install 'collapse_lib[neural]'
    python examples/neural_record.py

Each network is trained from scratch on what the regime of its lineage provides; the first of
every lineage reads the manual of Python only. A network takes some ten seconds on one idle core,
a lineage about two minutes, all fifteen half an hour. Finished lineages are kept in the folder
`neural_record`, so that the same command goes on where it was stopped; then the record, which
`collapse_lib.language.recorded` reads, is written into the library.

The corpus differs from one version of Python to the next, and arithmetic in the last digits from
one processor to the next: the record says where it was made. Look at its trajectories with
`recorded().trace("held_out_loss", "replace")`.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from itertools import islice
from time import process_time
from typing import Any

import numpy as np
from numpy.random import SeedSequence

from collapse_lib import Accumulate, Greedy, Refresh, Replace, Temperature, Tempered, simulate
from collapse_lib.checks import Array
from collapse_lib.language import Corpus, Documents, NGram, NGramCounts, metrics
from collapse_lib.language.neural import Recurrent
from collapse_lib.language.record import SHIPPED, TRACES, NeuralRecord
from collapse_lib.sweep import SweepResult, sweep

REGIMES = {
    "replace": Replace(),
    "temperature 0.8": Tempered(Replace(), Temperature(0.8)),
    "temperature 0.5": Tempered(Replace(), Temperature(0.5)),
    "accumulate": Accumulate(),
    "real 10 %": Refresh(0.1),
}
GENERATIONS = 10
REPLICATES = 3
PROMPTS = ("The value of", "If the", "When a class", "This is")
TOKENS = 60  # words that continue a prompt
CHECKED = 200  # training steps that a test makes again
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def lineage(regime: str, replicate: int, rng: SeedSequence) -> Mapping[str, Any]:
    """Train the networks of one lineage, and let each of them write.

    Parameters
    ----------
    regime : str
        One of `REGIMES`.
    replicate : int
        Seed of everything, so that all regimes start from the same first network.
    rng : SeedSequence
        The cell's own seed, not used.

    Returns
    -------
    mapping
        Of arrays whose first axis is the generation: ``real`` and ``own``, the scores of the
        real held-out text and of what the network wrote; ``written``, that text, where index 0
        is real text; ``back``, how many words it wrote that it had not read; ``sampled`` and
        ``greedy``, its continuations of the prompts. Besides ``read``, the last n words
        that network 2 was trained on, and ``seconds``, what it took.
    """
    started = process_time()
    corpus = Corpus.default()
    n = len(corpus.train.ids) // (10 * corpus.length) * (10 * corpus.length)
    learner = Recurrent(seed=replicate)
    policy = REGIMES[regime]
    models = simulate(corpus, learner, policy, n=n, generations=GENERATIONS, rng=replicate)
    real, own = np.full((2, GENERATIONS + 1, 4), np.nan)
    written = np.empty((GENERATIONS + 1, n), np.uint16)
    back = np.zeros(GENERATIONS + 1, int)
    continued = np.zeros((2, GENERATIONS + 1, len(PROMPTS), TOKENS), np.uint16)
    written[0] = corpus.sample(n, np.random.default_rng(replicate))
    for t, model in enumerate(models.models[1:], start=1):
        dice = np.random.default_rng([replicate, t])
        voice = policy.temper(model)
        text = voice.sample(n, dice)[:, 0]
        written[t] = text
        back[t] = len(np.setdiff1d(text, np.flatnonzero(model.words.p[0])))
        for scores, documents in (
            (real, corpus.held_out),
            (own, Documents(text, corpus.length)),
        ):
            scores[t] = [score[0] for score in vars(model.score(documents)).values()]
        for place, prompt in enumerate(PROMPTS):
            words = corpus.encode(prompt)
            for kind, speaker in enumerate((voice, Greedy()(model))):
                continued[kind, t, place] = speaker.continued(words, TOKENS, dice)[0, :, 0]
    read = np.concatenate([part.ids[:, 0] for part in models[2].counts.parts])
    return {
        "real": real,
        "own": own,
        "written": written,
        "back": back,
        "sampled": continued[0],
        "greedy": continued[1],
        "read": read[-n:].astype(np.uint16),
        "seconds": process_time() - started,
    }


def measured(written: Array, corpus: Corpus) -> tuple[dict[str, float], list[float]]:
    """Return the instruments of one network's text, and the survival of each tenth of the words."""
    text = Documents(written.astype(np.int32), corpus.length)
    reader = NGram(1).fit(NGramCounts.of(text, 1, corpus.size))  # which has read just this
    values = {
        "survivors": metrics.survivors,
        "unigram_entropy": metrics.unigram_entropy,
        "distinct_2": metrics.distinct(2),
        "repetition_4": metrics.repetition(4),
        "looping": metrics.looping,
    }
    deciles = [float(metrics.decile_survivors(d)(reader, corpus)) for d in range(1, 11)]
    return {name: float(metric(reader, corpus)) for name, metric in values.items()}, deciles


def record(found: SweepResult) -> NeuralRecord:
    """Return the record of all lineages; arrays of `found` begin ``(replicates, regimes)``."""
    corpus = Corpus.default()
    for replicate, written in enumerate(found["written"]):
        real = corpus.sample(written.shape[-1], np.random.default_rng(replicate))
        if np.any(written[:, 0] != real):
            raise ValueError("the folder must hold lineages of this corpus, not of another one")
    shape = found["back"].transpose(2, 1, 0).shape
    traces = {name: np.full(shape, np.nan) for name in TRACES}
    deciles = np.empty((*shape, 10))
    for t, regime, replicate in np.ndindex(shape):
        place = t, regime, replicate
        values, deciles[place] = measured(found["written"][replicate, regime, t], corpus)
        real, own = (found[name][replicate, regime, t] for name in ("real", "own"))
        values |= dict(
            zip(("held_out_loss", "confidence", "accuracy", "expected_entropy"), real, strict=True)
        )
        values |= dict(zip(("own_loss", "own_confidence", "own_accuracy"), own[:3], strict=True))
        values["returned"] = found["back"][replicate, regime, t]
        for name, value in values.items():
            traces[name][place] = value
    traces["returned"][0] = np.nan
    pages = found["read"][0, 0].reshape(-1, corpus.length)
    learner = Recurrent()
    losses = [loss for _, loss in islice(learner.training(pages, corpus.size), CHECKED)]
    packages = ("numpy", "jax", "jaxlib", "optax")
    return NeuralRecord(
        regimes=tuple(REGIMES),
        traces=traces,
        deciles=deciles,
        prompts=PROMPTS,
        vocabulary=corpus.vocabulary,
        sampled=np.moveaxis(found["sampled"], 2, 0)[1:].swapaxes(1, 2),
        greedy=np.moveaxis(found["greedy"], 2, 0)[1:].swapaxes(1, 2),
        pages=pages,
        losses=np.array(losses),
        settings={
            "learner": asdict(learner),
            "n": pages.size,
            "corpus": {"name": corpus.name, "sha256": corpus.sha256},
            "python": platform.python_version(),
            "processor": platform.machine(),
            "versions": {name: version(name) for name in packages},
            "seconds": found["seconds"].T.round().tolist(),
        },
    )


def main(replicates: int = REPLICATES, save: str = "neural_record") -> None:
    """Make the record; finished lineages are kept in the folder `save`."""
    os.environ.setdefault("XLA_FLAGS", ONE_THREAD)  # so that sums have the same order everywhere
    grid = {"replicate": range(replicates), "regime": list(REGIMES)}
    made = record(sweep(lineage, grid, save=save))
    made.save(SHIPPED)
    print(f"{SHIPPED.name}: {SHIPPED.stat().st_size / 1000:.0f} kB")
    print("Perplexity of real text, and of one's own, first and last network")
    for regime in made.regimes:
        for name in ("held_out_loss", "own_loss"):
            first, last = np.exp(made.trace(name, regime)[[1, -1]].mean(axis=1))
            print(f"{regime:>16} {name:<14}{first:>8.4g}{last:>8.4g}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
