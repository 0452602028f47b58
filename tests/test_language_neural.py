"""The network: its arithmetic against plain numpy, its learning, and the record made again."""

import importlib.util
import subprocess
import sys
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from collapse_lib import (
    Accumulate,
    Anchor,
    Greedy,
    Replace,
    Subsample,
    Temperature,
    Tempered,
    TopK,
    simulate,
)
from collapse_lib.language import Corpus, Documents, NGramCounts, metrics
from collapse_lib.language import neural as module
from collapse_lib.language.neural import Network, Recurrent
from collapse_lib.language.record import SHIPPED, TRACES, recorded

SMALL = Recurrent(width=8, steps=30, streams=2, stretch=4)
WORDS, LENGTH = 7, 9
TOLERANCE = 2e-3  # nats per word


def text(seed=0, documents=6, words=WORDS, batch=()):
    """Random documents, in which word 0 is common and the last one rare."""
    p = 0.6 ** np.arange(words)
    ids = np.random.default_rng(seed).choice(words, (documents * LENGTH, *batch), p=p / p.sum())
    return NGramCounts.of(Documents(ids.astype(np.int32), LENGTH), 1, words)


@pytest.fixture(scope="module")
def network():
    """A network whose weights are far from zero, so that every part of the arithmetic shows."""
    rng = np.random.default_rng(1)
    shapes = {"words": (WORDS, 8), "bias": (WORDS,), "input": (8, 24), "memory": (8, 24)}
    weights = {name: rng.normal(size=shape) for name, shape in (shapes | {"gates": (24,)}).items()}
    return Network({name: array.astype(np.float32) for name, array in weights.items()}, text())


def expected(network, read, order=(0, 1, 2)):
    """The log-probability of every next word after each of `read`, in double precision.

    `order` is that of the reset gate, the update gate and the new memory among the weights.
    """
    w = {name: array.astype(float) for name, array in network.weights.items()}

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    memory, found = np.zeros(8), []
    for word in read:
        into = np.split(w["words"][word] @ w["input"] + w["gates"], 3)
        back = np.split(memory @ w["memory"], 3)
        reset, update = (sigmoid(into[k] + back[k]) for k in order[:2])
        new = np.tanh(into[order[2]] + reset * back[order[2]])
        memory = update * memory + (1 - update) * new
        scores = w["words"] @ memory + w["bias"]
        found.append(scores - np.logaddexp.reduce(scores))
    return np.array(found)


# --- reading ---------------------------------------------------------------------------------


def by_hand(network, pages, **how):
    """Loss, top, hits and entropy of documents, read one after the other."""
    rows = [expected(network, page[:-1], **how) for page in pages]
    log, came = np.concatenate(rows), np.concatenate([page[1:] for page in pages])
    return (
        -log[np.arange(len(came)), came].mean(),
        np.exp(log.max(axis=1)).mean(),
        (log.argmax(axis=1) == came).mean(),
        -(np.exp(log) * log).sum(axis=1).mean(),
    )


def test_the_scores_are_those_of_the_formula(network):
    documents = text(seed=2).parts[0]
    scores = tuple(vars(network.score(documents)).values())
    np.testing.assert_allclose(scores, by_hand(network, documents.whole), rtol=1e-5)
    swapped = by_hand(network, documents.whole, order=(1, 0, 2))
    assert abs(swapped[0] - scores[0]) > 0.01


def test_each_document_is_read_from_its_own_beginning(network):
    documents = text(seed=3).parts[0]
    turned = Documents(documents.whole[::-1].ravel(), LENGTH)
    loss = network.score(documents).loss
    np.testing.assert_allclose(network.score(turned).loss, loss, rtol=1e-6)
    run_on = Documents(documents.ids, 2 * LENGTH)
    assert abs(network.score(run_on).loss - loss) > 1e-3


def test_scores_do_not_hear_the_temperature(network):
    documents = text(seed=2).parts[0]
    cold = network.decoded(Temperature(0.3))
    assert vars(cold.score(documents)) == vars(network.score(documents))


# --- writing ---------------------------------------------------------------------------------


def farthest(counts, p):
    """The largest distance of counts from the law `p`, in standard errors."""
    n = counts.sum()
    return np.abs((counts - n * p) / np.sqrt(n * p * (1 - p))).max()


@pytest.mark.parametrize("temperature", [1.0, 0.5, 2.0])
def test_the_next_word_follows_the_tempered_law(network, temperature):
    prompt, n = [3, 1, 4], 20_000
    said = network.decoded(Temperature(temperature)).continued(
        prompt, 1, np.random.default_rng(4), documents=n
    )
    assert said.shape == (n, 1)
    counts = np.bincount(said.ravel(), minlength=WORDS)
    log = expected(network, prompt)[-1] / temperature
    p = np.exp(log - np.logaddexp.reduce(log))
    assert farthest(counts, p) < 4.5
    wrong = np.exp(expected(network, prompt)[-1] / (temperature + 0.3))
    assert farthest(counts, wrong / wrong.sum()) > 4.5


def test_a_second_word_knows_the_first_and_the_prompt(network):
    said = network.continued([2, 5], 2, np.random.default_rng(5), documents=20_000)
    first = np.bincount(said[:, 0], minlength=WORDS).argmax()
    counts = np.bincount(said[said[:, 0] == first, 1], minlength=WORDS)
    assert farthest(counts, np.exp(expected(network, [2, 5, first])[-1])) < 4.5
    assert farthest(counts, np.exp(expected(network, [first])[-1])) > 4.5


def test_greedy_takes_the_likeliest_word_each_time(network):
    said = Greedy()(network).continued([6], 12, np.random.default_rng(6), documents=2)
    read = [6]
    for _ in range(12):
        read.append(int(expected(network, read)[-1].argmax()))
    np.testing.assert_array_equal(said, [read[1:]] * 2)


def test_documents_begin_with_a_word_of_the_training_text(network):
    n = 4_000 * LENGTH
    said = network.sample(n, np.random.default_rng(7))
    assert said.shape == (n,)
    assert said.dtype == np.int32
    counts = np.bincount(said[::LENGTH], minlength=WORDS)
    p = network.words.p
    alive = p > 0
    assert not counts[~alive].any()
    assert farthest(counts[alive], p[alive]) < 4.5
    assert farthest(np.bincount(said, minlength=WORDS)[alive], p[alive]) > 4.5
    np.testing.assert_array_equal(network.sample(n - 3, np.random.default_rng(7)), said[:-3])


# --- learning --------------------------------------------------------------------------------


def test_the_same_text_makes_the_same_network_and_another_seed_another():
    data = text()
    first, again = SMALL.fit(data), SMALL.fit(data)
    others = replace(SMALL, seed=1).fit(data), SMALL.fit(text(seed=1))
    for name, array in first.weights.items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(again.weights[name], array)
        for other in others:
            assert not np.array_equal(other.weights[name], array)


def test_a_rule_that_is_there_is_learned():
    """In the text 0 1 2 … 6 0 1 … only the first word of a document is a surprise."""
    rule = (np.arange(LENGTH) + np.arange(14)[:, None]) % WORDS
    rule = Documents(rule.ravel().astype(np.int32), LENGTH)
    learner = replace(SMALL, steps=300, decay=0.0, dropout=0.0)
    learned = learner.fit(NGramCounts.of(rule, 1, WORDS))
    assert learned.score(rule).loss < 0.1
    assert learned.score(rule).hits == 1
    assert learned.score(text().parts[0]).loss > 1


def test_a_batch_is_its_members_side_by_side():
    data = text(batch=(3,))
    model = SMALL.fit(data)
    assert model.batch == (3,)
    last = NGramCounts.of(Documents(data.parts[0].ids[:, 2], LENGTH), 1, WORDS)
    for name, array in SMALL.fit(last).weights.items():
        np.testing.assert_array_equal(model.weights[name][2], array)
    rng = np.random.default_rng(8)
    assert model.sample(25, rng).shape == (25, 3)
    assert model.continued([1, 2], 4, rng, documents=5).shape == (5, 4, 3)
    assert model.score(text().parts[0]).loss.shape == (3,)
    assert model.expand((2, 3)).sample(5, rng).shape == (5, 2, 3)


@pytest.mark.parametrize("regime", [Replace(), Accumulate(), Anchor(0.5), Subsample()])
def test_it_learns_under_every_regime_and_the_first_reads_real_text(regime):
    corpus = Corpus("This is a cat. That was the dog. It is not a bird. " * 20, length=10)
    lineage = simulate(
        corpus, SMALL, Tempered(regime, Temperature(0.5)), n=80, generations=2, rng=0
    )
    assert lineage[1].batch == (1,)
    real = {tuple(page) for page in corpus.train.whole}
    assert {tuple(page[:, 0]) for page in lineage[1].documents.whole} <= real
    assert not {tuple(page[:, 0]) for page in lineage[2].documents.whole} <= real
    assert 0 < lineage.trace(metrics.survivors)[2, 0] <= len(corpus.vocabulary)
    read = sum(len(part.whole) for part in lineage[2].counts.parts)
    assert lineage[2].grams(2).counts.sum() == 9 * read


def test_the_instruments_of_text_measure_networks_too():
    corpus = Corpus("This is a cat. That was the dog. It is not a bird. " * 20, length=LENGTH)
    lineage = simulate(corpus, SMALL, n=8 * LENGTH, generations=2, replicates=2, rng=0)
    model = lineage[2]
    scores = model.score(corpus.held_out)
    perplexity = lineage.trace(metrics.held_out_perplexity)
    np.testing.assert_allclose(np.log(perplexity[2]), scores.loss)
    assert np.isnan(perplexity[0]).all()
    np.testing.assert_array_equal(lineage.trace(metrics.confidence)[2], scores.top)
    np.testing.assert_array_equal(lineage.trace(metrics.accuracy)[2], scores.hits)
    for metric in (metrics.distinct(2), metrics.repetition(2), metrics.looping, metrics.zipf_slope):
        assert lineage.trace(metric).shape == (3, 2)
    types = [len(np.unique(text)) for text in model.documents.ids.T]
    np.testing.assert_array_equal(lineage.trace(metrics.survivors)[2], types)


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("width", 0, "width must be a whole number of at least 1, not 0"),
        ("steps", 1.5, "steps must be a whole number of at least 1, not 1.5"),
        ("seed", -1, "seed must be a whole number of at least 0, not -1"),
        ("rate", 0, "rate must be a number above 0, not 0"),
        ("decay", -0.1, "decay must be a number of at least 0, not -0.1"),
        ("dropout", 2, "dropout must be a number between 0 and 1, not 2"),
        ("dropout", 1, "dropout must be below 1, or nothing is left to learn from, not 1"),
    ],
)
def test_a_number_out_of_its_range_is_named(field, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        Recurrent(**{field: value})


def test_too_little_text_and_unequal_weights_are_refused():
    with pytest.raises(ValueError, match=r"n must be at least the words of 8 documents.* of 6"):
        Recurrent().fit(text())
    with pytest.raises(ValueError, match="weights must be equal where documents are read"):
        SMALL.fit(text() + 2.0 * text(seed=1))


def test_an_empty_prompt_and_an_unknown_decoding_are_refused(network):
    rng = np.random.default_rng(9)
    for prompt in ([], [[1, 2]], [WORDS], [-1]):
        with pytest.raises(ValueError, match=r"prompt must be a row of at least one number from 0"):
            network.continued(prompt, 3, rng)
    with pytest.raises(ValueError, match="tokens must be a whole number of at least 1, not 0"):
        network.continued([1], 0, rng)
    with pytest.raises(TypeError, match=r"by must be Greedy\(\) or Temperature of one number, not"):
        TopK(3)(network)
    with pytest.raises(TypeError, match="or Temperature of one number, not Temperature"):
        Temperature([0.5, 1.0])(network)
    with pytest.raises(ValueError, match="temperature must be a number of at least 0, not -1"):
        replace(network, temperature=-1)


def test_without_jax_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError, match=r"pip install 'collapse_lib\[neural\]'"):
        module._libraries.__wrapped__()


