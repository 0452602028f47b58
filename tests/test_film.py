"""The film: its frames show what the explorable shows, and none is without its credit."""

import json
import re
import sys
from itertools import pairwise
from pathlib import Path

import kaleido
import numpy as np
import pytest
from browser.pages import stop_without_browser
from choreographer.errors import BrowserFailedError, ChromeNotFoundError
from hostile import NASTY, hostile
from PIL import Image

from collapse_lib import gallery, links, style
from collapse_lib.__main__ import main
from collapse_lib.surfaces import film

collapse = gallery.variance_collapse
FRAMES = 5


def frames(path):
    """The pictures of a film as arrays, and how long each stays, in ms."""
    with Image.open(path) as moving:
        shots, waits = [], []
        for place in range(moving.n_frames):
            moving.seek(place)
            shots.append(np.asarray(moving.convert("RGB"), dtype=int))
            waits.append(moving.info.get("duration"))
    return shots, waits


def colour(text):
    return [int(text[place : place + 2], 16) for place in (1, 3, 5)]


def data(figure):
    """The traces of a figure, comparable."""
    return json.loads(figure.to_json())["data"]


@pytest.fixture
def blank(monkeypatch):
    """No browser: every frame is some white; the figures that would be drawn."""
    drawn = []

    def white(figures):
        drawn[:] = figures
        size = figures[0].layout.width, 30
        return [Image.new("RGB", size, (255, 255, 255 - i)) for i in range(len(figures))]

    monkeypatch.setattr(film, "_photographed", white)
    return drawn


# ---- in the browser


@pytest.fixture(scope="module")
def hero(tmp_path_factory):
    """A short film of the first explorable: its file, and its words."""
    path = tmp_path_factory.mktemp("film") / "hero.gif"
    try:
        return path, collapse.film(path, n=50, frames=FRAMES)
    except RuntimeError as reason:
        if "Chrome" not in str(reason):
            raise
        stop_without_browser(str(reason))


@pytest.mark.browser
def test_it_plays_for_ever_and_holds_its_last_frame(hero):
    shots, waits = frames(hero[0])
    assert len(shots) == FRAMES and shots[0].shape[1] == 800
    assert waits == [200] * (FRAMES - 1) + [film.HOLD]
    with Image.open(hero[0]) as moving:
        assert moving.info["loop"] == 0
    assert hero[0].stat().st_size < 2_000_000 * FRAMES / 40  # 40 frames in 2 MB


@pytest.mark.browser
def test_each_frame_shows_the_median_of_its_generation(hero, tmp_path, blank):
    """The last blue pixels lie where the explorable's own curve ends."""
    shots, _ = frames(hero[0])
    collapse.film(tmp_path / "a.gif", n=50, frames=FRAMES)
    stops = film._spread(collapse.cursor, FRAMES)
    for shot, page, stop in list(zip(shots, blank, stops, strict=True))[1:]:  # the first is a dot
        layout, figure = page.layout, collapse.figure(n=50, generations=stop)
        (median,) = (trace for trace in figure.data if trace.name == "median (typical)")
        left, right = layout.xaxis.domain
        across = layout.width - layout.margin.l - layout.margin.r
        x = layout.margin.l + across * (left + (right - left) * stop / 200)
        low, high = figure.layout.yaxis.range
        tall = layout.height - layout.margin.t - layout.margin.b
        y = layout.margin.t + tall * (high - median.y[-1]) / (high - low)
        blue = np.argwhere((shot == colour(style.BLUE)).all(axis=2))
        plotted = blue[blue[:, 0] < layout.height - layout.margin.b]
        assert plotted[:, 1].max() == pytest.approx(x, abs=8)
        assert plotted[plotted[:, 1] > x - 12][:, 0].mean() == pytest.approx(y, abs=6)


@pytest.mark.browser
def test_nothing_flashes(hero):
    """Less than a quarter of the picture grows lighter or darker from one frame to the next."""
    shots = [shot @ (0.2126, 0.7152, 0.0722) for shot in frames(hero[0])[0]]
    for one, other in pairwise(shots):
        assert 0 < np.mean(np.abs(one - other) > 25) < 0.25


@pytest.mark.browser
def test_the_credit_is_in_every_frame(hero):
    shots, _ = frames(hero[0])
    last = shots[-1][-60:]
    assert np.mean(last.min(axis=2) < 120) > 0.01
    for shot in shots:
        assert np.array_equal(shot[-60:], last)


# ---- what a frame says


def test_title_setting_sentence_caveat_meaning_and_permalink_stand_in_every_frame(
    tmp_path, blank, monkeypatch
):
    monkeypatch.setattr(links, "repository", lambda: "https://example.org/repo")
    collapse.film(tmp_path / "a.gif", n=50, frames=3)
    assert [
        len({getattr(page.layout, side) for page in blank}) for side in ("width", "height")
    ] == [1, 1]
    for page, generation in zip(blank, (1, 101, 200), strict=True):
        head = page.layout.title.text.replace("<br>", " ")
        assert head.startswith(f"<b>{collapse.title}</b> generations: {generation} Generation")
        assert head.endswith(collapse.sentence(n=50, generations=generation))
        foot = page.layout.annotations[-1].text.replace("<br>", " ")
        permalink = "variance_collapse?n=50&amp;real=0&amp;real_data=fresh&amp;ddof=0&amp;seed=0"
        assert foot == (
            f"{collapse.caveat} {collapse.declaration.meaning} Made with collapse_lib: "
            f"{permalink} https://example.org/repo"
        )


def test_a_frame_is_the_static_figure(tmp_path, blank):
    collapse.film(tmp_path / "a.gif", n=50, frames=3)
    for page, generation in zip(blank, (1, 101, 200), strict=True):
        assert data(page) == data(collapse.figure(n=50, generations=generation))


