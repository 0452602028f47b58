"""The lesson on headlines in a real JupyterLab: the panel, the guess, the task and the checks."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from collapse_lib import gallery

from .lessons import (
    card,
    drag,
    edit,
    key,
    on_screen,
    panel,
    press,
    settled,
    tick,
)
from .pages import Notebook, painted

pytestmark = pytest.mark.browser

LESSON = "07_how_much_is_generated.ipynb"


def test_the_lesson(lesson: Notebook) -> None:

    guess = card(lesson, "ask.text_behind")
    guess.get_by_role("textbox").fill("74 %")
    press(guess, "Commit my guess")
    press(guess, "Show the answer")
    expect(guess.get_by_role("status")).to_contain_text("is not most of the text")

    # an edited cell: the same pages, another headline
    said = edit(lesson, "at_least = ", "at_least = 1", "at_least = 100")
    expect(said).to_contain_text("2.5 % of the pages")

    check = card(lesson, "ask.published")
    tick(check, 0, 2, 4)
    expect(check).to_contain_text("the same pages, read by the same detector")
    tick(check, 2, 4)
    expect(check).to_contain_text("Got it")

    # one web: still at first, then by Play, keyboard, buttons and mouse
    web = panel(lesson, "web = ")
    on_screen(web)
    assert settled(web)["years"] == 2
    press(web, "Play")
    settled(web, years=20)
    models = painted(web.locator("[data-view=models]"), "your crawl, median")[0]
    for name, value in (("purely AI", {"counted": "pure"}), ("sites", {"unit": "sites"})):
        web.get_by_role("button", name=name, exact=True).click()
        settled(web, **value)
        unmoved = painted(web.locator("[data-view=models]"), "your crawl, median")[0]
        np.testing.assert_allclose(unmoved, models)
    task = card(lesson, "ask.harmless")
    expect(task).to_contain_text("On the panel: not there yet")
    tick(task, 0, 2, 3, 4)
    expect(task).to_contain_text("the models do not notice")
    tick(task, 2, 3, 4)  # the answer alone does not tick the task, and the card says so
    expect(task).to_contain_text("Still to do")

    web = panel(lesson, "web = ")
    key(web, "other sites that AI helps", "End")
    settled(web, helped=1)
    key(web, "of their text, by AI", "End", "ArrowLeft")
    settled(web, dose=0.95)
    line, size = painted(web.locator("[data-view=headlines]"), "your headline")
    shown = {"counted": "pure", "unit": "sites", "helped": 1.0, "dose": 0.95}
    expected = gallery.how_counted(**shown).headline
    gap = np.abs(line[:, 1] - np.interp(line[:, 0], np.arange(21), expected))
    assert gap.max() <= 1.5 * abs(size["y"])
    task = card(lesson, "ask.harmless")
    expect(task).to_contain_text("On the panel: done")
    expect(task).to_contain_text("☑")

    web = panel(lesson, "web = ")
    web.get_by_role("button", name="keep it").click()
    settled(web, crawl="keep")
    key(web, "AI prefers the likely", "ArrowRight")
    settled(web, typical=0.15)
    drag(web, "AI-only sites", 80)
    assert settled(web)["farms"] > 0.02
    press(web, "Roll the dice again")
    settled(web, seed=1)

    guess = card(lesson, "ask.doubling")
    guess.get_by_role("radio", name="next to nothing").check()
    press(guess, "Commit my guess")
    press(guess, "Show the answer")
    expect(guess.get_by_role("status")).to_contain_text("in none of its examples")
    law = panel(lesson, "display(gallery.scaling_law")
    on_screen(law)
    press(law, "Play")
    settled(law, doublings=14)
    line, size = painted(law.locator("[data-view=missing]"), "a machine's examples")
    shown = gallery.scaling_law()
    assert abs(10 ** line[-1, 1] - shown.floor) < 0.1 * shown.floor
    drag(law, "machine knows", -40)
    assert settled(law)["known"] < 1_000
    key(law, "real among them", "End")
    settled(law, share=0.5)

    again = card(lesson, "SelfCheck(again=True)")
    again.get_by_role("checkbox").nth(3).check()
    press(again, "Keep my answers")
    expect(again).to_contain_text("Now you judge 6 of 7 statements rightly")

    assert lesson.cell_errors() == []
    assert lesson.console_errors == []
