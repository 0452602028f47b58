"""The lesson on rare handwriting in a real JupyterLab: every panel, guess and check is worked."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from collapse_lib import gallery

from .lessons import (
    card,
    commit,
    drag,
    edit,
    fill,
    key,
    on_screen,
    panel,
    press,
    settled,
    tick,
    to_the_end,
    values,
)
from .pages import Notebook, painted

pytestmark = pytest.mark.browser

LESSON = "05_rare_handwriting.ipynb"
SHOWN = "div => div._fullData.map((trace) => [...(trace._input.z ?? trace.y)])"


def test_the_lesson(lesson: Notebook) -> None:
    page = lesson.page

    # two guesses: one wrong and then right, one a number
    guess = card(lesson, "ask.plain")
    expect(commit(guess, "About as different as the others")).to_contain_text("It went otherwise")
    press(guess, "Guess again")
    expect(commit(guess, "Next to nothing")).to_contain_text("Got it.")
    guess = card(lesson, "ask.badge")
    guess.get_by_role("textbox").fill("60")
    press(guess, "Commit my guess")
    press(guess, "Show the answer")
    expect(guess).to_contain_text("no worse than people's")

    # the wall: real images first, then copies, and the numbers beside them
    wall = panel(lesson, "panel = ")
    on_screen(wall)
    assert settled(wall)["generations"] == 0
    task = card(lesson, "ask.blind")
    expect(task).to_contain_text("not there yet")
    wall = panel(lesson, "panel = ")
    key(wall, "images of it", "Home")
    settled(wall, images=5)
    press(wall, "Play")
    page.wait_for_timeout(400)
    press(wall, "Pause")
    assert values(wall)["generations"] > 0
    to_the_end(wall)
    settled(wall, images=5, generations=20)
    result = gallery.rare_handwriting(images=5)
    shown = np.array(wall.locator("[data-view=wall]").evaluate(SHOWN)[0]).reshape(4, 10, 10, 10)
    np.testing.assert_array_equal(shown[:, 1:-1, :, 1:-1].swapaxes(1, 2), result.wall[20])
    line, size = painted(wall.locator("[data-view=shares]"), "the badge: written right")
    gap = np.abs(line[:, 1] - np.interp(line[:, 0], np.arange(21), result.badge))
    assert gap.max() <= 1.5 * abs(size["y"])
    expect(wall.locator("[data-view=wall] + ul")).to_have_text("the digit you chose")
    task = card(lesson, "ask.blind")
    expect(task).not_to_contain_text("not there yet")
    task.get_by_text("The reader is too lenient").click()
    task.get_by_text("What is never written is never read wrong").click()
    press(task, "Check")
    expect(task).to_contain_text("the same reader all along")
    task.get_by_text("It judges only what the model still writes").click()
    press(task, "Check")
    expect(task).to_contain_text("what does it not write?")

    wall = panel(lesson, "panel = ")
    key(wall, "your digit", "ArrowLeft")
    settled(wall, digit=7)
    drag(wall, "images of it", 60)
    expect(wall.locator("[data-collapse=state]")).not_to_contain_text("images=5&")
    assert settled(wall)["images"] > 5
    press(wall, "Roll the dice again")
    settled(wall, seed=1)

    check = card(lesson, "ask.share")
    expect(fill(check, "10")).to_contain_text("not one image in ten")
    expect(fill(check, "1.1 %")).to_contain_text("Got it")

    # luck among equals
    first = panel(lesson, "display(gallery.who_fades_first")
    on_screen(first)
    assert settled(first)["generations"] == 0
    to_the_end(first)
    settled(first, generations=60)
    bars = first.locator("[data-view=all_lineages]").evaluate(SHOWN)
    np.testing.assert_allclose(bars[1], gallery.who_fades_first().first[60], atol=1e-4)
    key(first, "eights, as a share of the others", *["ArrowLeft"] * 5)
    settled(first, eights=0.5)
    key(first, "show lineage", "ArrowRight")
    settled(first, lineage=2)
    drag(first, "images of each digit", 40)
    expect(first.locator("[data-collapse=state]")).not_to_contain_text("each=10&")
    assert settled(first)["each"] > 10
    press(first, "Roll the dice again")
    settled(first, seed=1)
    check = card(lesson, "ask.luck")
    tick(check, 0)
    expect(check).to_contain_text("One lineage is an anecdote")
    tick(check, 1, 3)
    expect(check).to_contain_text("Got it")

    # an edited cell: with as many plain ones as others, they stay
    said = edit(lesson, "share = 0.05", "share = 0.05", "share = 0.5")
    expect(said).to_contain_text("plain: 0.73 of the variety")

    assert lesson.cell_errors() == []
    assert lesson.console_errors == []
