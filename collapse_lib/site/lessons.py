"""The notebooks, for reading: run once, with live figures in the place of the panels."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from collapse_lib import links
from collapse_lib.site import prose, shelf
from collapse_lib.site.page import Site

FOLDER = "lessons"
SHOWN = ("text/html", "image/svg+xml", "image/png", "text/plain")  # the first that there is
SCRIPT = "application/x-collapse-script"


@dataclass(frozen=True)
class Lesson:
    """A notebook as the index knows it.

    Parameters
    ----------
    path : Path
        The file.
    title, summary : str
        Its first heading and the paragraph after it, in Markdown.
    """

    path: Path
    title: str
    summary: str

    @property
    def page(self) -> str:
        """Where it is on the site."""
        return f"{FOLDER}/{self.path.stem}.html"


def find(folder: Path) -> list[Lesson]:
    """Return the notebooks of a folder, in order of their names."""
    import nbformat

    found = []
    for path in sorted(folder.glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        text = next((cell.source for cell in cells if cell.cell_type == "markdown"), "")
        heading, _, rest = text.partition("\n")
        paragraphs = [part for part in rest.strip().split("\n\n") if part[:1] not in "|!<-#"]
        summary = paragraphs[0] if paragraphs else ""
        found.append(Lesson(path, heading.lstrip("# ") or path.stem, summary))
    return found


def write(
    site: Site,
    lesson: Lesson,
    live: str = "",
    *,
    run: bool = True,
    shared: Collection[str] = (),
) -> None:
    """Write the page of a notebook.

    Parameters
    ----------
    site : Site
        Where it goes.
    lesson : Lesson
        The notebook.
    live : str
        Where, from the site's top, the same notebook runs in the reader's browser.
    run : bool
        Whether it is run, and shows what its cells make.
    shared : collection of str
        Names of the figures that the gallery has.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If one of its cells fails.
    RuntimeError
        If something of it cannot be shown.
    """
    import nbformat

    notebook = _run(site, lesson.path, shared) if run else nbformat.read(lesson.path, as_version=4)
    render = prose.renderer(_address)
    parts, scripts = [_ways(lesson, live)], []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(render(cell.source))
        elif cell.cell_type == "code":
            parts.append(_code(cell))
            for output in cell.outputs if run else ():
                parts.append(_output(output))
                scripts.append(output.get("data", {}).get(SCRIPT, ""))
    script = next(filter(None, scripts), "")
    site.write(lesson.page, lesson.title, "\n".join(parts), f"{script}\n" if script else "")


def texts(site: Site) -> None:
    """Write the pages of the texts that lie beside the notebooks, and copy their pictures."""
    home = site.root / "notebooks"
    render = prose.renderer(_address)
    for path in sorted(home.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = text.partition("\n")[0].lstrip("# ") or path.stem
        site.write(f"{FOLDER}/{path.stem}.html", title, render(text))
    if (home / "images").is_dir():
        shutil.copytree(home / "images", site.folder / FOLDER / "images", dirs_exist_ok=True)


def _run(site: Site, path: Path, shared: Collection[str]) -> Any:
    """Return the notebook as it is after a run in a copy of its folder."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    lesson = f"{site.url}/{FOLDER}/{path.stem}.html" if site.url else ""
    figures = str((site.folder / shelf.FOLDER).resolve())
    call = f"stage.enter({figures!r}, {path.stem!r}, {lesson!r}, {sorted(shared)!r})"
    start = nbformat.v4.new_code_cell(f"from collapse_lib.site import stage\n{call}")
    notebook.cells.insert(0, start)
    with TemporaryDirectory() as temporary:
        home = Path(temporary, "notebooks")
        shutil.copytree(path.parent, home, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        progress = {"COLLAPSE_LIB_HOME": str(Path(temporary, "progress"))}  # nobody's own
        client = NotebookClient(
            notebook, kernel_name="python3", resources={"metadata": {"path": str(home)}}
        )
        asyncio.run(client.async_execute(env=_environment() | progress))  # in whichever thread
    del notebook.cells[0]
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):  # what cannot be shown does not stop the cell
            if output.output_type == "error":
                raise RuntimeError(f"{path.name} has a cell that cannot be shown: {output.evalue}")
    return notebook


def _environment() -> dict[str, str]:
    """Return this process's own, but two notebooks at once share the cores: no threads in BLAS."""
    import os

    return {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def _address(url: str) -> str:
    """Return where a link of a notebook leads on the site."""
    return re.sub(r"^(?!\w+:)([^#]*)\.(?:ipynb|md)(#|$)", r"\1.html\2", url)


def _ways(lesson: Lesson, live: str) -> str:
    """Return the line that says where the notebook can be run."""
    path = f"notebooks/{lesson.path.name}"
    found = [(f"../{live}", "run it in this browser")] if live else []
    found += [(where, label) for where, label in links.elsewhere(path) if where]
    ways = ", ".join(f'<a href="{html.escape(where)}">{label}</a>' for where, label in found)
    more = f" Or {ways}." if ways else ""
    return (
        '<p class="small">This is the lesson for reading. Its figures are alive; what asks for '
        f"an answer needs the notebook itself.{more}</p>"
    )


def _code(cell: Any) -> str:
    if not cell.source.strip():
        return ""
    code = prose.highlighted(cell.source, "python")
    if not cell.metadata.get("jupyter", {}).get("source_hidden"):
        return code
    return f"<details><summary>The code</summary>\n{code}</details>\n"


def _output(output: Any) -> str:
    if output.output_type == "stream":
        said = html.escape(output.text)
        return f'<pre class="output" tabindex="0">{said}</pre>\n' if output.name == "stdout" else ""
    data = output.get("data", {})
    kind = next((kind for kind in SHOWN if kind in data), "")
    show: dict[str, Callable[[str], str]] = {
        "text/html": str,
        "image/svg+xml": str,
        "image/png": lambda text: f'<img alt="" src="data:image/png;base64,{text.strip()}">',
        "text/plain": lambda text: f'<pre class="output">{html.escape(text)}</pre>',
    }
    return f"{show[kind](data[kind])}\n" if kind else ""
