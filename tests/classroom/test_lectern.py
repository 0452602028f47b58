"""Tasks and tools around a live panel, and files that carry their state."""

import csv
import io
import zlib

import numpy as np
import pytest

from collapse_lib import figures, gallery
from collapse_lib.classroom import Check, Lectern, Number, Task, progress, saving, state_in
from collapse_lib.classroom.lectern import common_axes, only_one
from collapse_lib.surfaces.scene import Scene, changes

from .hand import button, press, said, shown

collapse = gallery.variance_collapse
WRONG = ((1, "one"), (2, "two"), (3, "three"))
PRESETS = {"tiny": {"n": 10}, "5 of 50 real": {"n": 50, "real": 0.1}}


@pytest.fixture
def panel():
    panel = collapse.widget(n=50, generations=1)
    yield panel
    panel.close()


@pytest.fixture
def lectern(panel):
    return Lectern(panel, PRESETS)


def on_screen(figure):
    """What a page would show now: the first scene with the changes over it."""
    return {**dict(figure.base["scene"]), **figure.patch["scene"]}


# ---- tasks


def low_and_late(seen):
    return seen["generations"] >= 100 and seen["median"] < 0.1


def make_task(panel, wanted=low_and_late, **more):
    check = Check("n?", Number(50, WRONG, high=500), hints=("1", "2", "3"))
    return Task(panel, wanted, "Bring it down.", check, **more)


def test_a_task_ticks_when_the_state_is_reached_and_the_question_answered(panel):
    task = make_task(panel)
    panel.figure.cursor = 120
    assert task.reached and not task.done
    assert shown(task, "words")[0]["text"] == "☐ Bring it down."
    press(task, "answer", "50")
    press(task, "press")
    assert task.check.answered and task.done
    assert shown(task, "words")[0]["text"] == "☑ Bring it down."


def test_the_answer_alone_does_not_tick(panel):
    task = make_task(panel)
    press(task, "answer", "50")
    press(task, "press")
    panel.set(n=100_000)
    assert task.check.answered and not task.done


def test_the_state_is_that_of_the_run_on_the_screen(panel):
    seen = []
    make_task(panel, lambda state: seen.append(dict(state)))
    panel.set(n=20, generations=30)
    result = collapse(n=20)
    assert seen[-1]["n"] == 20 and seen[-1]["generations"] == 30
    assert seen[-1]["median"] == pytest.approx(result.median[30])


def test_what_the_panel_opens_with_is_no_deed():
    panel = collapse.widget(n=10, generations=200)
    task = make_task(panel)
    assert not task.reached
    panel.set(seed=1)
    assert task.reached
    panel.close()


def test_a_tick_is_remembered(panel):
    task = make_task(panel, key="01.down")
    panel.figure.cursor = 150
    assert progress.shared().get("01.down")["done"] is False
    task.check.answer(50)
    task.check.press()
    assert progress.shared().get("01.down")["done"] is True
    assert make_task(panel, key="01.down").reached


def test_a_task_needs_a_panel():
    with pytest.raises(TypeError, match="panel must be a live panel, not 'panel'"):
        make_task("panel")


# ---- the lectern


def test_presets_are_on_keys_and_set_the_panel(lectern):
    tools = lectern.children[0]
    row = shown(tools, "buttons")[0]["buttons"]
    assert [(one["label"], one["key"]) for one in row[:2]] == [("tiny", "1"), ("5 of 50 real", "2")]
    assert {one["key"] for one in row[2:6]} == {"p", "o", "r", "b"}
    press(tools, "preset", "5 of 50 real")
    assert lectern.panel.values["real"] == 0.1
    press(tools, "preset", "tiny")
    assert lectern.panel.values["n"] == 10


def test_reset_goes_back_to_how_it_opened(lectern):
    start = lectern.panel.state
    lectern.preset("5 of 50 real")
    lectern.panel.figure.cursor = 77
    lectern.pin()
    lectern.one_run()
    press(lectern.children[0], "reset")
    assert lectern.panel.state == start
    assert lectern.pinned is None and not lectern.one


