"""The telephone game in a real JupyterLab: texts, marks, words and curves follow the hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from collapse_lib import gallery
from collapse_lib.figures import resolve
from collapse_lib.language import Corpus

from .conftest import PATIENCE
from .lessons import card, drag, fill, key, on_screen, panel, press, settled, values
from .pages import Notebook, painted

pytestmark = pytest.mark.browser

LESSON = "03_telephone_game.ipynb"
GAME = "from collapse_lib import gallery\ndisplay(gallery.telephone_game.widget(n=5_000))"
PASTED = (
    "the cat sees <script> document.title = 'owned' </script> and the cat sees <b> it </b> &amp; "
)

# each pane of a prose view as the page has it: heading, text, and its marked words
PANES = """view => [...view.children].map((pane) => ({
    title: pane.querySelector(".collapse-stop").textContent,
    text: pane.querySelector("p")?.textContent ?? "",
    now: pane.classList.contains("collapse-now"),
    marks: [...pane.querySelectorAll("p:not(.collapse-note) span")].map(
        (span) => [span.textContent, [...span.classList].sort().join(" ")]),
}))"""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Wait for a slow machine as long as the lessons do."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=None)


def assert_shown(found: Locator, **expected: object) -> None:
    """Hold the texts and their marks, the sentence and a curve to a simulation made here."""
    inputs = settled(found, **expected)
    cursor = inputs.pop("generations")
    result = gallery.telephone_game(**inputs)
    wanted = resolve(gallery.telephone_game.draw(result)["said"], cursor)["prose"]
    shown = found.locator("[data-view=said]").evaluate(PANES)
    assert [pane["title"] for pane in shown] == [f"Generation {p['generation']}" for p in wanted]
    assert [pane["now"] for pane in shown] == [p["now"] for p in wanted]
    for pane, held in zip(shown, wanted, strict=True):
        assert pane["text"] == "".join(text for text, _, _ in held["spans"])
        assert pane["marks"] == [
            [text.lstrip(), " ".join(classes)]
            for text, mark, gone in held["spans"]
            if (classes := [f"collapse-{kind}" for kind in ("gone" if gone else "", mark) if kind])
        ]
    line, size = painted(found.locator("[data-view=confidence]"), "on its own text")
    assert line[-1, 0] == pytest.approx(cursor, abs=size["x"])
    assert line[-1, 1] == pytest.approx(np.log10(result.own[cursor]), abs=1.01 * abs(size["y"]))


def opened(notebook: Notebook, source: str) -> Locator:
    """Run this cell instead of the lesson's, and give its panel."""
    notebook.replace_cells(source)
    notebook.run_all()
    return panel(notebook, source)


def test_the_temperature_is_dragged_from_1_to_a_half(
    open_notebook: Callable[..., Notebook],
) -> None:
    """The best moment: the tenth text curls into a marked loop while the model grows sure."""
    notebook = open_notebook(LESSON, viewport={"width": 1280, "height": 720})
    game = opened(notebook, GAME)
    on_screen(game)
    assert_shown(game, generations=1)
    cursor = game.locator("[data-collapse=cursor]")
    cursor.focus()
    cursor.press("End")
    assert_shown(game, generations=10, temperature=1)
    loops = game.locator("[data-view=said] .collapse-now .collapse-loop")
    assert loops.count() == 0

    track = game.locator(".collapse-input-temperature .noUi-base").bounding_box()
    assert track is not None
    drag(game, "temperature", -track["width"] * 0.5 / 1.2)  # on a scale from 0.3 to 1.5
    game.page.wait_for_timeout(500)
    assert_shown(game)
    for _ in range(8):  # the mouse may have let go a stop beside it
        away = round((float(str(values(game)["temperature"])) - 0.5) / 0.05)
        if not away:
            break
        key(game, "temperature", "ArrowLeft" if away > 0 else "ArrowRight")
        game.page.wait_for_timeout(300)
    assert_shown(game, temperature=0.5)
    assert loops.count() >= 2
    expect(game.locator("[data-collapse=sentence]")).to_contain_text("one choice among about 1;")

    # a step back: the pane of generation 10 gives way to generation 9
    press(game, "One generation back")
    assert_shown(game, generations=9)

    # the other controls
    press(game, "best 90 %")
    assert_shown(game, decoding="top_p")
    press(game, "all text so far")
    assert_shown(game, kept="all")
    expect(game).to_contain_text("ignored: nothing is thrown away")
    assert notebook.cell_errors() == []
    assert notebook.console_errors == []


