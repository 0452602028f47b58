"""A whole grid in a small buffer: what grid.js reads back is what was simulated, to a pixel."""

import base64
import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from javascript import node

from collapse_lib import gallery, style
from collapse_lib.figures import At, Panes, Span, Text, Upto, resolve
from collapse_lib.surfaces import coding, packing
from collapse_lib.surfaces.packing import Grid, until
from collapse_lib.surfaces.scene import Packer, Scene

collapse = gallery.variance_collapse
START = {control.name: control.default for control in collapse.inputs}
STOPS = {"n": (5, 10, 30, 100, 1000, 100_000), "real": (0, 0.01, 0.05, 0.1, 0.5, 1)}
LAST = 60

READ = """
const bytes = new Uint8Array(require("zlib").gunzipSync(Buffer.from(data.zipped, "base64")));
const open = collapseGrid.open(data.grid, bytes);
const plain = (v) => (ArrayBuffer.isView(v) || Array.isArray(v) ? Array.from(v, String) : v);
const read = ([setting, cursor]) => {
  const leaves = { ...data.grid.plain, ...open(setting) };
  return Object.fromEntries(Object.entries(leaves).map(([path, leaf]) => {
    const decoded = collapse.decode(leaf, null);
    return [path, plain(collapse.resolve(decoded, cursor))];
  }));
};
console.log(JSON.stringify(data.asked.map(read)));
"""
LIVE = """
const plain = (v) => (ArrayBuffer.isView(v) || Array.isArray(v) ? Array.from(v, String) : v);
const read = ({ scene, buffer, cursor }) => {
  const bytes = new DataView(Uint8Array.from(Buffer.from(buffer, "base64")).buffer);
  const leaf = (note) => plain(collapse.resolve(collapse.decode(note, bytes), cursor));
  return Object.fromEntries(Object.entries(scene).map(([path, note]) => [path, leaf(note)]));
};
console.log(JSON.stringify(data.map(read)));
"""
SAY = """
const known = (fields) => Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, v ?? NaN]));
console.log(JSON.stringify(data.map(([say, fields]) => collapse.fill(say, known(fields)))));
"""


def read_back(flats, asked):
    """What grid.js makes of packed scenes: for each (setting, cursor), path → what is drawn."""
    grid = Grid()
    data = {"grid": grid.pack(flats), "asked": asked}
    data["zipped"] = base64.b64encode(grid.zipped()).decode()
    return node(READ, data, ("figure.js", "grid.js"))


def numbers(text):
    """Numbers that came as text, since JSON has no NaN."""
    return np.array([float(x.replace("Infinity", "inf")) for x in text])


def one(leaf, path="views/v/data/0/y", cursor=0, **more):
    """One leaf, packed and read back, in a scene of its own."""
    flat = {"sentence": "", **more, path: leaf}
    return read_back([flat], [(0, cursor)])[0][path]


def pixels(drawn, path, views, cursor):
    """How far numbers lie from each other on the screen: a factor for a view's x or y."""
    _, view, _, _, letter = path.split("/")
    low, high = resolve(views[view]["layout"][f"{letter}axis"]["range"], cursor)
    return np.asarray(drawn) * packing.EXTENT[letter] / abs(high - low)


def allowed(path):
    """How far a point may be from its place: in the hero the second curve of the fan is thin."""
    return packing.THIN if path.startswith("views/fan/data/1") else packing.PIXELS


# ---- the same figure everywhere


def distances(scene, cursor, leaves):
    """Pixels between a scene and leaves that were read back, for every x and y that is drawn."""
    found = {}
    for path, leaf in scene.flat().items():
        here = resolve(leaf, cursor)
        if not isinstance(here, np.ndarray) or path[-2:] not in ("/x", "/y"):
            continue
        there = numbers(leaves[path])
        np.testing.assert_array_equal(np.isnan(there), np.isnan(here))
        gap = pixels(np.abs(there - here), path, scene.views, cursor)
        found[path] = np.nanmax(gap, initial=0)
    return found


