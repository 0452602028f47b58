"""A hall's guesses: pasted or counted, before and after talking, beside the runs."""

import numpy as np
import pytest

from collapse_lib.classroom import Hall

from .hand import press, said, shown

RUNS = np.linspace(0, 100, 101)
PASTE = "Anna: 12\nBob: 35\nCarl: 35-45\nDora: lol\nAnna: 85"


def make(measure=lambda: RUNS):
    return Hall("How many?", low=0, high=100, measure=measure, say="{median:d} it is.")


def bars(hall):
    """Heights by name of the group."""
    view = shown(hall, "picture")[0]["view"]
    return {trace["name"]: trace["y"] for trace in view["data"]}


def test_a_paste_is_counted_at_once():
    hall = make()
    assert not shown(hall, "picture")
    press(hall, "paste", PASTE)
    assert sorted(hall.first) == [35, 40, 85]
    assert [why for _line, why in hall.ignored] == [
        "no number in it",
        "answered again further down",
    ]
    assert [line for line, _why in hall.notes] == ["Carl: 35-45"]
    assert [fold["title"] for fold in shown(hall, "fold")] == [
        "Read with a guess (1)",
        "Not counted (2)",
    ]
    (heights,) = bars(hall).values()
    np.testing.assert_allclose(heights, [0, 0, 100 / 3, 100 / 3, 0, 0, 100 / 3, 0])


def test_vote_and_revote_stand_side_by_side():
    hall = make()
    press(hall, "paste", PASTE)
    press(hall, "revote")
    press(hall, "paste", "50\n51\n120\n49")
    assert sorted(hall.second) == [49, 50, 51] and hall.first.size == 3
    assert list(bars(hall)) == ["first vote (3)", "after talking (3)"]
    press(hall, "reveal")
    assert list(bars(hall)) == ["runs", "first vote (3)", "after talking (3)"]
    assert sum(bars(hall)["runs"]) == pytest.approx(100)
    expected = "50 it is. Inside the runs' own 10 to 90 %: 100 % of the hall at first, 100 %"
    assert expected in said(hall)
    press(hall, "first_vote")
    assert shown(hall, "lines")[0]["value"] == PASTE


def test_nothing_runs_before_the_answer_is_shown():
    hall = Hall("?", low=0, high=1, measure=lambda: pytest.fail("too early"))
    press(hall, "paste", "0.5")
    press(hall, "revote")
    assert hall.first.size == 1


def test_hands_are_counted_and_uncounted():
    hall = make()
    press(hall, "hands")
    for change in ([0, 1], [0, 1], [7, 1], [7, -1], [7, -1]):
        press(hall, "count", change)
    assert shown(hall, "counts")[0]["numbers"] == [2, 0, 0, 0, 0, 0, 0, 0]
    assert hall.first.tolist() == [6.25, 6.25]
    press(hall, "paste", "50")
    assert sorted(hall.first) == [6.25, 6.25, 50]


def test_a_hand_is_right_if_its_group_is():
    hall = make(measure=lambda: np.linspace(20, 21, 11))
    for place, hands in ((0, 1), (1, 2), (2, 3)):  # 0 – 12.5, 12.5 – 25, 25 – 37.5
        hall.count([place, hands])
    hall.reveal()
    assert said(hall).endswith("10 to 90 %: 33 % of the hall.")


def test_groups_by_equal_factors():
    hall = Hall("?", low=1, high=256, log=True)
    hall.count([1, 1])
    np.testing.assert_allclose(hall.first, [8**0.5])


def test_votes_for_options():
    hall = Hall("Which?", options=["more", "same", "less"], right="less", say="It shrinks.")
    press(hall, "paste", "A\nb\nC\nAnna: c")
    press(hall, "revote")
    hall.count(["C", 3])
    assert hall.first.tolist() == [0, 1, 2, 2] and hall.second.tolist() == [2, 2, 2]
    press(hall, "reveal")
    assert bars(hall) == {
        "right": [0, 0, 100],
        "first vote (4)": [25, 25, 50],
        "after talking (3)": [0, 0, 100],
    }
    assert said(hall).endswith("Right is C: less. It shrinks.")


def test_a_joker_does_not_push_the_others_into_one_bar():
    hall = Hall("?")
    hall.paste("\n".join([*map(str, range(100)), "10^9"]))
    (heights,) = bars(hall).values()
    assert np.count_nonzero(heights) == 8


def test_the_figure_is_a_real_one_with_the_same_bars():
    hall = make()
    hall.paste(PASTE)
    hall.revote()
    hall.paste("40\n41")
    hall.reveal()
    figure = hall.figure()
    assert [trace.name for trace in figure.data] == list(bars(hall))
    for trace in figure.data:
        np.testing.assert_allclose(trace.y, bars(hall)[trace.name])
    assert "How many?" in figure.layout.title.text


def test_files_are_sent_to_the_page(monkeypatch):
    hall = make()
    hall.paste(PASTE)
    sent = []
    monkeypatch.setattr(hall, "send", sent.append)
    press(hall, "numbers")
    press(hall, "picture", "png")
    table, picture = sent
    assert table["save"] == "csv" and table["name"] == "hall.csv"
    assert table["text"].splitlines() == ["vote,answer", "first,35.0", "first,40.0", "first,85.0"]
    assert picture["save"] == "png" and picture["figure"]["data"]
    press(hall, "picture", "gif")
    assert said(hall) == "kind must be 'svg' or 'png', not 'gif'"


def test_clear_forgets_both_votes():
    hall = make()
    hall.paste(PASTE)
    hall.revote()
    hall.paste(PASTE)
    hall.reveal()
    press(hall, "clear")
    assert hall.first.size == hall.second.size == 0
    assert not shown(hall, "picture") and shown(hall, "lines")[0]["value"] == ""


@pytest.mark.parametrize(
    ("make_hall", "sentence"),
    [
        (lambda: Hall("?", options=["one"]), "options must be 2 to 10, not 1"),
        (lambda: Hall("?", options=["a", "b"], right="c"), "right must be one of the options"),
        (lambda: Hall("?", low=2, high=1), "low must be below high, not 2 and 1"),
        (lambda: Hall("?", low=0, high=1, log=True), "low must be above 0 on a log scale, not 0"),
        (lambda: Hall("?").hands(), "low and high must be given before hands can be counted"),
        (lambda: make().count([8, 1]), "what must name one of 8 groups, not 8"),
    ],
)
def test_what_makes_no_hall_gets_a_sentence(make_hall, sentence):
    with pytest.raises(ValueError, match=sentence):
        make_hall()