def test_reading_the_record_loads_no_jax():
    code = (
        "from collapse_lib.language.record import recorded; recorded(); "
        "import collapse_lib.language.neural, sys; assert not {'jax', 'optax'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- the record ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def record():
    return recorded()


def test_training_again_gives_the_recorded_numbers(record):
    """Float32 sums differ by processor in the sixth digit; another network differs in the first."""

    def losses(learner, steps):
        training = learner.training(record.pages, len(record.vocabulary))
        return np.array([loss for _, loss in islice(training, steps)])

    learner = Recurrent(**record.settings["learner"])
    assert len(record.losses) >= 200
    np.testing.assert_allclose(losses(learner, 200), record.losses[:200], atol=TOLERANCE)
    for wrong in (
        replace(learner, seed=1),
        replace(learner, rate=1.05 * learner.rate),
        replace(learner, dropout=learner.dropout + 0.01),
    ):
        assert np.abs(losses(wrong, 60) - record.losses[:60]).max() > 5 * TOLERANCE


def test_the_record_is_whole_and_small(record):
    shape = record.generations + 1, len(record.regimes), record.replicates
    assert record.generations >= 10
    assert record.replicates >= 3
    assert {name: trace.shape for name, trace in record.traces.items()} == dict.fromkeys(
        TRACES, shape
    )
    assert all(np.isfinite(trace[1:]).all() for trace in record.traces.values())
    assert SHIPPED.stat().st_size < 300_000
    assert record.settings["n"] == record.pages.size
    assert np.shape(record.settings["seconds"]) == shape[1:]
    assert len(record.settings["corpus"]["sha256"]) == 64
    assert {"jax", "optax", "numpy"} <= record.settings["versions"].keys()


def test_all_lineages_of_a_replicate_start_from_the_same_network(record):
    for name in ("held_out_loss", "confidence", "accuracy"):
        first = record.traces[name][1]
        np.testing.assert_array_equal(first, first[:1].repeat(len(record.regimes), axis=0))
    np.testing.assert_array_equal(record.greedy[0], record.greedy[0, :1].repeat(5, axis=0))


def test_recorded_instruments_agree_with_each_other(record):
    """Text at temperature 1 is drawn from what the network expects, so it is calibrated on it."""
    plain = [record.trace(name, "replace")[1:] for name in ("own_confidence", "own_accuracy")]
    words = record.settings["n"] * (1 - 1 / record.pages.shape[1])
    assert (np.abs(plain[0] - plain[1]) < 4.5 * 0.5 / np.sqrt(words)).all()
    cold = [record.trace(name, "temperature 0.5")[1] for name in ("own_confidence", "own_accuracy")]
    assert (cold[1] - cold[0] > 4.5 * 0.5 / np.sqrt(words)).all()


def test_a_network_is_quoted_with_its_prompt(record):
    said = record.tokens("replace", 1, 1, greedy=True)
    assert len(said) == record.greedy.shape[-1]
    text = record.text("replace", 1, 1, greedy=True)
    assert text.startswith(record.prompts[1])
    assert text.lower().endswith(said[-1].lower())
    assert said != record.tokens("replace", 1, 1)
    last = record.tokens("accumulate", record.generations, 0, record.replicates - 1)
    place = record.regimes.index("accumulate")
    assert last == record.vocabulary.decode(record.sampled[-1, place, -1, 0])


def test_what_the_record_does_not_hold_is_named(record):
    with pytest.raises(ValueError, match=r"regime must be 'replace', .* or 'real 10 %', not 'no'"):
        record.trace("survivors", "no")
    with pytest.raises(ValueError, match=r"name must be 'held_out_loss', .*, not 'no'"):
        record.trace("no", "replace")
    with pytest.raises(ValueError, match="generation must be at most 10, not 11"):
        record.text("replace", 11)
    with pytest.raises(ValueError, match="generation must be a whole number of at least 1, not 0"):
        record.text("replace", 0)
    with pytest.raises(ValueError, match="prompt must be at most 3, not 4"):
        record.text("replace", 1, 4)
    with pytest.raises(ValueError, match=f"replicate must be at most {record.replicates - 1}, not"):
        record.text("replace", 1, replicate=99)


def test_a_record_that_is_saved_comes_back_and_a_damaged_one_is_refused(record, tmp_path):
    path = tmp_path / "again.npz"
    record.save(path)
    again = recorded(path)
    for name in ("deciles", "sampled", "greedy", "pages", "losses"):
        np.testing.assert_array_equal(getattr(again, name), getattr(record, name))
    for name, trace in record.traces.items():
        np.testing.assert_array_equal(again.traces[name], trace)
    assert again.settings == record.settings
    assert again.vocabulary.tokens == record.vocabulary.tokens
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ValueError, match=r"'again.npz' must be a record of networks, but"):
        recorded(path)
    np.savez(path, words=np.zeros(3, np.uint8))
    with pytest.raises(ValueError, match=r"'again.npz' must be a record of networks, but"):
        recorded(path)
    np.savez(path, words=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="but Object arrays cannot be loaded"):
        recorded(path)
    with pytest.raises(FileNotFoundError):
        recorded(tmp_path / "nowhere.npz")


