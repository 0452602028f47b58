"""The lesson on lost tails in a real JupyterLab: every panel, guess, game, task and check."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from collapse_lib import gallery
from collapse_lib.gallery.field_guide import FieldGuide

from .pages import Notebook, painted

pytestmark = pytest.mark.browser

LESSON = "01_tail_loss.ipynb"
SCREEN = {"width": 1280, "height": 720}


@pytest.fixture
def lesson(open_notebook: Callable[..., Notebook]) -> Notebook:
    """Give the lesson with all its cells run."""
    notebook = open_notebook(LESSON, viewport=SCREEN)
    notebook.run_all()
    return notebook


def show(page: Page, found: Locator) -> Locator:
    """Scroll from the top until a thing is there: JupyterLab draws cells as they come near."""
    count = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length")
    for cell in range(count):
        if found.count():
            break
        page.evaluate(
            "i => window.jupyterapp.shell.currentWidget.content.scrollToItem(i, 'start')", cell
        )
        page.wait_for_timeout(150)
    found.scroll_into_view_if_needed()
    return found


def card(page: Page, words: str) -> Locator:
    """Give the question that holds these words."""
    return show(page, page.locator(".collapse-card").filter(has_text=words))


def panel_of(page: Page, name: str) -> Locator:
    """Give the panel whose state begins with the name."""
    panel = show(page, page.locator("[data-collapse=panel]").filter(has_text=f"{name}?"))
    expect(panel.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    return panel


def settled(panel: Locator, **expected: str) -> None:
    """Wait until the state line says what is expected, and the picture has followed."""
    line = panel.locator("[data-collapse=state]")
    for key, value in expected.items():
        expect(line).to_contain_text(re.compile(rf"[?&]{key}={re.escape(value)}(&|$)"))
    panel.page.wait_for_timeout(200)


def cursor(panel: Locator, key: str) -> None:
    handle = panel.locator("[data-collapse=cursor]")
    handle.focus()
    handle.press(key)


def assert_line(panel: Locator, view: str, name: str, expected: np.ndarray) -> None:
    """Hold a painted line to numbers computed here, within a pixel."""
    line, size = painted(panel.locator(f"[data-view={view}]"), name)
    values = np.interp(line[:, 0], np.arange(expected.size), expected)
    assert line[-1, 0] == pytest.approx(expected.size - 1, abs=size["x"])
    assert np.abs(line[:, 1] - values).max() <= 1.01 * abs(size["y"])


def assert_lineages(panel: Locator, name: str, expected: np.ndarray) -> None:
    """Hold the drawn lineages to the first columns of numbers computed here."""
    drawn = panel.locator("[data-view=checks]").evaluate(
        "(div, name) => [...div._fullData.find((trace) => trace.name === name).y]", name
    )
    lines = np.array([*drawn, None], dtype=float).reshape(-1, len(expected) + 1)[:, :-1]
    assert len(lines) == 8
    np.testing.assert_allclose(lines.T, expected[:, :8], rtol=1e-5, atol=1e-5)


def assert_on_one_screen(panel: Locator) -> None:
    box = panel.bounding_box()
    assert box is not None and box["height"] <= 600


def test_the_panel_of_the_tenths(lesson: Notebook) -> None:
    page = lesson.page
    panel = panel_of(page, "tail_loss")
    assert_on_one_screen(panel)
    ours = gallery.tail_loss
    sentence = panel.locator("[data-collapse=sentence]")
    settled(panel, n="1000", steepness="1", real="0", generations="1")

    cursor(panel, "End")
    settled(panel, generations="60")
    assert sentence.inner_text() == ours.sentence(generations=60)
    assert_lineages(panel, "number of different kinds", ours().variety)
    bars = panel.locator("[data-view=survivors]").evaluate(
        "div => div._fullData.map((trace) => [...trace.y])"
    )
    np.testing.assert_allclose(bars[1], 100 * ours().alive[60], atol=1e-4)
    ticks = panel.locator("[data-view=survivors] .xtick text").all_text_contents()
    assert ticks[0] == "1st" and ticks[-1] == "10th"

    panel.get_by_role("button", name="favours the common").click()
    settled(panel, machine="favours")
    values = {"machine": "favours", "generations": 60}
    assert sentence.inner_text() == ours.sentence(**values)
    assert_lineages(panel, "rarer half, taken together", ours(machine="favours").rare)
    panel.get_by_role("button", name="faithful").click()
    settled(panel, machine="faithful")

    for label, key, value in (
        ("album size", "n", "1200"),
        ("steepness", "steepness", "1.1"),
        ("real photographs", "real", "0.002"),
    ):
        handle = panel.get_by_role("slider", name=label)
        handle.focus()
        handle.press("ArrowRight")
        settled(panel, **{key: value})
    panel.get_by_role("button", name="Roll the dice again").click()
    settled(panel, seed="1")
    values = {"n": 1200, "steepness": 1.1, "real": 0.002, "seed": 1}
    assert sentence.inner_text() == ours.sentence(**values, generations=60)
    cursor(panel, "Home")
    settled(panel, generations="1")
    panel.locator("[data-collapse=play]").click()
    page.wait_for_timeout(500)
    panel.locator("[data-collapse=play]").click()
    assert "generations=1&" not in panel.locator("[data-collapse=state]").inner_text() + "&"
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []


def test_the_panel_of_discoveries(lesson: Notebook) -> None:
    panel = panel_of(lesson.page, "discovery")
    assert_on_one_screen(panel)
    ours = gallery.discovery
    cursor(panel, "End")
    settled(panel, days="200")
    assert_line(panel, "found", "found in the world", ours().world)
    assert_line(panel, "found", "found in the machine's pictures", ours().machine)
    assert_line(panel, "missing", "machine: still unseen", ours().machine_missing)
    handle = panel.get_by_role("slider", name="machine learnt from")
    handle.focus()
    handle.press("ArrowRight")
    settled(panel, n="600")
    assert_line(panel, "found", "found in the machine's pictures", ours(n=600).machine)
    handle = panel.get_by_role("slider", name="steepness")
    handle.focus()
    handle.press("ArrowLeft")
    settled(panel, steepness="0.9")
    panel.get_by_role("button", name="Roll the dice again").click()
    settled(panel, seed="1")
    said = panel.locator("[data-collapse=sentence]").inner_text()
    assert said == ours.sentence(n=600, steepness=0.9, seed=1, days=200)
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []


def test_the_panel_of_dimensions(lesson: Notebook) -> None:
    panel = panel_of(lesson.page, "high_dimensions")
    assert_on_one_screen(panel)
    ours = gallery.high_dimensions
    cursor(panel, "End")
    settled(panel, dimensions="100")
    assert_line(panel, "tails", "rare in at least one property", ours().rare)
    assert_line(panel, "samples", "combinations in the sample", np.log10(ours().met))
    for label, key, value in (("sample size", "n", "1200"), ("rare: the top", "tail", "0.02")):
        handle = panel.get_by_role("slider", name=label)
        handle.focus()
        handle.press("ArrowRight")
        settled(panel, **{key: value})
    panel.get_by_role("button", name="Roll the dice again").click()
    settled(panel, seed="1")
    said = panel.locator("[data-collapse=sentence]").inner_text()
    assert said == ours.sentence(n=1200, tail=0.02, seed=1, dimensions=100)
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []


def test_the_game_by_keyboard_and_mouse(lesson: Notebook) -> None:
    page = lesson.page
    game = show(page, page.locator(".field-guide").first)
    ours = FieldGuide()
    said = game.locator(".said")
    expect(said).to_have_text(ours.content["said"])
    expect(game.get_by_role("button", name="SHIP IT")).to_be_disabled()

    game.get_by_role("button", name="Ask the next question").click()
    ours.ask()
    expect(said).to_have_text(ours.content["said"])
    expect(game.locator(".strip li.hit, .strip li.miss")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(game.get_by_role("button", name="Ask all the rest")).to_be_focused()
    page.keyboard.press("Enter")
    ours.ask(20)
    expect(said).to_have_text(ours.content["said"])
    expect(game.locator(".strip li.miss")).to_have_count(20 - ours.score)
    expect(game.get_by_role("button", name="SHIP IT")).to_be_focused()
    page.keyboard.press("Enter")
    ours.ship()
    expect(said).to_have_text(ours.content["said"])
    pages = game.locator(".page")
    expect(pages).to_have_count(40)
    expect(game.locator(".page.gone")).to_have_count(len(ours.lost))
    expect(game.locator(".looked-up p")).to_have_text(ours.content["answer"])
    for fact in ours.content["facts"]:
        expect(game).to_contain_text(fact)
    box = game.bounding_box()
    assert box is not None and box["height"] <= 640

    # the arrow keys walk through the guide, and JupyterLab keeps its hands off them
    expect(game.locator('.page[tabindex="0"]')).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    ours.look_up(ours.pages[ours.content["page"] - 11]["kind"])
    expect(game.locator(".looked-up p")).to_have_text(ours.content["answer"])
    game.get_by_role("button", name="house sparrow").click()
    ours.look_up("house sparrow")
    expect(game.locator(".looked-up p")).to_have_text(ours.content["answer"])

    game.get_by_role("button", name="Examine another machine").click()
    ours.again()
    expect(said).to_have_text(ours.content["said"])
    ours.ask(20)
    game.get_by_role("button", name="Ask all the rest").click()
    game.get_by_role("button", name="Send it back").click()
    ours.send_back()
    expect(said).to_have_text(ours.content["said"])

    flat = show(page, page.locator(".field-guide").nth(1))
    ours = FieldGuide(n=100, steepness=1)
    ours.ask(20)
    flat.get_by_role("button", name="Ask all the rest").click()
    expect(flat.locator(".said")).to_have_text(ours.content["said"])
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []


def test_the_guess_the_task_and_the_checks(lesson: Notebook) -> None:
    page = lesson.page
    guess = card(page, "no kiwi at all")
    guess.get_by_role("textbox").fill("5")
    guess.get_by_role("button", name="Commit my guess").click()
    guess.get_by_role("button", name="Show the answer").click()
    expect(guess).to_contain_text("came home without a kiwi")
    expect(guess).to_contain_text("37 %")

    panel = panel_of(page, "tail_loss")
    cursor(panel, "End")
    settled(panel, generations="60")
    handle = panel.get_by_role("slider", name="real photographs")
    handle.focus()
    for _ in range(6):
        handle.press("ArrowRight")
    settled(panel, real="0.1")
    task = card(page, "keeps about half of the kinds")
    expect(task).to_contain_text("On the panel: done.")
    task.get_by_text("Yes: what survived the first generations is safe").click()
    task.get_by_role("button", name="Check", exact=True).click()
    expect(task).to_contain_text("Nothing is safe")
    task.get_by_text("No: many are there in one generation").click()
    task.get_by_text("Rare kinds are lost and come back").click()
    task.get_by_role("button", name="Check", exact=True).click()
    expect(task).to_contain_text("☑")

    check = card(page, "no new kind for a month")
    check.get_by_text("We have seen nearly all that there is").click()
    check.get_by_role("button", name="Check", exact=True).click()
    expect(check).to_contain_text("not from the machine's")
    check.get_by_text("We have seen nearly all that the machine knows").click()
    check.get_by_text("Counting pictures tells about the source").click()
    check.get_by_role("button", name="Check", exact=True).click()
    expect(check).to_contain_text("More of the same does not fill it in")

    check = card(page, "with a chance of 95 %")
    for given, said in (("1000", "none 37 times in 100"), ("2995", "rule of three")):
        check.get_by_role("textbox").fill(given)
        check.get_by_role("button", name="Check", exact=True).click()
        expect(check).to_contain_text(said)

    check = card(page, "Which checks can notice it?")
    check.get_by_role("checkbox", name="The average size").check()
    check.get_by_role("button", name="Check", exact=True).click()
    expect(check).to_contain_text("against real pictures")
    check.get_by_role("checkbox", name="The average size").uncheck()
    check.get_by_role("checkbox", name="Counting the different kinds").check()
    check.get_by_role("checkbox", name="Asking for every kind once").check()
    check.get_by_role("button", name="Check", exact=True).click()
    expect(check).to_contain_text("Count kinds, or ask kind by kind")
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []
