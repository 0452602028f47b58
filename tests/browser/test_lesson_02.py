"""Lesson 2 in a real JupyterLab: every panel, guess and check, with right and wrong answers."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from collapse_lib import gallery, style, theory

from .lessons import (
    card,
    click_line,
    commit,
    drag,
    fill,
    key,
    on_screen,
    panel,
    press,
    run,
    settled,
    type_over,
    values,
)
from .pages import Notebook, painted

pytestmark = pytest.mark.browser

LESSON = "02_error_snowball.ipynb"
# what the pointer is told of a curve, and there at generation 40
POINTED = """(div, name) => {
    const trace = div._fullData.find((trace) => trace.name === name)
    return [trace.hovertemplate, trace.customdata[40]]
}"""


def test_the_lesson(lesson: Notebook) -> None:
    page = lesson.page

    # two guesses: one wrong and then right, one drawn
    guess = card(lesson, "ask.average")
    said = commit(guess, "It has grown")
    expect(said).to_contain_text("It went otherwise: you said “It has grown")
    press(guess, "Guess again")
    expect(commit(guess, "About what they began with")).to_contain_text("Got it.")

    sketch = card(lesson, "ask.yours")
    box = sketch.locator("svg").bounding_box()
    assert box is not None
    expect(sketch).to_contain_text("10 of 10 points are still to set")
    page.mouse.click(box["x"] + 0.98 * box["width"], box["y"] + 0.7 * box["height"])
    expect(sketch).not_to_contain_text("still to set")  # one click draws a straight line
    page.mouse.move(box["x"] + 0.12 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.99 * box["width"], box["y"] + 0.7 * box["height"], steps=30)
    page.mouse.up()
    press(sketch, "Commit my guess")
    press(sketch, "Show the answer")
    median = np.median(gallery.coin_wealth().wealth[:, 100])
    expect(sketch.get_by_role("status")).to_contain_text(f"owns {style.write(median, '.2g')}")

    # the coin: ten rounds at first, then by Play, keyboard, mouse, and a click on a player
    coin = panel(lesson, "display(gallery.coin_wealth")
    on_screen(coin)
    assert settled(coin, seed=7)["rounds"] == 10
    press(coin, "Play")
    page.wait_for_timeout(500)
    press(coin, "Pause")
    assert values(coin)["rounds"] > 10
    cursor = coin.locator("[data-collapse=cursor]")
    cursor.focus()
    cursor.press("End")
    settled(coin, rounds=100)
    result = gallery.coin_wealth(seed=7)
    logs = np.log10(result.wealth)
    top = int(logs[:, 100].argmax())
    range_ = coin.locator("[data-view=paths]").evaluate("div => div._fullLayout.yaxis.range")
    click_line(coin, "paths", logs[top], 100, tuple(range_))
    settled(coin, player=top + 1)
    line, size = painted(coin.locator("[data-view=paths]"), "the player you ride")
    gap = np.abs(line[:, 1] - np.interp(line[:, 0], np.arange(101), logs[top]))
    assert gap.max() <= 1.5 * abs(size["y"])
    told = coin.locator("[data-view=paths]").evaluate(POINTED, "median (typical)")
    assert told == ["round %{x}: %{customdata}", style.write(result.median[40], ".3g")]
    key(coin, "players", "End")
    settled(coin, players=2_000_000_000)
    key(coin, "players", "Home")
    settled(coin, players=200)
    drag(coin, "stake", -30)
    assert settled(coin)["stake"] < 0.5
    key(coin, "ride player", "ArrowRight")
    settled(coin, player=top + 2)
    press(coin, "Roll the dice again")
    settled(coin, seed=8)

    check = card(lesson, "ask.half")
    press(check, "Check")
    expect(check).to_contain_text("Write a number first")
    expect(fill(check, "5")).to_contain_text("That is the stake of 0.5")
    expect(fill(check, "25")).to_contain_text("Among 200 players it can be so")
    for _ in range(3):
        press(check, "Hint")
    expect(check).to_contain_text("1.2 × 0.8 = 0.96")
    expect(fill(check, "34 rounds")).to_contain_text("Got it")

    # the two clocks
    guess = card(lesson, "ask.larger")
    expect(commit(guess, "All of it")).to_contain_text("It went otherwise")
    press(guess, "Guess again")
    expect(commit(guess, "About half of it")).to_contain_text("Got it.")
    clocks = panel(lesson, "display(gallery.snowball")
    on_screen(clocks)
    press(clocks, "Play")  # five generations a step: all thousand in ten seconds
    page.wait_for_timeout(500)
    press(clocks, "Pause")
    played = settled(clocks)["generations"]
    assert played > 10 and played % 5 == 0
    clocks.locator("[data-collapse=cursor]").focus()
    clocks.locator("[data-collapse=cursor]").press("End")
    settled(clocks, generations=1000)
    key(clocks, "your n", "End")
    settled(clocks, n=2000)
    expected = np.log10(gallery.snowball(n=2000).mine)
    for view, n in (("by_generation", 1), ("by_turnover", 2000)):
        line, size = painted(clocks.locator(f"[data-view={view}]"), "your n")
        gap = np.abs(line[:, 1] - np.interp(line[:, 0], np.arange(1001) / n, expected))
        assert gap.max() <= 1.5 * abs(size["y"])
    press(clocks, "1/(n-1)")
    settled(clocks, ddof=1)
    drag(clocks, "your n", -60)
    assert settled(clocks)["n"] < 2000
    press(clocks, "Roll the dice again")
    settled(clocks, seed=1)

    check = card(lesson, "ask.clock")
    expect(fill(check, "1,000,000")).to_contain_text("a seventh")
    expect(fill(check, "1e9")).to_contain_text("It does end")
    expect(fill(check, f"{theory.half_life(10**6):.0f}")).to_contain_text("Got it")

    # the door
    door = panel(lesson, "display(gallery.one_way_door")
    on_screen(door)
    door.locator("[data-collapse=cursor]").focus()
    door.locator("[data-collapse=cursor]").press("End")
    settled(door, generations=200)
    frequency = gallery.one_way_door().frequency
    ridden = int(frequency[:, 30].argmax())
    click_line(door, "paths", frequency[ridden], 30, (-0.02, 1.02))
    settled(door, lineage=ridden + 1)
    key(door, "fresh real examples", "ArrowRight")
    settled(door, real=1)
    drag(door, "sample size", 40)
    assert settled(door)["n"] > 50
    key(door, "rare kind, in truth", "ArrowRight")
    settled(door, rare=0.11)
    press(door, "Roll the dice again")
    settled(door, seed=1)

    check = card(lesson, "ask.door")
    boxes = check.get_by_role("checkbox")
    boxes.nth(1).check()
    boxes.nth(4).check()
    press(check, "Check")
    expect(check).to_contain_text("Try 50 and 500")
    boxes.nth(4).uncheck()
    boxes.nth(3).check()
    press(check, "Check")
    expect(check).to_contain_text("Got it")

    # bounded errors, and the task on its panel
    errors = panel(lesson, "panel = ")
    on_screen(errors)
    assert settled(errors)["generations"] == 5
    errors.locator("[data-collapse=cursor]").focus()
    errors.locator("[data-collapse=cursor]").press("End")
    settled(errors, generations=200)
    key(errors, "growth (right)", *["ArrowRight"] * 6)
    settled(errors, growth=1.5)
    key(errors, "first sample (right)", "Home")
    settled(errors, first=5)
    key(errors, "bias (left)", "ArrowRight", "ArrowRight")
    settled(errors, bias=0.03)
    task = card(lesson, "ask.pull")
    expect(task).to_contain_text("not there yet")
    expect(fill(task, "15")).to_contain_text("the error you allow")
    errors = panel(lesson, "panel = ")
    key(errors, "real data (left)", *["ArrowRight"] * 3)
    settled(errors, real=0.2)
    task = card(lesson, "ask.pull")
    expect(task).not_to_contain_text("not there yet")
    expect(fill(task, "20 %")).to_contain_text("Got it")

    # an edited cell
    code = 'tosses = "HHHH"\nprint(100 * 1.5 ** tosses.count("H"))'
    expect(run(type_over(lesson, "tosses = ", code))).to_contain_text("506.25")

    assert lesson.cell_errors() == []
    assert lesson.console_errors == []
