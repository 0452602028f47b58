"""What the browser tests hold in their hands: a browser, a JupyterLab and an open notebook."""

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.request import Request, urlopen

import numpy as np
import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)
KERNEL_IS_IDLE = """() => {
    const context = window.jupyterapp?.shell.currentWidget?.sessionContext
    return context?.isReady && context.session?.kernel?.status === "idle"
}"""

# The painted path of one trace, in pixels of the plot, and how the axes map data to pixels.
PAINTED = """(div, name) => {
    const trace = div._fullData.find((trace) => trace.name === name)
    const { xaxis, yaxis } = div._fullLayout
    const lines = div._fullData.filter(({ type }) => type === "scatter")
    const ours = `.scatterlayer > :nth-child(${lines.indexOf(trace) + 1})` // plotly's have a name
    const path = div.querySelector(`${trace.uid ? `.trace${trace.uid}` : ours} path.js-line`)
    return {
        d: path ? path.getAttribute("d") : "",
        x: { range: xaxis.range, length: xaxis._length },
        y: { range: yaxis.range, length: yaxis._length },
    }
}"""


def launch(playwright: Playwright) -> Browser:
    """Start whichever of Chromium, Chrome and Edge there is, or raise LookupError."""
    paths = [path for path in map(shutil.which, NAMES) if path]
    ways = [{"executable_path": path} for path in paths]
    ways += [{"channel": "chrome"}, {"channel": "msedge"}, {}]  # where installers put them
    reasons = []
    for way in ways:
        try:
            return playwright.chromium.launch(args=QUIET, **way)
        except Error as error:
            reasons.append(error.message.partition("\n")[0])
    raise LookupError(f"no Chromium, Chrome or Edge starts here ({reasons[0]})")


def stop_without_browser(reason: str) -> NoReturn:
    """Skip the test, or under CI, where a browser must be there, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab; `folder` is where its notebooks lie."""

    url: str
    token: str
    folder: Path

    def ask(self, method: str, path: str) -> bytes:
        """One call of the server's own REST interface, such as ("GET", "api/kernels")."""
        headers = {"Authorization": f"token {self.token}"}
        with urlopen(Request(self.url + path, method=method, headers=headers)) as answer:
            return bytes(answer.read())

    def stop_kernels(self) -> None:
        """Forget every notebook that was run."""
        for session in json.loads(self.ask("GET", "api/sessions")):
            self.ask("DELETE", f"api/sessions/{session['id']}")


@dataclass(frozen=True)
class Notebook:
    """A notebook open in JupyterLab, and what the console complained of since it began to load."""

    page: Page
    console_errors: list[str] = field(default_factory=list)

    def open(self, lab: Lab, name: str) -> None:
        """Load JupyterLab on the notebook and wait for its kernel."""
        note = self.console_errors.append
        self.page.on("console", lambda said: note(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: note(str(error)))
        self.page.goto(f"{lab.url}lab/tree/{name}?reset&token={lab.token}")
        self.page.wait_for_function(KERNEL_IS_IDLE)

    def run_all(self) -> None:
        """Run every cell and wait until the last one is done."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(KERNEL_IS_IDLE)

    def replace_cells(self, *sources: str) -> None:
        """Put code cells in the place of all cells there are; nothing is saved."""
        self.page.evaluate(
            """sources => {
                const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model
                sharedModel.deleteCellRange(0, sharedModel.cells.length)
                sharedModel.insertCells(0, sources.map((source) => ({ cell_type: "code", source })))
            }""",
            list(sources),
        )

    def cell_errors(self) -> list[str]:
        """Give the text of each traceback and of each cell's standard error."""
        kinds = ("error", "stderr")
        places = [f'[data-mime-type="application/vnd.jupyter.{kind}"]' for kind in kinds]
        return self.page.locator(", ".join(places)).all_inner_texts()


def pull(handle: Locator, pixels: float) -> None:
    """Drag the handle of a slider with the mouse, in small steps as a hand does."""
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = handle.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + pixels, y, steps=10)
    mouse.up()


def painted(view: Locator, name: str) -> tuple[np.ndarray, dict[str, float]]:
    """Give the corners of a painted line, in data coordinates, and the size of a pixel there."""
    found = view.evaluate(PAINTED, name)
    pixels = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", found["d"])]
    corners = np.array(pixels).reshape(-1, 2)
    size = {k: (found[k]["range"][1] - found[k]["range"][0]) / found[k]["length"] for k in "xy"}
    x = found["x"]["range"][0] + corners[:, 0] * size["x"]
    y = found["y"]["range"][1] - corners[:, 1] * size["y"]
    return np.column_stack([x, y]), size
