"""The classroom in a real JupyterLab: pressed, dragged, drawn and typed, without a mouse too."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from collapse_lib import gallery
from collapse_lib.classroom import state_in

from .pages import Lab, Notebook

pytestmark = pytest.mark.browser

WORDS = """
Guess("How many words remain?", Scale(1, 300, unit="words"),
      measure=lambda: np.linspace(20, 40, 101), say="The typical run kept {median:d}.", key="00.w")
"""
OPTIONS = """
Guess("How much is left?", {"nothing": (0, 0.2), "half": (0.2, 0.7), "all": (0.7, 2)},
      measure=lambda: np.linspace(0.4, 0.6, 101), say="Half: {median:.2g}.")
"""
CURVE = """
Guess("What becomes of it?", Sketch(10, 0, 2, start=1.0, knots=6, quantity="variance"),
      measure=lambda: np.linspace(1, 0.5, 11)[:, None] + np.linspace(-0.1, 0.1, 101),
      say="{median:.2g} at the end.")
"""
GAME = "BeTheModel(n=12, generations=3, seed=4)"
NUMBER = """
Check("How likely is none?", Number(36.8, (((0, 1), "one of many"), (50, "no coin"),
      ((99, 100), "a thousand tries")), within=0.02, high=100, unit="%"),
      hints=("look", "begin", "almost all"), praise="Well.")
"""
SEVERAL = """
Check("What is true?", Several({f"thing {i}": (i < 2, f"see {i}") for i in range(6)}),
      hints=("a", "b", "c"))
"""
HALL = """
Hall("How many of 300?", low=0, high=300, 
     measure=lambda: np.linspace(20, 40, 101), say="About {median:d}.")
"""
PANEL = """
panel = gallery.variance_collapse.widget(n=50, generations=1)
Lectern(panel, presets={"tiny": {"n": 10}, "5 of 50 real": {"n": 50, "real": 0.1}})
"""
TASK = """
Task(panel, lambda seen: seen["generations"] >= 150 and seen["median"] < 1e-6, "Let it die.",
     Check("n?", Number(10, ((1, "1"), (2, "2"), (3, "3")), high=100), hints=("1", "2", "3")))
"""
START = """
import numpy as np
from collapse_lib import gallery
from collapse_lib.classroom import *
"""


@pytest.fixture
def cells(lab: Lab, open_notebook: Callable[..., Notebook]) -> Callable[..., Notebook]:
    """Open a notebook of these cells and run it; none of them may fail."""

    def run(*sources: str, **options: object) -> Notebook:
        code = [nbformat.v4.new_code_cell(source.strip()) for source in (START, *sources)]
        spec = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        path = lab.folder / "classroom.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=code, metadata=spec), path)
        notebook = open_notebook(
            path.name, **{"viewport": {"width": 1280, "height": 720}, **options}
        )
        notebook.run_all()
        return notebook

    return run


def card(notebook: Notebook, name: str) -> Locator:
    """The card of a name, on the screen."""
    found = notebook.page.get_by_role("group", name=name, exact=True)
    found.scroll_into_view_if_needed()
    return found


def fine(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []
    assert notebook.console_errors == []


def tab_to(page: Page, role: str, name: str) -> Locator:
    """Press Tab until a control has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        wanted = page.get_by_role(role, name=name)  # type: ignore[arg-type]
        if wanted.count() and wanted.first.evaluate("node => node === document.activeElement"):
            return focused
    pytest.fail(f"no {role} {name!r} by keyboard")


def drag(page: Page, points: list[tuple[float, float]]) -> None:
    """Drag the mouse along points, in small steps as a hand does."""
    page.mouse.move(*points[0])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(x, y, steps=8)
    page.mouse.up()


def test_a_number_is_guessed_by_keyboard_alone(cells: Callable[..., Notebook]) -> None:
    notebook = cells(WORDS)
    guess = card(notebook, "How many words remain?")
    page = notebook.page
    commit = guess.get_by_role("button", name="Commit my guess")
    expect(commit).to_be_disabled()
    expect(guess.locator(".collapse-shown")).to_have_text("?")
    guess.get_by_role("slider", name="Your guess").focus()
    page.keyboard.press("ArrowRight")
    expect(commit).to_be_enabled()
    expect(guess.locator(".collapse-shown")).to_have_text("152 words")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("about 35")
    expect(guess.get_by_role("slider")).to_have_js_property("value", "35")
    page.keyboard.press("Enter")
    expect(guess.get_by_role("status")).to_contain_text("Committed.")
    expect(guess.get_by_role("slider")).to_be_disabled()
    tab_to(page, "button", "Show the answer")
    page.keyboard.press("Enter")
    # runs 20 to 40: median 30, 10 to 90 % from 22 to 38
    expect(guess.get_by_role("status")).to_contain_text("The typical run kept 30.")
    expect(guess.get_by_role("img", name="35 words")).to_be_visible()
    fine(notebook)

    notebook.run_all()  # another day: what was committed is still there
    guess = card(notebook, "How many words remain?")
    expect(guess.get_by_role("slider")).to_have_js_property("value", "35")
    expect(guess.get_by_role("button", name="Show the answer")).to_be_enabled()
    fine(notebook)


def test_answers_to_tick_right_and_wrong(cells: Callable[..., Notebook]) -> None:
    notebook = cells(OPTIONS)
    guess = card(notebook, "How much is left?")
    guess.get_by_role("radio", name="nothing").focus()
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press("ArrowDown")
    expect(guess.get_by_role("radio", name="all")).to_be_checked()
    guess.get_by_role("button", name="Commit my guess").click()
    expect(guess.get_by_role("radio", name="half")).to_be_disabled()
    guess.get_by_role("button", name="Show the answer").click()
    expect(guess.get_by_role("status")).to_contain_text("It went otherwise: you said “all”.")
    guess.get_by_role("button", name="Guess again").click()
    guess.get_by_role("radio", name="half").click()
    guess.get_by_role("button", name="Commit my guess").click()
    guess.get_by_role("button", name="Show the answer").click()
    expect(guess.get_by_role("status")).to_contain_text("Got it. Half: 0.5.")
    fine(notebook)


def test_a_curve_is_drawn_by_mouse_and_by_keyboard(cells: Callable[..., Notebook]) -> None:
    notebook = cells(CURVE)
    guess, page = card(notebook, "What becomes of it?"), notebook.page
    commit = guess.get_by_role("button", name="Commit my guess")
    knots = guess.get_by_role("slider")
    expect(knots).to_have_count(5)  # the first point is given
    expect(knots.first).to_have_attribute("aria-valuetext", "not drawn yet")
    boxes = [knots.nth(i).bounding_box() for i in range(5)]
    centres = [(box["x"] + 6, box["y"] + 6) for box in boxes if box]
    expect(guess).to_contain_text("5 of 5 points are still to set")
    page.mouse.click(centres[2][0], centres[2][1] + 30)
    expect(guess).to_contain_text("2 of 5 points are still to set")
    down = [1 - float(knots.nth(i).get_attribute("aria-valuenow") or "nan") for i in range(3)]
    assert down[2] > 0.1  # and the way there is a straight line
    assert [3 * height / down[2] for height in down] == pytest.approx([1, 2, 3])
    drag(page, [(x, y + 10 * (i + 1)) for i, (x, y) in enumerate(centres[:4])])
    expect(knots.nth(3)).not_to_have_attribute("aria-valuetext", "not drawn yet")
    expect(commit).to_be_disabled()  # one point is missing
    knots.nth(0).focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(knots.nth(4)).to_be_focused()
    page.keyboard.press("PageDown")
    expect(commit).to_be_enabled()
    expect(knots.nth(4)).to_be_focused()  # the kernel's answer takes no focus away
    before = float(knots.nth(4).get_attribute("aria-valuenow") or "nan")
    page.keyboard.press("ArrowUp")
    expect(knots.nth(4)).to_have_attribute("aria-valuenow", str(before + 0.05))
    commit.click()
    guess.get_by_role("button", name="Show the answer").click()
    expect(guess.get_by_role("status")).to_contain_text("0.5 at the end.")
    expect(guess).to_contain_text("10 to 90 % of lineages")
    expect(guess.locator(".collapse-drawn")).to_be_visible()
    fine(notebook)


