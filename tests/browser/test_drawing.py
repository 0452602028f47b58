"""plotly and our own drawing beside each other: the same picture within a pixel, the same words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from collapse_lib.__main__ import EXPLORABLES
from collapse_lib.figures import resolve
from collapse_lib.surfaces import drawing, plotly_js

pytestmark = pytest.mark.browser

STARTS = {control.name: control.default for control in EXPLORABLES["variance_collapse"].inputs}
SIZES = ((638, 260), (292, 190))
# What a drawn plot shows, in pixels of its plot area.
SHOWN = r"""(div) => {
    const seen = (node) => node.style.strokeWidth !== "0px" // plotly draws the edge of a band, too
    const all = (place, kind) => [...place.querySelectorAll(kind)]
    const path = (node) => node.getAttribute("d") ?? ""
    const traces = (layer, kind, wanted) => all(div, `${layer} .trace`).map((trace) =>
        all(trace, kind).filter(wanted).map(path).join(""))
    const frame = div.querySelector(".nsewdrag").getBoundingClientRect()
    const place = (node) => {
        const box = node.getBoundingClientRect()
        return [box.x - frame.x, box.y - frame.y, box.width, box.height]
    }
    const text = (node) => [node.textContent.replaceAll("\u200b", ""), ...place(node)]
    return {
        frame: [frame.width, frame.height],
        lines: traces(".scatterlayer", "path.js-line", seen),
        fills: all(div, "path.js-fill").map(path),
        bars: traces(".barlayer", "path", (node) => path(node).includes("V")),
        images: all(div, "image").map(place),
        ticks: ["x", "y"].map((letter) => all(div, `.${letter}tick text`).map(text)),
        titles: ["x", "y"].map((letter) => all(div, `.${letter}title`).map(text)[0]),
    }
}"""
DRAW = """async ([figures, width, height]) => {
    const drawn = []
    for (const text of figures) {
        const both = []
        document.body.replaceChildren()
        for (const renderer of [Plotly, collapseDrawing.Plotly]) {
            const { data, layout } = revived(text)
            for (const { line } of data) {
                if (line) line.simplify = false // else plotly leaves out corners
            }
            const div = document.createElement("div")
            div.style = `width: ${width}px; height: ${height}px; font-family: sans-serif`
            document.body.append(div)
            Object.assign(layout, { showlegend: false, autosize: true })
            await renderer.newPlot(div, data, layout, { displayModeBar: false })
            both.push(shown(div))
        }
        drawn.push(both)
    }
    return drawn
}"""
REVIVE = f"""const shown = {SHOWN}
const revived = (text) => JSON.parse(text, (key, value) =>
    ["x", "y", "z"].includes(key) && Array.isArray(value) ? value.map((one) => one ?? NaN) : value)
