"""One declaration: values are checked once, and every surface follows it."""

import importlib
import inspect
import json
import pydoc
import re
from dataclasses import dataclass
from textwrap import dedent
from typing import Annotated

import numpy as np
import plotly.graph_objects as go
import pytest
from javascript import node

from collapse_lib import Normal, explorable, style
from collapse_lib.__main__ import main
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Data, Reroll, Slider
from collapse_lib.figures import Upto, resolve
from collapse_lib.metrics import Ensemble

module = importlib.import_module("collapse_lib.explorable")
TRUTH = Normal()


@dataclass(frozen=True, eq=False)
class Line:
    """A toy result."""

    case: str
    kept: int
    height: Array


def picture(height):
    return {
        "data": [{"type": "scatter", "y": Upto(height)}],
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


def test_the_package_has_the_decorator_and_the_module_stays():
    assert explorable is module.explorable


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


# ---- what an author writes: views by the names of fields, and sentences where one is wrong


def heights(height, slope):
    view = picture(height)
    return {**view, "layout": view["layout"] | {"meta": {"title": f"up {slope}"}}}


def declared(views=(heights,), say="{t:d}: {height:.2g}, {many.median:.2g}.", result=None, last=4):
    """A panel of an author, on which one thing is wrong."""

    @explorable(title="Mine", views=views, cursor=Cursor("t", 0, last), say=say)
    def mine(
        slope: Annotated[float, Slider(-1, 1, help="How steep it is.")] = 0.5,
        way: Annotated[str, Choice({"up": "Up", "on": "On"}, label="where")] = "up",
    ):
        """Go somewhere.

        Returns
        -------
        mapping
            Heights.
        """
        line = slope * np.arange(5.0)
        return {"height": line, "many": Ensemble(line[:, None] * [1, 2, 4])} | (result or {})

    return mine


def test_a_view_names_the_fields_and_inputs_that_it_draws():
    mine = declared()
    assert mine.draw(mine(slope=1.0), slope=1.0)["heights"]["layout"]["meta"]["title"] == "up 1.0"
    assert mine.sentence(slope=1, t=3) == "3: 3, 6."
    assert mine(slope=1.0).many.high[4] == pytest.approx(14.4)
    assert repr(mine()) == "Result(height: (5,), many=Ensemble(3 lineages, 4 generations))"


def test_a_parameter_with_a_default_may_be_none_of_the_fields():
    mine = declared(views=(lambda height, colour="red": heights(height, colour),))
    (view,) = mine.draw(mine()).values()
    assert view["layout"]["meta"]["title"] == "up red"


def test_both_languages_fill_the_parts_of_an_ensemble():
    scene = declared().scene({"slope": 1.0, "way": "up"})
    fields = {**resolve(scene.fields, 3), "t": 3}
    script = "console.log(JSON.stringify(collapse.fill(data[0], data[1])))"
    assert node(script, [scene.sentence, fields]) == scene.say("t", 3) == "3: 3, 6."


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"say": "{hieght:.2g}"},
            "mine: the sentence names 'hieght', but there are the fields height, many, and the "
            "inputs slope, way: did you mean 'height'?",
        ),
        (
            {"say": "{many.medain:.2g}"},
            "mine: the sentence names 'many.medain', but many has the parts trace, median, mean, "
            "band, low, high, lineages: did you mean 'median'?",
        ),
        (
            {"say": "{many:.2g}"},
            "mine: the sentence can show a text, a number, or one number per generation, but "
            "'many' is of type Ensemble",
        ),
        (
            {"views": (lambda heigth: None,)},
            "mine: the view <lambda> draws 'heigth', but there are the fields height, many, and "
            "the inputs slope, way: did you mean 'height'?",
        ),
        (
            {"views": (lambda result: None,)},
            "mine: the view <lambda> draws 'result', but there are the fields height, many, and "
            "the inputs slope, way",
        ),
        (
            {"result": {"table": np.zeros((5, 2))}, "say": "{table:d}"},
            "mine: the sentence can show a text, a number, or one number per generation, but "
            "'table' has shape (5, 2)",
        ),
        (
            {"last": 9, "say": ""},
            "mine: the cursor t goes to 9, but views/heights/data/0/y ends with generation 4: "
            "simulate longer, or let the cursor end there",
        ),
        (
            {"last": 9, "views": ()},
            "mine: the cursor t goes to 9, but fields/height ends with generation 4",
        ),
        (
            {"views": (lambda height: None,)},
            "mine: the view <lambda> must return a picture of collapse_lib.figures or a plotly "
            "figure, not NoneType",
        ),
        ({"say": {"a": "A.", "b": "B."}}, "mine: say, which has one sentence for each case, names"),
        (
            {"say": {"a": "A.", "b": "B."}, "result": {"case": "c"}},
            "mine: say has sentences for the cases a, b, but none for 'c'",
        ),
    ],
)
def test_what_an_author_got_wrong_is_said_with_what_there_is(wrong, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        declared(**wrong).figure()


@pytest.mark.parametrize("returned", [None, 3.0, np.arange(5.0), [1, 2]])
def test_a_result_without_names_is_refused(returned):
    @explorable(title="", views=(), cursor=Cursor("t", 0, 4), say="")
    def bare():
        return returned

    what = type(returned).__name__
    with pytest.raises(TypeError, match=rf"bare must return its fields by name, .*, not {what}"):
        bare.figure()


@pytest.mark.parametrize(
    ("views", "message"),
    [
        (heights, r"mine: views must be a tuple: write views=\(heights,\) with the comma"),
        ((go.Figure(),), "mine: a view must be a function that returns a picture, not a Figure"),
        (
            (lambda height: None, lambda many: None),
            "mine: each view must have a name of its own, but 2 are called <lambda>",
        ),
    ],
)
def test_wrong_views_are_refused_where_they_are_declared(views, message):
    with pytest.raises((TypeError, ValueError), match=message):
        declared(views=views)


def test_a_field_that_a_result_has_not_gets_a_sentence():
    with pytest.raises(AttributeError, match=r"no field 'heigth', .* fields height, many: did you"):
        _ = declared()().heigth


def test_an_option_that_there_is_not_gets_a_sentence():
    with pytest.raises(ValueError, match="way must be 'up' or 'on', not 'down'"):
        declared()(way="down")


# ---- help: said once, heard everywhere


def test_the_docstring_tells_what_the_controls_help_with():
    mine = declared()
    text = pydoc.plain(pydoc.render_doc(mine))
    assert "mine(slope: float = 0.5, way: str = 'up')" in text
    assert "slope : float\n        How steep it is." in text
    assert text.index("Go somewhere.") < text.index("Parameters") < text.index("Returns")
    assert inspect.getdoc(line) == "Go up or down.\n\nParameters\n----------\nseed : int\n" + (
        "    Which dice to roll."
    )


def test_a_notebook_says_it_in_the_present_language(monkeypatch):
    panel = declared().widget()
    slider, choice = panel.children[0].children
    assert slider.tooltip == "How steep it is." and choice.tooltip is None
    monkeypatch.setattr("collapse_lib.surfaces.live._", lambda text: text.upper())
    panel.tell()
    assert slider.tooltip == "HOW STEEP IT IS."
    panel.close()


def test_a_page_says_it(tmp_path):
    declared().embed(tmp_path / "page.html", {"slope": (0, 1)}, plotly="inline")
    assert '"help":"How steep it is."' in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_command_line_says_it(capsys):
    with pytest.raises(SystemExit):
        main(["embed", "snowball", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "--n VALUE Points that each generation learns from. (5 to 2,000; default: 50)" in said


# ---- a picture that the author drew with plotly


def drawn_by_hand(height, table):
    return go.Figure(
        [
            go.Scatter(y=height, name="how high"),
            go.Bar(x=["a", "b"], y=table, name="each"),
            go.Histogram(x=[1.0, 2.0, 2.0], name="before"),
        ],
        layout={"title": "By hand", "xaxis_title": "steps", "yaxis": {"range": [0, 9]}},
    )


def by_hand(view=drawn_by_hand):
    rows = np.arange(10.0).reshape(5, 2)
    return declared(views=(view,), result={"table": rows})


def test_a_plain_plotly_figure_follows_the_cursor():
    figure = by_hand().figure(slope=1, t=2)
    line, bars, before = figure.data
    np.testing.assert_array_equal(line.y, [0, 1, 2])
    np.testing.assert_array_equal(line.x, [0, 1, 2])
    np.testing.assert_array_equal(bars.y, [4, 5])
    np.testing.assert_array_equal(before.x, [1, 2, 2])
    assert figure.layout.xaxis.title.text == "steps" and "By hand" in str(figure.layout)


def test_so_it_does_in_a_notebook_and_in_a_page(tmp_path):
    mine = by_hand()
    panel = mine.widget(t=2)
    scene = dict(panel.figure.base["scene"])
    assert scene["views/drawn_by_hand/data/0/y"]["op"] == "upto"
    assert scene["views/drawn_by_hand/data/1/y"]["op"] == "at"
    assert scene["views/drawn_by_hand/layout/meta/title"] == "By hand"
    assert not any("template" in path for path in scene)
    panel.set(slope=1)
    changed = dict(panel.figure.patch["scene"])
    assert "views/drawn_by_hand/data/0/y" in changed
    assert "views/drawn_by_hand/data/1/y" not in changed
    panel.close()
    mine.embed(tmp_path / "page.html", {"slope": (0, 1)}, plotly="inline", slope=1, t=2)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="collapse-data">(.*?)</script>', page, re.DOTALL)[1])
    table = data["grid"]["tables"]["views/drawn_by_hand/data/0/y"]
    assert table["groups"][0]["op"] == "upto" and len(table["index"]) == 2
    assert "<td>2</td>" in page  # the curve's numbers, for readers without scripts


def test_a_dictionary_of_the_author_does_the_same():
    def mine(height):
        return {"data": [{"y": list(height), "meta": "still"}, {"y": Upto(height)}]}

    still, moving = by_hand(mine).figure(slope=1, t=2).data
    assert len(still.y) == 5 and len(moving.y) == 3
    assert still.line.color != moving.line.color and still.line.dash != moving.line.dash


@pytest.mark.parametrize(
    ("odd", "what"),
    [
        (lambda height: go.Figure(go.Pie(values=[1, 2])), "pie"),
        (lambda height: go.Figure(go.Scatter(y=height, xaxis="x2")), "x2"),
    ],
)
def test_other_axes_are_refused(odd, what):
    with pytest.raises(ValueError, match=f"must draw on one pair of axes, x and y, but has {what}"):
        by_hand(odd).figure()


def test_the_example_of_the_docstring_runs(tmp_path):
    text = module.__doc__
    assert text in inspect.getdoc(explorable) + "\n"  # which help(explorable) shows
    code = dedent(text.split("::\n\n", 1)[1].split("\n\nThe parameters of the function")[0])
    assert len([row for row in code.splitlines() if row.strip()]) <= 20
    known = {}
    exec(code, known)
    walk = known["walk"]
    assert re.fullmatch(r"Step 100: most are between −\d+ and \d+\.", walk.sentence(steps=100))
    walk.embed(tmp_path / "walk.html")
    other = dedent(text.split("::\n\n")[2].split("\n\nWhat such a figure")[0])
    exec(other, known | {"go": go})