def test_a_pinned_run_stays_beside_the_next(lectern):
    lectern.panel.figure.cursor = 60
    press(lectern.children[0], "pin")
    assert lectern.pinned == collapse.scene(lectern.panel._inputs).state
    slot, panel = lectern.children[1].children
    (pinned,) = slot.children
    assert panel is lectern.panel and pinned.cursor == 60
    assert pinned.together == panel.figure.together != ""
    lectern.preset("tiny")
    assert "n=50&" in on_screen(pinned)["state"] and "n=10&" in on_screen(panel.figure)["state"]
    panel.figure.cursor = 90
    assert pinned.cursor == 90
    press(lectern.children[0], "pin")
    assert slot.children == () and pinned.comm is None and panel.figure.together == ""
    assert on_screen(panel.figure)["views/fan/layout/yaxis/range"] != {}


def test_both_runs_are_drawn_on_the_same_axes():
    small, large = (collapse.scene(v).flat() for v in (
        {**{c.name: c.default for c in collapse.inputs}, "n": n} for n in (10, 1000)
    ))  # fmt: skip
    one, two = common_axes(small, large), common_axes(large, small)
    path = "views/fan/layout/yaxis/range"
    np.testing.assert_array_equal(one[path].rows, two[path].rows)
    assert (one[path].rows[:, 0] <= small[path].rows[:, 0]).all()
    assert (one[path].rows[:, 1] >= large[path].rows[:, 1]).all()
    dtick = "views/fan/layout/yaxis/dtick"
    np.testing.assert_array_equal(one[dtick].rows, two[dtick].rows)
    changes(small, one)  # the same paths: it can be sent


def dying(lowest):
    """A scene of two lineages, one of which is exactly 0 at the end."""
    lineages = np.array([[1, 0.1, 0], [1, 0.5, lowest]])
    curves = {"band": lineages, "lineages": lineages, "median": lineages[1]}
    view = figures.fan(**curves, title="", quantity="")
    return Scene({"fan": view}, "", {}, {}, "").flat()


def test_marks_on_the_floor_move_with_the_floor():
    small, other = dying(0.1), dying(1e-40)
    path, marks = "views/fan/layout/yaxis/range", "views/fan/data/7/y"
    moved = common_axes(small, other)
    assert small[path].rows[-1, 0] == -2 and moved[path].rows[-1, 0] == -50
    np.testing.assert_array_equal(small[marks].rows[-1], [-2, np.nan])
    np.testing.assert_array_equal(moved[marks].rows[-1], [-50, np.nan])


def test_one_run_hides_the_others_and_brings_them_back(lectern):
    flat = lectern.panel._flat
    alone = only_one(flat)
    drawn = {trace: alone[f"views/fan/data/{trace}/y"].lines.shape[0] for trace in range(7)}
    assert drawn == {0: 0, 1: 0, 2: 1, 3: 0, 4: 0, 5: 0, 6: 0}
    np.testing.assert_array_equal(
        alone["views/fan/data/2/y"].lines, flat["views/fan/data/2/y"].lines
    )
    assert alone["views/density/data/1/x"] is flat["views/density/data/1/x"]
    changes(flat, alone)
    before = on_screen(lectern.panel.figure)
    press(lectern.children[0], "one_run")
    assert lectern.one and on_screen(lectern.panel.figure) != before
    press(lectern.children[0], "one_run")
    assert on_screen(lectern.panel.figure) == before


def test_big_type_is_a_switch(lectern):
    tools = lectern.children[0]
    press(tools, "big")
    assert "collapse-big" in lectern._dom_classes and button(tools, "big")["pressed"]
    press(tools, "big")
    assert "collapse-big" not in lectern._dom_classes


def test_closing_a_lectern_closes_everything(lectern):
    lectern.pin()
    pinned = lectern.children[1].children[0].children[0]
    lectern.close()
    assert lectern.panel.comm is None and pinned.comm is None and lectern.comm is None


