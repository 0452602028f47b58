"""A figure without scripts: a small SVG picture, a table and texts, for readers that run none.

Drawn from the views themselves, by us: no browser and no other package is needed. It knows
scatter, bar and heatmap traces on linear, logarithmic and category axes; anything else stays
blank, and the table and the sentence stand beside it.
"""

from __future__ import annotations

import base64
import html
import math
import re
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from collapse_lib import style
from collapse_lib.checks import Array
from collapse_lib.figures import HEIGHT, View, columns, resolve
from collapse_lib.words import _

WIDTH = 400  # pixels of one view
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 26, 40
SIZE = 12  # of letters, in pixels
BOLD = 0.6  # width of a bold letter, in its sizes
ROWS = 11  # generations in the table, at most
LEVELS = 17  # of grey in a heatmap, and so of its palette
DASHES = {"dash": "9 6", "dot": "2 4", "dashdot": "9 4 2 4", "longdash": "15 5"}
POWER = re.compile(r"<sup>(.*?)</sup>")


def svg(views: Mapping[str, View], cursor: int, caption: str) -> str:
    """Return the views side by side as one SVG element.

    Parameters
    ----------
    views : mapping of str to dict
        Views by name, see `collapse_lib.figures`.
    cursor : int
        Generation to look at.
    caption : str
        What a screen reader says instead.

    Returns
    -------
    str
        Markup, its text in the colour of the page around it; empty if there is no plot.
    """
    drawn = [resolve(view, cursor) for view in views.values() if "data" in view]
    if not drawn:
        return ""
    parts = [_view(view, i) for i, view in enumerate(drawn)]
    width, height = WIDTH * len(drawn), HEIGHT + TOP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" role="img" aria-label="{html.escape(caption)}" '
        f'font-family="system-ui, sans-serif" font-size="{SIZE}" fill="currentColor" '
        f'style="max-width: 100%; height: auto">{"".join(parts)}</svg>'
    )


def table(views: Mapping[str, View], cursor: int) -> str:
    """Return the numbers of the curves as an HTML table, at some generations.

    Parameters
    ----------
    views : mapping of str to dict
        Views by name; their curves stand in the table, see `collapse_lib.figures.columns`.
    cursor : int
        The last generation to show.

    Returns
    -------
    str
        Markup; empty if no curve asks to be in a table.
    """
    curves = columns(views)
    if not curves:
        return ""
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in (_("generation"), *curves))
    rows = []
    for t in sorted({round(x) for x in np.linspace(0, cursor, min(ROWS, cursor + 1))}):
        cells = "".join(f"<td>{style.write(line[t], '.3g')}</td>" for line in curves.values())
        rows.append(f'<tr><th scope="row">{t}</th>{cells}</tr>')
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def texts(views: Mapping[str, View], cursor: int) -> str:
    """Return what the generations say, as far as a view shows it, as HTML paragraphs.

    Parameters
    ----------
    views : mapping of str to dict
        Views by name, see `collapse_lib.figures.prose`.
    cursor : int
        Generation to look at.

    Returns
    -------
    str
        Markup; empty if no view holds texts.
    """
    return "".join(
        f"<p><b>{_text(view.get('unit', 'Generation'))} {pane['generation']}:</b> "
        f"<bdi>{_text(''.join(text for text, _, _ in pane['spans']))}</bdi></p>"
        for view in views.values()
        for pane in resolve(view.get("prose", []), cursor)
        if pane["spans"]
    )


def _view(view: View, place: int) -> str:
    """Return one view, its axes and what they hold, moved to its place."""
    layout = view["layout"]
    x, y = (_Axis(layout, letter, view["data"]) for letter in "xy")
    title = layout.get("meta", {}).get("title", "")
    size = min(SIZE, (WIDTH - LEFT - RIGHT) / (BOLD * max(len(title), 1)))  # in one line
    frame = f'x="{LEFT}" y="{TOP}" width="{x.length}" height="{y.length}"'
    kinds: dict[str, list[Any]] = {"heatmap": [], "bar": [], "scatter": []}  # from below, as plotly
    for trace in view["data"]:
        kinds.setdefault(trace.get("type", "scatter"), []).append(trace)
    bars = [trace for trace in kinds["bar"] if len(trace["x"])]
    marks = [_heatmap(trace, x, y) for trace in kinds["heatmap"]]
    marks += [_bars(trace, x, y, i, len(bars)) for i, trace in enumerate(bars)]
    marks += [_scatter(trace, x, y) for trace in kinds["scatter"]]
    return (
        f'<svg x="{place * WIDTH}" width="{WIDTH}" height="{HEIGHT + TOP}">'
        f'<text x="{LEFT}" y="14" font-weight="600" font-size="{size:.3g}">{_text(title)}</text>'
        f"{x.drawn()}{y.drawn()}"
        f'<clipPath id="still-{place}"><rect {frame}/></clipPath>'
        f'<g clip-path="url(#still-{place})" fill="none">{"".join(marks)}</g></svg>'
    )


