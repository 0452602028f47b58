"""A figure without scripts: what stands in a page before they run, and where none may.

It is the panel as figure.js builds it, at the settings that the page starts from: the pictures
by `collapse_lib.surfaces.drawing`, words, legends, texts and a table. page.js takes it over.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from collapse_lib import style
from collapse_lib.controls import Choice, Control
from collapse_lib.figures import HEIGHT, View, columns, resolve
from collapse_lib.surfaces.drawing import RULES, Node, markup, picture
from collapse_lib.surfaces.scene import Declaration, Scene
from collapse_lib.words import _

WIDE, NARROW = 638, 426  # pixels of the two columns of a page at its widest, see figure.css
FLAT, FLATTER = 190, 140  # heights beside texts, and beside many
WIDTH = 480  # of one view, where several stand side by side as one picture
TITLE, BOLD = 26, 0.6  # pixels for a heading; the width of a bold letter, in its sizes
ROWS = 11  # generations in the table, at most
SPACE = re.compile(r"(\s*)(.*)", re.S)


def figure(
    declaration: Declaration,
    scene: Scene,
    cursor: int,
    shown: Sequence[tuple[Control, Any]],
) -> str:
    """Return the panel as HTML.

    Parameters
    ----------
    declaration : Declaration
        The cursor, and what it is about.
    scene : Scene
        What there is to see.
    cursor : int
        Generation to look at.
    shown : sequence of (Control, value)
        The inputs whose values stand above it.

    Returns
    -------
    str
        Markup whose controls do not move.
    """
    rows = "".join(_input(control, value, scene.readouts) for control, value in shown)
    place, said = declaration.cursor, scene.texts
    bar = (
        f'<div class="collapse-cursor"><label for="still-cursor">{_text(said["cursor"])}</label>'
        f'<input type="range" id="still-cursor" min="{place.low}" max="{place.high}" '
        f'value="{cursor}" disabled><output class="collapse-at">{cursor} {said["of"]} '
        f'{place.high}</output><button type="button" disabled>−</button>'
        f'<button type="button" disabled>+</button><button type="button" data-collapse="play" '
        f"disabled>▶ {said['Play']}</button></div>"
    )
    sentence = _text(scene.say(place.name, cursor))
    numbers = table(scene.views, cursor)
    numbers = numbers and (
        f"<details><summary>{said['Show the numbers']}</summary>"
        f'<div class="collapse-scroll" tabindex="0" role="region" '
        f'aria-label="{html.escape(said["The numbers"])}">{numbers}</div></details>'
    )
    return (
        f'<div class="collapse-still"><div class="collapse-inputs">{rows}</div>'
        f'<div class="collapse-figure">{bar}<p class="collapse-sentence">{sentence}</p>'
        f'<div class="collapse-views">{_sections(scene, cursor)}</div>{numbers}</div></div>'
    )


def svg(views: Mapping[str, View], cursor: int, caption: str, name: str) -> str:
    """Return the views side by side as one SVG element that stands alone.

    Parameters
    ----------
    views : mapping of str to dict
        Views by name, see `collapse_lib.figures`.
    cursor : int
        Generation to look at.
    caption : str
        What a screen reader says instead.
    name : str
        For ids: unlike any other in the page.

    Returns
    -------
    str
        Markup, its text in the colour of the page around it; empty if there is no plot.
    """
    drawn = [resolve(view, cursor) for view in views.values() if "data" in view]
    if not drawn:
        return ""
    parts = []
    for i, view in enumerate(drawn):
        title = view["layout"].get("meta", {}).get("title", "")
        room = (WIDTH - 20) / (BOLD * max(len(title), 1))  # in one line
        heading = {"x": 10, "y": 17, "font-weight": 600, "font-size": f"{min(14, room):.3g}"}
        plot = picture(view, WIDTH, HEIGHT, f"{name}-{i}")
        plot.attributes.update({"y": TITLE, "width": WIDTH, "height": HEIGHT})
        inside = [Node("text", heading, title), plot]
        frame = {"x": i * WIDTH, "width": WIDTH, "height": HEIGHT + TITLE}
        parts.append(markup(Node("svg", frame, inside)))
    width, height = WIDTH * len(drawn), HEIGHT + TITLE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" role="img" aria-label="{html.escape(caption)}" '
        'font-family="system-ui, sans-serif" fill="currentColor" '
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


def texts(scene: Scene, cursor: int) -> str:
    """Return what the generations say, as far as a view shows it, as HTML paragraphs."""
    return "".join(
        f"<p><b>{_text(view['unit'])} {pane['generation']}:</b> "
        f"<bdi>{_text(''.join(text for text, *_ in pane['spans']))}</bdi></p>"
        for view in (resolve(view, cursor) for view in scene.views.values())
        for pane in view.get("prose", ())
        if pane["spans"]
    )


def swatch(trace: Mapping[str, Any]) -> str:
    """Return the sample of a trace in its legend, as figure.js draws it."""
    line, marker = trace.get("line", {}), trace.get("marker", {})
    width, box = line.get("width", 2), {"width": 28, "height": 12}
    parts = [Node("rect", box | {"fill": trace["fillcolor"]}, [])] if "fillcolor" in trace else []
    if trace.get("type") == "bar":
        parts.append(Node("rect", box | {"fill": marker["color"]}, []))
        if d := RULES["samples"]["hatches"].get(marker.get("pattern", {}).get("shape")):
            stroke = {"stroke": marker["pattern"]["fgcolor"], "stroke-width": 2}
            parts.append(Node("path", {"d": d, "fill": "none"} | stroke, []))
    elif trace.get("mode") == "markers":
        look = RULES["samples"]["x" if marker.get("symbol") == "x" else "circle"]
        paint = (
            {"stroke": marker["color"], "stroke-width": 3}
            if "d" in look
            else {"fill": marker["color"]}
        )
        parts.append(Node("path" if "d" in look else "circle", look | paint, []))
    elif width:
        dashes = RULES["samples"]["dashes"].get(line.get("dash"), "")
        stroke = {"stroke": line.get("color"), "stroke-width": width, "stroke-dasharray": dashes}
        parts.append(Node("path", {"d": "M0 6H28"} | stroke, []))
    return markup(Node("svg", box | {"aria-hidden": "true"}, parts))


# ---- inside


def _input(control: Control, value: Any, readouts: Mapping[str, str]) -> str:
    known = (control.caption(value), readouts.get(control.name, ""))
    said = " – ".join(text for text in known if text)
    kind = " collapse-choice" if isinstance(control, Choice) else ""
    slider, place = "", control.stops
    if not kind and len(place) > 1:
        at = place.index(value) if value in place else 0
        slider = (
            f'<input type="range" max="{len(place) - 1}" value="{at}" disabled '
            f'aria-label="{html.escape(control.label)}">'
        )
    return (
        f'<div class="collapse-input{kind}"><span class="collapse-name">{_text(control.label)}'
        f"</span>{slider}<output>{_text(said)}</output></div>"
    )


def _sections(scene: Scene, cursor: int) -> str:
    """Return the views under their headings, as wide and high as the style sheet makes them."""
    now = {name: resolve(view, cursor) for name, view in scene.views.items()}
    wide = [view["prose"] for view in now.values() if "prose" in view]
    many = len(wide) > 1 or any(len(panes) > 2 for panes in wide)
    height = FLATTER if many else FLAT if wide else HEIGHT
    parts, column = [], 0
    for name, view in now.items():
        title = view["layout"]["meta"]["title"]
        head, hook = f"<h2>{_text(title)}</h2>", f'data-view="{name}"'
        if "prose" in view:
            column = 0
            panes = "".join(_pane(pane, view["unit"], scene.texts) for pane in view["prose"])
            parts.append(
                f'<section class="collapse-wide">{head}<div class="collapse-prose" {hook} '
                f'style="--panes: {len(view["prose"])}">{panes}</div>'
                f'<ul class="collapse-legend" aria-hidden="true">{_marks(view)}</ul></section>'
            )
            continue
        drawn = markup(picture(view, NARROW if column else WIDE, height, f"drawing-{name}"))
        parts.append(
            f'<section>{head}<div class="collapse-plot" role="img" {hook} '
            f'aria-label="{html.escape(title)}" aria-describedby="still-sentence">{drawn}</div>'
            f'<ul class="collapse-legend" aria-hidden="true">{_legend(view)}</ul></section>'
        )
        column = 1 - column
    return "".join(parts)


def _legend(view: View) -> str:
    """Return an entry for each trace of which anything can be seen."""
    return "".join(
        f"<li>{swatch(trace)}{_text(trace['name'])}</li>"
        for trace in view["data"]
        if trace.get("showlegend") is not False
        and any(x == x for x in trace.get("x", ()))  # NaN is unlike itself
    )


def _marks(view: View) -> str:
    spans = [span for pane in view["prose"] for span in pane["spans"]]
    seen = {mark for _, mark, _ in spans} | {"gone" for _, _, gone in spans if gone}
    return "".join(
        f'<li><span class="collapse-{mark}">word</span>{_text(text)}</li>'
        for mark, text in view["marks"].items()
        if mark in seen
    )


def _pane(pane: Mapping[str, Any], unit: str, said: Mapping[str, str]) -> str:
    head = f'<b class="collapse-stop">{_text(unit)} {pane["generation"]}</b>'
    if not pane["spans"]:
        return f'<div class="collapse-closed">{head}</div>'
    lost = f"{pane['gone']} {said['of these words lost since']}" if pane["gone"] else ""
    notes = ", ".join(text for text in (pane["note"], lost) if text)
    now = ' class="collapse-now"' if pane["now"] else ""
    words = "".join(_marked(*span) for span in pane["spans"])
    return (
        f'<div role="group"{now}>{head}<p dir="auto">{words}</p>'
        f'<p class="collapse-note">{_text(notes)}</p></div>'
    )


def _marked(text: str, mark: str, gone: bool) -> str:
    kinds = [f"collapse-{kind}" for kind in (mark, "gone" if gone else "") if kind]
    gap, word = SPACE.fullmatch(text).groups()  # type: ignore[union-attr]
    if not kinds:
        return _text(text)
    return f'{_text(gap)}<span class="{" ".join(kinds)}">{_text(word)}</span>'


def _text(text: str) -> str:
    return html.escape(text, quote=False)
