"""What the lesson on headlines asks: right answers come from runs, wrong ones are understood."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from classroom.hand import judged, played

from collapse_lib import gallery
from collapse_lib.definitions import DEFINITIONS
from collapse_lib.gallery import headline_questions as ask

LESSON = Path(__file__).parents[1] / "notebooks" / "07_how_much_is_generated.ipynb"


def web():
    return gallery.how_counted.widget(years=0)


def test_the_guess_is_held_to_made_up_worlds():
    text = ask.text_in_worlds()
    assert text.shape == (ask.WORLDS,)
    low, high = np.quantile(text, [0.1, 0.9])
    assert 0.2 < low < 0.25 and 0.43 < high < 0.46  # about what the six classes allow
    for given, near in ((100 * np.median(text), True), (74, False), (2.5, False)):
        guess = played(ask.text_behind(), given)
        assert (guess.distance < 0.1) is near and (guess.distance > 1) is not near


@pytest.mark.parametrize(
    ("question", "true", "sentences"),
    [
        (
            ask.published,
            {2, 4},
            {
                0: "same pages",
                1: "That alone can make",
                2: "count alike",
                3: "on mixed pages",
                4: "false alarm",
            },
        ),
        (
            lambda: ask.harmless(web()).check,
            {2, 3, 4},
            {0: "do not notice", 1: "do not notice", 2: "change places", 3: "human", 4: "nothing"},
        ),
    ],
    ids=["published", "harmless"],
)
def test_each_misjudged_statement_meets_its_sentence(question, true, sentences):
    check = question()
    for place, sentence in sentences.items():
        voice, said = judged(check, sorted(true ^ {place}))
        assert voice == "almost" and sentence in said
    check.answer(sorted(true))
    check.press()
    assert check.answered


def test_the_task_ticks_in_a_sick_world_with_a_harmless_headline():
    live = web()
    task = ask.harmless(live)
    live.set(counted="pure", unit="sites", helped=1.0, dose=0.95)
    assert not task.reached  # nothing has happened in year 0
    live.set(years=20)
    assert task.reached
    live.set(dose=0.35)
    assert task.reached and not task.done
    task.check.answer([2, 3, 4])
    task.check.press()
    assert task.done


def test_an_answer_without_the_world_says_what_is_missing():
    task = ask.harmless(web())
    assert "not there yet" in task.parts()[1]["text"]
    task.check.answer([2, 3, 4])
    task.check.press()
    assert task.check.answered and not task.done
    shown = task.parts()[1]
    assert "Still to do" in shown["text"] and shown["tone"] == "almost"


def test_the_table_of_definitions_is_that_of_the_panels():
    cells = nbformat.read(LESSON, as_version=4).cells
    lines = "\n".join(cell.source for cell in cells).splitlines()
    rows = {
        int(parts[1]): (parts[2].strip(), parts[3].strip())
        for parts in (line.split("|") for line in lines)
        if len(parts) == 6 and parts[1].strip().isdigit()
    }
    shown = {number: set() for number in DEFINITIONS}
    for name in gallery.__all__:
        ex = getattr(gallery, name)
        for number in ex.definition:
            shown[number].add(Path(ex.lesson).name[:2])
    assert {number: meaning for number, (meaning, _) in rows.items()} == DEFINITIONS
    for number, (_, lessons) in rows.items():
        told = set(lessons.replace("–", "").replace(",", " ").split())
        assert told <= shown[number]


def test_the_six_classes_give_the_headlines():
    pages = np.array([25.8, 9.87, 25.86, 20.5, 15.51, 2.5])
    assert pages.sum() == pytest.approx(100, abs=0.1)
    assert pages[1:].sum() == pytest.approx(74.2, abs=0.1)
    assert pages[3:].sum() < 39 < 52
