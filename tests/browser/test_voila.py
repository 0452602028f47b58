"""A lesson as an app, without code: Voilà runs it, and its panels live as in JupyterLab."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .conftest import NOTEBOOKS
from .pages import pull

LESSON = "00_start_here.ipynb"
PATIENCE = 120_000  # milliseconds: Voilà runs the whole notebook before its figures are there


@pytest.fixture(scope="module")
def app(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the lesson as somebody does who never ran Voilà before, and give its address."""
    home = tmp_path_factory.mktemp("voila")
    shutil.copytree(NOTEBOOKS, home / "notebooks")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    places = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    places |= {"IPYTHONDIR": str(home / "ipython"), "COLLAPSE_LIB_HOME": str(home / "progress")}
    command = [sys.executable, "-m", "voila", LESSON, "--no-browser", f"--port={port}"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=home / "notebooks",
            env=os.environ | places,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        for _ in range(600):
            assert server.poll() is None, Path(home / "log").read_text(encoding="utf-8")
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.mark.browser
def test_a_lesson_is_an_app_whose_sliders_move_the_curves(app: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(app, timeout=PATIENCE)
    panel = page.locator(".collapse-panel").first
    sentence = panel.locator("[data-collapse=sentence]")
    expect(sentence).to_contain_text("Generation 10:", timeout=PATIENCE)
    assert page.get_by_text("display(gallery").count() == 0  # an app shows no code
    panel.locator("[data-collapse=cursor]").press("End")
    expect(sentence).to_contain_text("Generation 200:")
    curve = panel.locator(".js-plotly-plot .trace path.js-line").last
    before, words = curve.get_attribute("d"), sentence.inner_text()
    handle = panel.locator(".noUi-handle").first  # the sample size
    handle.scroll_into_view_if_needed()
    pull(handle, -60)
    expect(sentence).not_to_have_text(words)
    assert curve.get_attribute("d") != before
    context.close()
