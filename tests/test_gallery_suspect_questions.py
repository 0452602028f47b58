"""What lesson 4 asks: right answers come from runs, wrong ones meet their own sentence."""

import numpy as np
import pytest
from classroom.hand import judged, played

from collapse_lib import gallery, theory
from collapse_lib.gallery import suspect_questions as ask


@pytest.mark.parametrize(
    ("choice", "near"),
    [
        ("About one in three (25 to 45 %)", True),
        ("Hardly any: it has seen too much data for that (below 2 %)", False),
    ],
)
def test_the_guess_about_the_gap_is_held_to_the_run(choice, near):
    guess = played(ask.between(), choice)
    assert guess.answer == "About one in three (25 to 45 %)"
    assert (guess.distance == 0) is near


NUMBERS = [
    (
        ask.once,
        35,
        {100: "made once", 0: "nothing shrinks", 70: "Twice 35", 10: "Nobody puts the gap back"},
    ),
    (
        ask.preferred,
        2,
        {0: "real mean", -1: "other way", 0.2: "one generation", 1.2: "on its way"},
    ),
    (
        ask.votes,
        97.2,
        {12.5: "One eighth", 50: "grows as t²", 100: "A little less", 35.4: "root of eight"},
    ),
]


@pytest.mark.parametrize(
    ("question", "right", "wrong"), NUMBERS, ids=["once", "preferred", "votes"]
)
def test_each_wrong_number_meets_its_sentence(question, right, wrong):
    check = question()
    for number, sentence in wrong.items():
        voice, said = judged(check, number)
        assert voice == "not yet" and sentence in said
    check.answer(right)
    check.press()
    assert check.answered


def test_the_crowd_of_copies_by_hand():
    crowd, one = 0.5 * 900 + 0.5 * 30 / 8, 0.5 * 900 + 0.5 * 30
    assert (crowd, one) == (451.875, 465)
    square = theory.correlated_error_mean_square
    assert square(30, 8, 0.5) / square(30, 1, 0.5) == pytest.approx(crowd / one)


def test_the_unlabelled_learner_of_the_lesson_prefers_2():
    mystery = ask.mystery()
    assert repr(mystery) == "Unlabelled(3 candidates)"
    np.testing.assert_array_equal(mystery.reveal().preferred, [2.0])
    assert {float(ask.mystery(seed).reveal().preferred[0]) for seed in range(9)} == {-1.0, 0.0, 2.0}


def test_the_statements_about_the_five_learners():
    check = ask.diagnosis()
    voice, _ = judged(check, [0, 3, 4])
    assert voice == "not yet"
    voice, said = judged(check, [0, 1, 2, 5])
    assert voice == "almost" and "what it preferred" in said
    check.answer([1, 2, 5])
    check.press()
    assert check.answered
    spread = {x: gallery.whose_habit(learner=x).typical_spread[20] for x in "BE"}
    assert spread["B"] == pytest.approx(0.94, abs=0.005)  # as a sentence of the check says
    assert spread["E"] == pytest.approx(0.65, abs=0.005)


def test_the_task_ticks_when_all_four_act():
    panel = gallery.four_suspects.widget()
    task = ask.signature(panel)
    panel.set(measured=10, steps=100, waves=5, generations=60)
    assert not task.reached  # the hardware is innocent
    panel.set(bits=5)
    assert task.reached and not task.done
    check = task.check
    _, said = judged(
        check,
        "The errors cancel, since some go up and some go down.",
        "A narrow wave that the model cannot hold is lost once.",
    )
    assert "cannot cancel" in said
    _, said = judged(
        check, "What one of them has taken, another cannot take again.", "Errors are independent."
    )
    assert "Here they do not" in said
    check.because("A narrow wave that the model cannot hold is lost once.")
    check.press()
    assert task.done
