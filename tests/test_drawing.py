"""The picture in a page's own markup: the same tree as the script's, and what it can draw."""

import base64
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from javascript import node

from collapse_lib import figures, gallery, style
from collapse_lib.__main__ import EXPLORABLES
from collapse_lib.figures import resolve
from collapse_lib.surfaces import asset, drawing, still

SVG = "{http://www.w3.org/2000/svg}"
HUES = ("#ffffff", "#141414")  # of paper and ink
JAVASCRIPT = """
const revive = (key, value) =>
    ["x", "y", "z"].includes(key) && Array.isArray(value) ? value.map((one) => one ?? NaN) : value
const known = (attributes) => Object.entries(attributes).filter(([, value]) => value !== undefined)
const bare = (attributes) => Object.fromEntries(known(attributes).map(([k, v]) => [k, String(v)]))
const told = ([tag, attributes, inside]) =>
    [tag, bare(attributes), typeof inside === "string" ? inside : inside.map(told)]
const all = data.map(([text, width, height]) => {
    const view = JSON.parse(text, revive)
    return told(collapseDrawing.picture(view.data, view.layout, width, height, "name").tree)
})
console.log(JSON.stringify(all))
"""


def as_json(view):
    def plain(value):
        array = np.asarray(value)
        bare = array.dtype.kind == "f"
        return np.where(np.isfinite(array), array, None).tolist() if bare else array.tolist()

    return json.dumps({key: view[key] for key in ("data", "layout")}, default=plain)


def told(tree):
    """A tree of ours as JavaScript's is told."""
    known = {k: drawing._text(v) for k, v in tree.attributes.items() if v is not None}
    inside = tree.inside if isinstance(tree.inside, str) else [told(part) for part in tree.inside]
    return [tree.tag, known, inside]


def both(views, *size):
    """The trees of the two languages."""
    data = [[as_json(view), *size] for view in views]
    theirs = node(f"{drawing.script()}\n{JAVASCRIPT}", data, scripts=())
    return [
        (told(drawing.picture(v, *size, "name")), t) for v, t in zip(views, theirs, strict=True)
    ]


def start(ex):
    return {control.name: control.default for control in ex.inputs}


@pytest.mark.parametrize("name", EXPLORABLES)
def test_both_languages_draw_the_same_tree(name):
    ex = EXPLORABLES[name]
    scene = ex.scene(start(ex))
    drawing.check(scene.views)
    plots = [view for view in scene.views.values() if "data" in view]
    places = (int(ex.cursor.low), int(ex.cursor.default), int(ex.cursor.high))
    views = [resolve(view, place) for view in plots for place in places]
    for ours, theirs in (*both(views, 638, 260), *both(views[:3], 300, 150)):
        assert ours == theirs


def plain_view(**more):
    curve = figures.Curve("c", [1.0, 2.0, 3.0], style.line(style.BLUE))
    view = figures.lines([curve], title="t", quantity="q", y_range=(0, 4))
    view["layout"] |= more
    return view


