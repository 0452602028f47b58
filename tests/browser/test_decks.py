"""A lecture, held: every slide, every figure moved, a vote by hands and one by letters."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from .test_site import look  # noqa: F401 (a fixture)

pytestmark = pytest.mark.browser

DECK = "lectures/00_start_here"
STAGE = {"viewport": {"width": 1280, "height": 720}, "reduced_motion": "reduce"}
FITS = "() => document.querySelector('section.present iframe').style.transform"
CURVES = """() => [...document.querySelectorAll(".js-plotly-plot :is(.trace, .point) path")]
    .map((path) => path.getAttribute("d")).join()"""


@pytest.fixture
def deck(look) -> Page:  # noqa: F811
    page = look(DECK, **STAGE)
    page.wait_for_function("() => globalThis.Reveal?.isReady()")
    return page


def slide(page: Page) -> int:
    return int(page.evaluate("Reveal.getIndices().h"))


def curves(frame: FrameLocator) -> str:
    frame.locator(".js-plotly-plot .trace path").first.wait_for(state="attached")
    return str(frame.locator("body").evaluate(CURVES))


def test_a_deck_is_walked_to_its_end_and_every_figure_moves(deck: Page) -> None:
    moved, last = 0, int(deck.evaluate("Reveal.getTotalSlides()")) - 1
    for at in range(last + 1):
        assert slide(deck) == at
        here = deck.locator("section.present")
        if here.locator("iframe").count():
            deck.wait_for_function(FITS)
            frame = here.locator("iframe").content_frame
            before = curves(frame)
            slider = frame.get_by_role("slider").first
            box = slider.bounding_box()
            assert box is not None
            deck.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            deck.mouse.down()
            deck.mouse.move(box["x"] + 3, box["y"] + box["height"] / 2, steps=4)
            deck.mouse.up()
            deck.wait_for_timeout(200)
            low = curves(frame)
            deck.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
            deck.wait_for_timeout(200)
            assert len({before, low, curves(frame)}) >= 2
            moved += 1
            deck.mouse.move(640, 5)  # off the figure: the keys are the deck's again
        deck.keyboard.press("ArrowRight")
    assert (slide(deck), moved) == (last, 3)


def test_keys_jump_between_presets_and_the_figure_fills_the_slide(deck: Page) -> None:
    deck.evaluate("Reveal.slide(3)")
    frame = deck.locator("section.present iframe").content_frame
    sentence = frame.locator("[data-collapse=sentence]")
    expect(sentence).to_contain_text("Generation 1:")
    deck.keyboard.press("2")
    expect(sentence).to_contain_text("Generation 50:")
    expect(frame.locator("[data-collapse=state]")).to_contain_text("seed=7")
    pressed = deck.locator("section.present .presets [aria-pressed=true]")
    expect(pressed).to_have_text("2 Fifty generations")
    box = deck.locator("section.present iframe").bounding_box()
    assert box is not None
    assert box["height"] > 0.7 * 720 and box["width"] > 0.6 * 1280


def test_hands_are_counted_before_and_after_the_talk(deck: Page) -> None:
    deck.evaluate("Reveal.slide(2)")
    here = deck.locator("section.present")
    for key in ("1", "4", "4"):
        deck.keyboard.press(key)
    first = here.locator("input[data-round='0']")
    assert [box.input_value() for box in first.all()] == ["1", "0", "0", "2"]
    here.get_by_role("button", name="Talk").click()
    expect(here.get_by_role("button", name="Talk")).to_contain_text("1:5")
    here.get_by_role("button", name="Vote again").click()
    deck.locator("section.present h2").click()
    deck.keyboard.press("4")
    again = here.locator("input[data-round='1']")
    assert [box.input_value() for box in again.all()] == ["0", "0", "0", "1"]
    shares = [bar.get_attribute("title") for bar in here.locator("meter").all()]
    assert shares == ["33 %", "0 %", "0 %", "0 %", "0 %", "0 %", "67 %", "100 %"]


def test_letters_from_phones_become_votes(look) -> None:  # noqa: F811
    phone = look("lectures/vote#00_start_here.1", viewport={"width": 360, "height": 640})
    letters = []
    for answer in (0, 1, 1, 3):
        phone.locator("#answers button").nth(answer).click()
        letters.append(phone.locator("#code").inner_text())
    assert len(set(letters)) >= 3 and all(len(code) == 3 for code in letters)
    page = look(DECK, **STAGE)
    page.wait_for_function("() => globalThis.Reveal?.isReady()")
    page.evaluate("Reveal.slide(2)")
    here = page.locator("section.present")
    here.locator("textarea").fill(
        f"Ann: {letters[0]}\n{letters[1].lower()} {letters[2]}, {letters[3]} aei"
    )
    boxes = here.locator("input[data-round='0']")
    assert [box.input_value() for box in boxes.all()] == ["1", "2", "0", "1"]
    expect(here.locator("[role=status]")).to_contain_text("4 votes")
