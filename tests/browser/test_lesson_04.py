"""The lesson on the four suspects in a real JupyterLab: every panel, guess and check is worked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from collapse_lib import gallery

from .lessons import (
    assert_line,
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
from .pages import Notebook

pytestmark = pytest.mark.browser

LESSON = "04_four_suspects.ipynb"


def test_the_lesson(lesson: Notebook) -> None:
    page = lesson.page

    guess = card(lesson, "ask.between")
    expect(commit(guess, "Hardly any")).to_contain_text("It went otherwise")
    press(guess, "Guess again")
    expect(commit(guess, "About one in three")).to_contain_text("Got it.")

    # an edited cell: a line of numbers, with or without commas
    said = edit(lesson, "herd = ", "21 24 27 29 148 152 158 163", "20, 30 60,150")
    expect(said).to_contain_text("too small for a horse: 2")

    # cats and horses: the question first
    check = card(lesson, "ask.once")
    expect(fill(check, "100")).to_contain_text("It is made once")
    expect(fill(check, "35")).to_contain_text("Got it")
    zoo = panel(lesson, "display(gallery.cats_and_horses")
    on_screen(zoo)
    assert settled(zoo)["generations"] == 1
    press(zoo, "One generation on")
    settled(zoo, generations=2)
    press(zoo, "Play")
    page.wait_for_timeout(400)
    press(zoo, "Pause")
    assert values(zoo)["generations"] > 2
    to_the_end(zoo)
    settled(zoo, generations=30)
    assert_line(zoo, "between", "many bumps", gallery.cats_and_horses().every_between)
    key(zoo, "width of the many bumps", "Home")
    settled(zoo, bandwidth=0)
    drag(zoo, "animals seen (one bump: a billion)", -40)
    assert settled(zoo)["n"] < 200
    press(zoo, "Roll the dice again")
    settled(zoo, seed=1)

    # four suspects
    four = panel(lesson, "panel = ")
    on_screen(four)
    assert settled(four, measured=10)["generations"] == 10
    key(four, "data: measurements per place", "End")
    key(four, "form: waves a model can hold", *["ArrowLeft"] * 3)
    settled(four, measured=1_000_000_000, waves=5)
    to_the_end(four)
    settled(four, generations=60)
    task = card(lesson, "ask.signature")
    expect(task).to_contain_text("not there yet")
    four = panel(lesson, "panel = ")
    key(four, "data: measurements per place", *["ArrowLeft"] * 5)
    settled(four, measured=10)
    key(four, "procedure: learning steps", *["ArrowLeft"] * 4)
    settled(four, steps=100)
    key(four, "hardware: bits of a number", *["ArrowLeft"] * 5)
    settled(four, bits=5)
    result = gallery.four_suspects(measured=10, steps=100, waves=5, bits=5)
    assert_line(four, "errors", "all together", result.together)
    assert_line(four, "errors", "hardware, alone", result.hardware)
    task = card(lesson, "ask.signature")
    expect(task).not_to_contain_text("not there yet")
    task.get_by_text("The model learns to repair itself").click()
    task.get_by_text("A narrow wave that the model cannot hold").click()
    press(task, "Check")
    expect(task).to_contain_text("From what could it learn that?")
    task.get_by_text("What one of them has taken").click()
    press(task, "Check")
    expect(task).to_contain_text("nobody can steal them twice")
    four = panel(lesson, "panel = ")
    drag(four, "form: waves a model can hold", -30)
    assert settled(four)["waves"] < 5
    press(four, "Roll the dice again")
    settled(four, seed=1)

    # learners without labels
    habit = panel(lesson, "display(gallery.whose_habit")
    on_screen(habit)
    assert settled(habit)["generations"] == 1
    to_the_end(habit)
    for name in "EDCBA":
        habit.get_by_role("button", name=name, exact=True).click()
        settled(habit, learner=name)
    assert_line(habit, "means", "typical (median)", gallery.whose_habit().mean.median)
    drag(habit, "sample size", 40)
    assert settled(habit)["n"] > 100
    press(habit, "Roll the dice again")
    settled(habit, seed=1)
    check = card(lesson, "ask.diagnosis")
    tick(check, 0, 1, 2, 5)
    expect(check).to_contain_text("what it preferred from the start")
    tick(check, 1, 2, 5)
    expect(check).to_contain_text("Got it")

    # an edited cell: the chain of the learner that nobody has drawn
    said = edit(lesson, "mystery = ", "generations = 1\n", "generations = 200\n")
    expect(said).to_contain_text("generation 200: its mean is typically (median) -1")
    check = card(lesson, "ask.preferred")
    expect(fill(check, "0")).to_contain_text("That is the real mean")
    expect(fill(check, "-1")).to_contain_text("Got it")

    # crowds
    crowd = panel(lesson, "display(gallery.crowd_of_models")
    on_screen(crowd)
    to_the_end(crowd)
    settled(crowd, generations=30)
    assert_line(crowd, "typical", "as you set them", gallery.crowd_of_models().diverse_rms)
    key(crowd, "architectures among them", "Home")
    settled(crowd, architectures=1)
    expect(crowd.locator("[data-collapse=sentence]")).to_contain_text("Yours are such models")
    key(crowd, "models in a crowd", "ArrowRight")
    settled(crowd, models=9)
    drag(crowd, "share of habit in a mistake", 60)
    assert settled(crowd)["shared"] > 0.5
    press(crowd, "Roll the dice again")
    settled(crowd, seed=1)
    check = card(lesson, "ask.votes")
    check.get_by_text("Eight: so many agree").click()
    check.get_by_text("Their habit is the same one").click()
    press(check, "Check")
    expect(check).to_contain_text("off by a third")
    check.get_by_text("Hardly more than one").click()
    press(check, "Check")
    expect(check).to_contain_text("the toy does not know")

    assert lesson.cell_errors() == []
    assert lesson.console_errors == []
