"""The web page, measured from disk with the network off: ``python benchmarks/embeds.py [FILE]``.

FILE is plotly's basic bundle; without it, npm is asked for the one of the installed version.
Beside our page, which draws by itself, stand the same with plotly.js, plotly's own ``write_html``
with an animation frame per setting, and a page whose slider only changes a label. Each is opened
anew for every round, the rounds in turns.
"""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import product
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from playwright.sync_api import Browser, Page, sync_playwright
from report import Report

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from collapse_lib import gallery  # noqa: E402
from collapse_lib.surfaces import plotly_js  # noqa: E402
from tests.browser.pages import NAMES, QUIET, launch  # noqa: E402

HERO = gallery.variance_collapse
GRID = {
    "n": (5, 10, 30, 100, 1000, 100_000),
    "real": (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1),
}
UNTIL = 60
ROUNDS, STEPS, HANDLED = 5, 16, 24
LABEL = """<!doctype html><title>A label</title>
<input id="slider" type="range" max="40" value="20"><output id="label"></output>
<script>slider.addEventListener("input", () => { label.value = `n = ${slider.value}`; });</script>
"""
MEDIAN = ".scatterlayer .trace:nth-child(4) path.js-line"
PAINTED = {  # what a page shows, as JavaScript
    "label": "document.querySelector('#label').value",
    "ours": f"document.querySelector('[data-view=fan] {MEDIAN}')?.getAttribute('d')",
}
SLIDER = {"label": "#slider", "ours": "[data-name=n]"}

# milliseconds from a key press until a frame that shows something else is out: the next one begins
STEP = """() => new Promise((done) => {
    const painted = () => %s
    const before = painted()
    const after = new MessageChannel() // a message of a frame arrives when the frame is drawn
    let pressed = null
    addEventListener("keydown", () => (pressed = performance.now()), { capture: true, once: true })
    const look = () => requestAnimationFrame(() => after.port2.postMessage(0))
    after.port1.onmessage = () => {
        if (pressed === null || painted() === before) look()
        else requestAnimationFrame(() => done(performance.now() - pressed))
    }
    look()
})"""

# milliseconds that the handlers of one slider event take
HANDLER = """async ([place, count]) => {
    const slider = document.querySelector(place)
    const times = []
    for (let i = 0; i < count; i++) {
        slider.value = 1 + (i % 4)
        const start = performance.now()
        slider.dispatchEvent(new Event("input"))
        times.push(performance.now() - start)
        await new Promise((done) => setTimeout(done, 80))
    }
    return times.slice(2)
}"""

# A page around ours: the frame says how high it is once the figure stands.
FRAME = """<!doctype html><title>A frame</title>
<iframe src="%s" width="1000" height="700"></iframe>
<script>addEventListener("message", ({ data }) => {
    if (data.height > 300) new Image().src = `http://127.0.0.1:%d/?${performance.now()}`
})</script>
"""


def basic_bundle(folder: Path) -> Path | None:
    """The file named on the command line, or npm's of the installed version, or nothing."""
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    version = re.search(rb"v([\d.]+)", plotly_js()[:200])[1].decode()
    if not shutil.which("npm"):
        return None
    package = f"plotly.js-basic-dist-min@{version}"
    done = subprocess.run(["npm", "pack", package], cwd=folder, capture_output=True, check=False)
    if done.returncode:
        return None
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    return folder / "package" / "plotly-basic.min.js"


def frames(path: Path) -> None:
    """Write plotly's own page: one frame per setting, all at one generation."""
    settings = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]
    drawn = [HERO.figure(generations=50, **setting) for setting in settings]
    page = go.Figure(
        drawn[0],
        frames=[go.Frame(data=figure.data, name=str(i)) for i, figure in enumerate(drawn)],
    )
    steps = [
        {"args": [[str(i)], {"mode": "immediate", "frame": {"duration": 0}}], "method": "animate"}
        for i in range(len(drawn))
    ]
    page.update_layout(sliders=[{"steps": steps}])
    page.write_html(path, include_plotlyjs="cdn")


def zipped(path: Path) -> float:
    """Size in kB after gzip, as a server sends it."""
    return len(gzip.compress(path.read_bytes(), 9)) / 1000


def opened(browser: Browser, path: Path) -> Page:
    """A page from disk, in a window of its own, at rest."""
    page = browser.new_context(offline=True).new_page()
    page.goto(path.as_uri())
    page.wait_for_timeout(2000)
    return page


