"""Markup is no language: what is left is what somebody would read aloud."""

import json
from pathlib import Path
from unittest import mock

import pytest

from collapse_lib.language import Corpus, notebook_prose, unmarked

LESSONS = Path(__file__).parents[2] / "notebooks"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# A *small* [link](a.html)", "A small link"),
        (
            "**bold with a *word* in it** `code` and ~~struck~~ _out_",
            "bold with a word in it code and struck out",
        ),
        ("- one\n- two\n\n3. three\n> said", "one two three said"),
        ("| a | b |\n|---|:-:|\n| c | d |", "a b c d"),
        ("<details><summary>Open</summary>\n\nme</details>", "Open me"),
        ("![a chart](images/a.svg) and $x^2$ or $$y$$ left", "and or left"),
        ("before\n```python\nx = 1\n```\nafter", "before after"),
        ("title\n=====\n\n***\n\nend", "title end"),
    ],
)
def test_marks_go_and_words_stay(text, words):
    assert unmarked(text).split() == words.split()


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, 3 < 4 and 5 > 2; snake_case_names and 2 * 3 * 4 stay.",
        "It cost $5, then $10.",
        "A dash - like this - and a star* are no markup.",
    ],
)
def test_a_plain_text_stays_as_it_is(text):
    assert unmarked(text) == text


def test_a_corpus_of_it_knows_no_marks():
    marked = "## Title\n\n**The** [cat](c.html) sees `the` *dog*.\n\n" * 400
    tokens = Corpus(unmarked(marked)).vocabulary.tokens
    assert not {"#", "*", "[", "]", "`", "c.html"} & set(tokens)
    assert {"title", "the", "cat", "dog"} <= {token.lower() for token in tokens}


def test_the_prose_of_a_folder_of_notebooks(tmp_path):
    def cell(kind, *source):
        return {"cell_type": kind, "source": list(source)}

    for name, content in {
        "02_b.ipynb": {"cells": [cell("markdown", "*two*")]},
        "01_a.ipynb": {"cells": [cell("markdown", "# one", "\n"), cell("code", "x = 1")]},
        "old.ipynb": {"nbformat": 3, "worksheets": [{"cells": [cell("markdown", "old")]}]},
        "odd.ipynb": {"cells": [5]},
        "list.ipynb": [1],
    }.items():
        (tmp_path / name).write_text(json.dumps(content))
    (tmp_path / "empty.ipynb").touch()
    (tmp_path / "latin.ipynb").write_bytes(b'{"cells": ["\xff"]}')
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "gone.ipynb").symlink_to(tmp_path / "nothing")
    assert notebook_prose(tmp_path).split() == ["one", "two"]
    assert notebook_prose(tmp_path / "folder.ipynb") == notebook_prose(tmp_path / "none") == ""


def test_the_lessons_last_text_needs_no_lessons(tmp_path, monkeypatch):
    """The cell of lesson 3, where it is run from elsewhere and from among the lessons."""
    cells = json.loads((LESSONS / "03_telephone_game.ipynb").read_bytes())["cells"]
    (source,) = ("".join(c["source"]) for c in cells if "notebook_prose()" in "".join(c["source"]))
    for folder, name in ((tmp_path, "Python's manual"), (LESSONS, "these lessons")):
        monkeypatch.chdir(folder)
        made = {"Corpus": Corpus, "notebook_prose": notebook_prose, "display": id}
        exec(source, made | {"gallery": mock.Mock()}, made)
        assert made["mine"].name == name