@pytest.fixture(scope="module")
def everywhere():
    """Twenty points of the grid, each as its scene and as the page's script reads it."""
    settings = [{**START, "n": n, "real": real} for n in STOPS["n"] for real in STOPS["real"]]
    rng = np.random.default_rng(20)
    asked = [[int(rng.integers(len(settings))), int(rng.integers(1, LAST + 1))] for _ in range(20)]
    scenes = [until(collapse.scene(values), LAST) for values in settings]
    page = read_back([scene.flat() for scene in scenes], asked)
    points = [
        (settings[i], g, scenes[i], leaves) for (i, g), leaves in zip(asked, page, strict=True)
    ]
    assert len({values["n"] for values, *_ in points}) > 3
    return points


def test_the_page_draws_what_was_simulated_to_a_fraction_of_a_pixel(everywhere):
    for _, cursor, scene, leaves in everywhere:
        found = distances(scene, cursor, leaves)
        assert len(found) > 15
        assert max(gap / allowed(path) for path, gap in found.items()) <= 1


def test_the_ruler_of_the_page_can_fail(everywhere, monkeypatch):
    _, cursor, scene, _ = everywhere[0]
    monkeypatch.setattr(packing, "PIXELS", 3.0)
    other = collapse.scene({**START, "n": 7})  # so that there is something to round
    (leaves,) = read_back([scene.flat(), until(other, LAST).flat()], [(0, cursor)])
    assert max(distances(scene, cursor, leaves).values()) > 0.3


def test_the_live_panel_draws_the_same(everywhere):
    data = []
    for values, cursor, _, _ in everywhere:
        packer = Packer()
        notes = packer.pack(collapse.scene(values).flat())
        buffer = base64.b64encode(packer.buffer()).decode()
        data.append({"scene": notes, "buffer": buffer, "cursor": cursor})
    for (_, cursor, scene, leaves), live in zip(everywhere, node(LIVE, data), strict=True):
        found = {}
        for path, leaf in scene.flat().items():
            if isinstance(leaf, Upto | At | np.ndarray) and path[-2:] in ("/x", "/y"):
                gap = np.abs(numbers(live[path]) - numbers(leaves[path]))
                found[path] = np.nanmax(pixels(gap, path, scene.views, cursor), initial=0)
        assert len(found) > 15  # and the panel has single precision
        assert max(gap - allowed(path) for path, gap in found.items()) <= 0.01


def test_the_static_figure_draws_the_same(everywhere):
    for values, cursor, scene, leaves in everywhere:
        figure = collapse.figure(**values, generations=cursor)
        paths = [
            f"views/{v}/data/{i}" for v in scene.views for i in range(len(scene.views[v]["data"]))
        ]
        assert len(paths) == len(figure.data)
        for path, trace in zip(paths, figure.data, strict=True):
            for letter in "xy":
                drawn = np.asarray(trace[letter], dtype=float)
                gap = np.abs(drawn - numbers(leaves[f"{path}/{letter}"]))
                found = pixels(gap, f"{path}/{letter}", scene.views, cursor)
                assert np.nanmax(found, initial=0) <= allowed(path) + 1e-9


def test_the_sentence_is_the_same_to_the_letter(everywhere):
    data = []
    for _, cursor, _, leaves in everywhere:
        named = {k.removeprefix("fields/"): x for k, x in leaves.items() if k.startswith("fields/")}
        data.append([leaves["sentence"], named | {"generations": cursor}])
    said = node(SAY, data)
    for (values, cursor, _, _), sentence in zip(everywhere, said, strict=True):
        assert sentence == collapse.sentence(**values, generations=cursor)


# ---- leaf by leaf


SPECS = st.sampled_from([".1g", ".2g", ".3g", ".6g", "d", ",d"])
NUMBERS = st.floats(-1e300, 1e300) | st.just(np.nan)