def test_all_that_the_subset_names_is_drawn_alike():
    """Looks, axes and labels that no explorable needs at its start."""
    dashes = ("solid", "dot", "dash", "longdash", "dashdot")
    y = np.array([1.0, 2.0, np.nan, 3.0, 2.0])
    curves = [
        figures.Curve(dash, y + i, style.line(style.BLUE, dash=dash))
        for i, dash in enumerate(dashes)
    ]
    curves.append(figures.Curve("p", y, style.line(style.GREEN), kind="points"))
    x = [1.0, 10.0, 100.0, 1e3, 1e4]
    words = {"title": "t", "quantity": "q", "along": "a"}
    log = [figures.profile(curves, np.array(x) ** p, log_x=True, **words) for p in (1, 0.5, 0.3, 3)]
    wide = [
        figures.profile(curves[:1], np.array(x) * f, **words, y_range=(0, f))
        for f in (1e-9, 1, 1e6)
    ]
    names = [["a", "b <&", "a very long name", "another one"], [f"kind {i}" for i in range(60)]]
    heights = {s: np.linspace(0, 3, 4) * (i + 1) for i, s in enumerate("abcd")}
    bars = [
        figures.bars(heights, names[0], title="t", quantity="q"),
        figures.bars({"a": np.linspace(-1, 1, 60)}, names[1], title="t", quantity="q"),
        figures.bars({"a": [1e-5, 0.0, np.nan, 1.0]}, names[0], title="t", quantity="q"),
    ]
    marked = plain_view()
    marked["data"][0] |= {"mode": "lines+markers", "marker": {"color": style.ORANGE, "size": 5}}
    square = plain_view()
    square["layout"]["yaxis"]["scaleanchor"] = "x"
    views = [*log, *wide, *bars, marked, square]
    drawing.check(dict(zip(map(str, range(len(views))), views, strict=True)))
    for size in ((638, 260), (200, 150)):
        for ours, theirs in both([resolve(view, 2) for view in views], *size):
            assert ours == theirs


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda v: v["data"][0].update(stackgroup="a"), "data/0/stackgroup = 'a'"),
        (lambda v: v["data"][0].update(type="violin"), "data/0/type = 'violin'"),
        (lambda v: v["data"][0]["line"].update(shape="hv"), "data/0/line/shape = 'hv'"),
        (lambda v: v["data"][0]["line"].update(dash="5px"), "data/0/line/dash = '5px'"),
        (lambda v: v["data"][0]["line"].update(color="red"), "data/0/line/color = 'red'"),
        (lambda v: v["data"][0].update(fill="tonexty"), "data/0/fill = 'tonexty'"),
        (lambda v: v["layout"].update(barmode="stack"), "layout/barmode = 'stack'"),
        (lambda v: v["layout"]["xaxis"].update(side="top"), "layout/xaxis/side = 'top'"),
        (lambda v: v["layout"]["yaxis"].update(zeroline=True), "layout/yaxis/zeroline = True"),
        (lambda v: v["layout"]["yaxis"].pop("range"), "layout/yaxis/range = None"),
        (lambda v: v["layout"].update(annotations=[{}]), "layout/annotations"),
    ],
)
def test_what_only_plotly_draws_is_refused_when_the_page_is_written(tmp_path, change, named):
    odd = plain_view()
    drawing.check({"odd": odd})
    change(odd)
    with pytest.raises(ValueError, match=rf"the view 'odd' has {re.escape(named)}") as refused:
        drawing.check({"odd": odd})
    assert 'pass plotly="inline"' in str(refused.value)


def test_the_rules_travel_without_what_only_python_needs():
    assert '"subset"' not in drawing.script() and '"subset"' in asset("drawing.json")


# ---- what is drawn


def paths(views, cursor, colour):
    """The strokes of one colour: corners by path, in pixels of the plot."""
    picture = ElementTree.fromstring(still.svg(views, cursor, "", "s"))
    drawn = [p.get("d") for p in picture.iter(f"{SVG}path") if p.get("stroke") == colour]
    return [
        np.array([[float(x) for x in corner.split(",")] for corner in d[1:].split("L")])
        for path in drawn
        for d in re.findall(r"M[^M]+", path)
    ]


def test_the_picture_shows_the_curve():
    collapse = gallery.variance_collapse
    scene = collapse.scene(start(collapse))
    (line,) = paths(scene.views, 50, style.BLUE)
    assert line.shape == (51, 2)
    low, high = scene.views["fan"]["layout"]["yaxis"]["range"].at(50)
    share = (np.log10(collapse().median[:51]) - low) / (high - low)
    np.testing.assert_allclose(line[:, 1], (1 - share) * (figures.HEIGHT - 50), atol=0.06)
    assert line[0, 0] == 0


def test_a_line_with_gaps_is_drawn_in_pieces():
    curve = figures.Curve("c", [1.0, 2.0, np.nan, 3.0, 4.0], style.line(style.BLUE))
    view = figures.lines([curve], title="t", quantity="q", y_range=(0, 5))
    assert [len(piece) for piece in paths({"v": view}, 4, style.BLUE)] == [2, 2]