def test_be_the_model_by_mouse_and_by_keyboard(cells: Callable[..., Notebook]) -> None:
    notebook = cells(GAME, "game = _")
    game, page = card(notebook, "Be the model"), notebook.page
    mean, spread = (game.get_by_role("slider", name=name) for name in ("middle", "spread"))
    commit = game.get_by_role("button", name="This is my bell")
    expect(commit).to_be_disabled()
    handles = game.locator(".collapse-handle")
    box = handles.nth(0).bounding_box()
    assert box is not None
    drag(page, [(box["x"] + 8, box["y"] + 8), (box["x"] + 250, box["y"] + 8)])
    assert float(mean.input_value()) > 0
    box = handles.nth(1).bounding_box()
    assert box is not None
    wide = float(spread.input_value())
    drag(page, [(box["x"] + 8, box["y"] + 8), (box["x"] + 60, box["y"] + 8)])
    assert float(spread.input_value()) > wide
    path = game.locator(".collapse-bell")
    drawn = path.get_attribute("d")
    spread.focus()
    page.keyboard.press("ArrowRight")
    assert path.get_attribute("d") != drawn  # at once, in the page
    expect(commit).to_be_enabled()
    commit.click()
    expect(game).to_contain_text("Generation 2 of 3. These 12 points were drawn from your own")
    for generation in (2, 3):
        expect(game).to_contain_text(f"Generation {generation} of 3.")
        expect(commit).to_be_disabled()
        mean.focus()
        page.keyboard.press("ArrowRight")
        expect(commit).to_be_enabled()
        commit.focus()
        page.keyboard.press("Enter")
    expect(game).to_contain_text("Your bells beside 200 machines")
    expect(game).to_be_focused()  # the button is gone, the place is not
    expect(game.get_by_role("status")).to_contain_text("ended narrower than you")
    fine(notebook)


def test_a_number_is_checked_in_four_voices(cells: Callable[..., Notebook]) -> None:
    notebook = cells(NUMBER)
    check, page = card(notebook, "How likely is none?"), notebook.page
    box, status = check.get_by_role("textbox", name="Your answer"), check.get_by_role("status")
    box.focus()
    for typed, heard in (
        ("", "Write a number first."),
        ("0,5", "Not yet. one of many"),
        ("50 %", "Not yet. no coin"),
        ("99.5", "Not yet. a thousand tries"),
        ("40", "Almost."),
    ):
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(status.first).to_contain_text(heard)
        expect(box).to_be_focused()
        expect(box).to_have_value(typed)
    check.get_by_role("button", name="Hint (3 left)").click()
    expect(check).to_contain_text("1. look")
    box.fill("36.8")
    check.get_by_role("button", name="Check").click()
    expect(status.first).to_have_text("Got it. Well.")
    expect(box).to_be_disabled()
    fine(notebook)


def test_several_answers_are_ticked(cells: Callable[..., Notebook]) -> None:
    notebook = cells(SEVERAL)
    check, page = card(notebook, "What is true?"), notebook.page
    status = check.get_by_role("status").first
    check.get_by_role("checkbox", name="thing 0").focus()
    page.keyboard.press("Space")
    check.get_by_role("checkbox", name="thing 5").check()
    check.get_by_role("button", name="Check").click()
    expect(status).to_have_text("Not yet. 2 mistakes. see 1 see 5")
    check.get_by_role("checkbox", name="thing 5").uncheck()
    check.get_by_role("checkbox", name="thing 1").check()
    check.get_by_role("button", name="Check").click()
    expect(status).to_have_text("Got it.")
    fine(notebook)


