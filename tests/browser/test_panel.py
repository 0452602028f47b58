"""The panel in a real JupyterLab: what is painted is what was simulated, whatever moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import parse_qsl

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from collapse_lib import Empirical, gallery
from collapse_lib.gallery.which_is_real import WhichIsReal

from .lessons import card, press, run, type_over
from .lessons import panel as panel_of
from .pages import Notebook, painted, pull

pytestmark = pytest.mark.browser

LESSON = "00_start_here.ipynb"
PIXEL = 1.0


@pytest.fixture
def lesson(open_notebook: Callable[..., Notebook]) -> Notebook:
    """Give the first lesson with all its cells run, in a window as large as a projector's."""
    notebook = open_notebook(LESSON, viewport={"width": 1280, "height": 720})
    notebook.run_all()
    # JupyterLab draws a cell when it comes near the window, so ask for both panels.
    for panel in panels(notebook.page):
        panel.scroll_into_view_if_needed()
        expect(panel.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    panels(notebook.page)[0].scroll_into_view_if_needed()
    return notebook


def panels(page: Page) -> list[Locator]:
    """Give the panel on the perfect bell and the one on real data, waiting until both are there."""
    found = page.locator("[data-collapse=panel]")
    page.wait_for_function(
        """() => {
            const notebook = window.jupyterapp.shell.currentWidget.content
            notebook.scrollToItem(notebook.widgets.length - 2)
            return document.querySelectorAll("[data-collapse=panel]").length === 2
        }"""
    )
    return [found.nth(0), found.nth(1)]


def state(panel: Locator) -> dict[str, str]:
    """Give what the line below the picture says, key by key."""
    text = panel.locator("[data-collapse=state]").inner_text()
    assert text.startswith("variance_collapse?")
    return dict(parse_qsl(text.partition("?")[2]))


@cache
def simulated(setting: str, flowers: bool):
    """Run the panel's simulation here, from the permalink that it shows; add its sentence."""
    ours = gallery.variance_collapse
    values = ours.from_state(setting).values
    if flowers:
        from sklearn.datasets import load_iris

        values["truth"] = Empirical(load_iris().data[:, 0])
    said = ours.sentence(**values)
    del values["generations"]
    return ours(**values), said


def settled(panel: Locator, **expected: str) -> dict[str, str]:
    """Wait until the state line says what is expected, and give the whole state."""
    line = panel.locator("[data-collapse=state]")
    for key, value in expected.items():
        expect(line).to_contain_text(re.compile(rf"[?&]{key}={re.escape(value)}(&|$)"))
    panel.page.wait_for_timeout(100)  # one frame for the picture that goes with the words
    return state(panel)


def assert_painted(panel: Locator, *, flowers: bool = False, wrong: float = 0.0) -> None:
    """Hold the painted median and density, and the words, to a simulation made here."""
    text = panel.locator("[data-collapse=state]").inner_text()
    g = int(state(panel)["generations"])
    result, said = simulated(text, flowers)
    assert panel.locator("[data-collapse=sentence]").inner_text() == said
    line, size = painted(panel.locator("[data-view=fan]"), "median (typical)")
    expected = np.log10(result.median[: g + 1]) + wrong
    assert line[0, 0] == pytest.approx(0, abs=size["x"])
    assert line[-1, 0] == pytest.approx(g, abs=size["x"])
    # plotly leaves out corners that a straight line nearly hits: compare at those it painted
    gap = np.abs(line[:, 1] - np.interp(line[:, 0], np.arange(g + 1), expected))
    assert gap.max() <= PIXEL * abs(size["y"]) * 1.01 + 1e-9

    curve, size = painted(panel.locator("[data-view=density]"), "one lineage's model")
    top = curve[curve[:, 1].argmax(), 0]
    assert top == pytest.approx(result.location[g], abs=2 * size["x"] + 4 * result.scale[g] / 40)


def focus(panel: Locator, label: str) -> Locator:
    """Put the keyboard on the handle of a slider."""
    handle = panel.get_by_role("slider", name=label)
    handle.focus()
    return handle


def test_the_first_lesson(lesson: Notebook) -> None:
    """Every control of the panel by keyboard and by mouse; the picture, words and state follow."""
    page = lesson.page
    panel, flowers = panels(page)
    panel.scroll_into_view_if_needed()
    sentence = panel.locator("[data-collapse=sentence]")

    # still, until somebody moves something
    first = settled(panel, n="50", real="0", generations="10")
    page.wait_for_timeout(500)
    assert state(panel) == first
    assert_painted(panel)
    with pytest.raises(AssertionError):  # the ruler itself can fail
        assert_painted(panel, wrong=0.05)

    # the sample size
    focus(panel, "sample size").press("ArrowRight")
    assert_painted_after(panel, n="60")
    pull(focus(panel, "sample size"), -60)
    assert int(state_after(panel, "n", "60")["n"]) < 60
    assert_painted(panel)

    # generations: on the keyboard, with the mouse, and by Play
    cursor = panel.locator("[data-collapse=cursor]")
    cursor.focus()
    cursor.press("End")
    assert_painted_after(panel, generations="200")
    cursor.press("Home")
    before = sentence.inner_text()
    box = cursor.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    middle = state_after(panel, "generations", "1")
    assert 80 < int(middle["generations"]) < 120
    assert sentence.inner_text() != before
    assert_painted(panel)
    panel.locator("[data-collapse=play]").click()
    state_after(panel, "generations", middle["generations"])
    page.wait_for_timeout(600)
    panel.locator("[data-collapse=play]").click()
    page.wait_for_timeout(200)
    assert int(state(panel)["generations"]) > int(middle["generations"])
    assert_painted(panel)

    # the real-data ratio, with the count that it means
    pull(focus(panel, "real-data ratio"), 80)
    some = state_after(panel, "real", "0")
    count = int(np.floor(float(some["real"]) * int(some["n"]) + 0.5))
    expect(panel).to_contain_text(f"{count} of {some['n']} real")
    assert_painted(panel)
    assert "average (mean)" in sentence.inner_text()
    focus(panel, "real-data ratio").press("Home")
    assert_painted_after(panel, real="0")

    # the buttons
    panel.get_by_role("button", name="1/(n-1)").click()
    assert_painted_after(panel, ddof="1")
    panel.get_by_role("button", name="always the same").click()
    assert_painted_after(panel, real_data="fixed")
    panel.get_by_role("button", name="Roll the dice again").click()
    assert_painted_after(panel, seed="1")

    # a narrower window
    page.set_viewport_size({"width": 900, "height": 720})
    page.wait_for_timeout(500)
    assert_painted(panel)

    # the other panel has stayed where it was, and lives
    page.set_viewport_size({"width": 1280, "height": 720})
    flowers.scroll_into_view_if_needed()
    assert settled(flowers, n="50", real="0", seed="0", generations="10")["data"]
    focus(flowers, "sample size").press("ArrowRight")
    settled(flowers, n="60")
    cursor = flowers.locator("[data-collapse=cursor]")
    cursor.focus()
    cursor.press("PageUp")
    state_after(flowers, "generations", "10")
    assert_painted(flowers, flowers=True)
    assert state(panel)["seed"] == "1"

    assert lesson.cell_errors() == []
    assert lesson.console_errors == []


def state_after(panel: Locator, key: str, old: str) -> dict[str, str]:
    """Wait until one key of the state is no longer what it was, and until it rests."""
    expect(panel.locator("[data-collapse=state]")).not_to_contain_text(
        re.compile(rf"[?&]{key}={re.escape(old)}(&|$)")
    )
    panel.page.wait_for_timeout(300)
    return state(panel)


def assert_painted_after(panel: Locator, **expected: str) -> None:
    """Wait for a state, then hold the picture to the simulation."""
    settled(panel, **expected)
    assert_painted(panel)


def test_what_is_asked_before_anything_moves(lesson: Notebook) -> None:
    """The self-check, the guess and the game of the two clouds."""
    check = card(lesson, "SelfCheck()")
    check.get_by_text("If all averages are as they were").click()
    press(check, "Keep my answers")
    expect(check.get_by_role("status")).to_contain_text("Kept.")
    expect(check.get_by_role("checkbox").first).to_be_disabled()

    guess = card(lesson, "ask.people()")
    commit = guess.get_by_role("button", name="Commit my guess")
    answer = guess.get_by_role("button", name="Show the answer")
    expect(commit).to_have_attribute("aria-disabled", "true")
    guess.get_by_role("textbox").fill("150")
    expect(answer).to_have_attribute("aria-disabled", "true")
    commit.click()
    answer.click()
    verdict = guess.get_by_role("status")
    expect(verdict).to_contain_text("It went otherwise: you said 150 words")
    expect(verdict).to_contain_text("kept 26 words")

    game = card(lesson, "WhichIsReal()")
    expect(game.locator("circle:not(.collapse-handle)")).to_have_count(300)
    clouds = WhichIsReal()
    for place in range(3):
        expect(game).to_contain_text(f"Question {place + 1} of 3")
        expect(game.get_by_role("table")).to_have_count(0)
        clouds.say("A")
        press(game, "A is real")
    expect(game).to_contain_text(f"You told {sum(clouds.right)} of 3 clouds apart")
    handle = game.get_by_role("slider", name="generation")
    expect(game).to_contain_text("The cloud of generation 1 is")
    handle.press("End")
    expect(game).to_contain_text("The cloud of generation 30 is")
    handle.press("Home")
    press(game, "One step on")
    expect(game).to_contain_text("The cloud of generation 2 is")
    press(game, "Start again with other clouds")
    expect(game).to_contain_text("Question 1 of 3")

    # an edited cell, and the language of what is on the screen
    switch = "from collapse_lib.words import language\n\nprint(language('de'))"
    edited = type_over(lesson, "import numpy as np\n\nwords", switch)
    expect(run(edited)).to_contain_text("de")
    expect(card(lesson, "WhichIsReal()")).to_contain_text("Frage 1 von 3")
    live = panel_of(lesson, "display(gallery.variance_collapse.widget(n=50")
    expect(live.locator("[data-collapse=play]")).to_have_text("▶ Abspielen")
    expect(live.get_by_role("slider", name="Stichprobengröße")).to_be_visible()
    expect(live.get_by_role("button", name="jedes Mal neue")).to_be_visible()
    expect(live.get_by_role("heading").first).to_contain_text("Generation um Generation")
    expect(live.locator(".collapse-legend").first).to_contain_text("Median (typisch)")
    expect(live.locator(".xtitle").last).to_have_text("Wert")
    expect(live.locator("[data-collapse=sentence]")).to_contain_text("die typische (Median)")
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []


def test_bad_values_are_said_and_the_panel_goes_on(
    open_notebook: Callable[..., Notebook],
) -> None:
    """A permalink with nonsense opens a panel that says so and still moves."""
    notebook = open_notebook(LESSON)
    notebook.replace_cells(
        "from collapse_lib import gallery",
        "panel = gallery.variance_collapse.widget("
        "state='variance_collapse?n=0&real=nan&generations=-3&colour=red')\ndisplay(panel)",
        "panel.set(n='many', real=1.5, generations=10**9)",
    )
    notebook.run_all()
    panel = notebook.page.locator("[data-collapse=panel]")
    notice = panel.locator("[data-collapse=notice]")
    for sentence in (
        "n must be a whole number between 5 and 100,000, not 'many'",
        "real must be a number between 0 and 1, not 1.5",
        "generations must be a whole number between 1 and 200, not 1000000000",
    ):
        expect(notice).to_contain_text(sentence)
    focus(panel, "sample size").press("ArrowRight")
    assert_painted_after(panel, n="120")
    expect(notice).to_be_hidden()
    assert notebook.cell_errors() == []
    assert notebook.console_errors == []