def test_an_input_can_move_and_all_generations_are_seen(tmp_path, blank):
    told = collapse.film(tmp_path / "a.gif", "n", real=0.1, frames=3)
    middle = film._spread(collapse.inputs[0], 3)[1]
    for page, n in zip(blank, (5, middle, 100_000), strict=True):
        assert data(page) == data(collapse.figure(n=n, real=0.1, generations=200))
        assert f"<br>sample size: {n:,}<br>" in page.layout.title.text
    assert told.startswith(f"Animated figure: {collapse.title}, sample size from 5 to 100,000. Gen")
    assert told.endswith(
        f"{collapse.sentence(n=100_000, real=0.1, generations=200)} {collapse.caveat}"
    )
    collapse.film(tmp_path / "a.gif", "n", generations=7, frames=1)
    assert data(blank[0]) == data(collapse.figure(n=100_000, generations=7))


def test_one_frame_is_a_still_of_the_last(tmp_path, blank):
    told = collapse.film(tmp_path / "a.png", n=50, frames=1)
    assert len(blank) == 1 and told.startswith(f"Figure: {collapse.title}, generations 200. Gen")
    assert len(frames(tmp_path / "a.png")[0]) == 1


def test_texts_stay_texts(tmp_path, blank):
    hostile(NASTY).film(tmp_path / "a.gif")
    for page in blank:
        for text in (page.layout.title.text, page.layout.annotations[-1].text):
            assert set(re.findall("<[^>]*>", text)) <= {"<b>", "</b>", "<br>"}
            assert "onerror" in text


@pytest.mark.parametrize("ending", film.SUFFIXES)
def test_every_kind_of_file_moves_and_keeps_our_colours(tmp_path, ending):
    """Beside many others near white, which a coarse search would give white to."""
    near = np.random.default_rng(0).integers(240, 256, (40, 90, 3), dtype=np.uint8)
    images = []
    for place in range(3):
        shot = np.full((60, 90, 3), 255, dtype=np.uint8)
        shot[:40] = near
        for band, own in enumerate(film.OWN):
            shot[45 + place, 10 * band : 10 * band + 9] = colour(own)
        images.append(Image.fromarray(shot))
    path = tmp_path / f"a{ending}"
    film._bind(path, images, 4)
    shots, waits = frames(path)
    assert len(shots) == 3 and [round(wait) for wait in waits] == [250, 250, film.HOLD]
    for shot, image in zip(shots, images, strict=True):
        assert np.array_equal(shot[41:], np.asarray(image)[41:])


# ---- what goes wrong


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"path": "a.webm"}, ValueError, "path must end in .gif, .png, .webp, not '.webm'"),
        ({"fps": 30}, ValueError, "fps must be a number above 0 and at most 10, not 30"),
        ({"fps": 0}, ValueError, "fps must be a number above 0 and at most 10, not 0"),
        ({"width": 300}, ValueError, "width must be a number of pixels from 720 to 1600, not 300"),
        ({"frames": 0}, ValueError, "frames must be a whole number of at least 1, not 0"),
        ({"over": "speed"}, TypeError, "variance_collapse has the parameters n, .*no 'speed'"),
        ({"over": "seed"}, TypeError, "over can name the cursor, a slider or a choice, not seed"),
        ({"over": "n", "n": 50}, TypeError, "n is what moves in the film: it can have no value"),
        ({"generations": 9}, TypeError, "generations is what moves in the film"),
        ({"n": 3}, ValueError, "n must be a whole number between 5 and 100,000, not 3"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_is_written(tmp_path, values, error, message):
    path = tmp_path / values.get("path", "a.gif")
    with pytest.raises(error, match=message):
        collapse.film(path, **{key: value for key, value in values.items() if key != "path"})
    assert not path.exists()


@pytest.mark.parametrize("package", ["kaleido", "choreographer.errors", "PIL"])
def test_what_is_not_installed_is_named(tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    said = rf"a film needs {package}: pip install 'collapse_lib\[film\]'"
    with pytest.raises(RuntimeError, match=said):
        collapse.film(tmp_path / "a.gif", frames=1)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (ChromeNotFoundError("no"), "a film needs Chrome, Chromium or Edge to draw its frames"),
        (BrowserFailedError("it fell"), "the browser that draws the frames failed: it fell"),
    ],
)
def test_a_browser_that_is_not_there_or_fails_is_said(tmp_path, monkeypatch, failure, said):
    def fail(*args, **values):
        raise failure

    monkeypatch.setattr(kaleido, "write_fig_from_object_sync", fail)
    with pytest.raises(RuntimeError, match=said):
        collapse.film(tmp_path / "a.gif", frames=1)


def test_the_readme_s_command_works(tmp_path, blank, monkeypatch, capsys):
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"`python -m collapse_lib (film [^`]+)`", readme)
    monkeypatch.chdir(tmp_path)
    main(command.split())
    (film,) = tmp_path.iterdir()
    assert film.name in command and collapse.title in capsys.readouterr().out


def test_the_command_writes_the_film_and_prints_its_words(tmp_path, blank, capsys):
    path = tmp_path / "a.gif"
    words = f"film variance_collapse -o {path} --over n --real 0.1 --frames 2 --fps 2 --width 900"
    main(words.split())
    assert capsys.readouterr().out.startswith("Animated figure: ")
    assert frames(path)[1] == [500, film.HOLD] and blank[0].layout.width == 900
    for wrong, said in (("--over speed", "no 'speed'"), ("--n 3", "n must be a whole number")):
        with pytest.raises(SystemExit, match=said):
            main(["film", "variance_collapse", "-o", str(path), *wrong.split()])
