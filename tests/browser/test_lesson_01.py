"""The lesson on lost tails in a real JupyterLab: every panel, guess, game, task and check."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from collapse_lib import gallery
from collapse_lib.gallery.field_guide import FieldGuide

from .lessons import (
    assert_line,
    card,
    cell,
    drag,
    fill,
    key,
    on_a_zoomed_screen,
    on_screen,
    panel,
    press,
    settled,
    to_the_end,
    values,
)
from .pages import Notebook

pytestmark = pytest.mark.browser

LESSON = "01_tail_loss.ipynb"


def assert_lineages(panel: Locator, name: str, expected: np.ndarray) -> None:
    """Hold the drawn lineages to the first columns of numbers computed here."""
    drawn = panel.locator("[data-view=checks]").evaluate(
        "(div, name) => [...div._fullData.find((trace) => trace.name === name).y]", name
    )
    lines = np.array([*drawn, None], dtype=float).reshape(-1, len(expected) + 1)[:, :-1]
    assert len(lines) == 8
    np.testing.assert_allclose(lines.T, expected[:, :8], rtol=1e-5, atol=1e-5)


def test_the_panels(lesson: Notebook) -> None:
    tenths, ours = panel(lesson, "panel = "), gallery.tail_loss
    on_screen(tenths)
    on_a_zoomed_screen(tenths)
    settled(tenths, n=1000, steepness=1, real=0, generations=3)
    to_the_end(tenths)
    settled(tenths, generations=60)
    assert_lineages(tenths, "number of different kinds", ours().variety)
    bars = tenths.locator("[data-view=survivors]").evaluate(
        "div => div._fullData.map((trace) => [...trace.y])"
    )
    np.testing.assert_allclose(bars[1], 100 * ours().alive[60], atol=1e-4)
    ticks = tenths.locator("[data-view=survivors] .xtick text").all_text_contents()
    assert ticks[0] == "1st" and ticks[-1] == "10th"
    press(tenths, "favours the common")
    settled(tenths, machine="favours")
    assert_lineages(tenths, "rarer half, taken together", ours(machine="favours").rare)
    press(tenths, "faithful")
    settled(tenths, machine="faithful")
    key(tenths, "album size", "ArrowRight")
    key(tenths, "steepness", "ArrowRight")
    key(tenths, "real photographs", "ArrowRight")
    settled(tenths, n=1200, steepness=1.1, real=0.002)
    press(tenths, "Roll the dice again")
    settled(tenths, seed=1)
    drag(tenths, "album size", -40)
    assert settled(tenths)["n"] < 1200
    cursor = tenths.locator("[data-collapse=cursor]")
    cursor.press("Home")
    settled(tenths, generations=1)
    press(tenths, "Play")
    lesson.page.wait_for_timeout(500)
    press(tenths, "Pause")
    assert values(tenths)["generations"] > 1

    found, ours = panel(lesson, "display(gallery.discovery"), gallery.discovery
    on_screen(found)
    to_the_end(found)
    settled(found, days=200)
    assert_line(found, "found", "found in the world", ours().world)
    assert_line(found, "found", "found in the machine's pictures", ours().machine)
    assert_line(found, "missing", "machine: still unseen", ours().machine_missing)
    key(found, "machine learnt from", "ArrowRight")
    settled(found, n=600)
    assert_line(found, "found", "found in the machine's pictures", ours(n=600).machine)
    key(found, "steepness", "ArrowLeft")
    settled(found, steepness=0.9)
    press(found, "Roll the dice again")
    settled(found, seed=1)

    many, ours = panel(lesson, "display(gallery.high_dimensions"), gallery.high_dimensions
    on_screen(many)
    to_the_end(many)
    settled(many, dimensions=100)
    assert_line(many, "tails", "rare in at least one property", ours().rare)
    assert_line(many, "samples", "mixtures that these things show", np.log10(ours().met))
    key(many, "sample size", "ArrowRight")
    key(many, "rare: the top", "ArrowRight")
    settled(many, n=1200, tail=0.02)
    press(many, "Roll the dice again")
    settled(many, seed=1)
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []


def test_the_game_by_keyboard_and_mouse(lesson: Notebook) -> None:
    page = lesson.page
    game = cell(lesson, "FieldGuide(seed=1)").locator(".field-guide")
    ours = FieldGuide(seed=1)
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

    flat = cell(lesson, "FieldGuide(n=100").locator(".field-guide")
    ours = FieldGuide(n=100, steepness=1, seed=1)
    ours.ask(20)
    flat.get_by_role("button", name="Ask all the rest").click()
    expect(flat.locator(".said")).to_have_text(ours.content["said"])
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []


def test_the_guess_the_task_and_the_checks(lesson: Notebook) -> None:
    guess = card(lesson, "tail_questions.no_kiwi")
    guess.get_by_role("textbox").fill("5")
    press(guess, "Commit my guess")
    press(guess, "Show the answer")
    expect(guess).to_contain_text("came home without a kiwi")
    expect(guess).to_contain_text("37 %")

    tenths = panel(lesson, "panel = ")
    to_the_end(tenths)
    key(tenths, "real photographs", *6 * ["ArrowRight"])
    settled(tenths, real=0.1, generations=60)
    task = card(lesson, "tail_questions.half_kept")
    expect(task).to_contain_text("On the panel: done.")
    task.get_by_text("Yes: what survived the first generations is safe").click()
    press(task, "Check")
    expect(task).to_contain_text("Nothing is safe")
    task.get_by_text("No: many are there in one generation").click()
    task.get_by_text("Rare kinds are lost and come back").click()
    press(task, "Check")
    expect(task).to_contain_text("☑")

    check = card(lesson, "tail_questions.quiet_month")
    check.get_by_text("We have seen nearly all that there is").click()
    press(check, "Check")
    expect(check).to_contain_text("not from the machine's")
    check.get_by_text("We have seen nearly all that the machine knows").click()
    check.get_by_text("Counting pictures tells about the source").click()
    press(check, "Check")
    expect(check).to_contain_text("More of the same does not fill it in")

    check = card(lesson, "tail_questions.rule_of_three")
    expect(fill(check, "1000")).to_contain_text("none 37 times in 100")
    expect(fill(check, "2995")).to_contain_text("rule of three")

    check = card(lesson, "tail_questions.watchers")
    check.get_by_role("checkbox", name="The average size").check()
    press(check, "Check")
    expect(check).to_contain_text("against real pictures")
    check.get_by_role("checkbox", name="The average size").uncheck()
    check.get_by_role("checkbox", name="Counting the different kinds").check()
    check.get_by_role("checkbox", name="Asking for every kind once").check()
    press(check, "Check")
    expect(check).to_contain_text("Ask kind by kind, or count kinds")
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []
