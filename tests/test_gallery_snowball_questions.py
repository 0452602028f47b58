"""What lesson 2 asks: right answers come from runs, wrong ones meet their own sentence."""

import numpy as np
import pytest
from classroom.hand import judged, played

from collapse_lib import gallery, theory
from collapse_lib.gallery import snowball_questions as ask


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (ask.average, "About what they began with (0.5 to 1.5)", "Next to nothing (below 0.01)"),
        (
            ask.larger,
            "About half of it (0.4 to 0.7)",
            "All of it: 1,000 points are enough (above 0.9)",
        ),
    ],
    ids=["average", "larger"],
)
def test_a_guess_is_held_to_the_run(question, right, wrong):
    for choice in (right, wrong):
        guess = played(question(), choice)
        assert guess.answer == right
        assert (guess.distance == 0) is (choice == right)


def test_the_drawn_curve_is_held_to_the_players():
    guess = ask.yours()
    typical = gallery.coin_wealth().median_theory[::10]
    for curve, near in ((typical, True), (np.ones(11), False)):
        assert (played(guess, curve).distance < 0.5) is near


NUMBERS = [
    (
        ask.half,
        34,
        {
            5: "stake of 0.5",
            100: "Never",
            68: "three quarters",
            17: "count both",
            25: "Among 200 players",
            37: "Among 200 players",
        },
    ),
    (
        ask.clock,
        346_574,
        {
            693_147: "estimator 1/(n-1)",
            1_000_000: "a seventh",
            693: "So soon?",
            1e9: "It does end",
        },
    ),
    (
        lambda: ask.pull(panel()).check,
        20,
        {3: "rests at 1", 15: "you allow", 50: "0.06", 90: "everything"},
    ),
]


def panel():
    return gallery.bounded_errors.widget()


@pytest.mark.parametrize(("question", "right", "wrong"), NUMBERS, ids=["half", "clock", "pull"])
def test_each_wrong_number_meets_its_sentence(question, right, wrong):
    check = question()
    for number, sentence in wrong.items():
        voice, said = judged(check, number)
        assert voice == "not yet" and sentence in said
    judged(check, right)
    assert check.answered


def test_the_right_numbers_are_those_of_theory():
    assert theory.half_life(10**6) == pytest.approx(346_574, rel=1e-3)
    typical = gallery.coin_wealth(stake=0.2).median_theory
    assert typical[33] > 0.5 > typical[34]
    read = [gallery.coin_wealth(stake=0.2, players=2_000_000_000).median[t] for t in (33, 34, 35)]
    assert [f"{wealth:.2g}" for wealth in read] == ["0.51", "0.5", "0.49"]  # off the sentence
    assert gallery.bounded_errors(bias=0.03, real=0.2).limit == pytest.approx(0.15)
    assert gallery.bounded_errors(bias=0.03, real=0.5).limit == pytest.approx(0.06)


def test_the_statements_about_the_door():
    check = ask.door()
    assert judged(check, [1, 4])[0] == "not yet"
    voice, said = judged(check, [1])
    assert voice == "almost" and "keep their shape" in said
    assert judged(check, [1, 3])[0] == "got it"


def test_the_task_ticks_at_the_weakest_sufficient_pull():
    live = panel()
    task = ask.pull(live)
    assert not task.reached
    live.set(bias=0.03, real=0.5)
    assert not task.reached
    live.set(real=0.2)
    assert task.reached and not task.done
    judged(task.check, "20 %")
    assert task.done
