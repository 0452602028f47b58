"""N-gram models: probabilities, counts that add, and the loop."""

import nltk
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.lm import KneserNeyInterpolated, WittenBellInterpolated
from nltk.util import everygrams

from collapse_lib import (
    Accumulate,
    Anchor,
    Blend,
    Categorical,
    Crowd,
    Growing,
    Normal,
    Refresh,
    Replace,
    Rollback,
    Sampled,
    Subsample,
    Temperature,
    Tempered,
    Weighted,
    metrics,
    simulate,
)
from collapse_lib.language import Corpus, Documents, NGram, NGramCounts
from collapse_lib.language.metrics import perplexity
from tests.language.reference import SMOOTHINGS, Reference, contexts, documents, fitted, state

CORPUS = Corpus.default()


# --- probabilities ---------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    ids=st.lists(st.integers(0, 5), min_size=1, max_size=60),
    length=st.integers(1, 20),
    order=st.integers(1, 4),
    smoothing=st.sampled_from(SMOOTHINGS),
    discount=st.floats(0.05, 0.95),
    weight=st.floats(0.01, 100),
)
def test_probabilities_sum_to_one_in_every_context(ids, length, order, smoothing, discount, weight):
    text = Documents(np.array(ids, dtype=np.int32), length)
    counts = weight * NGramCounts.of(text, order, 6)
    machine = NGram(order, smoothing, discount).fit(counts).plain
    states = np.arange(machine.states)
    rows = machine.dense(states)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(machine.total, 1, rtol=1e-12)
    assert np.all(rows[:, sorted(set(range(6)) - set(ids))] == 0)  # dead words stay dead
    for token in range(6):
        p = machine.probability(states, np.full(len(states), token))
        np.testing.assert_allclose(p, rows[:, token], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_every_probability_is_that_of_the_book(order, smoothing):
    text = documents(seed=order)
    model, book = fitted(text, order, smoothing), Reference(text, order, smoothing)
    for context in contexts(order + 1):  # one token more than the model remembers
        row = model.plain.dense(state(model, context))[0]
        np.testing.assert_allclose(row, book.row(context), rtol=1e-12, atol=1e-15)


def nltk_model(name, rows, order, discount):
    """NLTK's model of `rows`, each with a beginning that is context but no word."""
    model = (
        WittenBellInterpolated(order)
        if name == "witten-bell"
        else KneserNeyInterpolated(order, discount)
    )
    start = ["<s>"] * (order - 1)
    grams = [
        [gram for gram in everygrams([*start, *row], max_len=order) if gram[-1] != "<s>"]
        for row in rows
    ]
    model.fit(grams, [token for row in rows for token in row])
    return model


@pytest.mark.parametrize("order", [2, 3])
@pytest.mark.parametrize("name", ["witten-bell", "kneser-ney"])
def test_held_out_perplexity_is_that_of_nltk(name, order):
    """On the same documents, with all but the 60 commonest words of the corpus as one."""
    train = np.minimum(CORPUS.train.whole[:12], 60)
    held_out = np.minimum(CORPUS.held_out.whole[:2], 60)
    rows, tests = (
        [[str(token) for token in row] for row in table.tolist()] for table in (train, held_out)
    )
    theirs = nltk_model(name, rows, order, discount=0.6)
    grams = [
        tuple(row[max(0, end - order) : end]) for row in tests for end in range(1, len(row) + 1)
    ]
    model = fitted(Documents(train.ravel(), 200), order, name, size=61, discount=0.6)
    ours = perplexity(model, Documents(held_out.ravel(), 200))
    assert ours == pytest.approx(theirs.perplexity(grams), rel=1e-6)
    other = {"witten-bell": "kneser-ney", "kneser-ney": "witten-bell"}[name]
    wrong = fitted(Documents(train.ravel(), 200), order, other, size=61, discount=0.6)
    assert perplexity(wrong, Documents(held_out.ravel(), 200)) != pytest.approx(ours, rel=1e-4)
    assert nltk.__version__


# --- counts ----------------------------------------------------------------------------------


def same(first: NGramCounts, second: NGramCounts) -> bool:
    return np.array_equal(first.keys, second.keys) and np.allclose(first.counts, second.counts)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("batch", [(), (2, 3)])
def test_counts_of_a_union_are_sums(order, batch):
    texts = [documents(seed, n=12 * (seed + 1), batch=batch) for seed in range(3)]
    a, b, c = (NGramCounts.of(text, order, 6) for text in texts)
    both = Documents(np.concatenate([texts[0].ids, texts[1].ids]), 12)
    assert same(a + b, NGramCounts.of(both, order, 6))
    assert same(a + b, b + a)
    assert same((a + b) + c, a + (b + c))
    assert same(2 * a, a + a)
    assert not same(a + b, a + c)
    assert [part is text for part, text in zip((a + b).parts, texts[:2], strict=True)] == [True] * 2


def test_counts_of_vocabularies_of_different_sizes_add():
    x, y = np.array([0, 1, 1, 2]), np.array([4, 0, 1, 4, 4])
    learner = NGram(3)
    total = learner.reduce(x) + learner.reduce(y)
    expected = NGramCounts.of(Documents(x, 4), 3, 5) + NGramCounts.of(Documents(y, 5), 3, 5)
    assert total.size == 5
    assert same(total, expected)
    assert same(learner.reduce(y) + learner.reduce(x), expected)


def test_no_n_gram_runs_from_one_document_into_the_next():
    text = Documents(np.array([0, 1, 2, 3, 4, 5]), 3)
    pairs = NGramCounts.of(text, 2, 6).grams[1]
    assert [(key // 7 - 1, key % 7 - 1) for key in pairs.keys.tolist()] == [
        *((0, 1), (1, 2)),
        *((3, 4), (4, 5)),
    ]
    whole = NGramCounts.of(Documents(text.ids, 6), 2, 6).grams[1]
    assert len(whole.keys) == 5


def test_too_many_possible_n_grams_are_refused():
    text = Documents(np.zeros(10, dtype=np.int32), 10)
    with pytest.raises(
        ValueError,
        match="order must be smaller: there are too many runs of 5 tokens out of 20,000",
    ):
        NGramCounts.of(text, 5, 20_000)


def test_picked_documents_are_whole_and_different():
    text = documents(seed=3, n=120, batch=(4,))
    counts = NGramCounts.of(text, 2, 6)
    chosen = counts.choose(36, np.random.default_rng(0))
    assert chosen.parts[0].ids.shape == (36, 4)
    for member in range(4):
        among = {tuple(row) for row in text.whole[..., member].tolist()}
        picked = [tuple(row) for row in chosen.parts[0].whole[..., member].tolist()]
        assert set(picked) <= among
        assert len(set(picked)) == 3
    assert same(counts.choose(120, np.random.default_rng(0)), counts)
    for n in (30, 132):
        with pytest.raises(
            ValueError,
            match=f"n must be a multiple of 12, the length of a document, up to 120, not {n}",
        ):
            counts.choose(n, np.random.default_rng(0))
    with pytest.raises(ValueError, match="weights must be equal where documents are picked"):
        (counts + 2 * counts).choose(12, np.random.default_rng(0))


# --- models ----------------------------------------------------------------------------------


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_batch_is_its_members_side_by_side(order, smoothing):
    text = documents(seed=4, batch=(2, 3))
    together = fitted(text, order, smoothing)
    assert together.batch == (2, 3)
    held_out = documents(seed=5)
    for place in np.ndindex(2, 3):
        alone = fitted(Documents(text.ids[(slice(None), *place)], 12), order, smoothing)
        np.testing.assert_allclose(together.words.p[place], alone.words.p)
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(
                perplexity(together, held_out)[place], perplexity(alone, held_out), rtol=1e-12
            )


def test_what_a_batch_says_each_member_could_have_said():
    """Members with words of their own never use another's."""
    rng = np.random.default_rng(6)
    ids = np.stack([rng.integers(3, size=60), rng.integers(3, 6, size=60)], axis=1)
    model = fitted(Documents(ids, 12), 2, "kneser-ney")
    for wide in (model, model.expand((5, 2))):
        said = wide.sample(100, rng)
        assert said.shape == (100, *wide.batch)
        assert said[..., 0].max() < 3 <= said[..., 1].min()
    assert model.expand((5, 2)).words.p.shape == (5, 2, 6)


def test_a_longer_sample_begins_with_a_shorter_one():
    model = fitted(documents(seed=7), 2)
    long, short = (model.sample(n, np.random.default_rng(0)) for n in (600, 100))
    np.testing.assert_array_equal(long[:100], short)


def test_a_prompt_is_gone_on_with():
    model = fitted(Documents(np.array([0, 1, 2, 3, 4, 5] * 20), 120), 3)
    rng = np.random.default_rng(0)
    said = model.continued([2, 3], 5, rng, documents=4)
    np.testing.assert_array_equal(said, [[4, 5, 0, 1, 2]] * 4)
    assert model.continued([], 5, rng, documents=4).shape == (4, 5)
    batch = fitted(documents(seed=1, batch=(3,)), 2)
    assert batch.continued([0], 7, rng, documents=2).shape == (2, 7, 3)
    with pytest.raises(ValueError, match="prompt must be one row of numbers from 0 to 5, not"):
        model.continued([6], 5, rng)
    with pytest.raises(ValueError, match="tokens must be a whole number of at least 1, not 0"):
        model.continued([0], 0, rng)
    with pytest.raises(ValueError, match="documents must be a whole number of at least 1, not 0"):
        model.continued([0], 1, rng, documents=0)


def test_an_unknown_word_in_a_prompt_is_forgotten():
    model = fitted(Documents(np.array([0, 1] * 30), 60), 3)
    assert state(model, (0, 5)).tolist() == [0]
    assert state(model, (5, 0)).tolist() == state(model, (0,)).tolist()


def test_its_parameters_are_checked():
    with pytest.raises(ValueError, match="order must be a whole number of at least 1, not 0"):
        NGram(0)
    with pytest.raises(
        ValueError, match="smoothing must be None, 'witten-bell' or 'kneser-ney', not 'laplace'"
    ):
        NGram(2, "laplace")
    with pytest.raises(ValueError, match=r"discount must be a number between 0 and 1, not 1"):
        NGram(2, "kneser-ney", 1)
    with pytest.raises(ValueError, match=r"discount must be a number above 0, not 0"):
        NGram(2, "kneser-ney", 0)
    with pytest.raises(TypeError, match="source must write documents, as a corpus, not Normal"):
        NGram().observe(Normal(), 10, np.random.default_rng(0))


# --- the loop --------------------------------------------------------------------------------

REGIMES = {
    "replace": Replace(),
    "accumulate": Accumulate(),
    "subsample": Subsample(),
    "refresh": Refresh(0.3),
    "anchor": Anchor(0.3),
    "weighted": Weighted(0.1, 3),
    "rollback": Rollback(Replace(), at=3, to=1, real=200),
    "tempered": Tempered(Replace(), Temperature(0.5)),
}


def run(regime, generations=4, seed=0, order=2, n=2_000, **options):
    return simulate(CORPUS, NGram(order), regime, n=n, generations=generations, rng=seed, **options)


@pytest.mark.parametrize("name", REGIMES)
def test_every_regime_of_whole_batches_takes_text(name):
    long = run(REGIMES[name], replicates=3)
    short, other = run(REGIMES[name], 3, replicates=3), run(REGIMES[name], replicates=3, seed=1)
    for model, again in zip(long.models[1:], short.models[1:], strict=False):
        assert model.batch == long.batch
        assert same(model.counts, again.counts)
    assert not same(long[3].counts, other[3].counts)
    assert np.all(metrics.survivors(long[4].words, CORPUS.words) < CORPUS.size)


def test_n_and_the_real_share_count_tokens():
    model = run(Refresh(0.3), n=2_000)[-1]
    real, made_up = model.counts.parts
    assert (len(real.ids), len(made_up.ids)) == (600, 1_400)
    assert model.documents is made_up
    known = {tuple(row) for row in CORPUS.train.whole.tolist()}
    assert {tuple(row) for row in real.whole[..., 0].tolist()} <= known
    assert len(run(Replace(), n=1_234)[2].documents.ids) == 1_234
    assert len(run(Replace(), n=Growing(1_000))[3].documents.ids) == 3_000


def test_the_first_generation_learns_from_real_text():
    first = run(Replace())[1]
    known = {tuple(row) for row in CORPUS.train.whole.tolist()}
    assert {tuple(row) for row in first.documents.whole[..., 0].tolist()} <= known


def test_a_dead_word_stays_dead():
    lineage = run(Replace(), 8, n=5_000, replicates=4)
    alive = np.stack([model.words.p > 0 for model in lineage.models[1:]])
    assert not np.any(alive[1:] & ~alive[:-1])
    assert np.all(alive.sum(axis=-1)[-1] < alive.sum(axis=-1)[0])
    rescued = run(Refresh(0.5), 8, n=5_000, replicates=4)
    alive = np.stack([model.words.p > 0 for model in rescued.models[1:]])
    assert np.any(alive[1:] & ~alive[:-1])


def test_the_statistic_is_light_and_counted_in_the_memory_limit():
    with pytest.raises(ValueError, match="of memory or more, above the limit"):
        run(Replace(), generations=10**6, n=20_000)


def test_what_does_not_suit_text_is_refused():
    with pytest.raises(
        TypeError,
        match="learner must not be NGram, which keeps its n-gram counts and documents as it is",
    ):
        Sampled(NGram())
    with pytest.raises(TypeError, match="a crawl mixes numbers, counts or categories, not text"):
        run(Blend(0.3))
    with pytest.raises(TypeError, match="Crowd pools normal or categorical models, not NGram"):
        run(Crowd(Replace(), 2))
    with pytest.raises(ValueError, match="n must be one number where single points are drawn"):
        run(Replace(), n=[100, 200])
    with pytest.raises(TypeError, match="learner NGram fits text, but truth Categorical yields"):
        simulate(Categorical([0.5, 0.5]), NGram(), n=10, generations=1)
