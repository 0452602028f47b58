"""Which texts a learner, a hall or a lecturer reads, lesson by lesson."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from claims.numbers import numbers, untied

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "collapse_lib" / "gallery"

# Cards whose questions and answers belong to a lesson.
CARDS = {
    "00_start_here": ("start_questions", "self_check"),
    "01_tail_loss": ("tail_questions",),
    "02_error_snowball": ("snowball_questions",),
    "03_telephone_game": ("telephone_questions",),
    "04_four_suspects": ("suspect_questions",),
    "05_rare_handwriting": ("handwriting_questions",),
    "06_what_rescues_us": ("rescue_questions",),
    "07_how_much_is_generated": ("headline_questions",),
}


@dataclass(frozen=True)
class Text:
    """A piece of text: a cell, a deck, a string of a card.

    Parameters
    ----------
    place : str
        Where it stands, for people.
    source : str
        As it is in the file.
    language : {"en", "de"}
        Of its numbers.
    """

    place: str
    source: str
    language: str = "en"

    @cached_property
    def plain(self) -> str:
        """The text with each run of white space as one space."""
        return _squeezed(self.source)

    @cached_property
    def numbers(self) -> tuple[tuple[int, int], ...]:
        """Where in `plain` the numbers stand that need a tie."""
        return tuple(numbers(_squeezed(untied(self.source)), self.language))


def lessons() -> tuple[str, ...]:
    """Return the names of the lessons, and ``for_lecturers`` for what stands before its plans."""
    found = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    return (*found, "for_lecturers")


@cache
def texts(lesson: str) -> tuple[Text, ...]:
    """Return every text of a lesson: notebook, its translation, deck, lecturer's page, cards."""
    return tuple(_texts(lesson))


def _texts(lesson: str) -> Iterator[Text]:
    for language, folder in (("en", ROOT / "notebooks"), ("de", ROOT / "notebooks" / "de")):
        path = folder / f"{lesson}.ipynb"
        if path.exists():
            for cell in json.loads(path.read_text("utf-8"))["cells"]:
                if cell["cell_type"] == "markdown":
                    place = f"{path.relative_to(ROOT)}, cell {cell['id']}"
                    yield Text(place, "".join(cell["source"]), language)
    deck = ROOT / "lectures" / f"{lesson}.md"
    if deck.exists():
        yield Text(str(deck.relative_to(ROOT)), deck.read_text("utf-8"))
    pages = (ROOT / "notebooks" / "for_lecturers.md").read_text("utf-8")
    for part in re.split(r"^(?=## )", pages, flags=re.MULTILINE):
        name = part.removeprefix("## ").partition("\n")[0]
        if name == lesson or (lesson == "for_lecturers" and name not in lessons()):
            yield Text(f"notebooks/for_lecturers.md, {name or 'its beginning'}", part)
    for module in CARDS.get(lesson, ()):
        path = GALLERY / f"{module}.py"
        for line, source in _strings(ast.parse(path.read_text("utf-8"))):
            yield Text(f"{path.relative_to(ROOT)}, line {line}", source)


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield what a card says; not docstrings, keys, nor the answers that it offers.

    Of the offered answers the right one is held to a run by the card itself, and the others are
    wrong on purpose.
    """
    silent = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # a docstring
            silent.add(node.value)
        elif isinstance(node, ast.keyword) and node.arg in ("key", "quantity", "along", "unit"):
            silent.add(node.value)
        elif isinstance(node, ast.Dict):
            silent.update(key for key in node.keys if key)
        elif isinstance(node, ast.JoinedStr):
            silent.update(node.values)
            yield (
                node.lineno,
                "".join(
                    part.value if isinstance(part, ast.Constant) else "{…}" for part in node.values
                ),
            )
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent:
            yield node.lineno, node.value


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)
