"""From one scene to the next, on a screen: the live panel and the web page.

scene       what there is to draw at one setting of the inputs, and how it travels
figure.js   the one front end: it draws a scene and owns the cursor
live        sliders in a notebook; when one moves, what changed is sent
embed       one HTML file with the scenes of a whole grid
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path


@cache
def asset(name: str) -> str:
    """Return the text of one of the front end's own files."""
    return (files(__package__) / name).read_text(encoding="utf-8")


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
