"""The tool for data of one's own in a real JupyterLab: a text, then a column, then neither."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from .lessons import card, drag, key, on_screen, panel, press, run, to_the_end, type_over
from .pages import Notebook

pytestmark = pytest.mark.browser

LESSON = "08_your_own_data.ipynb"


def test_the_tool(lesson: Notebook) -> None:

    # the manual: a text
    offers = card(lesson, "mine = ")
    expect(offers.get_by_role("row")).to_have_count(4)
    expect(offers).to_contain_text("A text has no variance")
    expect(card(lesson, "display(mine.numbers")).to_contain_text("give a column of numbers")

    kinds = panel(lesson, "display(mine.kinds")
    on_screen(kinds)
    state = kinds.locator("[data-collapse=state]")
    expect(state).to_contain_text("&generations=1")
    to_the_end(kinds)
    expect(state).to_contain_text("&generations=50")
    key(kinds, "real-data ratio", "End")
    expect(state).to_contain_text("&real=1&")
    drag(kinds, "sample size", 60)
    expect(state).not_to_contain_text("n=1000&")
    press(kinds, "Roll the dice again")
    expect(state).to_contain_text("&seed=1&")
    press(kinds, "Play")

    telephone = panel(lesson, "display(mine.telephone")
    on_screen(telephone)
    to_the_end(telephone)
    state = telephone.locator("[data-collapse=state]")
    expect(state).to_contain_text("&generations=10")
    expect(state).to_contain_text("&data=")
    key(telephone, "temperature", "ArrowLeft")
    expect(state).not_to_contain_text("&temperature=1&")

    # a column of whole numbers: the other way round
    numbers = ", ".join(str(n) for n in np.random.default_rng(0).poisson(4, size=60))
    type_over(lesson, "mine = ", f"mine = YourData([{numbers}])\ndisplay(mine)")
    lesson.run_all()
    expect(card(lesson, "mine = ")).to_contain_text("with a variance of")
    spread = panel(lesson, "display(mine.numbers")
    on_screen(spread)
    to_the_end(spread)
    expect(spread.locator("[data-collapse=state]")).to_contain_text("&generations=200")
    key(spread, "sample size", "Home")
    expect(spread.locator("[data-collapse=state]")).to_contain_text("?n=5&")
    panel(lesson, "display(mine.kinds")
    expect(card(lesson, "display(mine.telephone")).to_contain_text("A column is no running text")

    # a file that is not there: a sentence on the card and in the panels' places
    missing = 'mine = YourData.read("my_tabel.csv", "height")\ndisplay(mine)'
    type_over(lesson, "mine = ", missing)
    lesson.run_all()
    expect(card(lesson, "mine = ")).to_contain_text("There is no file “my_tabel.csv” here.")
    expect(card(lesson, "display(mine.kinds")).to_contain_text("There is no file")
    assert lesson.cell_errors() == []

    # nothing: a sentence, and nothing else breaks
    said = run(type_over(lesson, "mine = ", "mine = YourData([])\ndisplay(mine)"))
    expect(said).to_contain_text("ValueError: data must not be empty")
    assert len(lesson.cell_errors()) == 1
    assert lesson.console_errors == []
