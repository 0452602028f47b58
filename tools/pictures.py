"""Draw the picture that each lesson opens with: ``python tools/pictures.py``.

A picture is a main panel before much has moved: a lesson asks for a guess first, and its
picture must not give the answer away. The state, what the panel says there and a seal of all its
texts stand in the file's metadata, so that a test can tell an old picture from a fresh one without
comparing a single pixel.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

from collapse_lib import gallery
from collapse_lib.explorable import Explorable
from collapse_lib.figures import Upto, View
from collapse_lib.surfaces import still
from collapse_lib.words import language, languages

FOLDER = Path(__file__).parents[1] / "notebooks" / "images"
STATES = {
    "00_start_here": "variance_collapse?n=50&generations=1",
    "01_tail_loss": "discovery?days=10",
    "02_error_snowball": "coin_wealth?rounds=2",
    "03_telephone_game": "telephone_game?generations=1",
    "04_four_suspects": "four_suspects?generations=0",
    "05_rare_handwriting": "rare_handwriting?digit=7&generations=0",
    "06_what_rescues_us": "share_or_count?generations=1",
    "07_how_much_is_generated": "how_counted?years=0",
    "08_your_own_data": "your_kinds?generations=1",
    "10_build_your_own": "variance_collapse?n=20&generations=1",
}
TELLING = {"survivors", "in_the_end"}  # views that answer the lesson's first question by themselves
DRAWN = {"scatter", "bar", "heatmap"}  # what `collapse_lib.surfaces.still` knows
METADATA = re.compile(r"<metadata>(.*?)</metadata>", re.DOTALL)


def found(state: str) -> tuple[Explorable, dict[str, Any]]:
    """Return the panel of a permalink and all its values, the cursor's among them."""
    panel: Explorable = getattr(gallery, state.partition("?")[0])
    read = panel.from_state(state)
    assert not read.notices, read.notices
    return panel, {c.name: read.values.get(c.name, c.default) for c in panel.controls}


def facts(state: str) -> dict[str, str]:
    """Return what a picture's metadata must say today."""
    panel, values = found(state)
    scene = panel.scene({c.name: values[c.name] for c in panel.inputs})
    texts = sorted(f"{path}={leaf}" for path, leaf in scene.flat().items() if isinstance(leaf, str))
    seal = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    sentence = scene.say(panel.cursor.name, values[panel.cursor.name])
    return {"state": panel.state(**values), "sentence": sentence, "seal": seal}


def draw(state: str) -> str:
    """Return the picture as SVG, dark on white wherever it is shown."""
    panel, values = found(state)
    known = facts(state)
    scene = panel.scene({c.name: values[c.name] for c in panel.inputs})
    plots = {name: view for name, view in scene.views.items() if "data" in view}
    views = {
        name: view
        for name, view in plots.items()
        if name not in TELLING and {trace["type"] for trace in view["data"]} <= DRAWN
    }
    drawn = still.svg(views, values[panel.cursor.name], known["sentence"], panel.name)
    head, rest = drawn.removesuffix("</svg>").split(">", 1)
    note = f"<metadata>{html.escape(json.dumps(known, ensure_ascii=False))}</metadata>"
    asked = "".join(asking(i) for i, view in enumerate(views.values()) if to_come(view))
    page = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'{head} color="#222">{note}{page}{rest}{asked}</svg>\n'


def to_come(view: View) -> bool:
    """Return whether curves of a view grow with the generations."""
    return any(isinstance(trace.get("y"), Upto) for trace in view["data"])


def asking(place: int) -> str:
    """Return a question mark in the middle of a view."""
    x = (place + 0.55) * still.WIDTH  # the numbers of the y axis stand left
    return f'<text x="{x}" y="175" text-anchor="middle" font-size="110" opacity="0.2">?</text>'


def kept(picture: str) -> dict[str, str]:
    """Return what the metadata of a picture say."""
    match = METADATA.search(picture)
    assert match, "a picture must have metadata"
    read: dict[str, str] = json.loads(html.unescape(match[1]))
    return read


if __name__ == "__main__":
    for lesson, state in STATES.items():
        (FOLDER / f"{lesson}.svg").write_text(draw(state), encoding="utf-8")
        print(f"notebooks/images/{lesson}.svg")
    for code in languages()[1:]:
        language(code)
        for notebook in sorted((FOLDER.parent / code).glob("*.ipynb")):
            picture = notebook.parent / "images" / f"{notebook.stem}.svg"
            picture.parent.mkdir(exist_ok=True)
            picture.write_text(draw(STATES[notebook.stem]), encoding="utf-8")
            print(f"notebooks/{code}/images/{picture.name}")
