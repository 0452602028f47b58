"""The site as readers meet it: from a folder on their disk, with the network off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

PAGES = ("index", "gallery", "lectures", "lessons/00_start_here", "lectures/vote")
SCREENS = {
    "phone": {"viewport": {"width": 360, "height": 640}},
    "dark desk": {"viewport": {"width": 1280, "height": 720}, "color_scheme": "dark"},
}


@pytest.fixture
def look(browser: Browser, built_site: Path) -> Iterator[Callable[..., Page]]:
    """Open a page of the site; whatever the console complains of fails."""
    contexts, errors = [], []

    def open_page(path: str, **options: object) -> Page:
        contexts.append(browser.new_context(**{"offline": True} | options))
        page = contexts[-1].new_page()
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        name, _, place = path.partition("#")
        page.goto(f"{(built_site / name).as_uri()}.html{'#' + place if place else ''}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong; it may not fetch style sheets again, which a disk forbids."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


@pytest.mark.parametrize("screen", SCREENS)
def test_everybody_can_read_every_page(look: Callable[..., Page], screen: str) -> None:
    for path in PAGES:
        page = look(path, **SCREENS[screen])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert violations(page) == [], path


def test_a_figure_lives_in_the_text_of_a_lesson(look: Callable[..., Page]) -> None:
    page = look("lessons/00_start_here")
    element = page.locator("iframe").first
    element.scroll_into_view_if_needed()
    frame = element.content_frame
    sentence = frame.locator("[data-collapse=sentence]")
    expect(sentence).to_contain_text("Generation 10:")
    frame.get_by_role("slider", name="generations").press("End")
    expect(sentence).to_contain_text("Generation 200:")
    page.wait_for_function("() => parseInt(document.querySelector('iframe').style.height) !== 640")


def test_a_figure_leads_back_and_on(look: Callable[..., Page]) -> None:
    page = look("index")
    page.get_by_role("link", name="Figures").click()
    page.get_by_role("link", name="Always the likeliest word").click()
    expect(page.locator("[data-collapse=sentence]")).not_to_be_empty()
