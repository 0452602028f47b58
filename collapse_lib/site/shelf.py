"""The figures of the site: web pages with live sliders, all in one folder."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collapse_lib.explorable import Explorable
from collapse_lib.site.page import Site
from collapse_lib.surfaces import embed, still

FOLDER = "figures"


@dataclass(frozen=True)
class Frame:
    """A figure in a page.

    Parameters
    ----------
    iframe : str
        The element.
    script : str
        What lets it grow with its content; one is enough for a page.
    """

    iframe: str
    script: str


def put(
    folder: Path,
    name: str,
    explorable: Explorable,
    vary: Mapping[str, Iterable[Any] | None] | None = None,
    **options: Any,
) -> None:
    """Write the page of a figure into a folder; other options as in `Explorable.embed`."""
    folder.mkdir(parents=True, exist_ok=True)
    explorable.embed(folder / f"{name}.html", vary, **options)


def frame(address: str, title: str) -> Frame:
    """Return what shows a figure in a page of the site.

    Parameters
    ----------
    address : str
        Where the figure's page is from there; after a ``#`` the state to start from.
    title : str
        Plain text.
    """
    iframe, _, script = embed.snippet(address, title).partition("\n")
    return Frame(iframe, script)


def gallery(
    site: Site, explorables: Mapping[str, Explorable], questions: Mapping[str, str]
) -> None:
    """Write the page of every explorable, and one that shows them all with what to paste."""
    sections = []
    for name, explorable in explorables.items():
        lesson = f"{site.url}/lessons/{Path(explorable.lesson).stem}.html"
        known = lesson if site.url and explorable.lesson else ""
        put(site.folder / FOLDER, name, explorable, lesson=known)
        place = f"{site.url}/{FOLDER}/" if site.url else ""
        snippet = embed.snippet(f"{place}{name}.html", explorable.title)
        sections.append(_section(explorable, questions.get(name, ""), snippet, bool(site.url)))
    body = (
        "<h1>The figures</h1>\n<p>Each of these is one file. It needs no server, no network and no "
        "Python: open it, drag its sliders, or paste it into a page of your own.</p>\n"
    )
    site.write("gallery.html", "The figures", body + "\n".join(sections))


def _section(explorable: Explorable, question: str, snippet: str, known: bool) -> str:
    values = {control.name: control.default for control in explorable.inputs}
    scene, at = explorable.scene(values), int(explorable.cursor.high)  # all there is to see
    sentence = scene.say(explorable.cursor.name, at)
    drawn = still.svg(scene.views, at, sentence, explorable.name)
    picture = drawn or f"<p>{html.escape(sentence)}</p>"
    page = f"{FOLDER}/{explorable.name}.html"
    where = "" if known else " It expects the file in the same folder."
    return (
        f'<section class="exhibit" id="{explorable.name}">\n'
        f'<h2><a href="{page}">{html.escape(explorable.title)}</a></h2>\n'
        f"<p>{html.escape(question)}</p>\n{picture}\n"
        f"<details><summary>Put it into your page</summary>\n"
        f"<p>Paste this.{where}</p>\n"
        f'<pre tabindex="0"><code>{html.escape(snippet)}</code></pre></details>\n'
        "</section>"
    )
