"""The guess: committed before the answer, held to a run, and scored in the run's own spread."""

import math

import numpy as np
import pytest

from collapse_lib.classroom import Guess, Scale, Sketch, progress

from .hand import button, press, said, shown

OPTIONS = {"nothing <b>": (0.0, 0.1), "half": (0.1, 0.9), "all": (0.9, 2.0)}
SAY = "Median {median:.2g}, most between {low:.2g} and {high:.2g}; {share:d} % as you said."
RUNS = np.linspace(0.005, 0.995, 100)  # 10 to 90 %: 0.104 to 0.896


def make(form=OPTIONS, measure=lambda: RUNS, **more):
    return Guess("How much is <left>?", form, measure, SAY, **more)


def test_nothing_is_chosen_and_nothing_runs_at_first():
    guess = make(measure=lambda: pytest.fail("ran before it was asked"))
    assert shown(guess, "choice")[0]["chosen"] == []
    assert button(guess, "commit")["off"] and button(guess, "reveal")["off"]
    assert guess.choice is guess.answer is guess.distance is None
    press(guess, "choose", [1])
    press(guess, "commit")
    assert guess.choice == "half"  # still nothing has run
    assert "Committed" in said(guess)


def test_a_committed_guess_is_locked():
    guess = make()
    guess.choose("all")
    guess.commit()
    guess.choose("half")
    assert guess.choice == "all"
    assert shown(guess, "choice")[0]["locked"]
    assert button(guess, "commit")["off"] and not button(guess, "reveal")["off"]


@pytest.mark.parametrize(
    ("choice", "opening", "share"),
    [("half", "Got it.", 80), ("all", "It went otherwise: you said “all”.", 10)],
)
def test_the_answer_is_that_of_the_run(choice, opening, share):
    guess = make()
    guess.choose(choice)
    guess.commit()
    guess.reveal()
    assert guess.answer == "half"
    assert said(guess).startswith(opening)
    assert f"Median 0.5, most between 0.1 and 0.9; {share} % as you said." in said(guess)


def test_another_run_another_answer():
    guess = make(measure=lambda: np.full(10, 0.01))
    guess.choose("half")
    guess.commit()
    guess.reveal()
    assert guess.answer == "nothing <b>"
    assert guess.distance == math.inf
    assert "The typical run: “nothing <b>”." in said(guess)


def test_runs_that_all_agree_leave_no_distance_to_count_in():
    guess = make(Scale(0, 2), measure=lambda: np.full(10, 0.01))
    guess.choose(1)
    guess.commit()
    guess.reveal()
    assert guess.distance == math.inf
    assert "All runs agree with each other, and not with your guess." in said(guess)


def test_the_score_is_the_distance_in_spreads():
    guess = make(Scale(0, 2))
    guess.choose(0.5 + 0.75 * (0.896 - 0.104))
    guess.commit()
    guess.reveal()
    assert guess.distance == pytest.approx(0.75)
    assert guess.answer == pytest.approx(0.5)
    assert said(guess).startswith("Near: you said 1.09.")
    assert "Your score: 0.75 (0 is best). You are off by 0.75 times" in said(guess)
    assert shown(guess, "words")[-1]["tone"] == "almost"


@pytest.mark.parametrize(
    ("form", "given", "tone"),
    [(Scale(0, 2), 0.7, "got it"), (Scale(0, 2), 1.3, "almost"), (Scale(0, 2), 1.9, "not yet")],
)
def test_the_voice_goes_by_the_score(form, given, tone):
    guess = make(form)
    guess.choose(given)
    guess.commit()
    guess.reveal()
    assert shown(guess, "words")[-1]["tone"] == tone


def test_equal_factors_are_equal_distances_on_a_log_scale():
    runs = 10.0 ** np.linspace(-4, -2, 101)
    distances = []
    for given in (1e-4, 1e-2):
        guess = make(Scale(1e-6, 1, log=True), measure=lambda: runs)
        guess.choose(given)
        guess.commit()
        guess.reveal()
        distances.append(guess.distance)
    assert distances == pytest.approx([1 / 1.6, 1 / 1.6])