def test_a_line_of_one_point_is_seen_where_it_marks_its_points():
    curve = figures.Curve("c", [np.nan, 2.0, 3.0], style.line(style.BLUE))
    view = figures.lines([curve], title="t", quantity="q", y_range=(0, 4))
    view["data"][0] |= {"mode": "lines+markers", "marker": {"color": style.ORANGE, "size": 6}}
    picture = ElementTree.fromstring(still.svg({"v": view}, 1, "", "s"))
    (dot,) = [p.get("d") for p in picture.iter(f"{SVG}path") if p.get("fill") == style.ORANGE]
    assert re.fullmatch(r"M[\d.]+,[\d.]+a3,3 0 1,0 6,0a3,3 0 1,0 -6,0Z", dot)


def test_bars_stand_on_zero():
    view = figures.bars({"a": [1.0, 4.0]}, ["x", "y"], title="t", quantity="q", y_range=(0, 4))
    picture = ElementTree.fromstring(still.svg({"v": view}, 0, "", "s"))
    (d,) = [p.get("d") for p in picture.iter(f"{SVG}path") if p.get("class") == "points"]
    assert re.findall(r"M[\d.]+,([\d.]+)V([\d.]+)", d) == [("210", "157.5"), ("210", "0")]


def colours_of(image):
    """The colours of an <image>, shape (height, width, 3), read by hand."""
    content = base64.b64decode(image.get("href").removeprefix("data:image/bmp;base64,"))
    assert content[:2] == b"BM" and int.from_bytes(content[2:6], "little") == len(content)
    start, width, height = (int.from_bytes(content[at : at + 4], "little") for at in (10, 18, 22))
    palette = np.frombuffer(content[54:start], np.uint8).reshape(-1, 4)[:, 2::-1]
    lines = np.frombuffer(content[start:], np.uint8).reshape(height, -1)
    return palette[lines[::-1, :width]].astype(int)


def test_a_wall_of_pictures_is_drawn():
    levels = np.random.default_rng(0).integers(0, 17, size=(3, 2, 4, 5, 6))
    words = {"title": "t" * 80, "along": "x", "chosen_name": "this"}
    view = figures.wall(levels, ["a", "b", "c", "d"], highest=16, chosen=2, **words)
    picture = ElementTree.fromstring(still.svg({"v": view}, 1, "", "s"))
    (image,) = picture.iter(f"{SVG}image")
    drawn = colours_of(image).reshape(2, 7, 4, 8, 3)  # with a line of paper around each
    inner = drawn[:, 1:-1, :, 1:-1].transpose(0, 2, 1, 3, 4)
    paper, ink = (np.array([int(hue[i : i + 2], 16) for i in (1, 3, 5)]) for hue in HUES)
    share = levels[1][..., None] / 16
    np.testing.assert_allclose(inner, paper + share * (ink - paper), atol=0.51)
    assert (drawn[:, 0] == paper).all()
    # the picture fills the axes, and the orange frame lies on its third quarter
    width = still.WIDTH - 24
    assert [float(image.get(key)) for key in ("x", "y", "width")] == [0, 0, width]
    (frame,) = paths({"v": view}, 1, style.ORANGE)
    assert frame[:2, 0] == pytest.approx([width / 2, 3 * width / 4], abs=0.1)
    said = {node.text: node for node in picture.iter(f"{SVG}text")}
    assert set(filter(None, said)) == {"t" * 80, "a", "b", "c", "d", "x"}
    assert float(said["b"].get("x")) == pytest.approx(3 * width / 8, abs=0.1)
    assert 80 * float(said["t" * 80].get("font-size")) * still.BOLD <= still.WIDTH


def test_a_picture_is_turned_with_its_axes():
    cells = {"x": np.array([0, 1]), "y": np.array([0, 0]), "z": np.array([0, 1])}
    trace = {"type": "heatmap", **cells, "zmin": 0, "zmax": 1}
    trace["colorscale"] = [[0, HUES[0]], [1, HUES[1]]]
    for ends, expected in (([-0.5, 1.5], [255, 20]), ([1.5, -0.5], [20, 255])):
        axes = style.axis("", range=ends), style.axis("", range=[-0.5, 0.5])
        view = {"data": [trace], "layout": style.layout("", *axes)}
        picture = ElementTree.fromstring(still.svg({"v": view}, 0, "", "s"))
        (image,) = picture.iter(f"{SVG}image")
        assert colours_of(image)[0, :, 0].tolist() == expected