def ready(browser: str, path: Path) -> float:
    """Milliseconds until the figure stands, framed, in a browser that nobody watches.

    A debugger, which Playwright is, makes the browser look up where each caught error of
    plotly's start came from: 0.3 s.
    """
    said: list[float] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said.append(float(self.path[2:]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with (
        HTTPServer(("127.0.0.1", 0), Listener) as server,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
    ):
        frame = path.with_name(f"frame-{path.name}")
        frame.write_text(FRAME % (path.name, server.server_port), encoding="utf-8")
        command = [browser, "--headless=new", f"--user-data-dir={profile}", *QUIET, frame.as_uri()]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server.timeout = 60
        server.handle_request()
        process.terminate()
        process.wait()
    return said[0]


def steps(page: Page, kind: str) -> list[float]:
    """Milliseconds of key presses on the slider, after two to warm up."""
    page.locator(SLIDER[kind]).focus()
    times = []
    for i in range(STEPS + 2):
        watching = page.evaluate_handle(f"() => ({{ done: ({STEP % PAINTED[kind]})() }})")
        page.keyboard.press("ArrowLeft" if i % 4 < 2 else "ArrowRight")
        times.append(watching.evaluate("(it) => it.done"))
        page.wait_for_timeout(100)
    return times[2:]


def work(page: Page) -> float:
    """Milliseconds of the page's main thread for one step, drawing and painting included."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(1000 * m["value"] for m in metrics if m["name"] == "TaskDuration")

    before = busy()
    page.evaluate(HANDLER, [SLIDER["ours"], HANDLED])
    return (busy() - before) / HANDLED


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        bundle = basic_bundle(folder)
        ways = {"light": None, "cdn": "cdn", "inline": "inline", "beside": "beside"}
        ways |= {"basic": bundle} if bundle else {}
        for way, plotly in ways.items():
            HERO.embed(folder / f"{way}.html", GRID, until=UNTIL, plotly=plotly)
        frames(folder / "frames.html")
        (folder / "label.html").write_text(LABEL, encoding="utf-8")

        report = Report("The web page")
        count = len(GRID["n"]) * len(GRID["real"])
        report.note(f"{count} settings, {UNTIL} generations each, 11 lineages, gzipped:")
        report.at_most("page that draws by itself", zipped(folder / "light.html"), 120, "kB")
        report.at_most("page, plotly from a CDN", zipped(folder / "cdn.html"), 120, "kB")
        size = zipped(folder / "basic.html") if bundle else float("nan")
        report.at_most("page, plotly's basic bundle inside", size, 700, "kB")
        report.note(f"page, installed plotly inside: {zipped(folder / 'inline.html'):.0f} kB")
        report.note(
            f"plotly's write_html, {count} frames of one generation only, from a CDN: "
            f"{zipped(folder / 'frames.html'):.0f} kB"
        )

        own = next(filter(None, map(shutil.which, NAMES)))
        begun = {}
        for way in ways:
            if way != "cdn":
                times = [ready(own, folder / f"{way}.html") for _ in range(ROUNDS)]
                begun[way] = float(np.median(times))
                what = f"interactive after opening from disk, {way}"
                report.at_most(what, begun[way], 1000, "ms")
        report.at_most("the same, beside plotly inline", begun["light"] / begun["inline"], 0.2, "x")

        browser = launch(playwright)
        step, handler, busy = defaultdict(list), [], []
        for _ in range(ROUNDS):
            for way in ("label", "light", "inline"):
                page = opened(browser, folder / f"{way}.html")
                step[way] += steps(page, "label" if way == "label" else "ours")
                if way == "light":
                    handler += page.evaluate(HANDLER, [SLIDER["ours"], HANDLED])
                    busy.append(work(page))
                page.context.close()
        for way, times in step.items():
            low, high = np.quantile(times, [0.1, 0.9])
            report.note(
                f"{way}: a step is painted after {np.median(times):.1f} ms "
                f"(10 to 90 %: {low:.0f} to {high:.0f})"
            )
        ratio = float(np.median(step["light"]) / np.median(step["inline"]))
        report.at_most("step → repaint, beside plotly inline", ratio, 0.45, "x")
        ratio = float(np.median(step["light"]) / np.median(step["label"]))
        report.at_most("step → repaint, beside the label's", ratio, 2, "x")
        report.note(f"a step costs {np.median(busy):.0f} ms of the main thread in all")
        report.at_most("slider step: handler", float(np.median(handler)), 10, "ms")
        browser.close()
        report.close()


if __name__ == "__main__":
    main()