@pytest.mark.parametrize(
    ("presets", "sentence"),
    [
        ({str(i): {} for i in range(10)}, "presets must be at most 9, not 10"),
        ({"odd": {"pace": 3}}, "preset 'odd' names 'pace', but the panel has no such"),
    ],
)
def test_presets_that_make_no_sense_are_refused(panel, presets, sentence):
    with pytest.raises(ValueError, match=sentence):
        Lectern(panel, presets)


def test_a_lectern_needs_a_panel_and_knows_its_presets(lectern):
    with pytest.raises(TypeError, match="panel must be a live panel, not 3"):
        Lectern(3)
    with pytest.raises(ValueError, match="label must be one of tiny, 5 of 50 real, not 'huge'"):
        lectern.preset("huge")
    with pytest.raises(ValueError, match="kind must be 'svg', 'png' or 'csv', not 'pdf'"):
        lectern.save("pdf")


# ---- files


def test_the_numbers_are_those_of_the_run(lectern):
    rows = list(csv.DictReader(io.StringIO(lectern.csv())))
    result = collapse(n=50)
    assert len(rows) == 201
    for name, curve in (("median (typical)", result.median), ("mean (average)", result.mean)):
        column = [float(row[name]) for row in rows]
        np.testing.assert_allclose(column, curve, rtol=1e-8)
    low = [float(row["10 to 90 % of lineages: low"]) for row in rows]
    np.testing.assert_allclose(low, result.band[0], rtol=1e-8)


def sent(lectern, monkeypatch, kind):
    messages = []
    monkeypatch.setattr(lectern.children[0], "send", messages.append)
    press(lectern.children[0], "file", kind)
    (message,) = messages
    return message


def test_a_figure_is_sent_with_its_state_and_sentence(lectern, monkeypatch):
    lectern.panel.figure.cursor = 30
    message = sent(lectern, monkeypatch, "png")
    assert message["state"] == lectern.panel.state
    assert message["say"] == collapse.sentence(n=50, generations=30)
    assert message["figure"]["layout"]["paper_bgcolor"] == "white"
    assert message["name"] == (
        "variance_collapse,n=50,real=0,real_data=fresh,ddof=0,seed=0,generations=30.png"
    )
    press(lectern.children[0], "saved", message["name"])
    assert said(lectern.children[0]).endswith(message["name"])
    press(lectern.children[0], "unsaved", "no plotly")
    assert said(lectern.children[0]) == "The file could not be saved: no plotly"


def test_the_state_of_a_csv_file_is_its_name(lectern, monkeypatch, tmp_path):
    message = sent(lectern, monkeypatch, "csv")
    for name in (message["name"], message["name"].replace(".csv", " (2).csv")):
        (tmp_path / name).write_text(message["text"], encoding="utf-8")
        assert state_in(tmp_path / name) == lectern.panel.state


def test_the_state_of_an_svg_file_is_in_its_metadata(tmp_path):
    path = tmp_path / "a.svg"
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    path.write_text(f"{head}<metadata>x?n=5&amp;seed=1</metadata></svg>", encoding="utf-8")
    assert state_in(path) == "x?n=5&seed=1"


def png(*chunks):
    """A file as far as its chunks go."""
    packed = b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + packed


def test_the_state_of_a_png_file_is_in_its_metadata(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(png((b"IHDR", b"\0" * 13), (b"iTXt", b"Source\0\0\0\0\0x?n=5")))
    assert state_in(path) == "x?n=5"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", png((b"IHDR", b"\0" * 13))),
        ("a.png", png((b"iTXt", b"Source\0\0\0\0\0x?n=5"))[:-1] + b"!"),
        ("a.svg", b"<svg/>"),
        ("a.svg", b"no svg"),
        ("a.csv", b"generation,median\n"),
    ],
)
def test_a_file_without_a_state_is_said(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=f"path must be a file that a lectern saved, but '{name}'"):
        state_in(tmp_path / name)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*gone\.png"):
        state_in(tmp_path / "gone.png")


def test_a_file_name_is_one_everywhere():
    name = saving.file_name('a/b\\c:d*e?f="g"<h>|i&j', "svg")
    assert not set(name) & set('/\\:*?"<>|')
