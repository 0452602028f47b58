"""What the lesson on rescues asks: right answers come from runs, wrong ones meet their sentence."""

import numpy as np
import pytest
from classroom.hand import judged, played

from collapse_lib import gallery, theory
from collapse_lib.budget import Prices, best_plan
from collapse_lib.gallery import rescue_questions as ask


def worlds():
    return gallery.share_or_count.widget(generations=1)


def shop():
    return gallery.budget_game.widget()


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (
            ask.coins,
            "Most of them, not all (60 to 98)",
            "Hardly any: generating is a hundred times cheaper (below 20)",
        ),
        (
            ask.same_number,
            "About as much (0.6 to 1.5)",
            "Hardly anything: 5 % real data cannot hold it (below 0.2)",
        ),
    ],
    ids=["coins", "same_number"],
)
def test_a_guess_is_held_to_the_run(question, right, wrong):
    for choice in (right, wrong):
        guess = played(question(), choice)
        assert guess.answer == right
        assert (guess.distance == 0) is (choice == right)


NUMBERS = [
    (
        lambda: ask.half_left(worlds()).check,
        4_970,
        {100: "2 % are lost", 10_000: "a third", 1_000: "seven tenths", 1e5: "next to nothing"},
    ),
    (
        lambda: ask.spend(shop()).check,
        174,
        {99: "human data alone", 137: "error of 0.05", 607: "So many points", 7e3: "know so much"},
    ),
]


@pytest.mark.parametrize(("question", "right", "wrong"), NUMBERS, ids=["half_left", "spend"])
def test_each_wrong_number_meets_its_sentence(question, right, wrong):
    check = question()
    for number, sentence in wrong.items():
        voice, said = judged(check, number)
        assert voice == "not yet" and sentence in said
    judged(check, right)
    assert check.answered


def test_the_sentences_about_wrong_numbers_are_true():
    made = np.array([100, 200, 1_800, 10_000, 40_000])
    left = theory.refresh_variance_limit(100 + made, 100, bias=0.98)
    assert left[0] == pytest.approx(0.98, abs=0.01)
    assert left[1] > left[2] >= 0.7
    assert left[3] == pytest.approx(1 / 3, abs=0.02)
    assert left[4] < 0.12
    free = gallery.budget_game(bias=0.0)
    assert (free.best_human, free.best_made) == (93, 607)
    assert free.best_worth == pytest.approx(174, abs=0.5)


STATEMENTS = [
    (
        ask.dials,
        {0, 3},
        {0: "how many kinds", 1: "way round", 2: "last generation", 3: "come back", 4: "floor"},
    ),
    (
        ask.filters,
        {0, 4},
        {0: "pictures", 1: "goes on eating", 2: "still drops", 3: "only lets", 4: "same filter"},
    ),
]


@pytest.mark.parametrize(("question", "true", "sentences"), STATEMENTS, ids=["dials", "filters"])
def test_each_misjudged_statement_meets_its_sentence(question, true, sentences):
    check = question()
    for number, sentence in sentences.items():
        voice, said = judged(check, sorted(true ^ {number}))
        assert voice == "almost" and sentence in said
    assert judged(check, sorted(true))[0] == "got it"


def test_of_what_the_best_plans_buy_most_is_generated():
    rng = np.random.default_rng(0)
    plans = [
        best_plan(100, Prices(*(f * (1, 0.1, 0.01))), 0.05)
        for f in 2 ** rng.uniform(-1, 1, (50, 3))
    ]
    assert np.median([plan.real / plan.n for plan in plans]) < 0.45


def test_the_statements_about_the_dials_are_what_the_panel_shows():
    watch = gallery.watch_and_roll_back
    late = watch()
    assert late.found[-1] <= 18  # 0: most of the 60 kinds are gone
    assert np.all(late.dials["average"][2:] > late.dials["rare"][2:])  # 1
    early = watch(dial="rare", then="on")
    assert early.found[-1] >= 55 and early.saved[-1] == watch(then="on").saved[-1] <= 11  # 2
    assert watch(then="real").saved[-1] >= 50  # 3
    old = watch(kept=60)
    assert old.to[-1] == 4 and old.found[-1] == 54  # 4


def test_the_statements_about_the_filters_are_what_the_panel_shows():
    plain = gallery.good_filter()
    assert plain.typical_clean[40] > 99 and plain.typical_left[40] < 10  # 0
    assert gallery.good_filter(nonsense=0.0).typical_left[40] < 10  # 1
    blind = gallery.good_filter(missed=1.0)
    assert blind.clean["verifier"][40] < blind.clean["none"][40] - 5  # 2
    assert gallery.good_filter(real=0.0).verifier_left[40] < 20  # 3
    assert plain.top_up_left[40] > plain.verifier_left[40] + 5  # 4


def test_the_first_task_ticks_where_the_worlds_part():
    live = worlds()
    task = ask.half_left(live)
    live.set(generations=200, real_points=100, many=4_000)
    live.set(loss=0.2)
    assert not task.reached  # a slider that is dragged to its end does nothing yet
    live.set(loss=0.02)
    assert not task.reached  # 0.55 is no half
    live.set(many=5_000)
    assert task.reached and not task.done
    judged(task.check, "5,000")
    assert task.done


def test_the_last_task_ticks_at_a_plan_near_the_best():
    live = shop()
    task = ask.spend(live)
    live.set(coins=86)
    assert not task.reached  # the rest still goes to points that nobody checks
    live.set(coins=87, checking=0.9)
    assert task.reached and not task.done
    judged(task.check, "174")
    assert task.done