def test_a_pasted_script_is_text(open_notebook: Callable[..., Notebook]) -> None:
    """Markup in a reader's own text is shown, and never run."""
    notebook = open_notebook(LESSON)
    game = opened(
        notebook,
        "from collapse_lib import gallery\nfrom collapse_lib.language import Corpus\n"
        f"mine = Corpus({PASTED!r} * 60, length=40)\n"
        "display(gallery.telephone_game.widget(text=mine, n=2_000, temperature=0.5, "
        "generations=10))",
    )
    said = game.locator("[data-view=said]")
    mine = Corpus(PASTED * 60, length=40)
    for seed in (0, 1):
        expect(game.locator("[data-collapse=state]")).to_contain_text(f"seed={seed}")
        game.page.wait_for_timeout(300)
        result = gallery.telephone_game(text=mine, n=2_000, temperature=0.5, seed=seed)
        shown = [pane["text"] for pane in said.evaluate(PANES)]
        assert shown == [str(result.texts[g]) for g in (0, 1, 2, 5, 10)]
        assert "<" in "".join(shown) and "script" in "".join(shown)
        assert said.locator("script, b:not(.collapse-stop)").count() == 0
        press(game, "Roll the dice again")
    assert notebook.page.title() != "owned"
    assert notebook.cell_errors() == []
    assert notebook.console_errors == []


def test_the_lesson(open_notebook: Callable[..., Notebook]) -> None:
    """The games, the guess, the task and the checks of the lesson, and each of its panels."""
    lesson = open_notebook(LESSON, viewport={"width": 1280, "height": 720})
    lesson.run_all()
    assert lesson.cell_errors() == []

    # people: a sentence is read, hidden, written down and handed on
    people = card(lesson, "PassItOn")
    expect(people).to_contain_text("pigeons")
    press(people, "I have read it")
    expect(people).not_to_contain_text("pigeons")
    expect(people.get_by_role("textbox")).to_be_focused()  # and no key goes to JupyterLab
    people.get_by_role("textbox").fill("A woman carried pigeons across a bridge.")
    press(people, "Hand it on")
    expect(people).to_contain_text("Person 2 of 4")
    expect(people).to_contain_text("A woman carried pigeons across a bridge.")

    # the guess: its answer comes at once
    guess = card(lesson, "ask.safest")
    guess.get_by_role("textbox").fill("200")
    press(guess, "Commit my guess")
    press(guess, "Show the answer")
    expect(guess).to_contain_text("The next game shows why")

    # the model: the likeliest word walks in a circle
    model = card(lesson, "NextWord")
    for _ in range(14):
        press(model, "Take the likeliest")
    expect(model).to_contain_text("walking in a circle")

    # wrong and right answers
    check = fill(card(lesson, "ask.closing"), "20")
    expect(check).to_contain_text("on average, if the map is random")
    expect(fill(check, "1000")).to_contain_text("it must close")
    check = fill(card(lesson, "ask.noticed"), "96")
    expect(check).to_contain_text("That is the entropy")
    right = 100 * gallery.telephone_game().kept[10]
    expect(fill(check, f"{right:.0f}")).to_contain_text("Half of the words are gone")

    # every panel moves, and the task ticks with the game's
    for name in ("vocabulary_survival", "confidence", "loops", "whisper"):
        found = panel(lesson, f"display(gallery.{name}")
        on_screen(found)
        settled(found)
        press(found, "One generation on")
        settled(found)
    game = panel(lesson, "panel = gallery.telephone_game")
    cursor = game.locator("[data-collapse=cursor]")
    cursor.focus()
    cursor.press("End")
    key(game, "temperature", *["ArrowLeft"] * 10)
    settled(game, generations=10, temperature=0.5)
    expect(card(lesson, "ask.moment")).to_contain_text("On the panel: done.")
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []
