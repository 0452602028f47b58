"""The web site: static files that any server can hand out, or a folder on a stick.

shelf       the figures: web pages of the explorables, and a gallery of them
lessons     the notebooks for reading, with live figures in the place of the panels
stage       what a notebook shows while it is run for that
lectures    decks: slides whose figures live, and votes
lite        the notebooks in the reader's own browser
reference   made from the docstrings
prose       Markdown with formulas, as HTML without scripts
page        the frame of every page
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from collapse_lib import gallery
from collapse_lib.explorable import Explorable
from collapse_lib.site import lectures, lessons, lite, prose, reference, shelf
from collapse_lib.site.page import Site
from collapse_lib.surfaces import asset

ROOT = Path(__file__).parents[2]
T = TypeVar("T")


def build(
    folder: str | Path,
    *,
    root: str | Path = ROOT,
    url: str = "",
    figures: Iterable[str] | None = None,
    run: Iterable[str] | None = None,
    decks: Iterable[str] | None = None,
    docs: bool = True,
    browser: bool = True,
    pyodide: str | Path | None = None,
) -> Path:
    """Build the site.

    Parameters
    ----------
    folder : str or Path
        Where it goes. Files that are there already are replaced, others stay.
    root : str or Path
        The repository: where ``notebooks/`` and ``lectures/`` are.
    url : str
        The site's address on the web, if it is known: what there is to paste then carries it,
        and the decks show QR codes.
    figures, run, decks : iterable of str, optional
        Names of explorables for the gallery, of notebooks to run (the others are shown without
        their figures), and of decks; by default all there are.
    docs, browser : bool
        Whether to make the reference, and the notebooks that run in the reader's browser.
    pyodide : str or Path, optional
        As in `collapse_lib.site.lite.build`.

    Returns
    -------
    Path
        The page to open first.

    Raises
    ------
    ValueError
        If the address is none, or there is no repository, or nothing of a name.
    """
    root = Path(root)
    if not (root / "notebooks").is_dir():
        raise ValueError(f"root must be the repository, with notebooks/ in it, not {str(root)!r}")
    if url and not url.startswith(("https://", "http://")):
        raise ValueError(f"url must be an address with https://, not {url!r}")
    exhibits = _chosen("figures", _explorables(), figures)
    found = {lesson.path.stem: lesson for lesson in lessons.find(root / "notebooks")}
    runs = _chosen("run", found, run)
    talks = _chosen("decks", lectures.find(root / "lectures"), decks)
    parts = {
        "Start": "index.html",
        "Figures": "gallery.html",
        "Lectures": "lectures.html" if talks else "",
        "Reference": "reference/collapse_lib.html" if docs else "",
        "Run here": f"{lite.FOLDER}/lab/index.html" if browser else "",
    }
    site = Site(Path(folder), root, url.rstrip("/"), parts)
    site.file("site.css").write_text(
        asset("site.css", __package__) + prose.colours(), encoding="utf-8"
    )
    lessons.texts(site)
    _index(site, list(found.values()))
    with ThreadPoolExecutor(2) as aside:  # for what runs in processes of its own
        running = []
        if browser:
            paths = [lesson.path for lesson in found.values()]
            given = None if pyodide is None else Path(pyodide)
            running.append(aside.submit(lite.build, site, paths, given))
        if docs:
            running.append(aside.submit(reference.write, site))
        shelf.gallery(site, exhibits, _questions())
        for name, lesson in found.items():
            live = f"{lite.FOLDER}/lab/index.html?path={lesson.path.name}" if browser else ""
            write = partial(lessons.write, run=name in runs, shared=list(exhibits))
            running.append(aside.submit(write, site, lesson, live))
        if talks:
            lectures.write(site, talks)
    for each in running:
        each.result()
    site.file(".nojekyll").touch()  # GitHub Pages would leave out files that begin with _
    return site.folder / "index.html"


def _explorables() -> dict[str, Explorable]:
    every = {name: getattr(gallery, name) for name in gallery.__all__}
    return {name: one for name, one in every.items() if isinstance(one, Explorable)}


def _questions() -> dict[str, str]:
    """Return the question of each explorable: the gallery's own table of contents."""
    lines = [line.split(maxsplit=1) for line in (gallery.__doc__ or "").splitlines()]
    return {words[0]: words[1].capitalize() for words in lines if len(words) == 2}


def _chosen(what: str, known: dict[str, T], names: Iterable[str] | None) -> dict[str, T]:
    if names is None:
        return known
    for name in names:
        if name not in known:
            raise ValueError(f"{what} must be among {', '.join(known)}, not {name!r}")
    return {name: known[name] for name in names}


def _index(site: Site, every: Sequence[lessons.Lesson]) -> None:
    render = prose.renderer(lambda address: f"{lessons.FOLDER}/{address}")
    items = "\n".join(
        f'<li><a href="{lesson.page}">{html.escape(lesson.title)}</a>'
        f"\n{render(lesson.summary)}</li>"
        for lesson in every
    )
    body = (
        "<h1>Models that learn from models</h1>\n"
        "<p>Who learns from what earlier models made forgets a little every time, the rare things "
        "first. Here you can watch it, bend it and stop it. Nothing needs to be installed, and "
        "nothing is sent anywhere: the figures live in your browser.</p>\n"
        f'<h2>The lessons</h2>\n<ol class="lessons" start="0">\n{items}\n</ol>\n'
    )
    site.write("index.html", "Models that learn from models", body)
