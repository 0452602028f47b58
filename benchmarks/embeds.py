"""The web page, measured from disk with the network off: ``python benchmarks/embeds.py [FILE]``.

FILE is plotly's basic bundle; without it, npm is asked for the one of the installed version.
Beside our page stand plotly's own ``write_html`` with an animation frame per setting, and a page
whose slider only changes a label. Each is opened anew for every round, the rounds in turns.
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
from tests.browser.pages import launch  # noqa: E402

HERO = gallery.variance_collapse
GRID = {
    "n": (5, 10, 30, 100, 1000, 100_000),
    "real": (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1),
}
UNTIL = 60
ROUNDS, STEPS = 5, 16
LABEL = """<!doctype html><title>A label</title>
<input id="slider" type="range" max="40" value="20"><output id="label"></output>
<script>slider.addEventListener("input", () => { label.value = `n = ${slider.value}`; });</script>
"""
MEDIAN = ".scatterlayer .trace:nth-child(4) path.js-line"
PAINTED = {  # what a page shows, as JavaScript; it is ready once that is something
    "label": "document.querySelector('#slider') && (document.querySelector('#label').value || '-')",
    "ours": f"document.querySelector('[data-view=fan] {MEDIAN}')?.getAttribute('d')",
    "frames": f"document.querySelector('{MEDIAN}')?.getAttribute('d')",
}
SLIDER = {"label": "#slider", "ours": "[data-name=n]"}

# milliseconds from the start of the navigation to the frame in which the page shows something
READY = """const look = () => {
    if (document.body && %s) window.ready ??= performance.now()
    else requestAnimationFrame(look)
}
requestAnimationFrame(look)"""

# milliseconds from a key press to the first frame that shows something else
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

# milliseconds that the handlers of one slider event take
HANDLER = """async () => {
    const slider = document.querySelector("%s")
    const times = []
    for (let i = 0; i < 24; i++) {
        slider.value = 1 + (i %% 4)
        const start = performance.now()
        slider.dispatchEvent(new Event("input"))
        times.push(performance.now() - start)
        await new Promise((done) => setTimeout(done, 80))
    }
    return times.slice(2)
}"""


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


def opened(browser: Browser, path: Path, kind: str) -> tuple[Page, float]:
    """A page from disk in a window of its own, and the milliseconds until it was ready."""
    page = browser.new_context(offline=True).new_page()
    page.add_init_script(READY % PAINTED[kind])
    page.goto(path.as_uri())
    page.wait_for_function("window.ready")
    return page, page.evaluate("window.ready")


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


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        bundle = basic_bundle(folder)
        ways = {"cdn": "cdn", "inline": "inline", "beside": "beside"}
        ways |= {"basic": bundle} if bundle else {}
        for way, plotly in ways.items():
            HERO.embed(folder / f"{way}.html", GRID, until=UNTIL, plotly=plotly)
        frames(folder / "frames.html")
        (folder / "label.html").write_text(LABEL, encoding="utf-8")

        report = Report("The web page")
        count = len(GRID["n"]) * len(GRID["real"])
        report.note(f"{count} settings, {UNTIL} generations each, 21 lineages, gzipped:")
        report.at_most("page, plotly from a CDN", zipped(folder / "cdn.html"), 120, "kB")
        size = zipped(folder / "basic.html") if bundle else float("nan")
        report.at_most("page, plotly's basic bundle inside", size, 700, "kB")
        report.note(f"page, installed plotly inside: {zipped(folder / 'inline.html'):.0f} kB")
        report.note(
            f"plotly's write_html, {count} frames of one generation only, from a CDN: "
            f"{zipped(folder / 'frames.html'):.0f} kB"
        )

        browser = launch(playwright)
        ready, step, handler = defaultdict(list), defaultdict(list), []
        for _ in range(ROUNDS):
            for way in ("label", *(way for way in ways if way != "cdn")):
                kind = "label" if way == "label" else "ours"
                page, time = opened(browser, folder / f"{way}.html", kind)
                ready[way].append(time)
                if way in ("label", "inline"):
                    page.wait_for_timeout(500)
                    step[way] += steps(page, kind)
                if way == "inline":
                    handler += page.evaluate(HANDLER % SLIDER[kind])
                page.context.close()
        for way, times in ready.items():
            if way == "label":
                report.note(f"the page with a label is ready after {np.median(times):.0f} ms")
            else:
                what = f"interactive after opening from disk, plotly {way}"
                report.at_most(what, float(np.median(times)), 1000, "ms")
        for way, times in step.items():
            low, high = np.quantile(times, [0.1, 0.9])
            report.note(
                f"{way}: a step is painted after {np.median(times):.1f} ms "
                f"(10 to 90 %: {low:.0f} to {high:.0f})"
            )
        ratio = float(np.median(step["inline"]) / np.median(step["label"]))
        report.at_most("step → repaint, beside the label's", ratio, 2, "x")
        report.at_most("slider step: handler", float(np.median(handler)), 10, "ms")
        browser.close()
        report.close()


if __name__ == "__main__":
    main()
