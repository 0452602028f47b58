"""Each lesson opens with a picture that shows what its panel shows today."""

import importlib.util
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from collapse_lib import words

ROOT = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("pictures", ROOT / "tools" / "pictures.py")
pictures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pictures)
LESSONS = [path.stem for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))]
FIRST = re.compile(r"^# [^\n]+\n\n!\[([^\]]+)\]\((images/[^)]+)\)")


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.language("en")


def read(picture):
    return picture.read_text(encoding="utf-8")


def opening(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return FIRST.match("".join(cells[0]["source"]))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_opens_with_a_picture(lesson):
    match = opening(ROOT / "notebooks" / f"{lesson}.ipynb")
    assert match, "the first cell must be a title, then the picture"
    assert 100 < len(match[1]) < 400
    assert match[2] == f"images/{lesson}.svg"


@pytest.mark.parametrize("lesson", pictures.STATES)
def test_a_picture_is_fresh(lesson):
    """If not: ``python tools/pictures.py``."""
    text = read(pictures.FOLDER / f"{lesson}.svg")
    ElementTree.fromstring(text)  # well formed
    assert len(text) < 100_000
    assert pictures.kept(text) == pictures.facts(pictures.STATES[lesson])


@pytest.mark.parametrize("lesson", pictures.STATES)
def test_a_picture_tells_no_answer(lesson):
    """It shows the panel before much has moved; a guess comes first."""
    panel, values = pictures.found(pictures.STATES[lesson])
    cursor = panel.cursor
    assert values[cursor.name] <= cursor.low + (cursor.high - cursor.low) / 20
    assert ">?</text>" in read(pictures.FOLDER / f"{lesson}.svg")


def test_the_german_picture_is_german():
    words.language("de")
    text = read(ROOT / "notebooks" / "de" / "images" / "00_start_here.svg")
    assert pictures.kept(text) == pictures.facts(pictures.STATES["00_start_here"])
    assert "die typische (Median) Varianz" in pictures.kept(text)["sentence"]
    assert opening(ROOT / "notebooks" / "de" / "00_start_here.ipynb")


def test_an_old_picture_is_found():
    state = pictures.STATES["00_start_here"]
    old = pictures.draw(state.replace("n=50", "n=60"))
    assert pictures.kept(old) != pictures.facts(state)
