"""From one scene to the next, on a screen: the live panel and the web page.

scene       what there is to draw at one setting of the inputs, and how it travels
figure.js   the one front end: it draws a scene and owns the cursor
live        sliders in a notebook; when one moves, what changed is sent
shelf.js    what many widgets of a page need, and is sent once
embed       one HTML file with the scenes of a whole grid
packing     how a whole grid becomes small; grid.js reads it
coding      how whole numbers that move little become few bits
drawing     a view as SVG, for the page before and without scripts; drawing.js does the same live
still       the whole figure without scripts
bundle      where that file takes plotly.js from, if it shall
film        one control moved from end to end, as an animated picture
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path


@cache
def asset(name: str, package: str = __package__) -> str:
    """Return the text of a file that lies beside the modules of a package, by default of this."""
    return (files(package) / name).read_text(encoding="utf-8")


def plotly_js() -> bytes:
    """Return plotly's own ``plotly.min.js``, without the half second that importing plotly takes.

    Raises
    ------
    FileNotFoundError
        If plotly is not installed, or without that file.
    """
    spec = find_spec("plotly")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "package_data", "plotly.min.js")
        if path.is_file():
            return path.read_bytes()
    raise FileNotFoundError("the figures need plotly.min.js, which comes with plotly 6 and 7")


def unwrapped(script: str) -> str:
    """Return plotly's script as the body of a module that knows `Plotly`.

    It comes in a function for other module systems, which makes a browser read its five
    megabytes twice: without it the first figure is there 0.3 s sooner. A script that is
    wrapped in another way is taken as it is.
    """
    start = script.find('"use strict";var Plotly=')
    end = script.rfind("\nreturn Plotly;\n}));")
    if start < 0 or end < start:
        return f"{script}\nconst {{ Plotly }} = globalThis;"
    return script[start:end]
