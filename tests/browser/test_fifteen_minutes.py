"""The short route in a real JupyterLab: three moments, from the first click to the last."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from collapse_lib import gallery

from .lessons import card, cell, commit, edit, key, on_screen, panel, press, settled
from .pages import Notebook

pytestmark = pytest.mark.browser

LESSON = "fifteen_minutes.ipynb"
LARGEST = next(c for c in gallery.share_or_count.inputs if c.name == "loss").high


def test_the_three_moments(lesson: Notebook) -> None:
    game = card(lesson, "WhichIsReal()")
    for _ in range(3):
        press(game, "B is real")
    expect(game).to_contain_text("of 3 clouds apart")

    guide = cell(lesson, "FieldGuide()").locator(".field-guide")
    press(guide, "Ask all the rest")
    press(guide, "SHIP IT")
    expect(guide.get_by_role("status")).to_contain_text("pages are gone")

    guess = card(lesson, "ask.same_number()")
    expect(commit(guess, "Hardly anything")).to_contain_text("It went otherwise")
    press(guess, "Guess again")
    expect(commit(guess, "About as much")).to_contain_text("Got it.")

    worlds = panel(lesson, "display(gallery.share_or_count")
    on_screen(worlds)
    worlds.locator("[data-collapse=cursor]").focus()
    worlds.locator("[data-collapse=cursor]").press("End")
    settled(worlds, generations=200, loss=0)
    key(worlds, "loss per generation", "End")
    settled(worlds, loss=LARGEST)

    edited = cell(lesson, "share, loss")
    expect(edited.locator(".jp-OutputArea-output")).to_contain_text("50% of the variance is left")
    said = edit(lesson, "share, loss", "0.01, 0.01", "0.1, 0.01")
    expect(said).to_contain_text("92% of the variance is left")
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []
