"""Every decoding is exact for the model as it is smoothed."""

from itertools import product

import numpy as np
import pytest

from collapse_lib import Categorical, Greedy, Normal, Temperature, TopK, TopP
from collapse_lib.language import Beam, Documents
from collapse_lib.language.automaton import FALL
from collapse_lib.language.decoding import favourites
from tests.language.reference import SIZE, SMOOTHINGS, contexts, documents, fitted, state


def sharpened(p, temperature):
    raised = (p / p.max()) ** (1 / temperature)
    return raised / raised.sum()


def kept(p, number):
    """The `number` likeliest tokens, ties going to the lower one."""
    order = np.argsort(-p, kind="stable")
    cut = np.zeros_like(p)
    cut[order[:number]] = p[order[:number]]
    return cut / cut.sum()


def nucleus(p, mass):
    order = np.argsort(-p, kind="stable")
    return kept(p, 1 + np.sum(p[order].cumsum() < mass - 1e-9))


DECODINGS = {
    "half": (Temperature(0.5), lambda p: sharpened(p, 0.5)),
    "hot": (Temperature(1.7), lambda p: sharpened(p, 1.7)),
    "top-2": (TopK(2), lambda p: kept(p, 2)),
    "top-9": (TopK(9), lambda p: p),
    "top-p": (TopP(0.6), lambda p: nucleus(p, 0.6)),
    "top-0": (TopP(0.0), lambda p: kept(p, 1)),
    "greedy": (Greedy(), lambda p: kept(p, 1)),
}


@pytest.mark.parametrize("name", DECODINGS)
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_decoding_does_to_each_row_what_it_says(order, smoothing, name):
    by, expected = DECODINGS[name]
    model = fitted(documents(seed=order), order, smoothing)
    states = np.arange(model.plain.states)
    rows = by(model).voice.dense(states)
    for plain, row in zip(model.plain.dense(states), rows, strict=True):
        np.testing.assert_allclose(row, expected(plain), rtol=1e-9, atol=1e-15)
    assert by(model).plain is model.plain


@pytest.mark.parametrize(("seed", "n"), [(4, 16), (73, 45)])
def test_a_tie_with_a_shorter_context_goes_to_the_lower_token(seed, n):
    """Texts in which a token of a state is exactly as likely as the shorter context's favourite."""
    text = Documents(np.random.default_rng(seed).integers(4, size=n).astype(np.int32), n)
    voice = fitted(text, 3, "kneser-ney", 4).plain
    rows = voice.dense(np.arange(voice.states))
    first = (rows == rows.max(axis=1, keepdims=True)).argmax(axis=1)
    token, p, goto = favourites(voice)
    np.testing.assert_array_equal(token, first)
    np.testing.assert_allclose(p, rows.max(axis=1), rtol=1e-12)
    np.testing.assert_array_equal(goto, voice.advance(np.arange(voice.states), token))
    assert np.any((rows == rows.max(axis=1, keepdims=True)).sum(axis=1) > 1)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("pair", [("half", "top-2"), ("top-2", "hot"), ("half", "hot")])
def test_decodings_follow_one_another(smoothing, pair):
    (first, one), (second, other) = (DECODINGS[name] for name in pair)
    model = fitted(documents(seed=8), 2, smoothing)
    states = np.arange(model.plain.states)
    rows = second(first(model)).voice.dense(states)
    for plain, row in zip(model.plain.dense(states), rows, strict=True):
        np.testing.assert_allclose(row, other(one(plain)), rtol=1e-9, atol=1e-15)


def test_top_k_keeps_the_same_of_many_states_a_few_at_a_time(monkeypatch):
    model = fitted(documents(seed=9), 3, "witten-bell")
    rows = TopK(3)(model).voice.dense(np.arange(model.plain.states))
    monkeypatch.setattr("collapse_lib.language.decoding.BLOCK", 1)
    again = TopK(3)(model).voice.dense(np.arange(model.plain.states))
    np.testing.assert_array_equal(rows, again)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("temperature", [0.005, 200.0])
def test_extreme_temperatures_are_still_probabilities(smoothing, temperature):
    model = Temperature(temperature)(fitted(documents(seed=10), 3, smoothing))
    rows = model.voice.dense(np.arange(model.plain.states))
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-9)
    said = model.sample(500, np.random.default_rng(0))
    assert set(said.tolist()) <= set(range(SIZE))
    assert FALL not in said


def z_scores(model, expected, n=40_000):
    """How far what is said after each state lies from the expected rows, in standard errors."""
    ids = model.sample(n, np.random.default_rng(11))
    states, tokens = (part[:, 0] for part in model.listen(Documents(ids, model.length)))
    later = np.arange(n) % model.length > 0
    seen = np.zeros((model.plain.states, SIZE))
    np.add.at(seen, (states[later], tokens[later]), 1)
    number = seen.sum(axis=1, keepdims=True)
    variance = number * expected * (1 - expected)
    assert np.all(seen[(expected == 0)] == 0)
    few = variance < 5
    return np.where(few, 0, (seen - number * expected) / np.sqrt(np.where(few, 1, variance)))


