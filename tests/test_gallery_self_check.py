"""The self-check, before and after; and what the first lesson asks."""

import numpy as np
import pytest
from classroom.hand import press, said, shown

from collapse_lib import Categorical, CategoricalMLE, Refresh, simulate
from collapse_lib.gallery import start_questions as ask
from collapse_lib.gallery.self_check import STATEMENTS, SelfCheck

TRUE = [place for place, (_, truth, _reason) in enumerate(STATEMENTS) if truth]


def test_the_first_time_says_nothing_of_right_and_wrong():
    check = SelfCheck()
    press(check, "tick", [0, 2])
    press(check, "keep")
    assert said(check).startswith("Kept.")
    assert shown(check, "table") == []
    press(check, "tick", [1])
    assert check.right == 3  # the ticks have stayed: 1, 4 and 5 are judged rightly
    assert SelfCheck().kept


def test_the_second_time_shows_both():
    first = SelfCheck()
    first.tick([0])
    first.keep()
    again = SelfCheck(again=True)
    assert not again.kept and again.right == len(STATEMENTS) - len(TRUE)
    again.tick(TRUE)
    again.keep()
    assert said(again) == "Now you judge 7 of 7 statements rightly. At first it was 4."
    (table,) = shown(again, "table")
    assert [row[1:3] for row in table["rows"]][:2] == [["true", "false"], ["false", "false"]]
    assert all(row[2] == row[3].partition(".")[0] for row in table["rows"])
    again.change()
    assert shown(again, "table") == [] and not SelfCheck(again=True).kept


def test_without_a_first_time_it_says_so():
    again = SelfCheck(again=True)
    again.keep()
    assert "no first answers" in said(again)


def test_a_statement_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="places must be from 0 to 6, not 7"):
        SelfCheck().tick([7])


def test_the_words_of_300_people():
    guess = ask.people()
    guess.choose(150)
    guess.commit()
    guess.reveal()
    dice = np.random.default_rng(1)
    counts = []
    for _ in range(100):
        own = np.arange(300)
        for _round in range(20):
            own = dice.choice(own, size=300)
        counts.append(len(set(own.tolist())))
    error = 1.25 * np.std(counts) * np.sqrt(1 / 100 + 1 / 200)  # of a difference of medians
    assert abs(guess.answer - np.median(counts)) < 4.5 * error
    assert guess.distance > 5


def test_a_few_real_examples_hold_the_variety_and_not_the_kinds():
    """By luck alone, 5 new real ones among 1,000: the average loses a tenth, the kinds most."""
    shares = 1 / np.arange(1, 201)
    truth = Categorical(shares / shares.sum())
    left = {}
    for real in (0, 5):
        run = simulate(
            truth,
            CategoricalMLE(),
            Refresh(real / 1000),
            n=1000,
            generations=400,
            replicates=10,
            rng=3,
        )
        p = np.asarray(run[400].p)
        variety = (1 - (p**2).sum(axis=-1)) / (1 - (truth.p**2).sum())
        left[real] = variety.mean(), np.median((p > 0).sum(axis=-1))
    assert left[5][0] > 0.85 and left[5][1] < 40
    assert left[0][0] < 0.8 and left[0][1] < 10