@pytest.mark.parametrize(
    ("field", "change", "sentence"),
    [
        ("regimes", lambda x: x[1:], r"regimes must have the shape \(5,\), not \(4,\)"),
        ("greedy", lambda x: x[1:], r"greedy must have the shape \(10, 5, \d+, 4, 60\), not \(9,"),
        (
            "sampled",
            lambda x: x[0],
            r"sampled must have five axes, not the shape \(5, \d+, 4, 60\)",
        ),
        ("traces", lambda x: {}, r"held_out_loss must have the shape \(11, 5, \d+\), not None"),
        ("pages", lambda x: x + 60_000, r"pages must hold numbers of the \d+ words, not 6\d+"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(record, field, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(record, **{field: change(getattr(record, field))})


def test_the_script_makes_a_record_and_takes_no_lineage_of_another_text(
    tmp_path, monkeypatch, capsys
):
    path = Path(__file__).parents[1] / "examples" / "neural_record.py"
    spec = importlib.util.spec_from_file_location("neural_record", path)
    script = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "neural_record", script)
    spec.loader.exec_module(script)
    manual = Corpus.default().text
    corpus, other = (Corpus(manual[start : start + 30_000], length=50) for start in (0, 30_000))
    for name, value in {
        "Corpus": SimpleNamespace(default=lambda: corpus),
        "Recurrent": partial(Recurrent, steps=3, width=4, streams=2),
        "REGIMES": {name: script.REGIMES[name] for name in ("replace", "real 10 %")},
        "GENERATIONS": 2,
        "CHECKED": 3,
        "SHIPPED": tmp_path / "made.npz",
    }.items():
        monkeypatch.setattr(script, name, value)
    monkeypatch.setenv("XLA_FLAGS", "")
    monkeypatch.chdir(tmp_path)
    script.main(1)
    made = recorded(tmp_path / "made.npz")
    assert made.regimes == ("replace", "real 10 %")
    assert (made.generations, made.replicates) == (2, 1)
    assert made.losses.shape == (3,)
    assert made.settings["corpus"]["sha256"] == corpus.sha256
    assert 0 <= made.trace("survivors", "replace")[0] <= len(np.unique(corpus.train.ids))
    assert (made.deciles[0, 0, 0, 5:] > 0.9).all()
    assert "real 10 % held_out_loss" in capsys.readouterr().out
    assert len(list((tmp_path / "neural_record").iterdir())) == 2
    monkeypatch.setattr(script, "Corpus", SimpleNamespace(default=lambda: other))
    with pytest.raises(ValueError, match="the folder must hold lineages of this corpus, not of"):
        script.main(1)