class _Axis:
    """Where the numbers of one axis lie, and its ticks."""

    def __init__(self, layout: Mapping[str, Any], letter: str, data: list[dict[str, Any]]) -> None:
        self.letter = letter
        self.about = layout.get(f"{letter}axis", {})
        self.length = WIDTH - LEFT - RIGHT if letter == "x" else HEIGHT - BOTTOM
        self.kinds: list[str] = []
        if self.about.get("type") == "category":
            every = [str(kind) for trace in data for kind in trace.get(letter, ())]  # escaped
            self.kinds = list(dict.fromkeys(every))
        values = np.concatenate([self._numbers(trace.get(letter, ())) for trace in data])
        known = values[np.isfinite(values)]
        ends = (-0.5, len(self.kinds) - 0.5) if self.kinds else self.about.get("range")
        if ends is None:
            ends = (known.min(), known.max()) if known.size else (0.0, 1.0)
        self.low, self.high = float(ends[0]), float(ends[1])

    def pixels(self, values: Any) -> Any:
        """Return where values lie, from the left or from the top of the picture."""
        share = (self._numbers(values) - self.low) / ((self.high - self.low) or 1.0)
        place = (
            LEFT + share * self.length if self.letter == "x" else TOP + (1 - share) * self.length
        )
        return np.clip(np.round(2 * place) / 2, -9999, 9999)

    def drawn(self) -> str:
        """Return the grid lines, their labels and the title."""
        bottom, right = TOP + HEIGHT - BOTTOM, WIDTH - RIGHT
        grid = self.about.get("showgrid", True)
        lines = []
        for value, label in self._ticks():
            at = self.pixels([value])[0] if not self.kinds else self.pixels([label])[0]
            if self.letter == "x":
                ends = f'x1="{at}" x2="{at}" y1="{TOP}" y2="{bottom}"'
                text = f'x="{at}" y="{bottom + 15}" text-anchor="middle"'
            else:
                ends = f'x1="{LEFT}" x2="{right}" y1="{at}" y2="{at}"'
                text = f'x="{LEFT - 5}" y="{at + 4}" text-anchor="end"'
            if grid:
                lines.append(f'<line {ends} stroke="currentColor" stroke-opacity="0.15"/>')
            lines.append(f"<text {text}>{_text(html.unescape(label))}</text>")
        title = _text(html.unescape(self.about.get("title", {}).get("text", "")))
        if self.letter == "x":
            place = f'x="{(LEFT + right) / 2}" y="{bottom + 33}"'
        else:
            middle = (TOP + bottom) / 2
            place = f'transform="translate(13 {middle}) rotate(-90)"'
        return "".join(lines) + f'<text {place} text-anchor="middle">{title}</text>'

    def _numbers(self, values: Any) -> Any:
        if self.kinds:
            return np.array([self.kinds.index(str(value)) for value in values], dtype=float)
        numbers = np.asarray(values, dtype=float).ravel()
        if self.about.get("type") == "log":
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.log10(numbers)
        return numbers

    def _ticks(self) -> list[tuple[float, str]]:
        if self.kinds:
            return [(float(i), kind) for i, kind in enumerate(self.kinds)]
        if not self.about.get("showticklabels", True):
            return []
        if "tickvals" in self.about:
            values = self.about["tickvals"]
            labels = self.about.get("ticktext", [f"{value:g}" for value in values])
            return list(zip(values, labels, strict=True))
        step = self.about.get("dtick") or _round_step((self.high - self.low) / 5)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        values = [i * step for i in range(first, last + 1)]
        if self.about.get("type") == "log":
            return [(10.0**v, style.write(10.0**v, ".2g")) for v in values if v == round(v)]
        return [(v, self._label(v)) for v in values]

    def _label(self, value: float) -> str:
        before, after = self.about.get("tickprefix", ""), self.about.get("ticksuffix", "")
        number = style.write(value, ".3g").replace("−", "-")
        marked = POWER.sub(lambda m: m[1].translate(style.SUPERSCRIPT), f"{before}{number}{after}")
        return html.unescape(marked) if before or after else style.write(value, ".3g")


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return float(power * next(m for m in (1, 2, 5, 10) if m * power >= rough))


