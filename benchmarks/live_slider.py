"""The live slider in a real JupyterLab: ``python benchmarks/live_slider.py``.

Three baselines run beside it. A repaint is the first animation frame in which what is painted
has changed. Every way of drawing shows the same two views; the turns go round, so that a busy
machine is busy for all.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from report import Report

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.pages import KERNEL_IS_IDLE, launch  # noqa: E402

PANEL = ["from collapse_lib import gallery", "display(gallery.variance_collapse.widget())"]
SLIDERS = [  # the panel without its figure: what ipywidgets and JupyterLab keep of a closed widget
    "import ipywidgets; old = globals().get('old', [])",
    """for widget in old: widget.close()
def panel():
    layout = ipywidgets.Layout()
    sliders = [ipywidgets.SelectionSlider(options=range(40), layout=layout) for _ in range(2)]
    choices = [ipywidgets.ToggleButtons(options=[0, 1], layout=layout) for _ in range(2)]
    inner = [*sliders, *choices, ipywidgets.Button(layout=layout)]
    box = ipywidgets.VBox(inner, layout=layout)
    return [box, *inner, *(widget.style for widget in inner), layout]
one, two = panel(), panel()
old = one + two
display(one[0], two[0])""",
]
BASELINES = [
    PANEL[0],
    """import ipywidgets, matplotlib.pyplot as plt, numpy as np, plotly.graph_objects as go
explorable = gallery.variance_collapse
stops = explorable.inputs[0].stops
slider = lambda: ipywidgets.SelectionSlider(options=stops, value=100)
%matplotlib inline""",
    """label, text = slider(), ipywidgets.Label()
label.observe(lambda change: setattr(text, "value", f"n = {change.new}"), "value")
display(ipywidgets.VBox([label, text]).add_class("bench-label"))""",
    """fw, drawn = slider(), go.FigureWidget(explorable.figure())
def redraw(change):
    new = explorable.figure(n=change.new)
    with drawn.batch_update():
        for old, trace in zip(drawn.data, new.data):
            old.x, old.y = trace.x, trace.y
        drawn.layout.yaxis.range = new.layout.yaxis.range
fw.observe(redraw, "value")
display(ipywidgets.VBox([fw, drawn]).add_class("bench-figurewidget"))""",
    """def picture(n):
    result, t = explorable(n=n), np.arange(51)
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3))
    left.fill_between(t, *result.band[:, :51], alpha=0.2)
    left.plot(t, result.variance[:51, :21], color="grey", linewidth=0.5)
    left.plot(t, result.median[:51], t, result.median_theory[:51], "--")
    left.set_yscale("log")
    x = np.linspace(-4, 4, 161)
    right.plot(x, result.truth.density(x))
    z = (x - result.location[50]) / result.scale[50]
    right.plot(x, np.exp(-z * z / 2) / result.scale[50] / np.sqrt(2 * np.pi))
    plt.show()
display(ipywidgets.interactive(picture, n=slider()).add_class("bench-matplotlib"))""",
    PANEL[1],
]


def median_path(place: str) -> str:
    """JavaScript for the painted path of the fan's median, its fourth trace."""
    path = f"{place} .scatterlayer .trace:nth-child(4) path.js-line"
    return f"document.querySelector('{path}')?.getAttribute('d')"


PAINTED = {
    "label": "document.querySelector('.bench-label .widget-label:last-child')?.textContent",
    "figurewidget": median_path(".bench-figurewidget"),
    "matplotlib": "document.querySelector('.bench-matplotlib img')?.src",
    "panel": median_path("[data-view=fan]"),
}
HANDLES = {name: f".bench-{name} [role=slider]" for name in PAINTED}
HANDLES |= {"panel": ".collapse-panel [role=slider]", "cursor": "[data-collapse=cursor]"}
PAINTED["cursor"] = PAINTED["panel"]

# Milliseconds from the key press to the first frame in which `painted` gives something new.
STEP = """() => new Promise((done) => {
    const painted = () => %s
    const before = painted()
    let pressed = null
    addEventListener("keydown", () => (pressed = performance.now()), { capture: true, once: true })
    const look = () => {
        if (pressed !== null && painted() !== before) done(performance.now() - pressed)
        else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
})"""


@contextlib.contextmanager
def lab(folder: Path) -> Iterator[str]:
    """Start a JupyterLab in `folder` and give its address."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "IPYTHONDIR": str(folder / ".ipython"),
        **{
            f"JUPYTER_{kind}_DIR": str(folder / f".{kind}")
            for kind in ("CONFIG", "DATA", "RUNTIME")
        },
    }
    settings = folder / ".CONFIG" / "labconfig"
    settings.mkdir(parents=True)
    news = {"@jupyterlab/apputils-extension:announcements": True}
    (settings / "page_config.json").write_text(json.dumps({"disabledExtensions": news}))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--IdentityProvider.token=", "--ServerApp.port=0", "--expose-app-in-browser"]
    with (folder / "lab.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        while not (found := list((folder / ".RUNTIME").glob("jpserver-*.json"))):
            time.sleep(0.1)
        time.sleep(0.5)
        yield json.loads(found[0].read_text())["url"]
    finally:
        server.terminate()
        server.wait()


class Window:
    """A notebook open in a browser, and what went over its websockets."""

    def __init__(self, browser: Browser, address: str, folder: Path, cells: list[str]) -> None:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        path = folder / f"{time.monotonic_ns()}.ipynb"
        nbformat.write(notebook, path)
        self.received, self.sent = [], []
        self.page: Page = browser.new_page(viewport={"width": 1280, "height": 720})
        self.page.on("websocket", self._listen)
        self.page.goto(f"{address}lab/tree/{path.name}?reset")
        self.page.wait_for_function(KERNEL_IS_IDLE)

    def _listen(self, socket) -> None:
        socket.on("framereceived", lambda frame: self.received.append(len(frame)))
        socket.on("framesent", lambda frame: self.sent.append(len(frame)))

    def run_all(self) -> None:
        self.page.evaluate(
            "() => void window.jupyterapp.commands.execute('notebook:run-all-cells')"
        )

    def wait_painted(self, count: int = 1) -> None:
        self.page.wait_for_function(
            "(n) => document.querySelectorAll('[data-view=density] .trace path').length >= 2 * n",
            arg=count,
        )

    def first_figure(self) -> float:
        """Seconds from Run All to the first painted figure."""
        return (
            self.page.evaluate(
                f"""() => new Promise((done) => {{
                    const start = performance.now()
                    window.jupyterapp.commands.execute("notebook:run-all-cells")
                    const look = () => {PAINTED["panel"]}
                        ? done(performance.now() - start) : requestAnimationFrame(look)
                    look()
                }})"""
            )
            / 1000
        )

    def steps(self, name: str, count: int) -> list[float]:
        """Milliseconds of `count` key presses on one slider, after two to warm up."""
        self.page.locator(HANDLES[name]).first.scroll_into_view_if_needed()
        self.page.locator(HANDLES[name]).first.focus()
        times = []
        for i in range(count + 2):
            watching = self.page.evaluate_handle(f"() => ({{ done: ({STEP % PAINTED[name]})() }})")
            self.page.keyboard.press("ArrowRight" if i % 8 < 4 else "ArrowLeft")
            times.append(watching.evaluate("(it) => it.done"))
            self.page.wait_for_timeout(120)
        return times[2:]

    def drag(self, moves: int, seconds: float) -> float:
        """Milliseconds from the slider's last value in a drag to the last repaint."""
        handle = self.page.locator(HANDLES["panel"]).first
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.evaluate(
            f"""() => {{
                window.last = {{ value: 0, paint: 0, ended: false }}
                const readout = document.querySelector(".collapse-panel .widget-readout")
                const value = () => readout.textContent
                const painted = () => {PAINTED["panel"]}
                let [v, d] = [value(), painted()]
                const look = () => {{
                    if (value() !== v) [v, last.value] = [value(), performance.now()]
                    if (painted() !== d) [d, last.paint] = [painted(), performance.now()]
                    if (!last.ended) requestAnimationFrame(look)
                }}
                look()
            }}"""
        )
        start = time.perf_counter()
        for i in range(moves):
            self.page.mouse.move(x + 2 * (i + 1), y)
            time.sleep(max(0, start + (i + 1) * seconds / moves - time.perf_counter()))
        self.page.wait_for_timeout(1000)
        self.page.mouse.up()
        last = self.page.evaluate("() => { last.ended = true; return last }")
        value = self.page.locator(".collapse-panel .widget-readout").first.inner_text()
        state = self.page.locator("[data-collapse=state]").first.inner_text()
        assert f"n={value.replace(',', '')}&" in state, (value, state)
        return last["paint"] - last["value"]

    def play(self, seconds: float) -> tuple[int, int]:
        """Generations gone and messages sent while Play ran."""

        def read() -> int:
            return int(self.page.locator("[data-collapse=cursor]").first.input_value())

        self.page.wait_for_timeout(1000)
        before, messages = read(), len(self.sent)
        self.page.locator("[data-collapse=play]").first.click()
        self.page.wait_for_timeout(1000 * seconds)
        self.page.locator("[data-collapse=play]").first.click()
        return read() - before, len(self.sent) - messages

    def heap(self) -> float:
        """MB of JavaScript that is still in use."""
        session = self.page.context.new_cdp_session(self.page)
        for _ in range(3):
            session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"] / 1e6

    def widgets(self) -> int:
        """Widgets that the page still holds."""
        return self.page.evaluate(
            """async () => {
                const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session
                const reply = await kernel.requestCommInfo({ target_name: "jupyter.widget" })
                return Object.keys(reply.content.comms).length
            }"""
        )

    def close(self) -> None:
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()"
        )
        self.page.close()


def growth(window: Window) -> tuple[float, int]:
    """Return by how much heap (MB) and live widgets grow in twenty re-runs, after four."""
    seen = []
    for run in range(24):
        window.run_all()
        window.page.wait_for_timeout(500)
        window.page.wait_for_function(KERNEL_IS_IDLE)
        window.page.wait_for_timeout(500)
        if run in (3, 23):
            seen.append((window.heap(), window.widgets()))
    window.close()
    (heap, widgets), (heap_after, widgets_after) = seen
    return heap_after - heap, widgets_after - widgets


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        lab(folder := Path(name)) as address,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        report = Report("The live slider")

        window = Window(browser, address, folder, PANEL)
        report.note(
            f"first figure on a kernel that has loaded nothing: {window.first_figure():.2f} s"
        )
        window.page.reload()
        window.page.wait_for_function(KERNEL_IS_IDLE)
        report.note(
            "first figure, warm kernel, Run All pressed while JupyterLab still starts: "
            f"{window.first_figure():.2f} s"
        )
        window.page.reload()
        window.page.wait_for_function(KERNEL_IS_IDLE)
        window.page.wait_for_timeout(3000)  # a hand needs as long to find the menu
        report.at_most(
            "first figure after Run All, warm kernel, page at rest", window.first_figure(), 1, "s"
        )
        window.close()

        window = Window(browser, address, folder, BASELINES)
        window.run_all()
        window.page.wait_for_selector(HANDLES["matplotlib"], state="attached")
        window.page.locator(HANDLES["panel"]).first.scroll_into_view_if_needed()
        window.wait_painted()
        window.page.wait_for_timeout(2000)
        times = defaultdict(list)
        for _ in range(6):
            for name in HANDLES:
                times[name] += window.steps(name, count=8)
        median = {name: float(np.median(ms)) for name, ms in times.items()}
        for name, ms in times.items():
            low, high = np.quantile(ms, [0.1, 0.9])
            report.note(
                f"{name:<14} {median[name]:6.1f} ms a step (10 to 90 %: {low:.0f} to {high:.0f})"
            )
        for name, target in (("label", 2), ("figurewidget", 0.7), ("matplotlib", 0.35)):
            ratio = median["panel"] / median[name]
            report.at_most(f"sample-size step / {name}", ratio, target, "x")
        report.at_most("generations step", median["cursor"], 20, "ms")
        sent = len(window.sent)
        window.steps("cursor", count=10)
        report.at_most("messages sent by ten generations steps", len(window.sent) - sent, 0)
        gone, sent = window.play(seconds=2)
        report.at_least("generations that two seconds of Play show", gone, 20)
        report.at_most("messages sent meanwhile", sent, 0)
        lag = max(window.drag(moves=100, seconds=1) for _ in range(3))
        report.at_most("last repaint after a drag of 100 moves in 1 s", lag, 200, "ms")
        window.close()

        window = Window(browser, address, folder, [PANEL[0], *[PANEL[1]] * 4])
        before = sum(window.received)
        window.run_all()
        window.wait_painted()
        window.page.wait_for_timeout(2000)
        report.at_most(
            "four figures, over the websocket", (sum(window.received) - before) / 1e6, 2.5, "MB"
        )
        window.close()

        alone, _ = growth(Window(browser, address, folder, SLIDERS))
        panels, widgets = growth(
            Window(browser, address, folder, [PANEL[0], "; ".join(PANEL[1:] * 2)])
        )
        report.note(f"twenty re-runs of a cell with two panels: heap +{panels:.1f} MB; ")
        report.note(f"the same sliders without figures: +{alone:.1f} MB, which JupyterLab keeps")
        report.at_most(
            "growth of the heap by the figures, in twenty re-runs", panels - alone, 2, "MB"
        )
        report.at_most("growth of live widgets, in twenty re-runs", widgets, 0)
        browser.close()
    report.close()


if __name__ == "__main__":
    main()
