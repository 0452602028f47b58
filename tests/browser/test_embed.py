"""The web page in a real browser: from disk, with the network off, as a blog would frame it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from collapse_lib import gallery

from .pages import painted

pytestmark = pytest.mark.browser

GRID = {"n": (10, 50, 1000), "real": (0, 0.1, 0.5)}
HOST = """<!doctype html><title>A blog</title><p>Text</p>{frame}"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the embed once, and a blog post that frames it."""
    path = tmp_path_factory.mktemp("blog") / "hero.html"
    frame = gallery.variance_collapse.embed(path, vary=GRID, n=50, generations=40)
    (path.parent / "post.html").write_text(HOST.format(frame=frame), encoding="utf-8")
    return path


@pytest.fixture
def offline(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a file in a window without a network; whatever the console complains of fails."""
    contexts, errors = [], []

    def open_file(address: str, **options: object) -> Page:
        contexts.append(browser.new_context(offline=True, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert errors == []


def state(page: Page | Frame) -> dict[str, str]:
    text = page.locator("[data-collapse=state]").inner_text()
    return dict(parse_qsl(text.partition("?")[2]))


def assert_painted(page: Page | Frame) -> None:
    """Hold the painted median to a simulation made here, within a pixel."""
    shown = state(page)
    g = int(shown["generations"])
    result = gallery.variance_collapse(n=int(shown["n"]), real=float(shown["real"]))
    line, size = painted(page.locator("[data-view=fan]"), "median (typical)")
    expected = np.interp(line[:, 0], np.arange(g + 1), np.log10(result.median[: g + 1]))
    assert line[-1, 0] == pytest.approx(g, abs=size["x"])
    assert np.abs(line[:, 1] - expected).max() <= 1.01 * abs(size["y"])


def settled(page: Page | Frame, **expected: str) -> None:
    line = page.locator("[data-collapse=state]")
    for key, value in expected.items():
        expect(line).to_contain_text(re.compile(rf"[?&]{key}={re.escape(value)}(&|$)"))
    page.wait_for_timeout(100)  # one frame for the picture that goes with the words


def test_every_slider_works_from_disk_without_a_network(
    page_file: Path, offline: Callable[..., Page]
) -> None:
    page = offline(page_file.as_uri())
    settled(page, n="50", real="0", generations="40")
    assert_painted(page)
    page.get_by_role("slider", name="sample size").press("ArrowRight")
    settled(page, n="1000")
    assert_painted(page)
    page.get_by_role("slider", name="real-data ratio").press("ArrowRight")
    settled(page, real="0.1")
    expect(page.locator("[data-collapse=panel]")).to_contain_text("100 of 1,000 real")
    assert "average (mean)" in page.locator("[data-collapse=sentence]").inner_text()
    assert_painted(page)
    page.get_by_role("slider", name="generations").press("End")
    settled(page, generations="200")
    assert_painted(page)


def test_the_sentence_is_the_one_of_the_notebook(
    page_file: Path, offline: Callable[..., Page]
) -> None:
    page = offline(page_file.as_uri())
    settled(page, generations="40")
    shown = page.locator("[data-collapse=sentence]").inner_text()
    assert shown == gallery.variance_collapse.sentence(n=50, generations=40)


def test_the_address_holds_the_state(page_file: Path, offline: Callable[..., Page]) -> None:
    page = offline(f"{page_file.as_uri()}#variance_collapse?n=10&real=0.5&generations=7")
    settled(page, n="10", real="0.5", generations="7")
    assert_painted(page)
    page.get_by_role("slider", name="sample size").press("End")
    settled(page, n="1000")
    expect(page).to_have_url(re.compile("n=1000"))


@pytest.mark.parametrize(
    ("nonsense", "said"),
    [
        ("n=49", "n = 49 is not among this page's stops: showing 50."),
        ("ddof=1", "This page cannot set ddof to 1."),
        ("colour=%3Cscript%3E", "This page cannot set colour to <script>."),
        ("generations=1e9", ""),
        ("%%%" + "x" * 20_000, ""),
    ],
)
def test_a_strange_address_opens_the_page_all_the_same(
    page_file: Path, offline: Callable[..., Page], nonsense: str, said: str
) -> None:
    page = offline(f"{page_file.as_uri()}#variance_collapse?{nonsense}")
    settled(page, n="50", real="0")
    expect(page.locator("[data-collapse=notice]")).to_contain_text(said)
    assert_painted(page)


def test_it_lives_in_a_sandboxed_frame(page_file: Path, offline: Callable[..., Page]) -> None:
    page = offline((page_file.parent / "post.html").as_uri(), color_scheme="dark")
    frame = page.frame_locator("iframe")
    expect(frame.locator("[data-collapse=state]")).to_contain_text("n=50")
    frame.get_by_role("slider", name="sample size").press("Home")
    expect(frame.locator("[data-collapse=state]")).to_contain_text("n=10&")
    (inner,) = page.frames[1:]
    settled(inner, n="10")
    assert_painted(inner)


def test_without_scripts_the_sentence_is_there(
    page_file: Path, offline: Callable[..., Page]
) -> None:
    page = offline(page_file.as_uri(), java_script_enabled=False)
    said = page.locator("noscript").inner_text()
    assert said == gallery.variance_collapse.sentence(n=50, generations=40)
