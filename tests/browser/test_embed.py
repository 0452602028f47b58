"""The web page in a real browser: from disk, with the network off, as a blog would frame it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha384
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from hostile import NASTY, hostile
from playwright.sync_api import Browser, Frame, Page, expect

from collapse_lib import gallery
from collapse_lib.surfaces import bundle, embed, plotly_js

from .pages import painted

pytestmark = pytest.mark.browser

collapse = gallery.variance_collapse
GRID = {"n": (10, 50, 1000), "real": (0, 0.1, 0.5), "real_data": None, "ddof": (0,)}
HOST = "<!doctype html><title>A blog</title><p>Text</p>{frame}<p>Text</p>{frame}"
PHONE = {"viewport": {"width": 360, "height": 640}}
DESK = {"viewport": {"width": 1280, "height": 720}}


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the embed once, and a blog post that frames it twice."""
    path = tmp_path_factory.mktemp("blog") / "hero.html"
    frame = collapse.embed(path, GRID, n=50, generations=40, until=60)
    (path.parent / "post.html").write_text(HOST.format(frame=frame), encoding="utf-8")
    return path


@pytest.fixture
def offline(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a file in a window without a network; whatever the console complains of fails."""
    contexts, errors = [], []

    def open_file(address: str, **options: object) -> Page:
        contexts.append(browser.new_context(**{"offline": True} | options))
        page = contexts[-1].new_page()
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(f"a dialog: {dialog.message}"))
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
    values = {"n": int(shown["n"]), "real": float(shown["real"]), "real_data": shown["real_data"]}
    result = collapse(**values)
    line, size = painted(page.locator("[data-view=fan]"), "median (typical)")
    expected = np.interp(line[:, 0], np.arange(g + 1), np.log10(result.median[: g + 1]))
    assert line[-1, 0] == pytest.approx(g, abs=size["x"])
    assert np.abs(line[:, 1] - expected).max() <= 1.01 * abs(size["y"])
    said = page.locator("[data-collapse=sentence]").inner_text()
    assert said == collapse.sentence(**values, generations=g)


def settled(page: Page | Frame, **expected: str) -> None:
    line = page.locator("[data-collapse=state]")
    for key, value in expected.items():
        expect(line).to_contain_text(re.compile(rf"[?&]{key}={re.escape(value)}(&|$)"))
    page.wait_for_timeout(100)  # one frame for the picture that goes with the words


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


# ---- every control, with the network off


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_every_control_works_from_disk_without_a_network(
    page_file: Path, offline: Callable[..., Page], screen: dict[str, object]
) -> None:
    page = offline(page_file.as_uri(), **screen)
    settled(page, n="50", real="0", generations="40")
    assert_painted(page)
    box = page.locator("[data-name=n]").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    settled(page, n="1000")
    assert_painted(page)
    page.get_by_role("slider", name="real-data ratio").press("End")
    settled(page, real="0.5")
    expect(page.get_by_text("0.5 – 500 of 1,000 real")).to_be_visible()
    page.get_by_label("real data", exact=True).select_option("always the same")
    settled(page, real_data="fixed")
    assert_painted(page)
    page.get_by_role("slider", name="generations").press("End")
    settled(page, generations="60")
    assert_painted(page)


def test_the_keyboard_is_enough(page_file: Path, offline: Callable[..., Page]) -> None:
    page = offline(page_file.as_uri(), **DESK)
    settled(page, n="50")
    seen = []
    for _ in range(9):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        seen.append(
            focus.evaluate("(e) => e.labels?.[0]?.textContent ?? e.ariaLabel ?? e.textContent")
        )
        if seen[-1] == "sample size":
            page.keyboard.press("ArrowLeft")
            settled(page, n="10")
        elif seen[-1] == "real data":
            page.keyboard.press("ArrowDown")
            settled(page, real_data="fixed")
        elif seen[-1] == "One generation on":
            page.keyboard.press("Enter")
            settled(page, generations="41")
        elif seen[-1] == "Play":
            page.keyboard.press("Space")
            settled(page, generations="60")
        elif seen[-1] == "Show the numbers":
            page.keyboard.press("Enter")
            expect(page.locator("[data-collapse=table] th[scope=col]").first).to_be_visible()
    assert seen[:7] == [
        "sample size",
        "real-data ratio",
        "real data",
        "generations",
        "One generation back",
        "One generation on",
        "Play",
    ]
    assert "Show the numbers" in seen and "Copy these settings" in seen
    assert_painted(page)


def test_an_input_with_one_stop_is_shown_and_cannot_be_moved(
    page_file: Path, offline: Callable[..., Page]
) -> None:
    page = offline(page_file.as_uri())
    settled(page, ddof="0")
    row = page.locator(".collapse-input", has_text="estimator")
    expect(row).to_contain_text("1/n")
    assert row.locator("input, select").count() == 0
    assert page.get_by_text("Roll the dice").count() == 0  # not named: hidden


def test_kinds_that_look_like_numbers_stay_kinds(
    tmp_path: Path, offline: Callable[..., Page]
) -> None:
    gallery.your_kinds.embed(tmp_path / "a.html", {"n": (100,)}, until=5)
    page = offline((tmp_path / "a.html").as_uri())
    axis = "document.querySelectorAll('.js-plotly-plot')[1]?._fullLayout?.xaxis.type"
    page.wait_for_function(f"() => {axis} === 'category'")
    page.get_by_role("slider", name="generations").press("End")
    settled(page, generations="5")
    assert page.evaluate(axis) == "category"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_play_takes_large_steps_where_motion_is_unwanted(
    page_file: Path, offline: Callable[..., Page], motion: str
) -> None:
    page = offline(f"{page_file.as_uri()}#?generations=1", reduced_motion=motion)
    settled(page, generations="1")
    cursor = "document.querySelector('[data-collapse=cursor]').value"
    page.evaluate(
        f"""() => {{
            window.seen = new Set()
            const look = () => {{ seen.add({cursor}); requestAnimationFrame(look) }}
            look()
        }}"""
    )
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => seen.size > 2")
    first, second, third = page.evaluate("[...seen].slice(0, 3).map(Number)")
    assert first == 1
    assert (second, third) == (7, 13) if motion == "reduce" else second < 7


# ---- where plotly comes from


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Serve a folder to this machine, and give its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    (tmp_path / "favicon.ico").write_bytes(b"")  # a browser asks for one
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_plotly_may_lie_beside_the_page(
    tmp_path: Path, offline: Callable[..., Page], served: str
) -> None:
    frame = collapse.embed(tmp_path / "a.html", {"n": (10, 50)}, n=50, until=60, plotly="beside")
    (tmp_path / "post.html").write_text(HOST.format(frame=frame), encoding="utf-8")
    page = offline((tmp_path / "a.html").as_uri())
    settled(page, n="50")
    assert_painted(page)
    # a browser lets no sandboxed frame read other files of a disk; a server it does
    page = offline(f"{served}/post.html", offline=False)
    expect(page.frame_locator("iframe").first.locator("[data-collapse=state]")).to_be_visible()
    settled(page.frames[1], n="50")
    assert_painted(page.frames[1])


@pytest.mark.parametrize("why", ["a sandbox", "no file"])
def test_plotly_that_cannot_come_from_beside_is_named(
    tmp_path: Path, browser: Browser, why: str
) -> None:
    frame = collapse.embed(tmp_path / "a.html", {"n": (10, 50)}, n=50, until=60, plotly="beside")
    (tmp_path / "post.html").write_text(HOST.format(frame=frame), encoding="utf-8")
    (script,) = tmp_path.glob("*.js")
    page = browser.new_page()
    if why == "no file":
        script.unlink()
        page.goto((tmp_path / "a.html").as_uri())
        shown: Page | Frame = page
    else:
        page.goto((tmp_path / "post.html").as_uri())
        expect(page.frame_locator("iframe").first.get_by_role("alert")).to_be_visible()
        shown = page.frames[1]
    start = f"This figure cannot move here: {script.name}, which belongs beside this page, did not"
    expect(shown.get_by_role("alert")).to_contain_text(start)
    disk = "in a sandboxed frame a browser reads no second file from a disk"
    assert (disk in shown.get_by_role("alert").inner_text()) is (why == "a sandbox")
    expect(shown.locator("main svg").first).to_be_visible()
    page.close()


@pytest.fixture
def from_cdn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a page whose CDN, at an address of ours, has the installed plotly."""
    src = "https://cdn.example.org/npm/plotly.js-dist-min@4.1.1/plotly.min.js"
    digest = base64.b64encode(sha384(plotly_js()).digest()).decode()
    chosen = bundle.Bundle(src=src, integrity=f"sha384-{digest}")
    monkeypatch.setattr(embed, "choose", lambda plotly, traces: chosen)
    collapse.embed(tmp_path / "a.html", {"n": (10, 50)}, n=50, until=60)
    return tmp_path / "a.html"


@pytest.mark.parametrize("script", ["the right one", "another one", None])
def test_only_the_right_script_from_the_cdn_runs(
    from_cdn: Path, browser: Browser, script: str | None
) -> None:
    body = plotly_js() + (b"" if script == "the right one" else b";window.broken = 1")
    page = browser.new_page()
    if script is None:
        page.route(re.compile("^https://"), lambda route: route.abort())
    else:
        page.route(
            re.compile("^https://"),
            lambda route: route.fulfill(
                body=body,
                content_type="text/javascript",
                headers={"Access-Control-Allow-Origin": "*"},
            ),
        )
    page.goto(from_cdn.as_uri())
    if script == "the right one":
        settled(page, n="50")
        assert_painted(page)
    else:
        notice = page.get_by_role("alert")
        expect(notice).to_have_text("This figure cannot move here: plotly.js did not arrive.")
        expect(page.get_by_text(collapse.sentence(n=50))).to_be_visible()
        expect(page.locator("main svg").first).to_be_visible()
        expect(page.locator("main summary")).to_be_visible()
        assert page.evaluate("window.broken") is None
    page.close()


# ---- the address


def test_the_address_holds_the_state(page_file: Path, offline: Callable[..., Page]) -> None:
    page = offline(f"{page_file.as_uri()}#variance_collapse?n=10&real=0.5&generations=7")
    settled(page, n="10", real="0.5", generations="7")
    assert_painted(page)
    page.get_by_role("slider", name="sample size").press("End")
    settled(page, n="1000")
    expect(page).to_have_url(re.compile("n=1000"))
    page.evaluate("location.hash = 'variance_collapse?n=50&real=0.1&generations=9'")
    settled(page, n="50", real="0.1", generations="9")
    assert_painted(page)
    expect(page.locator("[data-collapse=notice]")).to_be_hidden()


@pytest.mark.parametrize(
    ("nonsense", "said"),
    [
        ("variance_collapse?n=49", "n = 49 is not among this page's stops: showing 50."),
        ("n=many", "n = many is not among this page's stops: showing 50."),
        ("?n=", "n =  is not among this page's stops: showing 50."),
        ("?real_data=mine", "real_data = mine is not among this page's stops: showing fresh."),
        ("?ddof=1", "ddof = 1 is not among this page's stops: showing 0."),
        ("?seed=1", "This page cannot set seed to 1."),
        ("?v=2", "The address was written by rules of version 2, and this page knows version 1:"),
        ("?colour=%3Cscript%3E", "This page cannot set colour to <script>."),
        ("?__proto__=1", "This page cannot set __proto__ to 1."),
        ("?generations=1e9", "This page cannot set generations to 1e9."),
        ("?generations=61", "This page cannot set generations to 61."),
        ("other_lesson?n=10", "The address belongs to other_lesson, not to variance_collapse"),
        ("%%%", "%%% is no state of this figure: showing the start."),
        ("?a=%FF%00", "This page cannot set a to "),
        ("?" + "x" * 100 + "=1", f"This page cannot set {'x' * 40}… to 1."),
        ("?a=1&b=2&c=3&d=4&e=5", "… and 2 more of this kind."),
        ("?n=10&" + "x" * 20_000, "The address is too long for a state of this figure"),
    ],
)
def test_a_strange_address_opens_the_page_and_is_noticed(
    page_file: Path, offline: Callable[..., Page], nonsense: str, said: str
) -> None:
    page = offline(f"{page_file.as_uri()}#{nonsense}")
    settled(page, n="50", real="0", generations="40")
    expect(page.locator("[data-collapse=notice]")).to_contain_text(said)
    assert_painted(page)


# ---- in other people's pages


def test_frames_live_side_by_side_in_the_sandbox(
    page_file: Path, offline: Callable[..., Page]
) -> None:
    page = offline((page_file.parent / "post.html").as_uri(), color_scheme="dark", **DESK)
    one, two = page.locator("iframe").all()
    for frame in (one, two):
        frame.scroll_into_view_if_needed()
        expect(frame.content_frame.locator("[data-collapse=state]")).to_contain_text("n=50")
    one.content_frame.get_by_role("slider", name="sample size").press("Home")
    inner, other = page.frames[1:]
    settled(inner, n="10")
    assert_painted(inner)
    assert state(other)["n"] == "50"
    # the frame is as high as its content, before and after it grows
    for grow in (False, True):
        if grow:
            one.content_frame.get_by_text("Show the numbers").click()
        height = inner.evaluate("document.documentElement.getBoundingClientRect().height")
        expect(one).to_have_css("height", f"{int(np.ceil(height))}px")


def test_it_needs_no_more_than_scripts(page_file: Path, offline: Callable[..., Page]) -> None:
    post = page_file.parent / "strict.html"
    frame = '<iframe src="hero.html" sandbox="allow-scripts" width="700" height="600"></iframe>'
    post.write_text(f"<!doctype html><title>A blog</title>{frame}", encoding="utf-8")
    page = offline(post.as_uri())
    expect(page.frame_locator("iframe").locator("[data-collapse=state]")).to_contain_text("n=50")
    inner = page.frames[1]
    page.frame_locator("iframe").get_by_role("slider", name="sample size").press("Home")
    settled(inner, n="10")
    assert_painted(inner)


def test_on_a_phone_controls_and_chart_share_the_screen(
    page_file: Path, offline: Callable[..., Page]
) -> None:
    path = page_file.parent / "two.html"
    collapse.embed(path, {"n": (10, 50), "real": (0, 0.1)}, n=50, until=60)
    page = offline(path.as_uri(), **PHONE)
    settled(page, n="50")

    def bottom(place: str) -> float:
        box = page.locator(place).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360
        return box["y"] + box["height"]

    credit = page.locator(".collapse-credit").bounding_box()
    assert credit is not None
    assert credit["y"] + credit["height"] <= 640.5
    assert bottom("[data-view=fan]") <= credit["y"]
    assert bottom("[data-name=n]") < bottom("[data-collapse=play]") < bottom("[data-view=fan]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_credit_cannot_be_cropped_away(page_file: Path, offline: Callable[..., Page]) -> None:
    for height in (200, 400):
        page = offline(page_file.as_uri(), viewport={"width": 800, "height": height})
        settled(page, n="50")
        box = page.locator(".collapse-credit").bounding_box()
        assert box is not None and box["y"] > 0
        assert box["y"] + box["height"] == pytest.approx(height, abs=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(
    page_file: Path, offline: Callable[..., Page], scheme: str, screen: dict[str, object]
) -> None:
    page = offline(f"{page_file.as_uri()}#?seed=1", color_scheme=scheme, **screen)
    settled(page, n="50")
    page.get_by_text("Show the numbers").click()
    expect(page.locator("[data-collapse=notice]")).to_be_visible()
    assert violations(page) == []
    page.evaluate("document.querySelector('.collapse-name').remove()")
    assert violations(page) != []  # axe can find something


def test_axe_finds_nothing_without_scripts(
    page_file: Path, browser: Browser, offline: Callable[..., Page]
) -> None:
    page = offline(page_file.as_uri(), java_script_enabled=False)
    said = page.locator(".collapse-sentence").inner_text()
    assert said == collapse.sentence(n=50, generations=40)
    assert page.locator(".collapse-plot svg").first.is_visible()
    page.locator("summary").click()
    last = page.locator("tr").last
    assert last.locator("th").inner_text() == "40"
    assert f"{collapse(n=50).median[40]:.3g}" in last.locator("td").all_inner_texts()
    assert page.locator("input:enabled, button:enabled").count() == 0


# ---- wherever it is put


WHERE = {
    "srcdoc": "frame.srcdoc = page",
    "blob": "frame.src = URL.createObjectURL(new Blob([page], { type: 'text/html' }))",
    "base": "frame.srcdoc = page.replace('<head>', '<head><base href=\"https://example.org/\">')"
    ".replace(/base-uri 'none'; /, '')",
}


@pytest.mark.parametrize("way", WHERE)
def test_it_stays_itself_wherever_it_is_put(
    page_file: Path, offline: Callable[..., Page], way: str
) -> None:
    host = page_file.parent / "host.html"
    host.write_text("<!doctype html><title>A host</title>", encoding="utf-8")
    page = offline(host.as_uri(), **DESK)
    page.evaluate(
        f"""(page) => {{
            const frame = document.createElement("iframe")
            Object.assign(frame, {{ width: 1000, height: 700 }})
            {WHERE[way]}
            document.body.append(frame)
        }}""",
        page_file.read_text(encoding="utf-8"),
    )
    inner = page.frame_locator("iframe")
    expect(inner.locator("[data-collapse=state]")).to_contain_text("n=50")
    inner.get_by_role("slider", name="sample size").press("Home")
    expect(inner.locator("[data-collapse=state]")).to_contain_text("n=10")
    page.wait_for_timeout(700)  # by now the state is remembered, where it can be
    expect(inner.locator("[data-collapse=state]")).to_contain_text("n=10")
    assert len(page.frames) == 2


def test_where_no_script_may_run_the_figure_stands(
    page_file: Path, browser: Browser, tmp_path: Path
) -> None:
    text = page_file.read_text(encoding="utf-8")
    strict = re.sub(r"script-src [^;]*;", "script-src 'none';", text)
    (tmp_path / "strict.html").write_text(strict, encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "strict.html").as_uri())
    expect(page.get_by_text(collapse.sentence(n=50, generations=40))).to_be_visible()
    assert page.locator(".collapse-plot path.js-line").count() > 4
    assert page.locator(".collapse-legend li").count() > 4
    page.close()


def test_the_script_takes_over_what_stands_there(
    page_file: Path, browser: Browser, offline: Callable[..., Page]
) -> None:
    shown = []
    for scripts in (False, True):
        page = offline(page_file.as_uri(), java_script_enabled=scripts, **DESK)
        page.locator(".collapse-legend li").first.wait_for()
        legends = [one.inner_html() for one in page.locator(".collapse-legend").all()]
        places = [one.bounding_box() for one in page.locator(".collapse-plot").all()]
        ticks = page.locator(".collapse-plot .ytick text").all_inner_texts()
        shown.append((legends, [(b["width"], b["height"], b["y"]) for b in places if b], ticks))
    still, live = shown
    assert still[0] == live[0] and still[2] == live[2]
    assert np.abs(np.subtract(still[1], live[1])).max() <= 2  # nothing jumps


def test_copying_tells_the_truth(page_file: Path, offline: Callable[..., Page]) -> None:
    page = offline(page_file.as_uri())
    settled(page, n="50")
    page.evaluate("""() => {
        window.kept = ""
        window.refuse = false
        const writeText = async (text) => {
            if (refuse) throw new Error("no")
            kept = text
        }
        Object.defineProperty(navigator, "clipboard", { value: { writeText } })
    }""")
    page.get_by_role("slider", name="sample size").press("Home")
    settled(page, n="10")
    page.get_by_text("Copy these settings").click()
    expect(page.locator("[data-collapse=copy]")).to_have_text("Copied")
    address = page.evaluate("kept")
    assert address.startswith(f"{page_file.as_uri()}#variance_collapse?n=10&")
    again = offline(address)
    settled(again, n="10", generations="40")
    page.evaluate("refuse = true")
    expect(page.locator("[data-collapse=copy]")).to_have_text("Copy these settings")
    page.locator("[data-collapse=copy]").click()
    expect(page.locator("[data-collapse=copy]")).to_have_text("Selected: press Ctrl+C")
    assert page.evaluate("String(getSelection())").startswith("variance_collapse?n=10")


# ---- other people's texts


def test_hostile_texts_stay_texts(tmp_path: Path, offline: Callable[..., Page]) -> None:
    hostile(NASTY).embed(tmp_path / "a.html", ("size", "kind"))
    page = offline((tmp_path / "a.html").as_uri(), **DESK)
    expect(page.locator("[data-collapse=state]")).to_contain_text("size=1&kind=a")
    assert page.locator("h1").text_content() == NASTY
    assert page.title().split() == NASTY.split()
    assert page.locator("option").first.text_content() == NASTY
    assert page.locator("[data-view=lines]").get_attribute("aria-label") == NASTY
    drawn = page.locator("[data-view=lines] .ytitle")
    expect(drawn).to_have_text(NASTY)
    assert page.locator("[data-view=bars] .xtick text").first.text_content() == NASTY
    assert page.locator("img, main b:not(.collapse-stop)").count() == 0
    page.get_by_role("slider").first.press("End")
    expect(page.locator("[data-collapse=state]")).to_contain_text("size=3&")
    page.get_by_role("slider").last.press("Home")  # closes one pane of texts
    expect(page.locator("[data-collapse=state]")).to_contain_text("&t=0")
    assert violations(page) == []