@given(st.lists(NUMBERS, min_size=1, max_size=30), SPECS)
def test_a_number_of_the_sentence_reads_the_same(values, spec):
    packed = _fields([values], spec)
    assert [style.write(x, spec) for x in packed[0]] == [style.write(x, spec) for x in values]


def _fields(rows, spec):
    """Fields as they come back, in Python's own arithmetic: the inverse of what is packed."""
    block = np.array([[row] for row in rows], dtype=float)
    coded = packing._said(block, spec)
    if coded is None:
        return rows
    levels, how = coded
    if how["code"] == "linear":
        values = np.where(levels == 0, np.nan, how["low"][0] + (levels - 1.0) * how["step"][0])
        return values[:, 0].tolist()
    return [[_decimal(int(level), **how) for level in row] for row in levels[:, 0]]


def _decimal(level, code, digits, low, signed):
    if level < 2:
        return 0.0 if level else np.nan
    first = 10 ** (digits - 1)
    number, sign = divmod(level - 2, 2) if signed else (level - 2, 0)
    power, leading = divmod(number + low, 9 * first)
    return float(f"{'-' if sign else ''}{leading + first}e{power - digits + 1}")


@pytest.mark.parametrize("spec", [".2g", ".6g", "d"])
def test_the_page_reads_the_sentence_s_numbers_as_python_does(spec):
    rng = np.random.default_rng(1)
    wide = np.exp(rng.uniform(-600, 600, 60)) * rng.choice([-1, 1], 60)
    values = np.array([*wide, 0.0, np.nan, 0.125, 2.5, -0.5, 1e-300, 999_999.5])
    values = values if spec != "d" else values[np.isnan(values) | (np.abs(values) < 1e9)]
    flat = {"sentence": f"{{x:{spec}}}", "fields/x": At(values)}
    found = read_back([flat], [(0, t) for t in range(len(values))])
    said = [
        style.write(np.nan if leaf["fields/x"] is None else leaf["fields/x"], spec)
        for leaf in found
    ]
    assert said == [style.write(x, spec) for x in values]


@pytest.mark.parametrize(
    "leaf",
    [
        At([[1.0, 2.0], [3.0, np.nan]]),
        Upto([[0.0, 1.0, 2.0], [5.0, -3.0, 7.0]]),
        Upto([[0.5, np.nan, 2.25]]),
        Upto([[np.inf, -np.inf, 1.0]]),
        Upto(np.empty((0, 3))),
        At(np.empty(0)),
        At([1.5, 2.5, 1e30]),
        np.array([0.25, 0.5, 1e-20]),
    ],
    ids=repr,
)
def test_what_no_axis_measures_comes_back_in_single_precision(leaf):
    found = one(leaf, path="views/v/layout/thing", cursor=1)
    here = resolve(leaf, 1)
    if isinstance(here, float):
        assert found == (pytest.approx(here, rel=1e-6) if here == here else None)
    else:
        np.testing.assert_allclose(numbers(found), here, rtol=1e-6)


def test_whole_numbers_are_exact_even_on_an_axis():
    lines = Upto([np.arange(200.0), 1000 * np.arange(200.0)])
    found = one(lines, cursor=199, **{"views/v/layout/yaxis/range": [0, 1e6]})
    np.testing.assert_array_equal(numbers(found), lines.at(199))


def test_a_curve_for_two_numbers_keeps_its_precision():
    z = np.linspace(-4, 4, 81)
    rows = np.random.default_rng(2).normal(size=(50, 2))
    flats = [
        {"sentence": "", "views/v/layout/xaxis/range": [-4.0, 4.0], "views/v/data/0/x": At(r, z)}
        for r in (rows, rows + 0.1)
    ]
    found = read_back(flats, [(1, 30)])[0]["views/v/data/0/x"]
    true = flats[1]["views/v/data/0/x"].at(30)
    assert np.abs(numbers(found) - true).max() * packing.WIDTH / 8 <= packing.PIXELS


