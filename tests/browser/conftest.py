"""One browser and one JupyterLab for all browser tests, on a copy of the notebooks."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbconvert.preprocessors import ClearOutputPreprocessor
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from .pages import Lab, Notebook, launch, stop_without_browser

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PATIENCE = 20_000  # milliseconds: nothing here is timed, and the machine may be busy


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser of all tests in this folder."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except LookupError as reason:
            stop_without_browser(str(reason))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab as somebody meets it who never ran it before, on a port of its own choice."""
    home = tmp_path_factory.mktemp("lab")
    folder, log, token = home / "notebooks", home / "lab.log", secrets.token_hex()
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for path in folder.rglob("*.ipynb"):  # a reader's own may hold the outputs of their last run
        fresh, _ = ClearOutputPreprocessor().preprocess(nbformat.read(path, as_version=4), {})
        nbformat.write(fresh, path)
    places = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    places |= {"IPYTHONDIR": str(home / "ipython"), "COLLAPSE_LIB_HOME": str(home / "progress")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--IdentityProvider.token={token}", "--ServerApp.port=0"]
    command += ["--LabApp.expose_app_in_browser=True"]
    with log.open("w") as out:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | places,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        lab = Lab(address(server, home / "RUNTIME", log), token, folder)
        yield lab
        lab.ask("POST", "api/shutdown")
        server.wait(timeout=60)
    finally:
        server.kill()


def address(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Wait for the file in which a Jupyter server says where it listens."""
    for _ in range(600):
        for said in runtime.glob("jpserver-*.json"):
            if (text := said.read_text(encoding="utf-8")).endswith("}"):
                return str(json.loads(text)["url"])
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture
def open_notebook(lab: Lab, browser: Browser) -> Iterator[Callable[..., Notebook]]:
    """Open a notebook by name; options, such as color_scheme, are those of its window."""
    contexts: list[BrowserContext] = []
    shutil.rmtree(lab.folder.parent / "progress", ignore_errors=True)  # nobody has begun yet

    def open_one(name: str, **options: object) -> Notebook:
        contexts.append(browser.new_context(**options))
        notebook = Notebook(contexts[-1].new_page())
        notebook.open(lab, name)
        return notebook

    yield open_one
    for context in contexts:
        context.close()
    lab.stop_kernels()


@pytest.fixture
def lesson(
    request: pytest.FixtureRequest, open_notebook: Callable[..., Notebook]
) -> Iterator[Notebook]:
    """Run the notebook that a module names in LESSON, in a window as large as a projector's."""
    notebook = open_notebook(request.module.LESSON, viewport={"width": 1280, "height": 720})
    notebook.run_all()
    expect.set_options(timeout=PATIENCE)
    yield notebook
    expect.set_options(timeout=None)
