"""What lesson 5 asks: right answers come from runs, wrong ones meet their own sentence."""

import pytest
from classroom.hand import judged, played

from collapse_lib import gallery
from collapse_lib.gallery import handwriting_questions as ask


@pytest.mark.parametrize(
    ("choice", "near"),
    [
        ("Next to nothing (below 0.05)", True),
        ("About as different as the others: quality falls evenly (above 0.7)", False),
    ],
)
def test_the_guess_about_the_sevens_is_held_to_the_run(choice, near):
    guess = played(ask.plain(), choice)
    assert guess.answer == "Next to nothing (below 0.05)"
    assert (guess.distance == 0) is near


@pytest.mark.parametrize(("number", "near"), [(97, True), (60, False)])
def test_the_guess_about_the_badge_is_held_to_the_run(number, near):
    guess = played(ask.badge(), number)
    assert (guess.distance < 0.5) is near


def test_each_wrong_number_meets_its_sentence():
    check = ask.share()
    wrong = {
        10: "not one image in ten",
        100: "costs the eights",
        5: "of how many",
        0: "not nothing",
    }
    for number, sentence in wrong.items():
        voice, said = judged(check, number)
        assert voice == "not yet" and sentence in said
    check.answer("1.1 %")
    check.press()
    assert check.answered


def test_the_statements_about_luck():
    check = ask.luck()
    voice, _ = judged(check, [0])
    assert voice == "not yet"
    voice, said = judged(check, [1, 2, 3])
    assert voice == "almost" and "to the same end" in said
    check.answer([1, 3])
    check.press()
    assert check.answered


def test_the_task_ticks_where_the_badge_is_high_and_the_digit_unknown():
    panel = gallery.rare_handwriting.widget()
    task = ask.blind(panel)
    assert not task.reached
    panel.set(images=5, generations=1)
    assert not task.reached  # 60 % of the eights are known
    panel.set(generations=10)
    assert task.reached and not task.done
    choice = task.check
    right = "It judges only what the model still writes."
    _, said = judged(choice, right, "Errors cancel out in a mean.")
    assert "Nothing cancels here" in said
    _, said = judged(
        choice, "The reader is too lenient.", "What is never written is never read wrong."
    )
    assert "the same reader all along" in said
    choice.answer(right)
    choice.press()
    assert task.done
