"""Text metrics against their definitions, counted by hand."""

from collections import Counter

import numpy as np
import pytest

from collapse_lib import Categorical, Normal, simulate
from collapse_lib.language import Corpus, Documents, NGram, NGramCounts, metrics
from tests.language.reference import Reference, documents, fitted

CORPUS = Corpus.default()
LINEAGE = simulate(CORPUS, NGram(2), n=6_000, generations=3, replicates=2, rng=0)
MODEL = LINEAGE[2]
EXAMPLES = {
    "conditional_entropy": metrics.conditional_entropy(),
    "decile_survivors": metrics.decile_survivors(1),
    "distinct": metrics.distinct(),
    "divergence": metrics.divergence(2),
    "repetition": metrics.repetition(),
}
ASK_THE_MODEL = {"accuracy", "confidence", "held_out_perplexity", "own_perplexity"}
ALL = [name for name in metrics.__all__ if name != "perplexity"]


def metric(name):
    return EXAMPLES.get(name, getattr(metrics, name))


def grams(rows, n):
    """All n-grams of some documents."""
    return [tuple(row[i : i + n]) for row in rows for i in range(len(row) - n + 1)]


def rows_of(model, member=0):
    return model.documents.whole[..., member].tolist()


@pytest.mark.parametrize("name", ALL)
def test_a_metric_answers_with_the_models_batch(name):
    value = metric(name)(MODEL, CORPUS)
    assert np.shape(value) == (2,)
    trace = LINEAGE.trace(metric(name))
    assert trace.shape == (4, 2)
    np.testing.assert_array_equal(trace[2], value)
    wide = metric(name)(MODEL.expand((3, 2)), CORPUS)
    np.testing.assert_array_equal(wide, np.broadcast_to(value, (3, 2)))
    ran = simulate(
        CORPUS, NGram(2), n=6_000, generations=3, replicates=2, rng=0, record={name: metric(name)}
    )
    np.testing.assert_array_equal(ran.recorded[name], trace)


@pytest.mark.parametrize("name", ALL)
def test_a_batch_is_measured_member_by_member(name):
    value = metric(name)(MODEL, CORPUS)
    for member in range(2):
        text = Documents(MODEL.documents.ids[:, member], 200)
        alone = NGram(2).fit(NGramCounts.of(text, 2, CORPUS.size))
        np.testing.assert_allclose(metric(name)(alone, CORPUS), value[member], rtol=1e-12)


@pytest.mark.parametrize("name", ALL)
def test_a_corpus_has_text_but_foresees_nothing(name):
    value = metric(name)(CORPUS, CORPUS)
    assert np.shape(value) == ()
    no_loops = name.startswith("loop_")
    assert np.isnan(value) == (name in ASK_THE_MODEL or no_loops)


@pytest.mark.parametrize("name", ALL)
def test_other_models_are_refused(name):
    with pytest.raises(TypeError, match=f"{name} (measures text, and Normal|needs a corpus)"):
        metric(name)(Normal(), CORPUS)
    if name in ASK_THE_MODEL - {"own_perplexity"} | {"divergence"}:
        with pytest.raises(TypeError, match=f"{name} needs a corpus as the truth, not Normal"):
            metric(name)(MODEL, Normal())


# --- how well a model foresees ---------------------------------------------------------------


