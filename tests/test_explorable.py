"""One declaration: values are checked once, and every surface follows it."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pytest

from collapse_lib import Normal, style
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Data, Reroll, Slider
from collapse_lib.explorable import explorable
from collapse_lib.figures import Upto

TRUTH = Normal()


@dataclass(frozen=True, eq=False)
class Line:
    """A toy result."""

    case: str
    kept: int
    height: Array


def picture(result: Line):
    return {
        "data": [{"type": "scatter", "y": Upto(result.height)}],
        "layout": style.layout("t", style.axis("x"), style.axis("y")),
    }


@explorable(
    title="A line",
    views=(picture,),
    cursor=Cursor("t", 0, 4, start=2),
    say={"up": "At {t:d} it is {height:.2g}, up {slope:.2g}.", "down": "Down at {t:d}, {word}."},
)
def line(
    slope: Annotated[float, Slider(-1, 1, step=0.5, shown="{kept:d} kept")] = 0.5,
    word: Annotated[str, Choice({"a": "first", "b": "second"})] = "a",
    seed: Annotated[int, Reroll()] = 0,
    truth: Annotated[Normal, Data()] = TRUTH,
) -> Line:
    """Go up or down."""
    return Line("up" if slope >= 0 else "down", seed, 10 + slope * np.arange(5.0))


def test_it_is_still_the_function():
    assert line(slope=1.0).height[4] == 14
    assert line.name == "line"
    assert [control.name for control in line.controls] == ["slope", "word", "seed", "truth", "t"]


def test_the_sentence_is_filled_at_the_cursor():
    assert line.sentence() == "At 2 it is 11, up 0.5."
    assert line.sentence(t=4, slope=0.3) == "At 4 it is 11, up 0.3."
    assert line.sentence(slope=-1, word="b", t=0) == "Down at 0, b."


def test_the_figure_is_drawn_at_the_cursor():
    figure = line.figure(t=3)
    np.testing.assert_array_equal(figure.data[0].y, [10, 10.5, 11, 11.5])
    assert figure.layout.title.text == line.sentence(t=3)


def test_the_state_writes_every_value_and_comes_back():
    state = line.state(slope=-1, t=4)
    assert state == "line?slope=-1&word=a&seed=0&t=4"
    assert line.from_state(state).values == {"slope": -1, "word": "a", "seed": 0, "t": 4}


@pytest.mark.parametrize("method", ["figure", "sentence", "state", "widget"])
def test_unknown_parameters_are_refused(method):
    with pytest.raises(TypeError, match=r"line has the parameters slope, .*, t, but no 'speed'"):
        getattr(line, method)(speed=1)


@pytest.mark.parametrize("method", ["figure", "sentence", "state"])
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"slope": 2}, "slope must be a number between -1 and 1, not 2"),
        ({"t": -1}, "t must be a whole number between 0 and 4, not -1"),
        ({"t": 10**9}, "t must be a whole number between 0 and 4, not 1000000000"),
        ({"word": "c"}, "word must be 'a' or 'b', not 'c'"),
        ({"truth": 1}, "truth must be a Normal, not 1"),
    ],
)
def test_bad_values_are_refused(method, values, message):
    with pytest.raises(ValueError, match=message):
        getattr(line, method)(**values)


def notice(panel):
    return panel.figure.patch["scene"].get("notice", "")


def test_a_panel_says_what_it_cannot_use_and_opens_all_the_same():
    panel = line.widget(state="line?slope=0.4&pace=1&t=9", word="c", t=3)
    assert panel.values == {"slope": 0.5, "word": "a", "seed": 0, "truth": TRUTH, "t": 3}
    assert notice(panel).splitlines() == [
        "slope = 0.4 lies between two stops: showing 0.5.",
        "There is no parameter pace: ignored.",
        "t must be a whole number between 0 and 4, not '9': ignored.",
        "word must be 'a' or 'b', not 'c': showing a.",
    ]


def test_a_permalink_of_other_data_is_noticed():
    mine = Normal(1, 2)
    state = line.state(truth=mine)
    assert notice(line.widget(state=state, truth=Normal(1, 2))) == ""
    assert "made with other data" in notice(line.widget(state=state))
    assert "made with other data" in notice(line.widget(state=state, truth=Normal(2, 2)))


def test_a_parameter_without_a_control_is_refused():
    with pytest.raises(TypeError, match="n must be annotated with one control and have a default"):

        @explorable(title="", views=(), cursor=Cursor("t", 0, 1), say="")
        def bare(n: int = 3) -> None: ...

    with pytest.raises(TypeError, match="n must be annotated with one control and have a default"):

        @explorable(title="", views=(), cursor=Cursor("t", 0, 1), say="")
        def needy(n: Annotated[int, Slider(1, 3)]) -> None: ...