@pytest.mark.parametrize("name", ["half", "hot", "top-2", "top-p", None])
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_what_is_said_is_as_frequent_as_it_should_be(order, smoothing, name):
    plain = fitted(documents(seed=12, n=120), order, smoothing)
    model = plain if name is None else DECODINGS[name][0](plain)
    states = np.arange(plain.plain.states)
    expected = model.voice.dense(states)
    assert np.abs(z_scores(model, expected)).max() < 4.5
    wrong = np.where(expected == expected.max(axis=1, keepdims=True), 0.8, 1) * expected
    wrong /= wrong.sum(axis=1, keepdims=True)
    assert np.abs(z_scores(model, wrong)).max() > 4.5


@pytest.mark.parametrize("by", [None, Temperature(0.3), Greedy()])
def test_the_first_word_of_a_document_is_drawn_plainly(by):
    plain = fitted(documents(seed=13), 2)
    model = plain if by is None else by(plain)
    first = model.sample(48_000, np.random.default_rng(14))[::12]
    seen = np.bincount(first, minlength=SIZE)
    expected = plain.words.p * len(first)
    assert np.all(np.abs(seen - expected) < 4.5 * np.sqrt(expected * (1 - plain.words.p)))


# --- deterministic ones ----------------------------------------------------------------------


def best_path(model, start, length):
    """The likeliest continuation of all there are, the first of equals."""
    found = (0.0, ())
    for path in product(range(SIZE), repeat=length):
        here, p = start, 1.0
        for token in path:
            token = np.array([token])
            p *= model.plain.probability(here, token)[0]
            here = model.plain.advance(here, token)
        found = max(found, (p, tuple(-token for token in path)))
    return tuple(-token for token in found[1])


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_wide_beam_finds_the_likeliest_of_all_continuations(smoothing):
    model = fitted(documents(seed=15), 2, smoothing)
    for context in contexts(2):
        if context:
            said = Beam(SIZE**3)(model).continued(context, 4, np.random.default_rng(0))
            assert tuple(said[0]) == best_path(model, state(model, context), 4)
    narrow = Beam(1)(model).continued([0], 30, np.random.default_rng(0))
    greedy = Greedy()(model).continued([0], 30, np.random.default_rng(1))
    np.testing.assert_array_equal(narrow, greedy)


def test_a_beam_beats_greedy_decoding():
    rng = np.random.default_rng(0)

    model = fitted(Documents(np.random.default_rng(16).integers(6, size=300), 300), 3)

    def score(by, start):
        said = by(model).continued([start], 12, rng)[0]
        here, log = state(model, (start,)), 0.0
        for token in said:
            log += np.log(model.plain.probability(here, np.array([token]))[0])
            here = model.plain.advance(here, np.array([token]))
        return log

    gains = [score(Beam(8), start) - score(Greedy(), start) for start in range(SIZE)]
    assert min(gains) > -1e-9
    assert max(gains) > 0.1


def test_a_beam_says_one_thing_for_each_beginning():
    model = Beam(4)(fitted(documents(seed=17, batch=(3,)), 2))
    said = model.sample(600, np.random.default_rng(0)).reshape(50, 12, 3)
    for member in range(3):
        texts = {tuple(row) for row in said[..., member].tolist()}
        assert len({text[0] for text in texts}) == len(texts)
    assert model.continued([0], 1, np.random.default_rng(0)).shape == (1, 1, 3)


# --- messages --------------------------------------------------------------------------------


def test_what_cannot_be_decoded_is_said():
    model = fitted(documents(seed=18), 2)
    with pytest.raises(TypeError, match="temperature must be one number for text, not array"):
        Temperature([0.5, 1.0])(model)
    with pytest.raises(TypeError, match=r"by must come before Beam, which decides every word"):
        Temperature(0.5)(Beam(2)(model))
    with pytest.raises(TypeError, match=r"by must be a decoding such as Temperature\(0.5\), not 3"):
        model.decoded(3)
    with pytest.raises(TypeError, match="Beam looks ahead in text, and Normal writes none"):
        Beam()(Normal())
    with pytest.raises(ValueError, match="width must be a whole number of at least 1, not 0"):
        Beam(0)
    with pytest.raises(TypeError, match="Greedy ranks categories, and Normal has none"):
        Greedy()(Normal())


def test_greedy_takes_the_first_of_the_likeliest_categories():
    np.testing.assert_array_equal(Greedy()(Categorical([0.2, 0.4, 0.4])).p, [0, 1, 0])
