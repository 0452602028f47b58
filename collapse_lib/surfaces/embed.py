"""The web surface: one HTML file that needs no server, no network and no kernel.

The scenes of a grid of settings are computed beforehand. The cursor is no axis of the grid:
each scene holds all generations, and the page selects, as a notebook does.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import math
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from collapse_lib.controls import Control
from collapse_lib.figures import HEIGHT
from collapse_lib.surfaces import asset, plotly_js
from collapse_lib.surfaces.scene import Declaration, Packer, Scene, changes

STOPS = 9  # of an input that names none
LARGEST = 400  # settings in one file

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<div id="collapse-panel" class="collapse-panel" data-collapse="panel"></div>
<noscript>{sentence}</noscript>
<script type="application/json" id="collapse-data">{data}</script>
<script>{plotly}</script>
<script>{script}</script>
</body>
</html>
"""


def write(
    path: Path,
    declaration: Declaration,
    scene: Callable[[Mapping[str, Any]], Scene],
    vary: Mapping[str, Iterable[Any] | None],
    inputs: Mapping[str, Any],
    cursor: int,
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
    vary : mapping
        The stops of each input that stays movable; None for some of its own.
    inputs : mapping
        A value of every input: where the movable ones start, and what the others are.
    cursor : int
        Where the cursor starts.

    Raises
    ------
    TypeError
        If an input has no stops to vary over.
    ValueError
        If a stop is out of range, or the grid is too large.
    """
    controls = {control.name: control for control in declaration.inputs}
    stops = {name: _stops(controls[name], values, inputs[name]) for name, values in vary.items()}
    count = math.prod(map(len, stops.values()))
    if count > LARGEST:
        sizes = ", ".join(f"{name}: {len(values)}" for name, values in stops.items())
        raise ValueError(
            f"vary must span at most {LARGEST} settings, not {count:,} ({sizes}): name fewer "
            'stops, such as vary={"n": (10, 100, 1000)}'
        )
    first = scene(inputs)
    base = first.flat()
    packer = Packer()
    packed = packer.pack(base)
    settings = [
        packer.pack(
            changes(base, scene({**inputs, **dict(zip(stops, values, strict=True))}).flat())
        )
        for values in product(*stops.values())
    ]
    place = declaration.cursor
    data = {
        "base": {
            "title": declaration.title,
            "cursor": {
                "name": place.name,
                "label": place.label,
                "low": place.low,
                "high": place.high,
                "at": cursor,
            },
            "scene": packed,
            "frozen": {
                name: controls[name].write(value)
                for name, value in inputs.items()
                if name not in stops
            },
        },
        "inputs": [_input(controls[name], values, inputs[name]) for name, values in stops.items()],
        "settings": settings,
        "zipped": base64.b64encode(gzip.compress(packer.buffer(), 9, mtime=0)).decode(),
    }
    plotly = _inline(plotly_js().decode())
    script = _inline(asset("figure.js") + asset("page.js"))
    title = html.escape(declaration.title)
    page = PAGE.format(
        policy=_policy(plotly, script),
        title=title,
        style=asset("figure.css") + asset("page.css"),
        sentence=html.escape(first.say(place.name, cursor)),
        data=json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"),
        plotly=plotly,
        script=script,
    )
    path.write_text(page, encoding="utf-8")
    return (
        f'<iframe src="{html.escape(path.name)}" title="{title}" sandbox="allow-scripts" '
        f'loading="lazy" style="width: 100%; height: {HEIGHT + 400}px; border: 0"></iframe>'
    )


def _stops(control: Control, values: Iterable[Any] | None, start: Any) -> tuple[Any, ...]:
    """Return the stops that the page keeps, in order; where it starts is one of them."""
    if not control.stops:
        raise TypeError(f"vary can name sliders and choices, but {control.name} is neither")
    if values is None:
        every = control.stops
        spread = np.linspace(0, len(every) - 1, min(STOPS, len(every)))
        values = [every[round(i)] for i in spread]
    kept = {control.check(value) for value in (*values, start)}
    if kept <= set(control.stops):
        return tuple(stop for stop in control.stops if stop in kept)
    return tuple(sorted(kept))


def _input(control: Control, stops: tuple[Any, ...], start: Any) -> dict[str, Any]:
    return {
        "name": control.name,
        "label": control.label,
        "texts": [control.write(stop) for stop in stops],
        "labels": [control.caption(stop) for stop in stops],
        "start": stops.index(start),
    }


def _inline(script: str) -> str:
    """Return a script that can stand between script tags: only strings can hold the end of one."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _policy(*scripts: str) -> str:
    """Return a content security policy: these scripts, and nothing from anywhere else."""
    digests = (base64.b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
