"""What the tests of the lessons do with a page: find its pieces, work them, hold them to numbers.

Pieces are found by how their cell begins, as somebody who reads the notebook would find them.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from collapse_lib import gallery

from .pages import KERNEL_IS_IDLE, Notebook, painted, pull


def cell(notebook: Notebook, source: str) -> Locator:
    """Bring the code cell that begins like this into the window, and give it."""
    page = notebook.page
    index = page.evaluate(
        """source => {
            const notebook = window.jupyterapp.shell.currentWidget.content
            const of = (cell) => cell.model.sharedModel.source
            const index = notebook.widgets.findIndex((cell) => of(cell).startsWith(source))
            notebook.scrollToItem(index, "start")
            return index
        }""",
        source,
    )
    assert index >= 0, f"no cell begins with {source}"
    found = page.locator(f'.jp-Cell[data-windowed-list-index="{index}"]')
    expect(found).to_be_visible()
    return found


def type_over(notebook: Notebook, source: str, code: str) -> Locator:
    """Type other code into the cell that begins like this, and give the cell; nothing runs yet."""
    found = cell(notebook, source)
    _editor(found, source).fill(code)
    return found


def edit(notebook: Notebook, source: str, old: str, new: str) -> Locator:
    """Change what stands once in the cell that begins like this, run it, and give its output."""
    code = notebook.page.evaluate(  # of the document: an editor may just be drawn anew
        """source => window.jupyterapp.shell.currentWidget.content.widgets
            .map((cell) => cell.model.sharedModel.source)
            .find((code) => code.startsWith(source))""",
        source,
    )
    assert code.count(old) == 1, code
    return run(type_over(notebook, source, code.replace(old, new)))


def _editor(found: Locator, source: str) -> Locator:
    """Give a cell's editor; JupyterLab fills it only after it has come into the window."""
    editor = found.locator(".cm-content")
    expect(editor).to_contain_text(source.splitlines()[0])
    return editor


def run(edited: Locator) -> Locator:
    """Run the cell that was typed into, by keyboard, and give its output."""
    edited.page.keyboard.press("Shift+Enter")
    return edited.locator(".jp-OutputArea-output")


def card(notebook: Notebook, source: str) -> Locator:
    """Give the card of a cell."""
    found = cell(notebook, source).locator(".collapse-card:not([hidden])")
    expect(found).to_be_visible()
    return found


def panel(notebook: Notebook, source: str) -> Locator:
    """Give the panel of a cell, once it is drawn."""
    found = cell(notebook, source).locator("[data-collapse=panel]")
    expect(found.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    return found


def press(place: Locator, name: str) -> None:
    """Press a button."""
    place.get_by_role("button", name=name).click()


def commit(guess: Locator, answer: str) -> Locator:
    """Choose an answer, commit to it and have it shown; give what is then said."""
    guess.locator("label", has_text=answer).click()  # the verdict may name the answer, too
    press(guess, "Commit my guess")
    press(guess, "Show the answer")
    return guess.get_by_role("status")


def fill(check: Locator, text: str) -> Locator:
    """Write an answer and have it checked; give the card, which says what it is worth."""
    check.get_by_role("textbox").fill(text)
    press(check, "Check")
    return check


def tick(check: Locator, *statements: int) -> None:
    """Tick these statements and no other, and have them checked."""
    for index, box in enumerate(check.get_by_role("checkbox").all()):
        box.set_checked(index in statements)
    press(check, "Check")


def values(found: Locator) -> dict[str, object]:
    """What the panel says that it shows."""
    return _values(found.locator("[data-collapse=state]").inner_text())


def _values(state: str) -> dict[str, object]:
    explorable = getattr(gallery, state.partition("?")[0])
    return explorable.from_state(state).values


def settled(found: Locator, **expected: object) -> dict[str, object]:
    """Wait until the panel shows these values; hold its sentence to a simulation made here.

    A busy machine may still be following the mouse, so state and sentence are read until they
    belong to each other.
    """
    line = found.locator("[data-collapse=state]")
    for key, value in expected.items():
        expect(line).to_contain_text(re.compile(rf"[?&]{key}={re.escape(str(value))}(&|$)"))
    sentence, state = found.locator("[data-collapse=sentence]"), ""
    for _ in range(100):
        found.page.wait_for_timeout(150)  # one frame for the picture that goes with the words
        if state != (now := line.inner_text()):
            state, shown = now, _values(now)
            said = getattr(gallery, state.partition("?")[0]).sentence(**shown)
        if sentence.inner_text() == said:
            return shown
    raise AssertionError(f"{state} says {sentence.inner_text()!r}, but the library {said!r}")


def to_the_end(found: Locator) -> None:
    """Move the cursor to its last generation, by keyboard."""
    cursor = found.locator("[data-collapse=cursor]")
    cursor.focus()
    cursor.press("End")


def key(found: Locator, label: str, *keys: str) -> None:
    """Press keys on the handle of a slider."""
    handle = found.get_by_role("slider", name=label, exact=True)
    for one in keys:
        handle.press(one)


def drag(found: Locator, label: str, pixels: float) -> None:
    """Drag the handle of a slider with the mouse, and wait until that is worked off.

    The kernel answers one step at a time, so a busy machine follows the hand after it has let go.
    """
    state = found.locator("[data-collapse=state]")
    before = state.inner_text()
    pull(found.get_by_role("slider", name=label, exact=True), pixels)
    expect(state).not_to_have_text(before)
    for _ in range(3):
        found.page.wait_for_timeout(200)
        found.page.wait_for_function(KERNEL_IS_IDLE)


def assert_line(found: Locator, view: str, name: str, expected: np.ndarray) -> None:
    """Hold a painted line to numbers computed here, within a pixel."""
    line, size = painted(found.locator(f"[data-view={view}]"), name)
    gap = np.abs(line[:, 1] - np.interp(line[:, 0], np.arange(expected.size), expected))
    assert line[-1, 0] == pytest.approx(expected.size - 1, abs=abs(size["x"]))
    assert gap.max() <= 1.01 * abs(size["y"])


def click_line(found: Locator, view: str, curve: np.ndarray, at: int, low_high: tuple) -> None:
    """Click where a curve is at a generation, in a view whose x axis runs over all of them."""
    box = found.locator(f"[data-view={view}] .nsewdrag").bounding_box()
    assert box is not None
    low, high = low_high
    x = box["x"] + box["width"] * at / (curve.size - 1)
    y = box["y"] + box["height"] * (high - curve[at]) / (high - low)
    found.page.mouse.click(x, y)


def on_screen(found: Locator, room: float = 600) -> None:
    """Sliders and pictures are in the window together, which is 720 high less JupyterLab's bars."""
    found.scroll_into_view_if_needed()
    top = found.bounding_box()
    plots = [plot.bounding_box() for plot in found.locator("[data-collapse=view]").all()]
    assert top is not None and all(plots)
    lowest = max(plot["y"] + plot["height"] for plot in plots if plot)
    assert lowest - top["y"] < room


def on_a_zoomed_screen(found: Locator) -> None:
    """So they are at 1280 × 720 with the browser's zoom at 150 % and the side bar away."""
    page, size = found.page, found.page.viewport_size
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.set_viewport_size({"width": 853, "height": 480})
    page.wait_for_timeout(300)  # the pictures take their new size
    on_screen(found, room=370)
    page.set_viewport_size(size)
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
