"""A sentence handed along chains of paraphrasers."""

import numpy as np
import pytest

from collapse_lib.language import Corpus, Whispers, neighbours, whisper

CORPUS = Corpus.default()
NEAR = neighbours(CORPUS)
SENTENCE = "The value of the object is returned by the function."
MARKS = (".", ",")


def run(**options):
    defaults = {"steps": 40, "chains": 60, "error": 0.03, "near": NEAR, "rng": 0}
    return whisper(CORPUS, SENTENCE, **(defaults | options))


def share(values):
    """Mean over independent chains, and its standard error."""
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))


def test_it_starts_with_the_sentence():
    told = run()
    assert told.ids.shape == (41, 60, len(CORPUS.encode(SENTENCE)))
    assert CORPUS.decode(told.ids[0, 7]) == SENTENCE
    assert np.all(told.kept[0] == 1)
    assert told.vote[0] == 1
    assert np.isnan(told.agreement[0])


def test_every_change_is_to_a_neighbour():
    told = run(error=0.5, shared=0.5, architectures=3)
    for before, after in zip(told.ids[:-1], told.ids[1:], strict=True):
        changed = before != after
        assert changed.any()
        assert np.all((NEAR[before[changed]] == after[changed][:, None]).any(axis=1))
    full_stop = told.ids[..., -1]
    assert np.all(full_stop == CORPUS.encode(".")[0])  # a mark has no neighbour


def test_more_steps_extend_a_run_and_no_error_changes_nothing():
    np.testing.assert_array_equal(run(steps=50).ids[:41], run().ids)
    assert not np.array_equal(run(rng=1).ids, run().ids)
    assert np.all(run(error=0).kept == 1)


def test_one_step_changes_as_many_words_as_it_should():
    for shared in (0.0, 1.0):
        told = run(steps=1, chains=4_000, error=0.1, shared=shared)
        words = told.kept[1] * 11  # of which one is the full stop
        mean, error = share((11 - words) / 10)
        assert abs(mean - 0.1) < 4.5 * error
        assert abs(mean - 0.12) > 4.5 * error


@pytest.mark.parametrize(("shared", "architectures"), [(0.0, 1), (0.8, 1), (0.8, 4), (1.0, 1)])
def test_two_changes_agree_as_often_as_the_docstring_says(shared, architectures):
    """In one step, averaged over seeds, which draw the favourites anew."""
    same = shared**2 / architectures
    expected = same + (1 - same) / NEAR.shape[1]
    values = np.array(
        [
            run(
                steps=1, chains=100, error=0.5, shared=shared, architectures=architectures, rng=seed
            ).agreement[1]
            for seed in range(60)
        ]
    )
    mean, error = share(values)
    assert abs(mean - expected) < max(4.5 * error, 1e-12)
    assert abs(mean - expected * 0.7) > 4.5 * error


def test_a_vote_mends_independent_errors_and_not_shared_ones():
    seeds = range(20)
    alone, alike, several = (
        np.array([run(steps=50, rng=seed, **options).vote[-1] for seed in seeds])
        for options in ({}, {"shared": 0.95}, {"shared": 0.95, "architectures": 5})
    )
    for better, worse in ((alone, alike), (several, alike)):
        gap, error = share(better - worse)
        assert gap > 4.5 * error
    # one chain by itself hardly shows it
    kept = [run(steps=50, rng=seed, shared=s).kept[-1].mean() for s in (0, 0.95) for seed in seeds]
    gap = np.mean(kept[:20]) - np.mean(kept[20:])
    assert abs(gap) < (alone - alike).mean() / 3


def test_the_vote_counts_as_said():
    ids = np.array([[[1, 2]] * 3, [[1, 5], [3, 5], [4, 2]], [[3, 6], [3, 7], [1, 2]]])
    told = Whispers(ids)
    np.testing.assert_allclose(told.vote, [1, 0.5, 0.5])  # a tie that the right word shares: right
    np.testing.assert_allclose(told.kept, [[1, 1, 1], [0.5, 0, 0.5], [0, 0, 1]])
    # step 1: two wrong in the first word who differ, two in the second who agree
    np.testing.assert_allclose(told.agreement[1:], [0.5, 0.5])


def test_neighbours_keep_the_same_company():
    words = CORPUS.vocabulary.tokens
    the = {words[number] for number in NEAR[CORPUS.encode("the")[0]]}
    assert len(the & {"a", "an", "its", "any", "this", "each", "no", "all", "their", "some"}) >= 3
    number = np.bincount(CORPUS.train.ids, minlength=CORPUS.size)
    looked = NEAR[:, 0] != np.arange(CORPUS.size)
    assert np.all(number[NEAR[looked]] >= 3)
    assert not np.any(NEAR[looked] == np.arange(CORPUS.size)[looked, None])
    assert all(words[place][0].isalpha() for place in np.flatnonzero(looked))
    rare = next(n for n in range(CORPUS.size - 1, 0, -1) if words[n][0].isalpha())
    assert np.all(NEAR[rare] == rare)  # beyond the 2,000 commonest: looked at on request only
    assert np.all(neighbours(CORPUS, also=np.array([rare]))[rare] != rare)


def test_what_cannot_be_whispered_is_said():
    with pytest.raises(ValueError, match="error must be a number between 0 and 1, not 2"):
        run(error=2)
    with pytest.raises(ValueError, match="shared must be a number between 0 and 1, not -1"):
        run(shared=-1)
    for name in ("steps", "chains", "architectures"):
        with pytest.raises(ValueError, match=f"{name} must be a whole number of at least 1, not 0"):
            run(**{name: 0})
    with pytest.raises(ValueError, match="'blockchain' is not"):
        whisper(CORPUS, "the blockchain", near=NEAR)
    with pytest.raises(ValueError, match="sentence must have at least one word"):
        whisper(CORPUS, " ", near=NEAR)
    with pytest.raises(ValueError, match="count must be a whole number of at least 1, not 0"):
        neighbours(CORPUS, count=0)
    few = Corpus("one two three four " * 50, length=10)
    with pytest.raises(
        ValueError, match="corpus must have more than 6 words that occur 3 times, not 4"
    ):
        neighbours(few)