def _heatmap(trace: Mapping[str, Any], x: _Axis, y: _Axis) -> str:
    """Return cells of equal size as one small picture; the browser makes it soft, as plotly does.

    It is stretched to its place, since a cell is a pixel of it.
    """
    columns, across = np.unique(trace["x"], return_inverse=True)
    rows, down = np.unique(trace["y"], return_inverse=True)
    ends = [
        axis.pixels([places[0] - half, places[-1] + half])
        for axis, places in ((x, columns), (y, rows))
        for half in [0.5 * float(np.diff(places).mean()) if places.size > 1 else 0.5]
    ]
    (left, right), (top, bottom) = ends
    low, high = trace["zmin"], trace["zmax"]
    shares = np.clip((np.asarray(trace["z"], dtype=float) - low) / (high - low), 0, 1)
    paper, ink = (np.frombuffer(bytes.fromhex(hue[1:]), np.uint8) for _, hue in trace["colorscale"])
    levels = np.linspace(paper, ink, LEVELS).round().astype(np.uint8)
    cells = np.zeros((rows.size, columns.size), dtype=np.uint8)
    cells[down, across] = np.rint(shares * (LEVELS - 1))
    if left > right:
        cells = cells[:, ::-1]
    if top > bottom:
        cells = cells[::-1]
    drawn = base64.b64encode(_png(cells, levels)).decode()
    return (
        f'<image x="{min(left, right):g}" y="{min(top, bottom):g}" '
        f'width="{abs(right - left):g}" height="{abs(bottom - top):g}" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{drawn}"/>'
    )


def _png(cells: Array, palette: Array) -> bytes:
    """Return a PNG of cells ``(height, width)`` that point into a palette ``(colours, 3)``."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    height, width = cells.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits, by palette
    lines = np.pad(cells, [(0, 0), (1, 0)]).tobytes()  # each with its filter in front: none
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"PLTE", palette.tobytes())
        + chunk(b"IDAT", zlib.compress(lines, 9))
        + chunk(b"IEND", b"")
    )


def _scatter(trace: Mapping[str, Any], x: _Axis, y: _Axis) -> str:
    across, up = x.pixels(trace.get("x", ())), y.pixels(trace.get("y", ()))
    size = min(across.size, up.size)
    points = np.stack([across[:size], up[:size]], axis=1)
    if trace.get("mode") == "markers":
        path = "".join(f"M{a - 4} {b - 4}l8 8m0-8l-8 8" for a, b in points if a == a and b == b)
        colour = _colour(trace.get("marker", {}).get("color"))
        return f'<path d="{path}" stroke="{colour}" stroke-width="3"/>' if path else ""
    runs = np.split(points, np.flatnonzero(np.isnan(points).any(axis=1)))
    kept = [run[~np.isnan(run).any(axis=1)] for run in runs]
    lines = ["L".join(f"{a:g} {b:g}" for a, b in run) for run in kept if len(run)]
    if not lines:
        return ""
    look = trace.get("line", {})
    filled = ""
    if trace.get("fill") in ("toself", "tozeroy"):
        zero = y.pixels([0.0])[0]
        closed = [
            f"M{line}Z"
            if trace["fill"] == "toself"
            else f"M{line}L{run[-1, 0]:g} {zero:g}L{run[0, 0]:g} {zero:g}Z"
            for line, run in zip(lines, (run for run in kept if len(run)), strict=True)
        ]
        filled = f'<path d="{"".join(closed)}" fill="{_colour(trace.get("fillcolor"))}"/>'
    if not look.get("width", 2):
        return filled
    dash = DASHES.get(look.get("dash", ""), "")
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    drawn = "".join(f"M{line}" for line in lines)
    stroke = f'stroke="{_colour(look.get("color"))}" stroke-width="{float(look.get("width", 2)):g}"'
    return f'{filled}<path d="{drawn}" {stroke}{dashes}/>{_dots(trace, points)}'


def _dots(trace: Mapping[str, Any], points: Array) -> str:
    """Draw the points of a line that marks them; one alone would be no line."""
    if "markers" not in trace.get("mode", "lines"):
        return ""
    look = trace.get("marker", {})
    path = "".join(f"M{a:g} {b:g}h0" for a, b in points if a == a and b == b)
    colour, size = _colour(look.get("color")), float(look.get("size", 6))
    return f'<path d="{path}" stroke="{colour}" stroke-width="{size:g}" stroke-linecap="round"/>'


def _bars(trace: Mapping[str, Any], x: _Axis, y: _Axis, place: int, count: int) -> str:
    unit = x.length / ((x.high - x.low) or 1.0)
    width = 0.85 * unit / count
    zero = float(y.pixels([0.0])[0])
    colour = _colour(trace.get("marker", {}).get("color"))
    across, up = x.pixels(trace.get("x", ())), y.pixels(trace.get("y", ()))
    return "".join(
        f'<rect x="{a - 0.425 * unit + place * width:.1f}" y="{min(b, zero):.1f}" '
        f'width="{width:.1f}" height="{abs(b - zero):.1f}" fill="{colour}"/>'
        for a, b in zip(across, up, strict=False)
        if b == b
    )


def _colour(colour: Any) -> str:
    return html.escape(colour) if isinstance(colour, str) else style.GREY


def _text(text: str) -> str:
    return html.escape(text, quote=False)
