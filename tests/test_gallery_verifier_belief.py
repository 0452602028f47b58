"""What the verifier believes: help at first, and then his own error."""

import numpy as np
import pytest
from classroom.hand import played

from collapse_lib import theory
from collapse_lib.gallery import rescue_questions as ask
from collapse_lib.gallery import verifier_belief as panel

LIMIT = 4.5


@pytest.mark.parametrize(("belief", "reach"), [(0.0, 1.5), (0.15, 1.5), (0.3, 2.0)])
def test_errors_follow_theory(belief, reach):
    runs = [panel(belief, reach, n=100, seed=seed) for seed in range(8)]
    squares = np.concatenate([run.middles for run in runs]) ** 2  # (1600, 21)
    error = squares.std(axis=0, ddof=1) / len(squares) ** 0.5
    expected = theory.verifier_mean_square(np.arange(21), 50, 100, belief, reach)
    room = LIMIT * error + 0.01 * expected  # the first order in the belief is 1 % off
    assert np.all(np.abs(squares.mean(axis=0) - expected) <= room)
    wrong = theory.verifier_mean_square(np.arange(21), 50, 100, belief + 0.1, reach)
    assert np.abs(squares.mean(axis=0) - wrong)[-1] > room[-1]
    np.testing.assert_allclose(runs[0].theory ** 2, expected)


def test_he_helps_first_and_hands_over_his_belief():
    for seed in range(20):
        shown = panel(seed=seed)
        assert shown.verified[2] < shown.verified[1]  # better than the real numbers
        assert shown.verified[20] > shown.verified[2]
        assert shown.verified[20] < shown.alone[20]
        assert abs(shown.middles[:, -1].mean() - 0.15) < 0.02
        assert shown.best[-1] in (2, 3)


def test_a_right_one_helps_for_good_and_a_wrong_one_never():
    for seed in range(20):
        right, wrong = panel(0.0, seed=seed), panel(0.3, seed=seed)
        assert np.all(right.verified[4:] < 0.75 * right.verified[1])
        assert wrong.best[-1] == 1 and wrong.verified[-1] == pytest.approx(0.305, abs=0.02)


def test_the_best_generation_is_the_best_so_far():
    shown = panel()
    for t in range(1, 21):
        assert shown.least[t] == shown.verified[1 : t + 1].min()
        assert shown.verified[int(shown.best[t])] == shown.least[t]


def test_what_is_out_of_range_gets_a_sentence():
    with pytest.raises(ValueError, match="reach must be a number above 0, not 0"):
        panel(reach=0)
    with pytest.raises(ValueError, match="belief must be a finite number, not inf"):
        panel(belief=np.inf)


def test_the_guess_about_the_best_generation():
    guess = played(ask.closest(), "in the second or third")
    assert guess.answer == "in the second or third" and guess.distance == 0
    for wrong in ("in the first, before he has judged anything", "in the last: the more he has"):
        assert not guess.answer.startswith(wrong)
