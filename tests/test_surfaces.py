"""What travels to the browser, and back: Python and figure.js read the same things alike."""

import asyncio
import base64
import gzip
import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from ipywidgets.embed import dependency_state
from ipywidgets.widgets.widget import _instances as alive
from javascript import node

from collapse_lib import gallery, style
from collapse_lib.figures import At, Upto, resolve
from collapse_lib.surfaces import asset, plotly_js, unwrapped
from collapse_lib.surfaces.live import LiveFigure, Runtime, Throttle
from collapse_lib.surfaces.scene import Packer, changes
from collapse_lib.surfaces.visitors import SERVERS, strangers, visitor

collapse = gallery.variance_collapse
START = {control.name: control.default for control in collapse.inputs}


# ---- one set of rules in two languages


def test_both_write_numbers_alike():
    rng = np.random.default_rng(0)
    wide = np.exp(rng.uniform(-700, 700, 400))
    near = np.round(rng.uniform(0, 20, 400), 2)
    ties = [0.125, 0.25, 2.5, 0.5, 1.5, 1e5 + 0.5, 0.0009995, 999_999.5, 5e-324, 1.7e308, 0.0]
    numbers = [*wide, *-wide[:50], *near, *near * 1e-4, *ties]
    specs = ["d", ",d", ".1g", ".2g", ".3g", ".9g"]
    pairs = [(float(x), spec) for x in numbers for spec in specs if "g" in spec or abs(x) < 1e15]
    written = node("console.log(JSON.stringify(data.map(([x, s]) => collapse.write(x, s))))", pairs)
    assert written == [style.write(x, spec) for x, spec in pairs]


def test_both_write_what_is_no_number_alike():
    script = "[NaN, Infinity, -Infinity].map((x) => collapse.write(x, '.2g'))"
    written = node(f"console.log(JSON.stringify({script}))", None)
    assert written == [style.write(x, ".2g") for x in (np.nan, np.inf, -np.inf)]


def test_both_fill_every_sentence_alike():
    for values in ({}, {"real": 0.1}, {"n": 5}):
        scene = collapse.scene({**START, **values})
        for cursor in (1, 50, 200):
            fields = {**resolve(scene.fields, cursor), "generations": cursor}
            known = {key: x if x == x else None for key, x in fields.items()}
            filled = node(
                "console.log(JSON.stringify(collapse.fill(data[0], data[1])))",
                [scene.sentence, known],
            )
            assert filled == scene.say("generations", cursor)


def test_a_screen_reader_hears_powers_of_ten():
    said = node("console.log(JSON.stringify(collapse.spoken(data)))", "it is 2.1·10⁻⁴³ of it")
    assert said == "it is 2.1 times 10 to the minus 43 of it"


READ = """
const buffer = new DataView(Uint8Array.from(Buffer.from(data.buffer, "base64")).buffer);
const plain = (v) => (ArrayBuffer.isView(v) ? Array.from(v, String) : v); // JSON has no NaN
const out = {};
for (const [path, note] of Object.entries(data.scene)) {
  const leaf = collapse.decode(note, buffer);
  out[path] = data.cursors.map((g) => plain(collapse.resolve(leaf, g)));
}
console.log(JSON.stringify(out));
"""


@pytest.mark.parametrize("values", [{}, {"real": 0.1, "n": 5}], ids=["replace", "mixed"])
def test_both_resolve_every_leaf_alike(values):
    flat = collapse.scene({**START, **values}).flat()
    packer = Packer()
    scene, cursors = packer.pack(flat), (1, 50, 200)
    buffer = base64.b64encode(packer.buffer()).decode()
    out = node(READ, {"scene": scene, "buffer": buffer, "cursors": cursors})
    for path, leaf in flat.items():
        for read, cursor in zip(out[path], cursors, strict=True):
            here = resolve(leaf, cursor)
            if isinstance(read, list) and isinstance(here, np.ndarray):
                np.testing.assert_allclose(np.array(read, float), here, rtol=1e-6, atol=1e-6)
            elif isinstance(here, float):
                same = read is None if np.isnan(here) else read == pytest.approx(here, rel=1e-6)
                assert same, path
            else:
                assert read == here, path


# ---- what travels


def test_only_what_changed_travels():
    base = collapse.scene(START).flat()
    assert changes(base, collapse.scene(START).flat()) == {}
    changed = changes(base, collapse.scene({**START, "n": 120}).flat())
    assert "views/fan/data/3/y" in changed and "views/fan/data/3/x" not in changed
    packer = Packer()
    packer.pack(changed)
    assert packer.size < 40_000


def test_a_view_that_changes_its_shape_is_refused():
    with pytest.raises(ValueError, match="keep the same parts at every setting, but 'b' came"):
        changes({"a": 1}, {"a": 1, "b": 2})


def test_numbers_of_the_sentence_keep_their_digits():
    packer = Packer()
    note = packer.pack({"fields/x": At([1e-300]), "views/v": Upto([1.0])})
    assert note["fields/x"]["bytes"] == 8 and note["views/v"]["bytes"] == 4
    assert np.frombuffer(packer.buffer()[:8], "<f8")[0] == 1e-300


