"""The questions of the lesson on lost tails, answered rightly, wrongly and by hand of a panel."""

import numpy as np
import pytest
from classroom.hand import judged, played

from collapse_lib import gallery
from collapse_lib.gallery import tail_questions


def test_the_kiwi_is_missing_37_times_in_100():
    guess = played(tail_questions.no_kiwi(), 5)
    assert guess.revealed and guess.distance > 1.5
    runs = tail_questions._clubs()
    error = runs.std(ddof=1) / np.sqrt(runs.size)
    assert abs(runs.mean() - 100 * 0.999**1000) < 4.5 * error
    assert abs(runs.mean() - 100 * 0.9985**1000) > 4.5 * error


def test_what_a_quiet_month_means():
    check = tail_questions.quiet_month()
    voice, said = judged(check, "The machine knows nearly all that there is")
    assert voice == "not yet" and "would look just the same" in said
    right = "We have seen nearly all that the machine knows"
    voice, said = judged(check, right, "The rule of Good and Turing fails for small samples")
    assert voice == "almost" and "right about the machine" in said
    voice, _ = judged(
        check, right, "Counting pictures tells about the source that they were drawn from"
    )
    assert voice == "got it" and check.answered


@pytest.mark.parametrize(
    ("given", "voice", "said"),
    [
        (1000, "not yet", "none 37 times in 100"),
        (950, "not yet", "39 times in 100"),
        (1050, "not yet", "35 times in 100"),
        (20_000, "not yet", "20 times a thousand"),
        (2_700, "almost", "close"),
        (3_000, "got it", "rule of three"),
    ],
)
def test_how_many_photographs(given, voice, said):
    check = tail_questions.rule_of_three()
    found, content = judged(check, given)
    assert found == voice and said in content


def test_the_percentages_of_the_wrong_answers_are_right():
    for n, missed in ((1000, 37), (950, 39), (1050, 35)):
        assert round(100 * 0.999**n) == missed
    assert tail_questions._enough_photographs() == np.ceil(np.log(0.05) / np.log(0.999))


def test_who_watches():
    check = tail_questions.watchers()
    count, ask = (
        "Counting the different kinds among its pictures, against as many real ones",
        ("Asking for every kind once"),
    )
    size = "The average size of a bird in its pictures"
    assert judged(check, [count, ask, size])[0] == "almost"
    voice, said = judged(check, [size])
    assert voice == "not yet" and "against real pictures" in said
    assert judged(check, [count, ask])[0] == "got it"


def test_the_task_is_done_in_the_panel_and_by_an_answer():
    panel = gallery.tail_loss.widget(generations=50)
    task = tail_questions.half_kept(panel)
    assert not task.reached
    panel.set(real=0.01)
    assert not task.reached  # too few
    panel.set(real=0.1, steepness=0.5)
    assert not task.reached  # another world
    panel.set(steepness=1.0)
    assert task.reached and not task.done
    judged(task.check, "Yes: what survived the first generations is safe")
    assert not task.done
    judged(
        task.check,
        "No: many are there in one generation and missing in the next",
        "Rare kinds are lost and come back, with a real photograph",
    )
    assert task.done


def test_kinds_come_and_go():
    """The right answer of the task, in the run itself."""
    from collapse_lib import CategoricalMLE, Refresh, Zipf, simulate

    lineage = simulate(Zipf(200), CategoricalMLE(), Refresh(0.1), n=1000, generations=60, rng=0)
    there = np.stack([model.p[0] > 0 for model in lineage.models[40:]])
    came_back = (~there[:-1] & there[1:]).any(axis=0)
    assert came_back.mean() > 0.4
    assert there.all(axis=0).mean() < 0.4