@pytest.mark.parametrize("smoothing", [None, "witten-bell", "kneser-ney"])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_perplexity_is_the_mean_surprise_of_every_token(order, smoothing):
    text, other = documents(seed=20), documents(seed=21, n=40)
    model, book = fitted(text, order, smoothing), Reference(text, order, smoothing)
    p = [
        book.probability(token, tuple(other.ids[start : start + place].tolist()))
        for start in range(0, 40, 12)
        for place, token in enumerate(other.ids[start : start + 12].tolist())
    ]
    with np.errstate(divide="ignore"):
        expected = np.exp(-np.mean(np.log(p)))
    np.testing.assert_allclose(metrics.perplexity(model, other), expected, rtol=1e-10)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_held_out_perplexity_has_fixed_weights(order):
    text = Documents(CORPUS.train.ids[:4_000], 200)
    model = fitted(text, order, size=CORPUS.size)
    counts = Counter(
        gram for n in range(1, order + 1) for gram in grams(text.whole.tolist(), n)
    ) + Counter({(): 4_000})
    follow = Counter()
    for gram, count in counts.items():
        if gram:
            follow[gram[:-1]] += count

    def probability(context, token):
        if not context:
            return 0.95 * counts[(token,)] / 4_000 + 0.05 / CORPUS.size
        shorter = probability(context[1:], token)
        if not follow[context]:
            return shorter
        return 0.5 * counts[(*context, token)] / follow[context] + 0.5 * shorter

    logs = [
        np.log(probability(tuple(row[max(0, place - order + 1) : place]), token))
        for row in CORPUS.held_out.whole.tolist()
        for place, token in enumerate(row)
    ]
    value = metrics.held_out_perplexity(model, CORPUS)
    np.testing.assert_allclose(value, np.exp(-np.mean(logs)), rtol=1e-10)


def test_copying_a_text_does_not_change_its_score():
    one = NGramCounts.of(Documents(CORPUS.train.ids[:4_000], 200), 2, CORPUS.size)
    values = [
        metrics.held_out_perplexity(NGram(2).fit(data), CORPUS)
        for data in (one, one + one, 7 * one)
    ]
    np.testing.assert_allclose(values, values[0], rtol=1e-12)


@pytest.mark.parametrize("smoothing", [None, "kneser-ney"])
def test_own_perplexity_is_that_on_the_training_text(smoothing):
    text = documents(seed=22)
    model, book = fitted(text, 2, smoothing), Reference(text, 2, smoothing)
    logs = [
        np.log(book.probability(second, (first,)))
        for first, second in grams(text.whole.tolist(), 2)
    ]
    np.testing.assert_allclose(metrics.own_perplexity(model, CORPUS), np.exp(-np.mean(logs)))


@pytest.mark.parametrize("smoothing", [None, "witten-bell", "kneser-ney"])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_confidence_and_accuracy_are_of_the_favourite(order, smoothing):
    model = NGram(order, smoothing).fit(
        NGramCounts.of(Documents(CORPUS.train.ids[:4_000], 200), order, CORPUS.size)
    )
    states, tokens = (part[:300, 0] for part in model.listen(CORPUS.held_out))
    rows = model.plain.dense(states)
    small = Documents(CORPUS.held_out.ids[:300], 200)
    truth = Corpus.trusted(**{**vars(CORPUS), "held_out": small})
    np.testing.assert_allclose(metrics.confidence(model, truth), rows.max(axis=1).mean())
    np.testing.assert_allclose(
        metrics.accuracy(model, truth), (rows.argmax(axis=1) == tokens).mean()
    )


# --- which words are left --------------------------------------------------------------------


def test_words_are_counted_in_the_training_text():
    rows = rows_of(MODEL)
    words = Counter(token for row in rows for token in row)
    p = np.array(list(words.values())) / 6_000
    assert metrics.survivors(MODEL, CORPUS)[0] == len(words)
    assert metrics.type_token_ratio(MODEL, CORPUS)[0] == len(words) / 6_000
    np.testing.assert_allclose(metrics.unigram_entropy(MODEL, CORPUS)[0], -np.sum(p * np.log(p)))
    x, y = np.log(np.arange(1, len(p) + 1)), np.log(np.sort(p)[::-1])
    np.testing.assert_allclose(metrics.zipf_slope(MODEL, CORPUS)[0], np.polyfit(x, y, 1)[0])


