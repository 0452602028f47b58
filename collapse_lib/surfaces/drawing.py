"""A view as SVG: the picture that stands in a page before, and without, any script.

drawing.js draws the same picture in the browser, by the same rules, line by line, and takes this
one over as its first frame; tests hold the two to be one tree. The rules are plotly's, so that a
view looks the same whoever draws it, within a pixel. Their numbers stand in drawing.json, and so
does the *subset*: the attributes of plotly that the two know. What is outside of it is refused
when a page is written, for it would be missing at the reader's.
"""

from __future__ import annotations

import base64
import html
import json
import math
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.figures import Leaf, View
from collapse_lib.surfaces import asset

RULES: dict[str, Any] = json.loads(asset("drawing.json"))
SUBSET: dict[str, dict[str, Any]] = RULES["subset"]
POWER = re.compile(r"(.*)<sup>(.*)</sup>", re.S)
TAG = re.compile(r"<.*?>")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}|rgba\([\d., ]+\)")
OUT = 1e6  # pixels: as far off as a coordinate may be

Point = tuple[float, float]
Tick = tuple[float, str, float]  # level, label, its size beside the others


class Node(NamedTuple):
    """An element of a picture."""

    tag: str
    attributes: dict[str, Any]
    inside: list[Any] | str  # elements, or text


def script() -> str:
    """Return drawing.js with its rules."""
    rules = {name: rule for name, rule in RULES.items() if name not in ("subset", "samples")}
    text = json.dumps(rules, separators=(",", ":"), ensure_ascii=False)
    return f"const collapseRules = {text};\n{asset('drawing.js')}"


# ---- what it knows


def check(views: Mapping[str, View]) -> None:
    """Refuse what only plotly can draw.

    Parameters
    ----------
    views : mapping of str to dict
        Views by name, see `collapse_lib.figures`; resolved or not.

    Raises
    ------
    ValueError
        If an attribute is outside the subset.
    """
    for name, view in views.items():
        for i, trace in enumerate(view.get("data", ())):
            kind = trace.get("type", "scatter")
            if kind not in ("scatter", "bar", "heatmap"):
                raise _unknown(name, f"data/{i}/type", kind)
            _check(name, f"data/{i}", trace, SUBSET[kind])
        if "data" in view:
            layout = dict(view["layout"])
            for axis in ("xaxis", "yaxis"):
                about = layout.pop(axis, None)
                if about is None:
                    raise _unknown(name, f"layout/{axis}", None)
                _check(name, f"layout/{axis}", about, SUBSET["axis"])
                if about.get("type") != "category" and "range" not in about:
                    raise _unknown(name, f"layout/{axis}/range", None)
            _check(name, "layout", layout, SUBSET["layout"])


