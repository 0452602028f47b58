"""The lesson on rescues in a real JupyterLab: every panel, guess, task and check is worked."""

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

LESSON = "06_what_rescues_us.ipynb"
REAL_POINTS, FEW, MANY = gallery.share_or_count.inputs[:3]


def test_the_lesson(lesson: Notebook) -> None:
    page = lesson.page

    # two guesses, wrong and then right
    guess = card(lesson, "ask.coins")
    expect(commit(guess, "Hardly any")).to_contain_text("It went otherwise: you said “Hardly any")
    press(guess, "Guess again")
    expect(commit(guess, "Most of them, not all")).to_contain_text("Got it.")
    guess = card(lesson, "ask.same_number")
    expect(commit(guess, "Hardly anything")).to_contain_text("It went otherwise")
    press(guess, "Guess again")
    expect(commit(guess, "About as much")).to_contain_text("Got it.")

    # number or share: still at first, then by Play, keyboard and mouse
    worlds = panel(lesson, "worlds = ")
    on_screen(worlds)
    assert settled(worlds)["generations"] == 1
    press(worlds, "Play")
    page.wait_for_timeout(500)
    press(worlds, "Pause")
    assert values(worlds)["generations"] > 1
    to_the_end(worlds)
    settled(worlds, generations=200)
    key(worlds, "many generated", "End")
    settled(worlds, many=1_000_000)
    key(worlds, "new real points", "Home")
    settled(worlds, real_points=1)
    key(worlds, "few generated", "ArrowRight")
    few = FEW.stops[FEW.stops.index(10) + 1]
    settled(worlds, few=few)
    line, size = painted(worlds.locator("[data-view=over_time]"), "few generated, median")
    expected = gallery.share_or_count(real_points=1, few=few, many=1_000_000).small
    gap = np.abs(line[:, 1] - np.interp(line[:, 0], np.arange(201), expected))
    assert gap.max() <= 1.5 * abs(size["y"])
    press(worlds, "Roll the dice again")
    settled(worlds, seed=1)

    task = card(lesson, "ask.half_left")
    expect(task).to_contain_text("On the panel: not there yet")
    worlds = panel(lesson, "worlds = ")
    drag(worlds, "new real points", 400)
    assert settled(worlds)["real_points"] > 1
    key(worlds, "loss per generation", "End")
    settled(worlds, loss=0.2)
    task = card(lesson, "ask.half_left")
    expect(task).to_contain_text("On the panel: not there yet")
    worlds = panel(lesson, "worlds = ")
    key(worlds, "loss per generation", *["ArrowLeft"] * 3)
    settled(worlds, loss=0.02)
    key(worlds, "new real points", "Home", *["ArrowRight"] * REAL_POINTS.stops.index(100))
    settled(worlds, real_points=100)
    key(worlds, "many generated", "Home", *["ArrowRight"] * MANY.stops.index(5_000))
    settled(worlds, many=5_000)
    task = card(lesson, "ask.half_left")
    expect(task).to_contain_text("On the panel: done")
    expect(fill(task, "100")).to_contain_text("2 % are lost")
    for _ in range(3):
        press(task, "Hint")
    expect(task).to_contain_text("about as large as the loss")
    expect(fill(task, "5,000")).to_contain_text("Got it")
    expect(task).to_contain_text("☑")

    # which dial, and the way back
    watch = panel(lesson, "display(gallery.watch_and_roll_back")
    on_screen(watch)
    to_the_end(watch)
    settled(watch, generations=120)
    for name, dial in (("questions answered", "questions"), ("rare kinds", "rare")):
        press(watch, name)
        settled(watch, dial=dial)
    press(watch, "variety")
    settled(watch, dial="average")
    key(watch, "old models kept", "End")
    settled(watch, kept=60)
    for name, then in (("go on as before", "on"), ("go on, a tenth real", "real")):
        press(watch, name)
        settled(watch, then=then)
    key(watch, "sample size", "ArrowLeft")
    settled(watch, n=800)
    drag(watch, "alarm at a loss of (%)", 60)
    assert settled(watch)["loss"] > 5
    line, size = painted(watch.locator("[data-view=kinds_left]"), "with the way back, median")
    shown = {name: value for name, value in values(watch).items() if name != "generations"}
    saved = gallery.watch_and_roll_back(**shown).saved
    gap = np.abs(line[:, 1] - np.interp(line[:, 0], np.arange(121), saved))
    assert gap.max() <= 1.5 * abs(size["y"])
    press(watch, "Roll the dice again")
    settled(watch, seed=1)

    check = card(lesson, "ask.dials")
    press(check, "Check")
    expect(check).to_contain_text("Tick")
    tick(check, 0, 3, 4)
    expect(check).to_contain_text("Old models are a floor")
    tick(check, 0, 3)
    expect(check).to_contain_text("Got it")

    # the four filters
    filters = panel(lesson, "display(gallery.good_filter")
    on_screen(filters)
    to_the_end(filters)
    settled(filters, generations=40)
    for label, name, end, value in (
        ("share kept as typical", "typical", "ArrowRight", 0.95),
        ("new nonsense", "nonsense", "Home", 0),
        ("nonsense that the verifier misses", "missed", "End", 1),
        ("real-data ratio", "real", "Home", 0),
    ):
        key(filters, label, end)
        settled(filters, **{name: value})
    drag(filters, "sample size", -60)
    assert settled(filters)["n"] < 500
    press(filters, "Roll the dice again")
    settled(filters, seed=1)

    check = card(lesson, "ask.filters")
    tick(check, 0, 2, 4)
    expect(check).to_contain_text("Let it miss everything")
    tick(check, 0, 4)
    expect(check).to_contain_text("Got it")

    # what the verifier believes
    guess = card(lesson, "ask.closest")
    guess.get_by_role("radio", name="in the second or third").check()
    press(guess, "Commit my guess")
    press(guess, "Show the answer")
    expect(guess.get_by_role("status")).to_contain_text("what he believes")
    judge = panel(lesson, "display(gallery.verifier_belief")
    on_screen(judge)
    to_the_end(judge)
    settled(judge, generations=20)
    key(judge, "verifier is off by", *["ArrowLeft"] * 2)
    settled(judge, belief=0.05)
    line, _ = painted(judge.locator("[data-view=errors]"), "behind the verifier")
    assert line[-1, 1] == pytest.approx(gallery.verifier_belief(0.05).verified[20], abs=0.01)
    key(judge, "he passes what is within", "End")
    settled(judge, reach=3)
    drag(judge, "numbers that pass", -40)
    assert settled(judge)["n"] < 200
    press(judge, "Roll the dice again")
    settled(judge, seed=1)

    # the coins
    shop = panel(lesson, "shop = ")
    on_screen(shop)
    task = card(lesson, "ask.spend")
    expect(task).to_contain_text("On the panel: not there yet")
    shop = panel(lesson, "shop = ")
    key(shop, "coins for human data", "End", *["ArrowLeft"] * 13)
    settled(shop, coins=87)
    key(shop, "generated: share checked", "End", "ArrowLeft", "ArrowLeft")
    settled(shop, checking=0.9)
    task = card(lesson, "ask.spend")
    expect(task).to_contain_text("On the panel: done")
    expect(fill(task, "137")).to_contain_text("Move that slider to 0")
    expect(fill(task, "174")).to_contain_text("Got it")
    shop = panel(lesson, "shop = ")
    for label, name, value in (
        ("price of a human point", "price_human", 2),
        ("price of a check", "price_check", 0.2),
        ("price of generating", "price_made", 0.02),
        ("error of a generated point", "bias", 0.1),
    ):
        key(shop, label, "ArrowRight")
        settled(shop, **{name: value})
    shop.locator("[data-collapse=cursor]").press("Home")
    settled(shop, generations=1)
    press(shop, "Roll the dice again")
    settled(shop, seed=1)

    # an edited cell: with a loss the crowded world falls
    said = edit(lesson, "loss = 0", "loss = 0", "loss = 0.05")
    expect(said).to_contain_text("1,000: a variance of 0.47")

    assert lesson.cell_errors() == []
    assert lesson.console_errors == []