def test_three_hundred_answers_pasted_and_hands_counted(
    cells: Callable[..., Notebook], tmp_path: Path
) -> None:
    notebook = cells(HALL)
    hall, page = card(notebook, "How many of 300?"), notebook.page
    dice = random.Random(0)
    said = [dice.choice(["30", "~120", "45,5", "lol", "10-20", "+1"]) for _ in range(300)]
    kept = sum(text not in ("lol", "+1") for text in said)
    paste = "\n".join(
        f"Person {chr(65 + i // 20)}{chr(97 + i % 20)}: {s}" for i, s in enumerate(said)
    )
    hall.get_by_role("textbox").fill(paste)
    expect(hall.get_by_role("status").first).to_have_text(f"{kept} answers count.")
    hall.get_by_text(f"Not counted ({300 - kept})").click()
    expect(hall.locator("details[open] li").first).to_be_visible()
    hall.get_by_role("button", name="After talking").click()
    hall.get_by_role("button", name="Count hands").click()
    for _ in range(3):
        hall.get_by_role("button", name="0 – 37.5: +1").or_(
            hall.get_by_role("button", name="0 – 37.5 : +1")
        ).click()
    expect(hall.get_by_role("status").first).to_have_text("3 answers count.")
    hall.get_by_role("button", name="Show the answer").click()
    expect(hall).to_contain_text("About 30.")
    expect(hall).to_contain_text("100 % after talking")
    expect(hall.locator(".collapse-key")).to_contain_text("after talking (3)")
    with page.expect_download() as download:
        hall.get_by_role("button", name="Numbers").click()
    download.value.save_as(tmp_path / "hall.csv")
    lines = (tmp_path / "hall.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + kept + 3
    fine(notebook)


def test_the_lectern_and_a_task(cells: Callable[..., Notebook], tmp_path: Path) -> None:
    """Keys 1, P, O, R and B; the pinned run follows; files give their state back; a task ticks."""
    notebook = cells(PANEL, TASK)
    page = notebook.page
    count = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length")
    lectern = page.locator(".collapse-lectern")
    lectern.scroll_into_view_if_needed()
    state = lectern.locator("[data-collapse=state]")
    expect(state).to_contain_text("n=50")
    lectern.get_by_role("slider", name="sample size").focus()
    page.keyboard.press("1")
    expect(state).to_contain_text("n=10&")
    page.keyboard.press("r")
    expect(state).to_contain_text("n=50&")

    cursor = lectern.locator("[data-collapse=cursor]")
    cursor.focus()
    page.keyboard.press("End")
    page.keyboard.press("p")
    expect(state).to_have_count(2)
    page.keyboard.press("1")
    expect(state.nth(1)).to_contain_text("n=10&")
    expect(state.nth(0)).to_contain_text("n=50&")
    page.keyboard.press("Home")
    expect(cursor.nth(0)).to_have_js_property("value", "1")  # the pinned run looks along
    page.keyboard.press("End")
    expect(cursor.nth(0)).to_have_js_property("value", "200")
    ranges = lectern.locator("[data-view=fan]").evaluate_all(
        "divs => divs.map((div) => JSON.stringify(div._fullLayout.yaxis.range))"
    )
    expect(lectern.locator("[data-view=fan]").nth(1)).to_be_visible()
    assert len(set(ranges)) == 1
    page.keyboard.press("p")
    expect(state).to_have_count(1)

    legend = lectern.locator(".collapse-legend").first
    expect(legend).to_contain_text("median (typical)")
    page.keyboard.press("o")
    expect(legend).to_have_text("one lineage")
    page.keyboard.press("o")
    expect(legend).to_contain_text("median (typical)")

    for kind, label in {"SVG": "For print", "PNG": "Picture", "CSV": "Numbers"}.items():
        with page.expect_download() as download:
            lectern.get_by_role("button", name=label).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert state_in(path) == state.inner_text()
        ours = gallery.variance_collapse
        assert ours.from_state(state_in(path)).notices == ()
        if kind == "SVG":
            root = ElementTree.parse(path).getroot()
            said = root.findtext("{http://www.w3.org/2000/svg}desc")
            assert said == ours.sentence(**ours.from_state(state_in(path)).values)
            assert "".join(root.itertext()).count("one lineage") >= 1
        if kind == "PNG":
            size = page.evaluate(
                """async (url) => {
                    const image = new Image()
                    image.src = url
                    await image.decode()
                    return image.naturalWidth
                }""",
                f"data:image/png;base64,{_base64(path)}",
            )
            assert size == 2400
    lectern.get_by_role("button", name="Big type (B)").focus()
    page.keyboard.press("b")
    expect(page.locator(".collapse-lectern.collapse-big")).to_be_visible()
    page.keyboard.press("b")
    # no key of ours was one of JupyterLab's
    now = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length")
    assert now == count

    task = card(notebook, "Let it die.")
    expect(task).to_contain_text("On the panel: done.")
    expect(task).to_contain_text("☐ Let it die.")
    task.get_by_role("textbox").fill("10")
    task.get_by_role("button", name="Check").click()
    expect(task).to_contain_text("☑ Let it die.")
    fine(notebook)


def test_a_dark_page_and_a_narrow_one(cells: Callable[..., Notebook]) -> None:
    notebook = cells(CURVE, OPTIONS, viewport={"width": 700, "height": 720})
    page = notebook.page
    dark = "'apputils:change-theme', {theme: 'JupyterLab Dark'}"
    page.evaluate(f"() => window.jupyterapp.commands.execute({dark})")
    guess = card(notebook, "What becomes of it?")
    page.wait_for_function("() => document.body.dataset.jpThemeName === 'JupyterLab Dark'")
    text = guess.locator(".collapse-axes text").first
    expect(text).to_be_visible()
    lightness = text.evaluate(
        "node => getComputedStyle(node).fill.match(/[\\d.]+/g).slice(0, 3).map(Number)"
    )
    assert min(lightness) > 150
    wide = guess.evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert wide[0] <= wide[1]
    fine(notebook)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_no_card_shuts_anybody_out(cells: Callable[..., Notebook], theme: str) -> None:
    notebook = cells(WORDS, OPTIONS, CURVE, GAME, NUMBER, SEVERAL, HALL, PANEL, TASK)
    page = notebook.page
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
    )
    page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
    names = ("How much is left?", "What becomes of it?", "Be the model", "How likely is none?")
    for name in (*names, "What is true?", "How many of 300?", "Teaching tools", "Let it die."):
        card(notebook, name)
        found = Axe().run(page, context={"include": [[f'.collapse-card[aria-label="{name}"]']]})
        assert len(found.response["passes"]) > 5  # it looked at something
        assert found.response["violations"] == []


def _base64(path: Path) -> str:
    import base64

    return base64.b64encode(path.read_bytes()).decode()


def test_the_cards_work_without_a_page(cells: Callable[..., Notebook]) -> None:
    """The same cells under nbclient: no front end, no error, the same answers."""
    from nbclient import NotebookClient

    code = [START, WORDS, CURVE, GAME, NUMBER, SEVERAL, HALL, PANEL, TASK]
    code[4] = f"check = {NUMBER.strip()}\ncheck.answer('36,8')\ncheck.press()\nprint(check.voice)"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c.strip()) for c in code])
    NotebookClient(book, kernel_name="python3", timeout=120).execute()
    assert book.cells[4].outputs[0].text == "got it\n"
    assert json.dumps(book)
