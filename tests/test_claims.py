"""Every number in the lessons is tied to what gives it, holds at the first dice, and none is loose.

``python -m claims`` does the same over twenty dice.
"""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1]))
from claims import ledger, measured, panel
from claims.ledger import check, judged, stale, untied_numbers, wrong_settings
from claims.numbers import KINDS, fits, hedge, read, untied
from claims.texts import Text, lessons, texts
from collapse_lib import gallery

TIED = [name for name in lessons() if ledger.ledger(name)]


@pytest.mark.parametrize("lesson", TIED)
def test_every_number_is_tied(lesson):
    told = ledger.ledger(lesson)
    assert stale(told, texts(lesson)) == []
    assert untied_numbers(told, texts(lesson), lesson) == []
    assert wrong_settings(told, texts(lesson)) == []


@pytest.mark.parametrize("lesson", TIED)
def test_what_is_written_holds_at_the_first_dice(lesson):
    failed = [
        f"“{verdict.claim.sentence}”: {verdict.claim.written} is written, {verdict.why} is found"
        for verdict in check(lesson, dice=1)
        if not verdict.holds
    ]
    assert failed == []


# ---- how numbers are read


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("0.7", 0.65, 0.75),
        ("1,330", 1_325, 1_335),
        ("54 in 100", 0.535, 0.545),
        ("98 visitors in 100", 0.975, 0.985),
        ("Four kinds in five", 0.7, 0.9),
        ("one in six", 1 / 6.5, 1 / 5.5),
        ("three quarters", 0.70, 0.80),
        ("two thirds", 0.617, 0.717),
        ("a tenth", 0.09, 0.11),
        ("92 %", 0.915, 0.925),
        ("15 or 16", 14.5, 16.5),
        ("15 million", 14.5e6, 15.5e6),
        ("4\\cdot10^{16}", 3.5e16, 4.5e16),
    ],
)
def test_a_number_is_right_to_half_of_its_last_digit(written, low, high):
    said = read(written)
    for value in (low + 1e-3 * abs(low), high - 1e-3 * abs(high)):
        assert fits(value, said, "", slack=0)
    for value in (low - 1e-2 * abs(low), high + 1e-2 * abs(high)):
        assert not fits(value, said, "", slack=0)


def test_numbers_are_read_in_german():
    assert read("1,5", "de").value == 1.5
    assert read("neun von zehn", "de").value == 0.9
    assert read("drei Viertel", "de").value == 0.75
    with pytest.raises(ValueError, match="no number in 'immer'"):
        read("immer", "de")


@pytest.mark.parametrize(
    ("before", "inside", "outside"),
    [("more than ", 0.6, 0.4), ("at most ", 0.4, 0.6), ("nearly ", 0.42, 0.58), ("", 0.46, 0.6)],
)
def test_the_words_before_a_number_count(before, inside, outside):
    said, sign = read("half"), hedge(before)
    assert fits(inside, said, sign, slack=0.1) and not fits(outside, said, sign, slack=0.1)


def loose(source, language="en"):
    return Text("a lesson", source, language)


@pytest.mark.parametrize(
    "source",
    [
        "It takes 30 minutes.",
        "`n = 50` and [a link](03_telephone_game.ipynb), $x^{10}$",
        "1. Drag **sample size** to 500.",
        "At generation 20, look again. See lesson 7.",
        "Good (1953), arXiv:2412.17646",
        "There are two of them, and three more.",
        "**A** about 8 of 20 · **B** about 14",
        "```figure\ntail_loss?generations=5\n```",
    ],
)
def test_these_need_no_tie(source):
    assert loose(source).numbers == ()


@pytest.mark.parametrize(
    "source",
    [
        "Half of the kinds are gone.",
        "It rises to 1,460 kinds.",
        "In nine lineages in ten it is lost.",
        "Two thirds are left.",
        "It is twice as fast.",
        "After three generations all is lost.",
        "Of 17 questions",
        "```notes 4\n37 % are gone\n```",
        "Set the ratio to 0.1: 40 % are left.",
        "$0.999^{1000} = 0.368$",
    ],
)
def test_a_number_that_is_not_tied_is_found_and_the_writer_told(source):
    (first, *_) = untied_numbers([], [loose(source)], "01_tail_loss")
    assert "is tied to nothing. In claims/of_01_tail_loss.py say what gives it" in first
    assert "measure.says(" in first


def test_the_kinds_that_need_no_tie_are_few():
    assert len({kind.name for kind in KINDS}) <= 12
    assert all(len(untied(text.source)) == len(text.source) for text in texts("01_tail_loss"))


# ---- what it must catch: sentences that stood in the lessons, and were wrong


def verdicts(measure, *quotes, dice):
    """Tie sentences to a measure that belongs to no lesson, and judge them."""
    globals().pop("LEDGER", None)
    measure.says(*quotes)
    rolls = [measure.values(seed) for seed in range(dice)]
    return [verdict.holds for verdict in judged(measure, rolls, [])]


def test_a_rate_that_is_off_by_three_errors_is_caught():
    from claims.of_01_tail_loss import beyond

    size = measured(beyond.run)
    old, new = "in only {one lineage of eighteen|beyond}", "in about {one lineage of twenty|beyond}"
    assert verdicts(size, old, new, dice=5) == [False, True]


def test_a_share_of_another_default_is_caught():
    rarest = panel(gallery.vocabulary_survival, generations=10)
    old = "of the rarest tenth about {one word in six|rarest / 100} is left"
    new = "of the rarest tenth about {13 %|rarest / 100} is left"
    assert verdicts(rarest, old, new, dice=1) == [False, True]


def test_a_judge_without_dice_is_caught():
    """Twenty pieces per digit, always the same, made a badge rise; other twenty do not."""
    from collapse_lib import simulate
    from collapse_lib.gallery.rare_handwriting import rarer
    from collapse_lib.images import ClassGaussianMLE

    dice = {"n": 455, "generations": 10, "replicates": 1, "rng": 0}
    lineage = simulate(rarer(8, 5), ClassGaussianMLE(), **dice)
    rises = judge(lineage.models[10]) > judge(lineage.models[1])

    @measured
    def badge(seed: int = 0):
        return {"rises": rises[seed]}

    held = verdicts(badge, "the badge {rises|rises}", dice=20)
    assert held == [False]


def judge(model, judges=20, pieces=20):
    """Return by each judge the share of a model's own pieces that real digits make it read so."""
    from collapse_lib.images import read_as, read_digits

    real = read_digits()
    dice = np.random.default_rng(1).standard_normal((judges, 1, pieces, real.components))
    written = model.parts.mean[0, :, None, :] + dice @ model.parts.factor[0].swapaxes(-1, -2)
    read = read_as(real, written.reshape(-1, real.components)).reshape(judges, 10, pieces)
    right = (read == np.arange(10)[:, None]).mean(axis=-1)
    return (right * model.shares[0]).sum(axis=-1)


def test_a_cure_without_its_control_is_caught():
    """500 real points of 50,000 hold the variance, and so does nothing, for 200 generations."""
    from collapse_lib import GaussianMLE, Normal, Refresh, metrics, simulate

    def typical(n, real, seed, generations=200):
        dice = {"n": n, "generations": generations, "replicates": 40, "rng": seed}
        lineage = simulate(Normal(), GaussianMLE(), Refresh(real / n), **dice)
        return float(np.median(lineage.trace(metrics.variance)[-1]))

    @measured
    def held(seed: int = 0):
        return {
            "many": typical(50_500, 500, seed) > 0.9 > typical(50_500, 0, seed),
            "few": typical(50, 5, seed) > 0.7 > typical(50, 0, seed),
        }

    quotes = "500 real points {hold it|many}", "5 real points of 50 {hold it|few}"
    assert verdicts(held, *quotes, dice=20) == [False, True]
