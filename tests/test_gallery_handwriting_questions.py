"""What lesson 5 asks: right answers come from runs, wrong ones meet their own sentence."""

import pytest

from collapse_lib import gallery
from collapse_lib.gallery import handwriting_questions as ask


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("COLLAPSE_LIB_HOME", str(tmp_path))


def said(check):
    return " ".join(str(part) for part in check.parts())


@pytest.mark.parametrize(
    ("choice", "near"),
    [
        ("Next to nothing (below 0.05)", True),
        ("About as much as of the others: quality falls evenly (above 0.7)", False),
    ],
)
def test_the_guess_about_the_sevens_is_held_to_the_run(choice, near):
    guess = ask.plain()
    guess.choose(choice)
    guess.commit()
    guess.reveal()
    assert guess.answer == "Next to nothing (below 0.05)"
    assert (guess.distance == 0) is near


@pytest.mark.parametrize(("number", "near"), [(97, True), (60, False)])
def test_the_guess_about_the_badge_is_held_to_the_run(number, near):
    guess = ask.badge()
    guess.choose(number)
    guess.commit()
    guess.reveal()
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
        check.answer(number)
        check.press()
        assert check.voice == "not yet" and sentence in said(check)
    check.answer("1.1 %")
    check.press()
    assert check.answered


def test_the_statements_about_luck():
    check = ask.luck()
    check.answer([0])
    check.press()
    assert check.voice == "not yet"
    check.answer([1, 2, 3])
    check.press()
    assert check.voice == "almost" and "to the same end" in said(check)
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
    choice.answer(right)
    choice.because("Errors cancel out in a mean.")
    choice.press()
    assert "Nothing cancels here" in said(choice)
    choice.answer("The reader is too lenient.")
    choice.because("What is never written is never read wrong.")
    choice.press()
    assert "the same reader all along" in said(choice)
    choice.answer(right)
    choice.press()
    assert task.done