def _check(view: str, place: str, tree: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    for path, value in _leaves(tree):
        if path not in known or not _fits(value, known[path]):
            raise _unknown(view, f"{place}/{path}", value)


def _leaves(tree: Mapping[str, Any], front: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{front}{key}/")
        else:
            yield f"{front}{key}", value


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a kind, or one of those that there are."""
    if isinstance(kind, list):
        return any(value is one or (isinstance(one, str | int) and value == one) for one in kind)
    if kind == "text":
        return isinstance(value, str)
    if kind == "texts":
        return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    if kind == "colour":
        return isinstance(value, str) and COLOUR.fullmatch(value) is not None
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "any" or isinstance(value, Leaf):
        return True
    shape = np.shape(value)
    return len(shape) == (kind == "numbers") and np.asarray(value).dtype.kind in "iufb"


def _unknown(view: str, path: str, value: Any) -> ValueError:
    return ValueError(
        f"a page must draw only what drawing.json names, but the view {view!r} has "
        f'{path} = {value!r}: choose another look, or pass plotly="inline"'
    )


# ---- numbers and labels


def _up(x: float) -> int:
    return math.floor(x + 0.5)


def _pixel(x: float) -> str:
    return _text(_up(10 * max(-OUT, min(OUT, x))) / 10)


def _text(x: Any) -> str:
    """Return a number as JavaScript writes it."""
    return str(int(x)) if isinstance(x, float) and x.is_integer() else str(x)


def _magnitude(x: float) -> int:
    return math.floor(math.log10(x) + 0.01)


def _number(value: float, step: float, top: float, more: int = 0) -> str:
    """Return a number to two digits more than the step has, in thousands, … for a large top."""
    power = _magnitude(top)
    exponent = 3 * _up((power - 1) / 3) if abs(power) > 3 else 0
    digits = 2 + more - _magnitude(step)
    if abs(value) < 10.0**-digits / 2:
        return "0"
    shown = f"{abs(value) * 10.0**-exponent:.{max(0, min(20, digits + exponent))}f}"
    short = shown.rstrip("0").rstrip(".") if "." in shown else shown
    unit: str = RULES["prefixes"].get(str(exponent), "")
    return ("−" if value < 0 else "") + short + unit


def _label(text: str, attributes: dict[str, Any]) -> Node:
    power = POWER.fullmatch(text)
    if power is None:
        return Node("text", attributes, _meant(text))
    dy, size = RULES["raised"]
    raised = Node("tspan", {"dy": dy, "font-size": size}, power[2])
    return Node("text", attributes, [Node("tspan", {}, power[1]), raised])


def _meant(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


# ---- axes


class Axis:
    """Where the numbers of one axis lie, in pixels of the plot."""

    def __init__(
        self, about: Mapping[str, Any], letter: str, length: float, data: Sequence[Any]
    ) -> None:
        self.about, self.letter, self.length = about, letter, length
        self.kinds: list[str] = []
        self.type = about.get("type", "linear")
        if self.type == "category":
            every = [str(kind) for trace in data for kind in trace.get(letter, ())]
            self.kinds = list(dict.fromkeys(every))
            self.low, self.high = -0.5, len(self.kinds) - 0.5
        else:
            self.low, self.high = map(
                float, self._whole(data) if about.get("range") is None else about["range"]
            )

    def _whole(self, data: Sequence[Any]) -> tuple[float, float]:
        """Return the ends of what is drawn, where plotly would choose its own."""
        parts = [np.ravel(trace[self.letter]) for trace in data if self.letter in trace]
        every = np.concatenate([np.asarray(part, dtype=float) for part in parts] or [np.empty(0)])
        if self.type == "log":
            every = np.log10(every[every > 0])
        known = every[np.isfinite(every)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        return (low, high) if low < high else (low - 0.5, high + 0.5)

    def place(self, levels: Any) -> Any:
        """Return where levels of the axis lie: numbers, exponents, or places among the kinds."""
        span = (self.high - self.low) or 1.0
        along = (np.asarray(levels, dtype=float) - self.low) / span * self.length
        return along if self.letter == "x" else self.length - along

    def at(self, values: Any) -> Any:
        """Return where data lie."""
        if self.type == "category":
            known = {kind: i for i, kind in enumerate(self.kinds)}
            return self.place([known.get(str(value), -1) for value in values])
        numbers = np.asarray(values, dtype=float)
        if self.type == "log":
            with np.errstate(divide="ignore", invalid="ignore"):
                numbers = np.log10(numbers)
        return self.place(numbers)

    def ticks(self, size: float) -> list[Tick]:
        """Return where there are labels."""
        about, low, high = self.about, min(self.low, self.high), max(self.low, self.high)
        if about.get("showticklabels") is False and about.get("showgrid") is False:
            return []
        if self.type == "category":
            every = math.ceil(max(1.2 * size * len(self.kinds) / self.length, 1))
            return [(float(i), kind, 1.0) for i, kind in enumerate(self.kinds)][::every]
        log = self.type == "log"
        if "tickvals" in about:
            texts = about.get("ticktext") or [
                _number(v, abs(v) or 1, abs(v) or 1, 4) for v in about["tickvals"]
            ]
            return [
                (math.log10(value) if log else value, text, 1)
                for value, text in zip(about["tickvals"], texts, strict=True)
            ]
        least, most = RULES["ticks"]
        room = max(least, min(most, self.length / RULES["pixels"][self.letter])) + 1
        if log:
            return _decades(low, high, (high - low) / room)
        step = about.get("dtick") or _rounded((high - low) / room)
        slack = 1e-6 * (high - low)
        first, last = math.ceil((low - slack) / step), math.floor((high + slack) / step)
        before, after = about.get("tickprefix", ""), about.get("ticksuffix", "")
        top = max(abs(low), abs(high))
        return [
            (i * step, before + _number(i * step, step, top) + after, 1)
            for i in range(first, last + 1)
        ]


def _rounded(rough: float) -> float:
    base = 10.0 ** math.floor(math.log10(rough))
    return float(base * next((s for s in RULES["steps"] if rough / base < s), 10))


def _decades(low: float, high: float, rough: float) -> list[Tick]:
    """Return powers of ten, and between them 2 and 5, or all digits, where there is room."""
    step = max(1, math.ceil(rough))
    between = () if rough > 0.7 else (2, 5) if rough > 0.3 else range(2, 10)
    found: list[Tick] = []
    for power in range(math.floor(low), math.floor(high + 1e-6) + 1):
        whole = 10.0**power
        if power >= low - 1e-6 and power % step == 0:
            found.append((float(power), _number(whole, whole, whole, 4), 1))
        places = [(power + math.log10(digit), str(digit), RULES["small"]) for digit in between]
        found += [place for place in places if low - 1e-6 <= place[0] <= high + 1e-6]
    return found


def _alike(x: Axis, y: Axis) -> None:
    """Make one unit as long on y as on x: the axis with room to spare shows more."""
    units = [abs(one.high - one.low) / one.length for one in (x, y)]
    for one, unit in zip((x, y), units, strict=True):
        middle = (one.low + one.high) / 2
        half = (one.high - one.low) / 2 * (max(units) / unit)
        one.low, one.high = middle - half, middle + half


def _width(text: str, size: float) -> float:
    """Return about how wide a text is."""
    return float(RULES["letter"] * size * len(_meant(TAG.sub("", text))))


def _slant(places: Sequence[Tick], size: float) -> int:
    """Return the angle of the labels under an axis: they lie slanted where they would touch."""
    halves = [_width(text, size) / 2 for _, text, _ in places]
    gaps = [abs(b[0] - a[0]) for a, b in pairwise(places)]
    needed = [a + b for a, b in pairwise(halves)]
    if all(gap >= room for gap, room in zip(gaps, needed, strict=True)):
        return 0
    return 30 if all(gap / 2 > size + 1 for gap in gaps) else 90


def _drawn(one: Axis, other: Axis, size: float) -> tuple[str, Node, float]:
    """Return the grid lines of an axis as a path, its labels, and how wide they are."""
    places = [(float(one.place(at)), text, times * size) for at, text, times in one.ticks(size)]
    across, end = one.letter == "x", _pixel(other.length)
    inner = [a for a, *_ in places if 1 < a < one.length - 1]
    lines = [f"M{_pixel(a)},0V{end}" if across else f"M0,{_pixel(a)}H{end}" for a in inner]
    grid = "" if one.about.get("showgrid") is False else "".join(lines)
    angle = _slant(places, size) if across else 0
    labels = []
    for at, text, high in places if one.about.get("showticklabels") is not False else ():
        if across:
            x, y = _pixel(at), _pixel(other.length + RULES["edge"] + high)
            turn = f"rotate({angle} {x} {_pixel(float(y) - size / 2)})"
            turned = {"text-anchor": "start", "transform": turn}
            look = {"x": x, "y": y, **(turned if angle else {"text-anchor": "middle"})}
        else:
            y = _pixel(at + RULES["middle"] * high)
            look = {"x": -RULES["edge"], "y": y, "text-anchor": "end"}
        labels.append(_label(text, look | ({} if high == size else {"font-size": high})))
    wide = max((_width(text, size) for _, text, _ in places), default=0) if labels else 0
    return grid, Node("g", {"class": f"{one.letter}tick"}, labels), wide


def _title(one: Axis, left: float, top: float, height: float, wide: float) -> Node:
    """Return the title of an axis; that of y keeps off its labels, as far as there is room."""
    title, edges = one.about.get("title", {}), RULES["title"]
    size = title.get("font", {}).get("size", 13)
    place: dict[str, Any]
    if one.letter == "x":
        place = {"x": _pixel(left + one.length / 2), "y": _pixel(height - edges["bottom"])}
    else:
        x = max(size, left - max(edges["left"], wide + 6))
        where = f"{_pixel(x)} {_pixel(top + one.length / 2)}"
        place = {"x": 0, "y": 0, "transform": f"translate({where}) rotate(-90)"}
    look = {"class": f"{one.letter}title", **place, "text-anchor": "middle"}
    return _label(title.get("text", ""), look | {"font-size": size})


# ---- traces


def _runs(trace: Mapping[str, Any], x: Axis, y: Axis) -> list[list[Point]]:
    """Return the points without a gap between them."""
    across, up = x.at(trace.get("x", ())), y.at(trace.get("y", ()))
    found: list[list[Point]] = [[]]
    for a, b in zip(across.tolist(), up.tolist(), strict=False):
        if math.isfinite(a) and math.isfinite(b):
            found[-1].append((a, b))
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def _joined(run: Iterable[Point]) -> str:
    return "L".join(f"{_pixel(a)},{_pixel(b)}" for a, b in run)


def _dashes(dash: str | None, width: float) -> str | None:
    unit = max(width, RULES["thinnest"])
    times = RULES["dashes"].get(dash)
    return " ".join(_pixel(each * unit) for each in times) if times else None


def _scatter(trace: Mapping[str, Any], x: Axis, y: Axis, inside: dict[str, str]) -> Node:
    runs = _runs(trace, x, y)
    mode, line, marker = (
        trace.get(k, d) for k, d in (("mode", "lines"), ("line", {}), ("marker", {}))
    )
    parts = []
    if trace.get("fill") and runs:
        zero = _pixel(float(y.at(0.0)))
        feet = [
            f"L{_pixel(run[-1][0])},{zero}L{_pixel(run[0][0])},{zero}"
            if trace["fill"] == "tozeroy"
            else ""
            for run in runs
        ]
        d = "".join(f"M{_joined(run)}{foot}Z" for run, foot in zip(runs, feet, strict=True))
        look = {"class": "js-fill", "d": d, "fill": trace.get("fillcolor")}
        parts.append(Node("path", look | inside, []))
    width = line.get("width", 2)
    if "lines" in mode and width and runs:
        d = "".join(f"M{_joined(run)}" for run in runs)
        stroke = {
            "stroke": line.get("color"),
            "stroke-width": width,
            "stroke-dasharray": _dashes(line.get("dash"), width),
            "stroke-miterlimit": RULES["miter"],
        }
        parts.append(
            Node("path", {"class": "js-line", "d": d, "fill": "none"} | stroke | inside, [])
        )
    if "markers" in mode and runs:
        far = trace.get("cliponaxis") is False  # drawn over the edge, but only what belongs inside
        d = "".join(
            _symbol(a, b, marker)
            for run in runs
            for a, b in run
            if not far or (-1 <= a <= x.length + 1 and -1 <= b <= y.length + 1)
        )
        look = {"class": "points", "d": d, "fill": marker.get("color")}
        parts.append(Node("path", look | ({} if far else inside), []))
    return Node("g", {"class": "trace scatter"}, parts)


def _symbol(a: float, b: float, marker: Mapping[str, Any]) -> str:
    size = marker.get("size", RULES["marker"])
    if marker.get("symbol") != "x":
        r = _pixel(size / 2)
        wide = _text(2 * float(r))
        arcs = f"a{r},{r} 0 1,0 {wide},0a{r},{r} 0 1,0 -{wide},0Z"
        return f"M{_pixel(a - float(r))},{_pixel(b)}{arcs}"
    arm = _pixel(size / 2 * RULES["arm"])
    ne, se, sw, nw = (
        f"l{p}{arm},{q}{arm}" for p, q in (("", ""), ("", "-"), ("-", "-"), ("-", ""))
    )
    turns = (ne, se, sw, se, sw, nw, sw, nw, ne, nw, ne)
    return f"M{_pixel(a)},{_pixel(b + float(arm))}{''.join(turns)}Z"


def _bar(
    trace: Mapping[str, Any],
    x: Axis,
    y: Axis,
    share: tuple[int, int],
    gap: float,
    ids: tuple[str, int],
) -> Node:
    """Return one bar a kind, of which there are several side by side."""
    place, count = share
    unit = x.length / len(x.kinds) if x.kinds else 0.0
    width = (1 - gap) * unit / count
    zero = float(y.at(0.0))
    parts = []
    for middle, end in zip(x.at(trace["x"]), y.at(trace["y"]).tolist(), strict=True):
        if abs(end - zero) >= RULES["least"]:  # else there is nothing, or no number
            left = middle - (1 - gap) * unit / 2 + place * width
            foot, top = (
                (zero, end) if abs(end - zero) >= 2 else (_seen(zero, end), _seen(end, zero))
            )
            down = f"H{_pixel(left + width)}V{_pixel(foot)}Z"
            parts.append(f"M{_pixel(left)},{_pixel(foot)}V{_pixel(top)}{down}")
    marker, (name, number) = trace["marker"], ids
    pattern = marker.get("pattern", {})
    hatch = RULES["hatches"].get(pattern.get("shape"))
    inside = {"clip-path": f"url(#{name}-inside)"}
    look = {"class": "points", "d": "".join(parts)}
    if hatch is None:
        return Node(
            "g",
            {"class": "trace bars"},
            [Node("path", look | {"fill": marker["color"]} | inside, [])],
        )
    size = hatch["size"]
    stroke = {
        "stroke": pattern.get("fgcolor"),
        "stroke-width": hatch["width"],
        "stroke-opacity": RULES["overlay"],
        "stroke-linecap": "round" if hatch["d"].endswith("h0") else None,
    }
    ground = Node(
        "pattern",
        {"id": f"{name}-{number}", "width": size, "height": size, "patternUnits": "userSpaceOnUse"},
        [
            Node("rect", {"width": size, "height": size, "fill": marker["color"]}, []),
            Node("path", {"d": hatch["d"], "fill": "none", **stroke}, []),
        ],
    )
    filled = Node("path", look | {"fill": f"url(#{name}-{number})"} | inside, [])
    return Node("g", {"class": "trace bars"}, [ground, filled])


def _seen(start: float, end: float) -> int:
    """Return an end of a bar that is so low that it would not be seen: a pixel at least."""
    return math.ceil(start) if start > end else math.floor(start)


def _heatmap(trace: Mapping[str, Any], x: Axis, y: Axis) -> Node:
    """Return cells of equal size as one small picture, which the browser makes soft."""
    columns, across = np.unique(np.asarray(trace["x"]), return_inverse=True)
    rows, down = np.unique(np.asarray(trace["y"]), return_inverse=True)
    (left, right), (top, bottom) = (
        _sides(one, places) for one, places in ((x, columns), (y, rows))
    )
    low, high = trace["zmin"], trace["zmax"]
    shares = np.clip((np.asarray(trace["z"], dtype=float) - low) / (high - low), 0, 1)
    cells = np.zeros((rows.size, columns.size), dtype=np.uint8)
    cells[down, across] = np.floor(shares * (RULES["greys"] - 1) + 0.5)
    cells = cells[:: -1 if top > bottom else 1, :: -1 if left > right else 1]
    (_, paper), (_, ink) = trace["colorscale"]
    place = {
        "x": _pixel(min(left, right)),
        "y": _pixel(min(top, bottom)),
        "width": _pixel(abs(right - left)),
        "height": _pixel(abs(bottom - top)),
    }
    picture = {"preserveAspectRatio": "none", "href": _bitmap(cells, paper, ink)}
    return Node("g", {"class": "trace heatmap"}, [Node("image", place | picture, [])])


def _sides(one: Axis, places: Array) -> tuple[float, float]:
    half = (places[-1] - places[0]) / (places.size - 1) / 2 if places.size > 1 else 0.5
    first, last = one.at([places[0] - half, places[-1] + half]).tolist()
    return first, last


def _bitmap(cells: Array, paper: str, ink: str) -> str:
    """Return cells as a BMP of a few greys: a format that needs no compression."""
    height, width = cells.shape
    line, greys = 4 * -(-width // 4), RULES["greys"]
    start = 54 + 4 * greys
    size = start + line * height
    about = (40, width, height, 1, 8, 0, line * height, 0, 0, greys, 0)
    head = b"BM" + struct.pack("<III", size, 0, start) + struct.pack("<IIIHHIIIIII", *about)
    ends = [[int(hue[at : at + 2], 16) for at in (5, 3, 1)] for hue in (paper, ink)]
    shades = [
        bytes(_up(a + (b - a) * i / (greys - 1)) for a, b in zip(*ends, strict=True)) + b"\0"
        for i in range(greys)
    ]
    lines = np.pad(cells[::-1], [(0, 0), (0, line - width)]).tobytes()
    content = base64.b64encode(head + b"".join(shades) + lines).decode()
    return f"data:image/bmp;base64,{content}"


# ---- a whole view


def picture(view: View, width: float, height: float, name: str) -> Node:
    """Return a view as an ``<svg>`` element.

    Parameters
    ----------
    view : dict
        A view at one generation, see `collapse_lib.figures.resolve`.
    width, height : float
        In pixels.
    name : str
        For ids: unlike any other in the page.
    """
    data, layout = view["data"], view["layout"]
    left, right, top, bottom = (layout["margin"][side] for side in "lrtb")
    x = Axis(layout["xaxis"], "x", max(width - left - right, 1), data)
    y = Axis(layout["yaxis"], "y", max(height - top - bottom, 1), data)
    if layout["yaxis"].get("scaleanchor"):
        _alike(x, y)
    size = layout["font"]["size"]
    (across, under, _), (along, beside, wide) = _drawn(x, y, size), _drawn(y, x, size)
    inside = {"clip-path": f"url(#{name}-inside)"}
    bars = [i for i, t in enumerate(data) if t.get("type") == "bar" and len(t.get("x", ()))]
    layers: dict[str, list[Node]] = {"heatmap": [], "bar": [], "scatter": []}  # from below
    for i, trace in enumerate(data):
        kind = trace.get("type", "scatter")
        if kind not in layers:  # plotly draws it; the still picture stays without
            continue
        if kind == "heatmap":
            drawn = _heatmap(trace, x, y)
        elif kind == "bar":
            share = (bars.index(i), len(bars)) if i in bars else (0, 1)
            drawn = _bar(trace, x, y, share, layout.get("bargap", 0.2), (name, i))
        else:
            drawn = _scatter(trace, x, y, inside)
        layers[kind].append(drawn)
    box = {"width": _pixel(x.length), "height": _pixel(y.length)}
    grid = {
        "class": "gridlayer",
        "fill": "none",
        "stroke": "currentColor",
        "stroke-opacity": RULES["grid"],
        "shape-rendering": "crispEdges",
    }
    plot = [
        Node("g", grid, [Node("path", {"d": across + along}, [])]),
        *(Node("g", {"class": f"{kind}layer"}, drawn) for kind, drawn in layers.items()),
        under,
        beside,
        Node("rect", {"class": "nsewdrag", **box, "fill": "none", "pointer-events": "all"}, []),
    ]
    frame = {"class": "main-svg", "id": name, "viewBox": f"0 0 {_pixel(width)} {_pixel(height)}"}
    frame |= {"width": "100%", "height": "100%", "font-size": size, "fill": "currentColor"}
    return Node(
        "svg",
        frame,
        [
            Node("clipPath", {"id": f"{name}-inside"}, [Node("rect", box, [])]),
            Node("g", {"transform": f"translate({_text(left)} {_text(top)})"}, plot),
            _title(x, left, top, height, 0),
            _title(y, left, top, height, wide),
        ],
    )


def markup(node: Node) -> str:
    """Return an element as it stands in a page."""
    attributes = "".join(
        f' {key}="{html.escape(_text(value))}"'
        for key, value in node.attributes.items()
        if value is not None
    )
    inside = (
        html.escape(node.inside, quote=False)
        if isinstance(node.inside, str)
        else "".join(map(markup, node.inside))
    )
    return f"<{node.tag}{attributes}>{inside}</{node.tag}>"
