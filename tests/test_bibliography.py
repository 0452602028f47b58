"""One bibliography: whatever a lesson or a curve cites stands in it, under its key."""

import re
from pathlib import Path

import nbformat
import pytest

from collapse_lib.theory.sources import SOURCES

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PAGE = (NOTEBOOKS / "bibliography.md").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r"^- `(\w+)` (.*)$", PAGE, re.MULTILINE))
ARXIV = re.compile(r"\b\d{4}\.\d{5}\b")


def plain(text):
    """The text without its links."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def text_of(path):
    """What a notebook says outside its code."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def not_listed(text):
    """Papers and keys that a text names and the bibliography does not."""
    keys = re.findall(r"`([a-z]+\d{4}[a-z]*)`", text)
    papers = ARXIV.findall(text)
    return [key for key in keys if key not in ENTRIES] + [p for p in papers if p not in PAGE]


def test_each_key_stands_there_once():
    assert len(ENTRIES) == len(re.findall(r"^- `", PAGE, re.MULTILINE)) > len(SOURCES)


@pytest.mark.parametrize("key", SOURCES)
def test_the_sources_of_the_curves_stand_there_word_for_word(key):
    assert plain(ENTRIES[key]) == f"{SOURCES[key]}."


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_a_lesson_cites_stands_there(path):
    assert not_listed(text_of(path)) == []


def test_what_does_not_stand_there_is_found():
    assert not_listed("see `nobody1999`, arXiv:9912.99999") == ["nobody1999", "9912.99999"]


def test_links_lead_to_the_paper_that_they_name():
    links = re.findall(r"\[(arXiv:\S+|doi:\S+)\]\(([^)]*)\)", PAGE)
    assert len(links) > len(ENTRIES) / 2
    for said, target in links:
        assert target.endswith(said.partition(":")[2])


def test_the_glossary_is_in_alphabetical_order():
    page = (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", page, re.MULTILINE)
    assert len(words) > 40 and words == sorted(words, key=str.lower)
    assert all(line.count("|") == 5 for line in page.splitlines() if line.startswith("| **"))
