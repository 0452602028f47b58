"""The guess: committed before the answer, and the answer comes from a run."""

import numpy as np
import pytest

from collapse_lib.classroom import Guess

OPTIONS = {"nothing <b>": (0.0, 0.1), "half": (0.1, 0.9), "all": (0.9, 2.0)}
SAY = "Median {median:.2g}, most between {low:.2g} and {high:.2g}; {share:d} % as you said."


def parts(guess):
    _, radio, buttons, verdict = guess.children
    commit, reveal = buttons.children
    return radio, commit, reveal, verdict


def make(measure=lambda: np.linspace(0.005, 0.995, 100)):
    return Guess("How much is <left>?", OPTIONS, measure, SAY)


def test_nothing_is_chosen_and_nothing_runs_at_first():
    guess = make(measure=lambda: pytest.fail("ran before it was asked"))
    radio, commit, reveal, verdict = parts(guess)
    assert radio.value is None
    assert commit.disabled
    assert reveal.disabled
    assert guess.choice is guess.answer is None
    radio.value = "half"
    commit.click()
    assert guess.choice == "half"  # still nothing has run
    assert "Committed" in verdict.value


def test_a_committed_guess_is_locked():
    guess = make()
    radio, commit, _, _ = parts(guess)
    radio.value = "all"
    commit.click()
    assert radio.disabled
    assert commit.disabled


@pytest.mark.parametrize(
    ("choice", "opening", "share"),
    [("half", "Got it.", 80), ("all", "It went otherwise: you said “all”.", 10)],
)
def test_the_answer_is_that_of_the_run(choice, opening, share):
    guess = make()
    radio, commit, reveal, verdict = parts(guess)
    radio.value = choice
    commit.click()
    reveal.click()
    assert guess.answer == "half"
    assert opening in verdict.value
    assert f"Median 0.5, most between 0.1 and 0.9; {share} % as you said." in verdict.value


def test_another_run_another_answer():
    guess = make(measure=lambda: np.full(10, 0.01))
    radio, commit, reveal, _ = parts(guess)
    radio.value = "half"
    commit.click()
    reveal.click()
    assert guess.answer == "nothing <b>"


def test_texts_stay_text():
    guess = make()
    radio, commit, reveal, verdict = parts(guess)
    radio.value = "nothing <b>"
    commit.click()
    reveal.click()
    assert "<left>" not in guess.children[0].value
    assert "<b>" not in verdict.value


def test_what_makes_no_question_gets_a_sentence():
    with pytest.raises(ValueError, match="options must hold at least two answers, not 1"):
        Guess("?", {"all": (0, 1)}, np.ones, SAY)
    with pytest.raises(ValueError, match="option 'all' must end above its start, not 1 to 1"):
        Guess("?", {"none": (0, 1), "all": (1, 1)}, np.ones, SAY)