@pytest.mark.parametrize(
    ("given", "tone", "off"),
    [
        (2.4e-6, "got it", "too large by a factor of 2.4"),
        (4e-5, "almost", "too large by a factor of 40"),  # a quarter of a spread, and yet
        (2.5e-8, "almost", "too small by a factor of 40"),
        (0.17, "not yet", "too large by a factor of 170,000"),  # three quarters of a spread
    ],
)
def test_among_runs_that_differ_a_millionfold_the_factor_counts(given, tone, off):
    """By the spread alone, which is 7.2 powers of ten, 40 times too large would be right."""
    runs = 10.0 ** np.linspace(-10.5, -1.5, 101)
    guess = make(Scale(1e-12, 1, log=True), measure=lambda: runs)
    guess.choose(given)
    guess.commit()
    guess.reveal()
    assert guess.distance < 0.75
    assert shown(guess, "words")[-1]["tone"] == tone
    assert off in said(guess)


def test_a_curve_is_judged_by_its_worst_point_too():
    """Near at each knot but the last one, and there 10,000 times too high."""
    runs = 10.0 ** (np.zeros((11, 1)) + np.linspace(-8, 0, 101))
    sketch = Sketch(10, 1e-9, 1e2, knots=6, log=True, along="round")
    for last, tone in ((2e-4, "got it"), (1.0, "not yet")):
        guess = make(sketch, measure=lambda: runs)
        guess.choose([1e-4] * 5 + [last])
        guess.commit()
        guess.reveal()
        assert guess.distance < 0.5  # 10,000 is 0.625 spreads, on one knot of six
        assert guess.factor == pytest.approx(last / 1e-4)
        assert shown(guess, "words")[-1]["tone"] == tone
    assert "At its worst, at round 10, your curve is too high by a factor of 10,000." in said(guess)


def test_a_curve_counts_what_its_panel_counts():
    guess = make(Sketch(10, 0, 1, knots=3, along="round"))
    picture = shown(guess, "picture")[0]
    assert picture["sketch"]["label"] == "round"
    assert picture["view"]["layout"]["xaxis"]["title"]["text"] == "round"
    assert guess._form.said((0, 0.2, 0.25)) == "0.25 at round 10"


def test_a_count_is_whole():
    guess = make(Scale(1, 2_500, log=True, whole=True, unit="words"))
    (slider,) = shown(guess, "slider")
    assert slider["whole"] and all(stop == int(stop) for stop in slider["stops"])
    assert (slider["stops"][0], slider["stops"][-1]) == (1, 2_500)
    press(guess, "write", "1234.5")
    assert guess.given == 1235
    assert shown(guess, "box")[0]["value"] == "1,235"
    assert guess._form.said(1235.0) == "1,235 words"
    press(guess, "choose", 17.4)
    assert guess.given == 17


def test_the_slider_as_it_stood_is_no_guess():
    guess = make(Scale(1, 300, unit="words"))
    assert shown(guess, "slider")[0]["untouched"]
    assert button(guess, "commit")["off"]
    press(guess, "commit")
    assert guess.choice is None
    assert said(guess) == "Choose your guess first."
    press(guess, "choose", 150.5)  # the very place where it stood, but chosen
    assert not shown(guess, "slider")[0]["untouched"]
    press(guess, "commit")
    assert guess.choice == 150.5


def test_a_number_is_read_as_it_was_written():
    guess = make(Scale(1, 300))
    press(guess, "write", "about 1,5?")
    assert guess.given == 1.5
    press(guess, "write", "lots")
    assert said(guess) == "“lots” cannot be used: no number in it."
    assert guess.given == 1.5
    press(guess, "write", "")
    assert guess.given is None


def test_a_drawn_curve_is_scored_over_its_knots():
    band = np.linspace(-1, 1, 101)  # 10 to 90 %: 1.6 wide
    runs = np.zeros((11, 1)) + band
    runs[0] = 0
    guess = make(Sketch(10, -5, 5, start=0.0, knots=6), measure=lambda: runs)
    assert button(guess, "commit")["off"]
    left = "{} of 5 points are still to set; then you can commit."
    assert shown(guess, "words")[2]["text"] == left.format(5)
    guess.choose([None, 1, 1, 1, None, 1])
    assert button(guess, "commit")["off"]  # a gap is no guess
    assert shown(guess, "words")[2]["text"] == left.format(1)
    guess.choose([3, 1.6, 1.6, 1.6, 1.6, 1.6])  # the first knot is given, not drawn
    assert "to set" not in str(shown(guess, "words"))
    assert guess.given[0] == 0
    guess.commit()
    guess.reveal()
    assert guess.distance == pytest.approx(1)
    assert guess.answer == pytest.approx(0)


def test_a_curve_on_powers_of_ten_comes_from_heights():
    guess = make(Sketch(10, 1e-3, 10, knots=3, log=True), measure=lambda: np.full((11, 5), 0.1))
    press(guess, "draw", [0, -1, -3.2])
    assert guess.given == pytest.approx((1, 0.1, 1e-3))  # no lower than the axis


def test_a_run_of_the_wrong_shape_is_said():
    guess = make(Sketch(10, 0, 1, knots=2))
    guess.choose([0, 1])
    guess.commit()
    with pytest.raises(ValueError, match=r"measure must return shape \(11, replicates\), not \(1"):
        guess.reveal()
    press(guess, "reveal")
    assert "measure must return shape" in said(guess)
    assert not guess.revealed


def test_an_error_of_the_lesson_is_shown_and_the_card_goes_on():
    guess = make(measure=lambda: 1 / 0)
    guess.choose("half")
    guess.commit()
    press(guess, "reveal")
    assert said(guess) == "ZeroDivisionError: division by zero"
    press(guess, "again")
    assert guess.choice is None and said(guess) == ""


def test_the_page_may_call_nothing_else():
    guess = make()
    press(guess, "close")
    press(guess, "_clear")
    assert guess.comm is not None


def test_texts_travel_as_texts():
    guess = make()
    assert guess.content["parts"][0]["text"] == "How much is <left>?"
    assert shown(guess, "choice")[0]["options"][0] == "nothing <b>"


def test_a_guess_is_remembered_under_its_key():
    guess = make(key="00.left")
    guess.choose("half")
    assert make(key="00.left").choice is None  # only what is committed counts
    guess.commit()
    again = make(key="00.left")
    assert again.choice == "half" and not again.revealed
    again.reveal()
    assert progress.shared().get("00.left")["distance"] == 0
    again.again()
    assert make(key="00.left").choice is None


def test_a_record_that_no_longer_fits_is_no_guess():
    progress.shared().note("00.left", kind="guess", given="a quarter")
    assert make(key="00.left").choice is None
    progress.shared().note("00.left", kind="check", given="half")
    assert make(key="00.left").choice is None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (lambda: {"all": (0, 1)}, "options must hold at least two answers, not 1"),
        (
            lambda: {"none": (0, 1), "all": (1, 1)},
            "option 'all' must end above its start, not 1 to 1",
        ),
        (lambda: Scale(2, 1), "low must be below high, not 2 and 1"),
        (lambda: Scale(0, 1, log=True), "low must be above 0 on a log scale, not 0"),
        (lambda: Sketch(10, 1, 0), "low must be below high, not 1 and 0"),
        (lambda: Sketch(10, 0, 1, log=True), "low must be above 0 and below high, not 0 and 1"),
        (lambda: Sketch(5, 0, 1, knots=9), "knots must be at least 2 and at most 6, not 9"),
    ],
)
def test_what_makes_no_question_gets_a_sentence(form, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(form())


@pytest.mark.parametrize(
    ("form", "given", "sentence"),
    [
        (OPTIONS, "most", "given must be one of nothing <b>, half, all, not 'most'"),
        (OPTIONS, 3, "given must be one of"),
        (Scale(0, 1), 2, "given must lie between 0 and 1, not 2"),
        (Scale(0, 1), math.nan, "given must be a finite number, not nan"),
        (Sketch(10, 0, 1, knots=3), [1, 2], "given must hold 3 points, not 2"),
    ],
)
def test_what_is_no_guess_gets_a_sentence(form, given, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(form).choose(given)


def test_commit_and_reveal_come_in_order():
    guess = make()
    with pytest.raises(ValueError, match="Choose your guess first"):
        guess.commit()
    with pytest.raises(ValueError, match="Commit your guess first"):
        guess.reveal()
