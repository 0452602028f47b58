"""The web surface: one HTML file that needs no server, no network and no kernel.

The scenes of a grid of settings are computed beforehand. The cursor is no axis of the grid:
each scene holds all generations, and the page selects, as a notebook does.
"""

from __future__ import annotations

import base64
import html
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from collapse_lib import links
from collapse_lib.controls import Choice, Control, Slider
from collapse_lib.permalinks import VERSION, write_state
from collapse_lib.replacing import replacing
from collapse_lib.surfaces import asset, drawing, still
from collapse_lib.surfaces.bundle import Bundle, choose
from collapse_lib.surfaces.packing import Grid, until
from collapse_lib.surfaces.scene import Declaration, Scene, changes
from collapse_lib.words import _, language

STOPS = 9  # of an input that names none
USUAL = 100  # settings, or not many more, in a file whose inputs are not named either
LARGEST = 400  # settings in one file
TINY = 1e-9  # for roots and logarithms that should be whole
THEMES = ("auto", "light", "dark")
FRAME = 640  # pixels of height, until the page has said how high it is

PAGE = """<!doctype html>
<html lang="{language}"{theme}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<meta name="generator" content="collapse_lib {version}">
<meta name="description" content="{sentence}">
<meta property="og:type" content="website">
<meta property="og:title" content="{title}">
<meta property="og:description" content="{sentence}">
{image}<style>{style}</style>
</head>
<body>
<main>
<h1 dir="auto">{title}</h1>
<div id="collapse-panel" class="collapse-panel" data-collapse="panel">{still}</div>
</main>
<footer class="collapse-credit"><p>{credit}</p></footer>
<script type="application/json" id="collapse-data">{data}</script>
{plotly}<script>{script}</script>
</body>
</html>
"""

# The page says how high it is; without this script the frame keeps the height that it has.
SNIPPET = """<iframe src="{src}" title="{title}" loading="lazy" \
sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" allow="clipboard-write" \
data-external="1" width="100%" height="{height}" \
style="width: 100%; height: {height}px; border: 0"></iframe>
<script>
addEventListener("message", ({{ data, source }}) => {{
  for (const frame of document.querySelectorAll("iframe")) {{
    if (data?.type !== "collapse-height" || frame.contentWindow !== source) continue;
    frame.style.height = Math.min(Math.max(Number(data.height) || 0, 200), 4000) + "px";
  }}
}});
</script>"""


