"""Files that carry the state they show: a figure as SVG or PNG, its numbers as CSV."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from collapse_lib.classroom.parts import plain
from collapse_lib.figures import columns

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from collapse_lib.surfaces.scene import Scene

INK = "#222222"
LONGEST = 150  # characters of a file name without its ending


@dataclass(frozen=True)
class File:
    """Something for the downloads folder.

    Parameters
    ----------
    name : str
        File name, from `file_name`.
    body : dict
        What the page needs to make it: a text, or a figure with its state and sentence.
    """

    name: str
    body: dict[str, Any] = field(default_factory=dict)

    def message(self) -> dict[str, Any]:
        """Return what is sent to the page."""
        return {"name": self.name, **self.body}


def file_name(state: str, kind: str) -> str:
    """Return a file name that says the state: ``variance_collapse,n=100,real=0.csv``.

    Parameters
    ----------
    state : str
        A permalink, or any short name.
    kind : str
        The ending: "svg", "png" or "csv".
    """
    slug = re.sub(r'[\\/:*"<>|\s]+', "-", state.replace("?", ",").replace("&", ","))
    return f"{slug[:LONGEST]}.{kind}"


def state_in(path: str | Path) -> str:
    """Return the state that a saved file shows, to open its panel again.

    Parameters
    ----------
    path : str or Path
        An SVG, PNG or CSV file that a lectern saved. The state of a CSV file is its name.

    Returns
    -------
    str
        A permalink, for ``explorable.widget(state=…)``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file holds no state: it was not saved here, or a program dropped its metadata.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r}")
    kind = path.suffix.lower()
    if kind == ".png":
        state = _in_png(path.read_bytes())
    elif kind == ".svg":
        state = _in_svg(path.read_text(encoding="utf-8"))
    else:
        stem = re.sub(r" ?\(\d+\)$", "", path.stem)  # a browser's second copy
        state = "?".join(stem.split(",", 1)).replace(",", "&")
    if "?" not in state:
        raise ValueError(
            f"path must be a file that a lectern saved, but {path.name!r} has no state"
        )
    return state


def figure_file(figure: go.Figure, state: str, say: str, kind: str) -> File:
    """Return a figure for the page to draw, in dark ink on white whatever the theme is."""
    from collapse_lib.surfaces.live import Runtime

    figure.update_layout(paper_bgcolor="white", plot_bgcolor="white", font_color=INK)
    runtime = Runtime.shared()
    body = {
        "figure": plain(figure.to_dict()),
        "state": state,
        "say": say,
        "runtime": f"IPY_MODEL_{runtime.model_id}",
        "version": runtime.version,
    }
    return File(file_name(state, kind), body)


def csv_of(scene: Scene) -> str:
    """Return the curves of a scene as CSV, one row per generation.

    Parameters
    ----------
    scene : Scene
        Of any explorable.

    Returns
    -------
    str
        A header and G + 1 rows; numbers in their own unit, never their logarithm.
    """
    curves = columns(scene.views)
    rows = zip(*curves.values(), strict=True)
    numbers = [[t, *(format(x, ".9g") for x in row)] for t, row in enumerate(rows)]
    return _csv([["generation", *curves], *numbers])


def table_file(rows: list[list[Any]], name: str) -> File:
    """Return rows, the first of them a header, as a CSV file."""
    return File(file_name(name, "csv"), {"text": _csv(rows)})


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _in_svg(text: str) -> str:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return ""
    return root.findtext("{http://www.w3.org/2000/svg}metadata") or ""


def _in_png(data: bytes) -> str:
    """Read the text called Source: chunks of length, type, data and checksum."""
    place = 8
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        checksum = data[place + 8 + length : place + 12 + length]
        if kind == b"iTXt" and body.startswith(b"Source\0"):
            sound = zlib.crc32(kind + body).to_bytes(4, "big") == checksum
            return body[len(b"Source") + 5 :].decode("utf-8", "replace") if sound else ""
        place += 12 + length
    return ""