def test_a_logarithmic_axis_keeps_single_precision():
    leaf = np.geomspace(1e-9, 1e9, 50)
    more = {"views/v/layout/xaxis/range": [-9, 9], "views/v/layout/xaxis/type": "log"}
    found = numbers(one(leaf, path="views/v/data/0/x", **more))
    np.testing.assert_allclose(found, leaf, rtol=1e-6)


def test_a_second_axis_has_its_own_pixels():
    flat = {
        "sentence": "",
        "views/v/layout/yaxis/range": [0, 1e6],
        "views/v/layout/yaxis2/range": [0.0, 1.0],
        "views/v/data/0/yaxis": "y2",
        "views/v/data/0/y": Upto([[0.1234, 0.5, 0.9]]),
    }
    found = numbers(read_back([flat], [(0, 2)])[0]["views/v/data/0/y"])
    np.testing.assert_allclose(found, [0.1234, 0.5, 0.9], atol=packing.PIXELS / packing.HEIGHT)


def test_what_is_equal_is_kept_once():
    same = Upto(np.random.default_rng(3).normal(size=(1, 500)))
    more = {"sentence": "", "views/v/layout/yaxis/range": [-3, 3], "text": "a" * 1000}
    grid, alone = Grid(), Grid()
    alone.pack([{**more, "views/v/data/0/y": same}])
    packed = grid.pack([{**more, "views/v/data/0/y": Upto(same.lines.copy())} for _ in range(50)])
    assert grid.size == alone.size
    assert packed["plain"]["text"] == "a" * 1000 and str(packed).count("aaaa") < 1000
    assert packed["tables"]["views/v/data/0/y"]["index"] == [0] * 50


def test_texts_and_empty_curves_may_change_between_settings():
    flats = [
        {"sentence": "", "t": "one", "views/v/data/0/y": Upto([[1.0, 2.0]])},
        {"sentence": "", "t": "two", "views/v/data/0/y": Upto(np.empty((0, 2)))},
        {"sentence": "", "t": "one", "views/v/data/0/y": Upto([[1.0, 3.0]])},
    ]
    found = read_back(flats, [(0, 1), (1, 1), (2, 1)])
    assert [leaf["t"] for leaf in found] == ["one", "two", "one"]
    drawn = [numbers(leaf["views/v/data/0/y"]).tolist() for leaf in found]
    assert drawn == [[1, 2], [], [1, 3]]


def test_prose_is_packed_as_text():
    def panes(word):
        return Panes([Text([Span(word)]), Text([Span("b \u2028<script>")])], [0, 1])

    flats = [{"sentence": "", "views/v/prose": panes(word)} for word in ("a", "c", "a")]
    grid = Grid()
    table = grid.pack(flats)["tables"]["views/v/prose"]
    assert table["index"] == [0, 1, 0] and len(table["groups"][0]["values"]) == 2
    assert table["groups"][0]["values"][1] == Packer().pack(flats[1])["views/v/prose"]
    assert "from" not in table["groups"][0] and grid.coder.stream()[1]["words"] == 2 * coding.LANES


def test_the_precision_is_stated():
    packed = Grid().pack([{"sentence": "", "x": "y"}])
    assert (packed["pixels"], packed["width"], packed["height"]) == (0.3, 640, 260)


def test_the_hero_is_small():
    settings = [
        {**START, "n": n, "real": r} for n in STOPS["n"] for r in (*STOPS["real"], 0.02, 0.2, 0.3)
    ]
    grid = Grid()
    packed = grid.pack([until(collapse.scene(values), LAST).flat() for values in settings])
    assert len(settings) == 54
    assert len(grid.zipped()) < 80_000
    assert len(gzip.compress(str(packed).encode())) < 6_000


# ---- the coder alone