def write(
    path: Path,
    declaration: Declaration,
    scene: Callable[[Mapping[str, Any]], Scene],
    vary: Mapping[str, Iterable[Any] | None] | None,
    inputs: Mapping[str, Any],
    cursor: int,
    *,
    given: Iterable[str] = (),
    last: int | None = None,
    plotly: str | Path | None = None,
    lesson: str = "",
    image: str = "",
    theme: str = "auto",
) -> str:
    """Write the file and return the ``<iframe>`` that shows it.

    Parameters
    ----------
    path : Path
        The file to write.
    declaration : Declaration
        Name, title, inputs and cursor.
    scene : callable
        ``scene(values)`` simulates and draws at one value per input.
    vary : mapping, optional
        The stops of each input that the page shows; None for some of its own. A single stop:
        the input is shown, but cannot be moved. All choices and sliders, of which not more
        than the first four move, if there is no mapping.
    inputs : mapping
        A value of every input: where the movable ones start, and what the others are.
    cursor : int
        Where the cursor starts.
    given : iterable of str
        What somebody chose a value for: an input's becomes a stop.
    last : int, optional
        The last generation that the page holds.
    plotly, lesson, image, theme
        As in `collapse_lib.explorable.Explorable.embed`.

    Raises
    ------
    TypeError
        If an input has no stops to vary over.
    ValueError
        If a stop is out of range, the grid is too large, or an option makes no sense.
    """
    declaration = declaration.told()
    controls = {control.name: control for control in declaration.inputs}
    if vary is None:
        vary = _usual(declaration.inputs, inputs)
    chosen = set(given)
    stops = {
        name: _stops(controls[name], values, inputs[name], name in chosen)
        for name, values in vary.items()
    }
    count = math.prod(map(len, stops.values()))
    if count > LARGEST:
        sizes = ", ".join(f"{name}: {len(values)}" for name, values in stops.items())
        raise ValueError(
            f"vary must span at most {LARGEST} settings, not {count:,} ({sizes}): name fewer "
            'stops, such as vary={"n": (10, 100, 1000)}'
        )
    for option, address in (("lesson", lesson), ("image", image)):
        if address and not address.startswith(("https://", "http://")):
            raise ValueError(f"{option} must be an address with https://, not {address!r}")
    if theme not in THEMES:
        raise ValueError(f"theme must be one of {', '.join(THEMES)}, not {theme!r}")
    start = {**inputs, **{name: _start(inputs[name], kept) for name, kept in stops.items()}}
    place = declaration.cursor
    if last is not None:
        place = replace(place, high=replace(place, name="until").check(last), start=None)
        cursor = place.check(cursor) if place.name in chosen else min(cursor, int(place.high))
        declaration = replace(declaration, cursor=place)

    def at(values: Mapping[str, Any]) -> Scene:
        return scene(values) if last is None else until(scene(values), last)

    first = at(start)
    bundle = choose(plotly, _traces(first))
    if not bundle:
        drawing.check(first.views)
    settings = [
        {**start, **dict(zip(stops, each, strict=True))} for each in product(*stops.values())
    ]
    flats = [(first if values == start else at(values)).flat() for values in settings]
    for flat in flats:
        changes(flats[0], flat)  # refuses views that do not keep their shape
    grid = Grid()
    packed = grid.pack(flats)
    others = [control for control in declaration.inputs if control.name not in stops]
    data = {
        "name": declaration.name,
        "version": VERSION,
        "title": declaration.title,
        "cursor": {**place.about(), "at": cursor},
        "inputs": [_input(controls[name], kept, start[name]) for name, kept in stops.items()],
        "others": write_state(declaration.name, others, start),
        "grid": packed,
        "zipped": base64.b64encode(grid.zipped()).decode(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    if bundle.beside:
        with replacing(path.with_name(bundle.src)) as file:
            file.write(bundle.beside)
    shown = [(controls[name], start[name]) for name in stops]
    stands = still.figure(declaration, first, cursor, shown)
    page = _page(
        declaration, first, cursor, data, bundle, stands, lesson=lesson, image=image, theme=theme
    )
    with replacing(path) as file:
        file.write(page.encode())
    return snippet(quote(path.name), declaration.title)


def snippet(src: str, title: str) -> str:
    """Return the ``<iframe>`` that shows a page, and the script that fits its height.

    Parameters
    ----------
    src : str
        The page's address, from where it is shown.
    title : str
        Plain text, for those who cannot see it.
    """
    return SNIPPET.format(src=html.escape(src), title=html.escape(title), height=FRAME)


def _page(
    declaration: Declaration,
    first: Scene,
    cursor: int,
    data: Mapping[str, Any],
    bundle: Bundle,
    stands: str,
    *,
    lesson: str,
    image: str,
    theme: str,
) -> str:
    """Return the page: the packed grid and its scripts, and what stands there without any."""
    code = _inline(bundle.code)
    own = "" if bundle else drawing.script()
    script = _inline(_bare(asset("figure.js") + own + asset("grid.js") + asset("page.js")))
    sentence = first.say(declaration.cursor.name, cursor)
    return PAGE.format(
        language=language(),
        theme="" if theme == "auto" else f' style="color-scheme: {theme}"',
        version=links.VERSION,
        policy=_policy(bundle, code, script),
        title=html.escape(declaration.title),
        sentence=html.escape(sentence),
        image=f'<meta property="og:image" content="{html.escape(image)}">\n' if image else "",
        style=asset("figure.css") + asset("page.css"),
        still=stands,
        credit=_credit(declaration, lesson),
        data=json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"),
        plotly=_tag(bundle, code),
        script=script,
    )


def _usual(inputs: Sequence[Control], starts: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Return all choices, and some stops of the first sliders: fewer the more there are.

    A slider has three at least, both ends and its start: else it would have to begin elsewhere.
    Those for which nothing is left are shown, and stay where they are.
    """
    found: dict[str, tuple[Any, ...]] = {}
    settings = math.prod(len(control.stops) for control in inputs if isinstance(control, Choice))
    sliders = [control for control in inputs if isinstance(control, Slider)]
    room = max(USUAL // settings, 3**2)
    moving = min(len(sliders), int(math.log(room, 3) + TINY))
    each = min(STOPS, int(room ** (1 / max(moving, 1)) + TINY))
    for control in inputs:
        if isinstance(control, Slider):
            start, free = starts[control.name], control in sliders[:moving]
            found[control.name] = _spread(control, each, start) if free else (start,)
        elif isinstance(control, Choice):
            found[control.name] = control.stops
    return found


def _spread(control: Control, count: int, start: Any) -> tuple[Any, ...]:
    """Return stops at about equal distances, both ends and, if it is a stop, the start."""
    every = control.stops
    places = [round(place) for place in np.linspace(0, len(every) - 1, min(count, len(every)))]
    if start in every and len(places) > 2:  # two can only be its ends
        at = every.index(start)
        nearest = min(range(1, len(places) - 1), key=lambda i: abs(places[i] - at))
        if at not in places:
            places[nearest] = at
    return tuple(every[place] for place in places)


def _stops(
    control: Control, values: Iterable[Any] | None, start: Any, chosen: bool
) -> tuple[Any, ...]:
    """Return the stops that the page keeps, in order; a start that was chosen is one of them."""
    if not control.stops:
        raise TypeError(f"vary can name sliders and choices, but {control.name} is neither")
    if values is None:
        values = _spread(control, STOPS, start)
    kept = {control.check(value) for value in values} | ({start} if chosen else set())
    if not kept:
        raise ValueError(f"vary must name at least one stop of {control.name}, not none")
    if kept <= set(control.stops):
        return tuple(stop for stop in control.stops if stop in kept)
    return tuple(sorted(kept))


def _start(value: Any, stops: tuple[Any, ...]) -> Any:
    """Return the stop that is, or is nearest to, a value."""
    if value in stops or isinstance(value, str):
        return value if value in stops else stops[0]
    return min(stops, key=lambda stop: abs(stop - value))


def _input(control: Control, stops: tuple[Any, ...], start: Any) -> dict[str, Any]:
    return {
        "name": control.name,
        "label": control.label,
        "help": control.help,
        "kind": "choice" if isinstance(control, Choice) else "range",
        "texts": [control.write(stop) for stop in stops],
        "labels": [control.caption(stop) for stop in stops],
        "start": stops.index(start),
    }


def _credit(declaration: Declaration, lesson: str) -> str:
    """Return the line that travels with the figure: caveat, meaning of collapse, where from."""
    said = [
        f"<bdi>{html.escape(text)}</bdi>"
        for text in (declaration.caveat, declaration.meaning)
        if text
    ]
    address = lesson or links.source(declaration.lesson)
    if address:
        said.append(
            f'<a href="{html.escape(address)}" target="_blank" rel="noopener">'
            f"{html.escape(_('The lesson, by collapse_lib'))}</a>"
        )
    else:
        said.append(html.escape(_("Made with collapse_lib.")))
    return " ".join(said)


def _tag(bundle: Bundle, code: str) -> str:
    if not bundle:
        return ""
    if bundle.code:
        return f"<script>{code}</script>\n"
    proof = f' integrity="{bundle.integrity}" crossorigin="anonymous"' if bundle.integrity else ""
    return f'<script src="{bundle.src}"{proof}></script>\n'


def _traces(scene: Scene) -> set[str]:
    return {t.get("type", "scatter") for v in scene.views.values() for t in v.get("data", ())}


def _bare(script: str) -> str:
    """Return a script of ours without its comments and indents: who reads it reads the source."""
    return re.sub(r"^\s+|^\s*(//.*|/\*\*.*\*/)\n", "", script, flags=re.M)


def _inline(script: str) -> str:
    """Return a script that can stand between script tags: only strings can hold the end of one."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _policy(bundle: Bundle, *scripts: str) -> str:
    """Return a content security policy: these scripts, and nothing from anywhere else."""
    digests = (sha256(script.encode()).digest() for script in scripts if script)
    allowed = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    if bundle.src:
        allowed.append("'self'" if bundle.beside else bundle.src)
    return (
        f"default-src 'none'; script-src {' '.join(allowed)}; style-src 'unsafe-inline'; "
        "img-src data:; "  # a wall of pictures is drawn as one image
        "base-uri 'none'; form-action 'none'"
    )