def test_plotly_js_is_the_installed_one():
    assert plotly_js().startswith(b"/**\n* plotly.js v")


# ---- the live panel, without a browser


def scene_of(panel):
    """What a page would show now: the first scene with the changes over it."""
    return {**dict(panel.figure.base["scene"]), **panel.figure.patch["scene"]}


def sliders(panel):
    """The panel's input widgets by their label."""
    return {widget.description: widget for widget in panel.children[0].children}


def test_a_panel_has_a_widget_for_every_input():
    panel = collapse.widget()
    assert list(sliders(panel)) == [
        "sample size",
        "real-data ratio",
        "real data",
        "estimator",
        "Roll the dice again",
    ]
    assert sliders(panel)["sample size"].value == 100
    panel.close()


def test_moving_a_slider_draws_the_scene_of_its_value():
    panel = collapse.widget()
    sliders(panel)["sample size"].value = 50
    sliders(panel)["real-data ratio"].value = 0.1
    sliders(panel)["estimator"].value = 1
    sliders(panel)["Roll the dice again"].click()
    values = {**START, "n": 50, "real": 0.1, "ddof": 1, "seed": 1}
    expected = Packer().pack(collapse.scene(values).flat())
    shown = scene_of(panel)
    assert shown["state"] == expected["state"] == panel.state.rpartition("&")[0]
    assert shown["readouts/real"] == "5 of 50 real"
    flat = collapse.scene(values).flat()
    start = shown["views/fan/data/3/y"]["at"]
    y = np.frombuffer(panel.figure.patch["buffer"][start : start + 804], "<f4")
    np.testing.assert_allclose(y, flat["views/fan/data/3/y"].lines[0], rtol=1e-6)
    panel.close()


def test_back_at_the_start_nothing_differs_from_the_base():
    panel = collapse.widget()
    sliders(panel)["sample size"].value = 50
    assert panel.figure.patch["scene"]
    sliders(panel)["sample size"].value = 100
    assert panel.figure.patch["scene"] == {}
    panel.close()


def test_set_moves_everything_at_once_and_says_what_it_cannot():
    panel = collapse.widget()
    panel.set(n=73, real=2, generations=120, pace=1)
    assert panel.values == {**START, "n": 70, "generations": 120}
    assert sliders(panel)["sample size"].value == 70
    assert panel.state == collapse.state(n=70, generations=120)
    assert scene_of(panel)["notice"].splitlines() == [
        "n = 73 lies between two stops: showing 70.",
        "real must be a number between 0 and 1, not 2: ignored.",
        "There is no parameter pace: ignored.",
    ]
    sliders(panel)["sample size"].value = 80
    assert scene_of(panel)["notice"] == ""
    panel.close()


def test_an_error_is_said_in_the_panel_which_goes_on(monkeypatch):
    panel = collapse.widget()
    good = panel._scene

    def broken(values):
        if values["n"] == 50:
            raise ValueError("n must not be 50 today")
        return good(values)

    panel._scene = broken
    sliders(panel)["sample size"].value = 60
    before = scene_of(panel)
    sliders(panel)["sample size"].value = 50
    assert scene_of(panel) == {**before, "notice": "n must not be 50 today"}
    sliders(panel)["sample size"].value = 70
    assert scene_of(panel)["notice"] == "" and "n=70&" in scene_of(panel)["state"]
    panel.close()


def test_two_equal_panels_live_side_by_side():
    one, two = collapse.widget(), collapse.widget()
    sliders(one)["sample size"].value = 50
    assert one.values["n"] == 50 and two.values["n"] == 100
    assert one.figure.runtime == two.figure.runtime
    assert one.figure.model_id != two.figure.model_id
    one.close()
    two.close()


def test_a_closed_panel_leaves_nothing_behind():
    Runtime.shared()
    before = set(alive)
    panel = collapse.widget()
    assert len(alive) > len(before) + 10
    panel.close()
    assert set(alive) == before


class Shell:
    """A notebook's shell, as far as a panel asks."""

    def __init__(self):
        self.cell, self.run = "a", 0

    def get_parent(self):
        return {"header": {"msg_id": str(self.run)}, "metadata": {"cellId": self.cell}}


def test_running_a_cell_again_closes_its_panels_and_no_others(monkeypatch):
    shell = Shell()
    monkeypatch.setattr("collapse_lib.surfaces.cells.get_ipython", lambda: shell)
    first, second = collapse.widget(), collapse.widget()
    shell.cell = "b"
    other = collapse.widget()
    before = len(alive)
    shell.cell, shell.run = "a", 1
    again, and_again = collapse.widget(), collapse.widget()
    assert len(alive) == before
    assert first.comm is None and second.comm is None
    assert other.comm is not None and again.comm is not None
    for panel in (other, again, and_again):
        panel.close()