"""


@pytest.fixture(scope="module")
def stage(browser: Browser) -> Iterator[Page]:
    """A page that has both at hand."""
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    page.set_content("<!doctype html><title>Both</title><style>.main-svg{display:block}</style>")
    for script in (plotly_js().decode(), f"var drawn; {drawing.script()}", REVIVE):
        page.add_script_tag(content=script)
    yield page
    page.close()


def as_json(view: Any) -> str:
    def plain(value: Any) -> Any:
        array = np.asarray(value)
        return (
            np.where(np.isfinite(array), array, None).tolist()
            if array.dtype.kind == "f"
            else array.tolist()
        )

    return json.dumps({key: view[key] for key in ("data", "layout")}, default=plain)


def visible(path: str) -> str:
    """A path without bars of no height, which only plotly draws."""
    pieces = re.findall(r"M[^M]*", path)
    flat = [piece for piece in pieces if re.match(r"M[^,]+,([\d.]+)V\1[HZ]", piece)]
    return "".join(piece for piece in pieces if piece not in flat)


def corners(path: str) -> list[np.ndarray]:
    """The pieces of a path of M, L, H, V and Z, each as its corners."""
    pieces: list[list[list[float]]] = []
    for letter, rest in re.findall(r"([MLHVZ])([^MLHVZ]*)", path):
        numbers = [float(x) for x in re.findall(r"-?[\d.]+(?:e-?\d+)?", rest)]
        if letter == "M":
            pieces.append([numbers[:2]])
            numbers = numbers[2:]
        if letter == "Z":
            pieces[-1].append(pieces[-1][0])
        elif letter in "HV":
            x, y = pieces[-1][-1]
            pieces[-1] += [[numbers[0], y] if letter == "H" else [x, numbers[0]]]
        else:
            pieces[-1] += [numbers[i : i + 2] for i in range(0, len(numbers), 2)]
    return [np.array(piece) for piece in pieces]


def gap(path: str, other: str, frame: tuple[float, float]) -> float:
    """How far a corner of a path, as far as it can be seen, is from another path at most."""
    ours, theirs = corners(path), corners(other)
    if len(ours) == len(theirs):  # piece by piece: a crowd has hundreds
        return max((_gap(a, [b], frame) for a, b in zip(ours, theirs, strict=True)), default=0.0)
    return max((_gap(piece, theirs, frame) for piece in ours), default=0.0)


def _gap(piece: np.ndarray, others: list[np.ndarray], frame: tuple[float, float]) -> float:
    seen = piece[((piece >= 0) & (piece <= frame)).all(axis=1)]
    if not len(seen):
        return 0.0
    if not others:
        return float("inf")
    start = np.concatenate([one[:-1] if len(one) > 1 else one for one in others])
    end = np.concatenate([one[1:] if len(one) > 1 else one for one in others])
    along = end - start
    away = seen[:, None] - start
    share = np.clip((away * along).sum(axis=2) / np.maximum((along**2).sum(axis=1), 1e-12), 0, 1)
    missed = away - share[..., None] * along
    return float(np.sqrt((missed**2).sum(axis=2).min(axis=1).max()))


@pytest.mark.parametrize("name", EXPLORABLES)
def test_both_draw_the_same(stage: Page, name: str) -> None:
    ex = EXPLORABLES[name]
    starts = {control.name: control.default for control in ex.inputs}
    ends = {control.name: control.stops[-1] for control in ex.inputs if control.stops}
    states = [(starts, ex.cursor.high), (starts | ends, ex.cursor.high // 3)]
    for (inputs, cursor), (width, height) in zip(states, SIZES, strict=True):
        seen = {v: resolve(view, int(cursor)) for v, view in ex.scene(inputs).views.items()}
        views = {v: view for v, view in seen.items() if "data" in view}
        drawn = stage.evaluate(DRAW, [[as_json(view) for view in views.values()], width, height])
        for v, (theirs, ours) in zip(views, drawn, strict=True):
            compare(theirs, ours, f"{v} at {cursor}, {width} wide")


def test_another_picture_is_noticed(stage: Page) -> None:
    view = resolve(EXPLORABLES["variance_collapse"].scene(STARTS).views["fan"], 50)
    ((theirs, ours),) = stage.evaluate(DRAW, [[as_json(view)], *SIZES[0]])
    compare(theirs, ours, "")
    y = view["data"][3]["y"]
    view["data"][3]["y"] = np.where(np.arange(y.size) == 20, y + 0.05, y)  # of 3 in 210 pixels
    ((_, other),) = stage.evaluate(DRAW, [[as_json(view)], *SIZES[0]])
    with pytest.raises(AssertionError):
        compare(theirs, other, "")


def compare(theirs: Any, ours: Any, where: str) -> None:
    frame = tuple(theirs["frame"])
    assert ours["frame"] == pytest.approx(frame), where
    for kind in ("lines", "fills", "bars"):
        one, other = (
            [path for path in map(visible, each[kind]) if path] for each in (ours, theirs)
        )
        assert len(one) == len(other), (where, kind)
        for mine, yours in zip(one, other, strict=True):
            assert max(gap(mine, yours, frame), gap(yours, mine, frame)) <= 1, (where, kind)
    for one, other in zip(ours["images"], theirs["images"], strict=True):
        assert one == pytest.approx(other, abs=1), where
    for one, other in zip(ours["ticks"], theirs["ticks"], strict=True):
        assert [text for text, *_ in one] == [text for text, *_ in other], where
        turned = any(high < 12 for *_, high in other)  # plotly turns labels that nearly touch
        for (_, *here), (_, *there) in zip(one, other, strict=True):
            assert turned or here == pytest.approx(there, abs=2.5), where
    for one, other in zip(ours["titles"], theirs["titles"], strict=True):
        if other:
            assert one[0] == other[0] and one[1:] == pytest.approx(other[1:], abs=8), where