LEVELS = """
const bytes = Uint8Array.from(Buffer.from(data.zipped, "base64"));
const tables = { t: { groups: [data.group], index: data.index } };
const leaf = collapseGrid.open({ plain: {}, tables, coded: data.coded }, bytes);
console.log(JSON.stringify(data.index.map((i) => Array.from(leaf(i).t.values))));
"""


@pytest.mark.parametrize("kind", ["walk", "same dice", "jumps", "still", "one number", "huge"])
def test_whole_numbers_come_back_whole(kind):
    rng = np.random.default_rng(3)
    steps = rng.normal(0, 9, size=(4, 60)).round()
    walks = {
        "walk": rng.normal(0, 30, size=(5, 4, 60)).round().cumsum(axis=-1),
        "same dice": np.stack([(k * steps / 4).round().cumsum(axis=-1) for k in range(6)]),
        "jumps": np.where(
            rng.random((3, 2, 80)) < 0.1, 0, 40_000 + rng.integers(9, size=(3, 2, 80))
        ),
        "still": np.full((2, 3, 50), 7),
        "one number": np.arange(6).reshape(6, 1, 1),
        "huge": rng.integers(-(2**30), 2**30, size=(2, 2, 9)),
    }[kind].astype(np.int64)
    coder = coding.Coder()
    group = coder.add(walks) | {"lines": list(walks.shape[1:]), "count": len(walks)}
    stream, cut = coder.stream()
    lines, width = walks.shape[1:]
    linear = {"code": "linear", "low": [1.0] * lines, "step": [1.0] * lines}
    group |= linear | {"op": "upto", "loop": False, "shape": [lines, width]}
    data = {"zipped": base64.b64encode(stream).decode(), "coded": {"place": 0, **cut}}
    back = node(LEVELS, data | {"group": group, "index": list(range(len(walks)))}, ("grid.js",))
    told = np.where(walks == 0, np.nan, walks.astype(np.float32)).reshape(len(walks), -1)
    np.testing.assert_array_equal(np.array(back, dtype=float), told)


def test_curves_that_throw_the_same_dice_cost_less_than_one_each():
    rng = np.random.default_rng(4)
    dice, other = rng.normal(0, 20, size=(2, 8, 1, 500))
    sizes = {}
    for name, steps in (("same", np.broadcast_to(dice[:1], dice.shape)), ("own", other)):
        scaled = steps * np.arange(1, 9)[:, None, None] / 4
        coder = coding.Coder()
        coder.add(scaled.cumsum(axis=-1).round().astype(np.int64))
        sizes[name] = len(coder.stream()[0]) - 2 * coding.CLASSES * coding.SYMBOLS
    assert sizes["same"] < 0.5 * sizes["own"]


# ---- a shorter run


def test_a_shorter_page_ends_everywhere_at_the_same_generation():
    whole = collapse.scene(START)
    short = until(whole, 30)
    view = short.views["fan"]
    assert view["data"][3]["y"].lines.shape == (1, 31)
    assert view["layout"]["xaxis"]["range"] == [0, 30]
    assert whole.views["fan"]["layout"]["xaxis"]["range"] == [0, 200]
    assert short.views["density"]["layout"]["xaxis"]["range"] == [-4, 4]
    for g in (1, 30):
        for name in short.views:
            np.testing.assert_equal(
                resolve(short.views[name]["data"], g), resolve(whole.views[name]["data"], g)
            )
        assert short.say("generations", g) == whole.say("generations", g)


def test_a_shorter_page_opens_no_pane_of_later_generations():
    texts = [Text([Span(str(t))]) for t in range(6)]
    scene = Scene({"v": {"prose": Panes(texts, [0, 2, 5])}}, "", {}, {}, "")
    assert until(scene, 3).views["v"]["prose"].stops == (0, 2, 3)
    assert len(until(scene, 2).views["v"]["prose"].texts) == 3