@pytest.mark.parametrize(("slow", "told"), [(-1.0, True), (np.inf, False)])
def test_a_panel_whose_runs_take_long_turns_pale_until_the_next_is_there(monkeypatch, slow, told):
    monkeypatch.setattr("collapse_lib.surfaces.live.SLOW", slow)
    panel, pale = collapse.widget(), []

    def scene(values):
        pale.append("collapse-working" in panel._dom_classes)
        return collapse.scene(values)

    monkeypatch.setattr(panel, "_scene", scene)
    panel.set(n=50)
    assert pale == [told] and "collapse-working" not in panel._dom_classes
    assert ".collapse-working" in LiveFigure._css
    panel.close()


def test_the_figure_loads_from_text_never_from_a_path():
    assert isinstance(LiveFigure._esm, str) and len(LiveFigure._esm) < 2_500
    runtime = Runtime.shared()
    code = gzip.decompress(runtime.bundle)
    bare = unwrapped(plotly_js().decode())
    assert bare.encode() in code and asset("figure.js").encode() in code
    assert len(runtime.bundle) < 1_600_000


def test_a_drag_builds_no_backlog_and_the_last_value_wins():
    done = []

    async def drag():
        value = 0
        throttle = Throttle(lambda: done.append(value), pause=0.01)
        for value in range(100):  # noqa: B007 (read by the work)
            throttle()
        assert done == [0]  # the first at once, the others wait
        await asyncio.sleep(0.03)  # timers of one loop keep their order, however late they are
        assert done == [0, 99]
        await asyncio.sleep(0.03)
        throttle()
        throttle()
        throttle.cancel()
        await asyncio.sleep(0.03)

    asyncio.run(drag())
    assert done == [0, 99, 99]


# ---- plotly.js


WRAPPED = """(function(root, factory) { root.moduleName = factory(); }(globalThis, () => {
"use strict";var Plotly=(()=>({version: data}))();

globalThis.Plotly = Plotly;
return Plotly;
}));"""


@pytest.mark.parametrize("script", [WRAPPED, "globalThis.Plotly = { version: data }"])
def test_plotly_is_at_hand_whatever_it_is_wrapped_in(script):
    bare = f"{{ {unwrapped(script)}\nconsole.log(JSON.stringify(Plotly.version)) }}"
    assert node(bare, "4.1.1") == "4.1.1"


def test_the_installed_plotly_is_unwrapped():
    code = unwrapped(plotly_js().decode())
    assert code.startswith('"use strict";var Plotly=') and "root.moduleName" not in code


# ---- who looks, and with what


def test_a_saved_notebook_keeps_the_order_of_the_views():
    panel = collapse.widget()
    saved = json.loads(json.dumps(panel.figure.base["scene"], sort_keys=True))
    assert [path for path, _ in saved] == list(panel._flat)
    panel.close()


def test_what_a_panel_needs_is_found_by_its_references():
    panel = collapse.widget()
    kept = dependency_state([panel])
    assert {panel.model_id, panel.figure.model_id, Runtime.shared().model_id} <= set(kept)
    panel.close()


@pytest.mark.parametrize("server", SERVERS)
def test_visitors_of_one_process_share_no_runtime(monkeypatch, server):
    monkeypatch.setitem(sys.modules, server, sys)
    assert visitor() is None and strangers()
    before = set(alive)
    one, two = collapse.widget(), collapse.widget()
    assert one.figure.runtime is not two.figure.runtime
    assert one.figure.version == two.figure.version
    one.close()
    assert two.figure.runtime.comm is not None
    two.close()
    assert set(alive) == before


@pytest.mark.parametrize("server", SERVERS)
def test_a_notebook_that_imports_a_server_is_still_one_persons(monkeypatch, server):
    monkeypatch.setitem(sys.modules, server, sys)
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setattr("collapse_lib.surfaces.visitors.get_ipython", lambda: shell)
    assert visitor() is not None and not strangers()
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    assert strangers()


def test_each_kernel_has_a_runtime_of_its_own(monkeypatch):
    runtimes = []
    for kernel in (object(), object()):
        shell = SimpleNamespace(kernel=kernel)
        monkeypatch.setattr("collapse_lib.surfaces.visitors.get_ipython", lambda s=shell: s)
        assert Runtime.shared() is Runtime.shared()
        runtimes.append(Runtime.shared())
    assert runtimes[0] is not runtimes[1]
    for runtime in runtimes:
        runtime.close()


def test_a_closed_figure_weighs_nothing_in_a_saved_notebook():
    panel = collapse.widget()
    panel.close()
    assert panel.figure.base == panel.figure.patch == {}


def test_without_widgets_a_panel_is_its_sentence():
    panel = collapse.widget(n=50)
    shown = panel._repr_mimebundle_()
    title, sentence, state = shown["text/plain"].split("\n")
    assert title == collapse.title
    assert sentence == collapse.sentence(n=50) and state == collapse.state(n=50)
    assert "application/vnd.jupyter.widget-view+json" in shown
    panel.close()


def test_sliders_whose_message_was_lost_are_followed_when_they_say_it_again():
    panel = collapse.widget()
    stops = sliders(panel)["sample size"].options
    place = [value for _, value in stops].index(50)
    panel._received(None, {"places": {"n": place}}, None)
    assert panel.values["n"] == 50 and "n=50&" in scene_of(panel)["state"]
    assert panel.figure.patch["places"]["n"] == place
    panel.close()
