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
        {
            100: "made once",
            0: "nothing shrinks",
            70: "More each time",
            10: "Nobody puts the gap back",
        },
    ),
    (
        ask.preferred,
        -1,
        {0: "real mean", 2: "another learner", -0.2: "one generation", -0.7: "on its way"},
    ),
]


@pytest.mark.parametrize(("question", "right", "wrong"), NUMBERS, ids=["once", "preferred"])
def test_each_wrong_number_meets_its_sentence(question, right, wrong):
    check = question()
    for number, sentence in wrong.items():
        voice, said = judged(check, number)
        assert voice == "not yet" and sentence in said
    check.answer(right)
    check.press()
    assert check.answered


def test_eight_copies_are_worth_hardly_more_than_one():
    check = ask.votes()
    reason = "Their habit is the same one, in every copy and in every generation, and it adds up."
    for wrong, sentence in {
        "Eight: so many agree.": "off by a third",
        "About four: half of a mistake is chance, and averages out.": "over thirty",
        "About three, the root of eight.": "These are copies",
        "Less than one: copies make each other worse.": "no more off",
    }.items():
        voice, said = judged(check, wrong, reason)
        assert voice != "got it" and sentence in said
    check.answer("Hardly more than one.")
    check.because(reason)
    check.press()
    assert check.answered
    square = theory.correlated_error_mean_square
    worth = [square(30, 1, habit) / square(30, 8, habit) for habit in (0.5, 0)]
    assert worth == pytest.approx([1.03, 8], abs=0.005)  # as the praise says
    seen = gallery.crowd_of_models()
    assert seen.alike_rms[30] == pytest.approx(seen.single_rms[30], rel=0.05)
    assert seen.alike_rms[30] <= seen.single_rms[30]


def test_the_unlabelled_learner_of_the_lesson_prefers_minus_1():
    mystery = ask.mystery()
    assert repr(mystery) == "Unlabelled(3 candidates)"
    np.testing.assert_array_equal(mystery.reveal().preferred, [-1.0])
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
    spread = {x: gallery.whose_habit(learner=x).spread.median[20] for x in "BE"}
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