def test_deciles_are_those_of_the_real_text():
    real = Counter(CORPUS.train.ids.tolist())
    ranked = sorted(real, key=lambda word: (real[word], word))
    left = {token for row in rows_of(MODEL) for token in row}
    for decile in (1, 10):
        group = np.array_split(ranked, 10)[decile - 1]
        share = np.mean([word in left for word in group.tolist()])
        np.testing.assert_allclose(metrics.decile_survivors(decile)(MODEL, CORPUS)[0], share)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_conditional_entropy_is_that_of_the_last_token(order):
    rows = rows_of(MODEL)
    joint = Counter(grams(rows, order))
    context = Counter()
    for gram, count in joint.items():
        context[gram[:-1]] += count
    total = sum(joint.values())
    expected = -sum(c / total * np.log(c / context[gram[:-1]]) for gram, c in joint.items())
    value = metrics.conditional_entropy(order)(MODEL, CORPUS)[0]
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_divergence_is_that_of_jensen_and_shannon(n):
    ours, real = Counter(grams(rows_of(MODEL), n)), Counter(grams(CORPUS.train.whole.tolist(), n))
    keys = sorted(set(ours) | set(real))
    p, q = (
        np.array([counts[key] for key in keys]) / sum(counts.values()) for counts in (ours, real)
    )
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(each > 0, each * np.log(each / middle), 0).sum() for each in (p, q)]
    value = metrics.divergence(n)(MODEL, CORPUS)[0]
    np.testing.assert_allclose(value, np.mean(parts), rtol=1e-9)
    assert metrics.divergence(n)(CORPUS, CORPUS) == pytest.approx(0, abs=1e-12)


def test_texts_without_a_common_word_are_as_far_apart_as_can_be():
    real = Corpus("a b c d e f g h i j " * 10 + "z", length=10)
    alien = fitted(Documents(np.full(50, real.size - 1), 10), 2, size=real.size)
    assert real.words.p[-1] == 0
    assert metrics.divergence(1)(alien, real) == pytest.approx(np.log(2))


# --- what is said again ----------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_distinct_and_repeated_n_grams(n):
    rows = rows_of(MODEL)
    everything = grams(rows, n)
    value = metrics.distinct(n)(MODEL, CORPUS)[0]
    np.testing.assert_allclose(value, len(set(everything)) / len(everything))
    shares = [1 - len(set(grams([row], n))) / (len(row) - n + 1) for row in rows]
    np.testing.assert_allclose(metrics.repetition(n)(MODEL, CORPUS)[0], np.mean(shares))


def test_long_n_grams_of_a_large_vocabulary_are_told_apart():
    real = Corpus(" ".join(f"w{i}" for i in range(30_000)) + " w1 w2 w3 w4 w5 w6" * 40, length=240)
    last = Corpus.trusted(**{**vars(real), "train": Documents(real.train.ids[-240:], 240)})
    row = last.train.ids.tolist()
    share = 1 - len(set(grams([row], 5))) / 236
    assert 0.1 < share < 1
    np.testing.assert_allclose(metrics.repetition(5)(last, real), share)


def test_a_text_shorter_than_a_document_repeats_nothing():
    model = fitted(Documents(np.arange(5), 10), 1)
    for name in ("repetition", "looping", "loop_start", "loop_length"):
        assert np.isnan(metric(name)(model, CORPUS))
    assert np.isnan(metrics.repetition(4)(fitted(Documents(np.arange(6), 3), 1), CORPUS))


def test_loops_are_counted_and_measured():
    plain = np.concatenate([np.arange(7) * step % 7 for step in (1, 2, 3, 4)] + [[1, 6]])
    rows = [plain, np.resize([1, 2], 30), np.resize([3, 4, 5], 30), np.r_[plain[:10], np.zeros(20)]]
    model = fitted(Documents(np.concatenate(rows).astype(int), 30), 1, size=7)
    assert metrics.looping(model, CORPUS) == 0.75
    assert metrics.loop_length(model, CORPUS) == 2
    assert metrics.loop_start(model, CORPUS) == 0


@pytest.mark.parametrize(
    "name", ["conditional_entropy", "distinct", "divergence", "repetition", "decile_survivors"]
)
def test_a_parameter_is_checked(name):
    with pytest.raises(ValueError, match="must be a whole number of at least 1, not 0"):
        getattr(metrics, name)(0)


def test_categories_are_no_text():
    with pytest.raises(TypeError, match="survivors measures text, and Categorical writes none"):
        metrics.survivors(Categorical([1.0]), CORPUS)
