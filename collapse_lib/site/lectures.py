"""Decks: slides by reveal.js whose figures are live web pages, and questions for a hall.

A deck is one Markdown file in ``lectures/``, named after its lesson. It begins with three lines
between two ``---``::

    title: A copy of a copy
    minutes: 45
    seed: 7

and ``---`` on a line of its own begins a new slide. Four kinds of fenced block are special:
*figure* holds a permalink, a line ``vary`` with the stops of its sliders and a line per preset;
*vote* a question and an answer per line, or nothing: after the word stands the number of a
question in the lecturers' plan of that lesson, and its answers go into the notes; *notes* what
the speaker says, with the minutes that the slide takes after the word; *sources* keys of the
bibliography.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from collapse_lib import gallery
from collapse_lib.explorable import Explorable
from collapse_lib.site import prose, shelf, votes
from collapse_lib.site.page import Site
from collapse_lib.site.votes import Question
from collapse_lib.surfaces import asset, still

FOLDER = "lectures"
KEYS = 9  # on a keyboard, for presets
REVEAL = ("LICENSE", "dist/reset.css", "dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js")

DECK = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="reveal/dist/reset.css">
<link rel="stylesheet" href="reveal/dist/reveal.css">
<link rel="stylesheet" href="deck.css">
</head>
<body>
<div class="reveal"><main class="slides">
{slides}
</main></div>
<script src="reveal/dist/reveal.js"></script>
<script src="reveal/plugin/notes/notes.js"></script>
<script src="codes.js"></script>
<script>globalThis.minutes = {minutes};</script>
<script src="deck.js"></script>
</body>
</html>
"""


@dataclass(frozen=True)
class Deck:
    """A lecture.

    Parameters
    ----------
    name, title : str
        Of the file, and for people.
    minutes : int
        How long it takes: the sum over its slides.
    seed : int
        The same dice for every figure, in every hall.
    slides : tuple of str
        In Markdown.
    """

    name: str
    title: str
    minutes: int
    seed: int
    slides: tuple[str, ...]

    @property
    def page(self) -> str:
        """Where it is on the site."""
        return f"{FOLDER}/{self.name}.html"


@dataclass(frozen=True)
class Figure:
    """A figure of a slide.

    Parameters
    ----------
    explorable : Explorable
        What is shown.
    start : mapping
        The values that it starts from.
    vary : mapping
        The stops of each of its sliders.
    presets : mapping
        What its keys jump to, by label: the values there.
    """

    explorable: Explorable
    start: Mapping[str, Any]
    vary: Mapping[str, tuple[Any, ...]]
    presets: Mapping[str, Mapping[str, Any]]

    @property
    def fixed(self) -> dict[str, Any]:
        """What neither its sliders nor its cursor can move."""
        free = {*self.vary, self.explorable.cursor.name}
        return {name: value for name, value in self.start.items() if name not in free}

    @property
    def page(self) -> Hashable:
        """What its page depends on: figures that agree in this share one."""
        return self.explorable.name, *sorted(self.vary.items()), *sorted(self.fixed.items())


@dataclass
class _Hall:
    """What the decks of a site share: their questions, and the pages of their figures."""

    site: Site
    plans: Mapping[str, tuple[Question, ...]]
    questions: dict[str, Question] = field(default_factory=dict)
    pages: dict[Hashable, str] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)


def find(folder: Path) -> dict[str, Deck]:
    """Return the decks of a folder by name; none if there is no folder."""
    paths = sorted(folder.glob("*.md"))
    return {path.stem: read(path.stem, path.read_text(encoding="utf-8")) for path in paths}


def read(name: str, text: str) -> Deck:
    """Return the deck that a text describes.

    Parameters
    ----------
    name : str
        Of the file.
    text : str
        Its content.

    Raises
    ------
    ValueError
        If the lines at its head are not as they should be, or its minutes do not add up.
    """
    match = re.match(r"---\ntitle: (.+)\nminutes: (\d+)\nseed: (\d+)\n---\n", text)
    if match is None:
        raise ValueError(f"{name} must begin with title, minutes and seed between two lines ---")
    slides = tuple(part.strip() for part in re.split(r"^---$", text[match.end() :], flags=re.M))
    taken = sum(map(minutes, slides))
    if taken != int(match[2]):
        raise ValueError(
            f"minutes must be the sum over the slides of {name}, {taken}, not {match[2]}"
        )
    return Deck(name, match[1], int(match[2]), int(match[3]), slides)


def minutes(slide: str) -> int:
    """Return how long a slide takes, as its notes say."""
    return sum(int(found) for found in re.findall(r"^```notes (\d+)", slide, flags=re.M))


def write(site: Site, decks: Mapping[str, Deck]) -> None:
    """Write the decks, the page where a hall votes, and a list.

    Parameters
    ----------
    site : Site
        Where they go.
    decks : mapping of str to Deck
        By name.

    Raises
    ------
    ValueError
        If a figure or a vote of a deck makes no sense.
    FileNotFoundError
        If reveal.js is not installed.
    """
    _copy_reveal(site)
    for name in ("codes.js", "deck.css", "deck.js", "vote.js"):
        site.file(f"{FOLDER}/{name}").write_text(asset(name, __package__), encoding="utf-8")
    hall = _Hall(site, votes.find(site.root))
    for deck in decks.values():
        _write(hall, deck)
    site.file(f"{FOLDER}/vote.html").write_text(votes.page(hall.questions), encoding="utf-8")
    items = "\n".join(
        f'<li><a href="{deck.page}">{html.escape(deck.title)}</a>, {deck.minutes} minutes</li>'
        for deck in decks.values()
    )
    body = (
        "<h1>Lectures</h1>\n<p>Slides with live figures. They need no network once they are on "
        "your machine, and give every hall the same dice.</p>\n"
        f"<ul>\n{items}\n</ul>\n<table>\n<caption>Keys</caption>\n<tbody>\n"
        '<tr><th scope="row">Space, →, ←</th><td>next slide, last slide</td></tr>\n'
        '<tr><th scope="row">1 … 9</th><td>a preset of the figure; on a question, one hand '
        "for an answer</td></tr>\n"
        '<tr><th scope="row">S</th><td>your notes and the clock, in a window of their own</td>'
        "</tr>\n</tbody>\n</table>\n"
        "<p>While a slider has the focus, the keys are its own: take the pointer off the figure, "
        "and they are the deck's again.</p>"
    )
    site.write("lectures.html", "Lectures", body)


def _write(hall: _Hall, deck: Deck) -> None:
    slides, begins = [], 0
    for text in deck.slides:
        ends = begins + minutes(text)
        slides.append(_slide(hall, deck, text, f"Minute {begins} to {ends} of {deck.minutes}."))
        begins = ends
    page = DECK.format(
        title=html.escape(deck.title), slides="\n".join(slides), minutes=deck.minutes
    )
    hall.site.file(deck.page).write_text(page, encoding="utf-8")


def _slide(hall: _Hall, deck: Deck, text: str, clock: str) -> str:
    notes, reveals = [clock], []  # what a question reveals comes last, wherever it stands

    def note(block: str) -> str:
        notes.append(block.partition("\n")[2])
        return ""

    def vote(block: str) -> str:
        key = _next(f"{deck.name}.", hall.questions)
        question = hall.questions[key] = _question(hall.plans.get(deck.name, ()), block)
        reveals.append(question.reveals)
        site = hall.site.url and f"{hall.site.url}/{FOLDER}"
        return votes.ballot(key, question, site)

    render = prose.renderer(
        fences={
            "figure": lambda block: _figure(hall, deck, block),
            "vote": vote,
            "notes": note,
            "sources": _sources,
        }
    )
    shown = render(text)
    said = prose.renderer()("\n\n".join([*notes, *reveals]))
    return (
        f'<section data-timing="{60 * minutes(text)}">\n{shown}'
        f'<aside class="notes">{said}</aside>\n</section>'
    )


def _next(name: str, taken: Collection[str]) -> str:
    """Return the first numbered name that is not taken."""
    return next(each for number in count(1) if (each := f"{name}{number}") not in taken)


def _question(plan: Sequence[Question], block: str) -> Question:
    """Return the question of a block: its own, or one of the plan by its number."""
    head, *lines = block.strip().split("\n")
    _, _, number = head.partition(" ")
    if not number:
        return Question(lines[0] if lines else "", tuple(lines[1:]))
    if lines or not number.isdigit() or not 1 <= int(number) <= len(plan):
        raise ValueError(
            f"a vote must be a number from 1 to {len(plan)}, of the lecturers' plan, or have "
            f"lines of its own, not {number!r}"
        )
    return plan[int(number) - 1]


def _sources(block: str) -> str:
    keys = block.split()[1:]
    where = "../lessons/bibliography.html"
    return f'<p class="sources">Sources, in <a href="{where}">the list</a>: {", ".join(keys)}</p>\n'


# ---- figures


def figure(text: str, seed: int) -> Figure:
    """Return the figure that a block describes.

    Parameters
    ----------
    text : str
        A permalink, perhaps a line ``vary`` with the stops of its sliders, and presets.
    seed : int
        Of the deck, for figures that throw dice.

    Raises
    ------
    ValueError
        If there is no such explorable, or no such value, or its sliders cannot get there.
    """
    state, *lines = text.strip().split("\n")
    explorable = getattr(gallery, state.partition("?")[0], None)
    if not isinstance(explorable, Explorable):
        raise ValueError(f"a figure must begin with a permalink of an explorable, not {state!r}")
    start = _values(explorable, state)
    if any(control.name == "seed" for control in explorable.inputs):
        start = {"seed": seed} | start
    stops: dict[str, set[Any]] = {}
    presets = {}
    for line in lines:
        if line.startswith("vary "):
            stops = _stops(explorable, line.removeprefix("vary ").split())
        else:
            label, _, query = line.partition(": ")
            presets[label] = start | _values(explorable, f"{explorable.name}?{query.strip()}")
    if len(presets) > KEYS:
        raise ValueError(f"a figure must have at most {KEYS} presets, not {len(presets)}: {state}")
    for values in (start, *presets.values()):
        for name, kept in stops.items():
            kept |= {values[name]} if name in values else set()
    vary = {name: tuple(sorted(kept)) for name, kept in stops.items()}
    shown = Figure(explorable, start, vary, presets)
    for label, values in presets.items():
        stuck = [name for name, value in values.items() if _missed(shown, name, value)]
        if stuck:
            raise ValueError(f"vary must name {', '.join(stuck)}, which {label!r} moves: {state}")
    return shown


def _missed(shown: Figure, name: str, value: Any) -> bool:
    """Return whether a value can be had neither from the start nor by a slider."""
    control = next(control for control in shown.explorable.controls if control.name == name)
    free = name in shown.vary or name == shown.explorable.cursor.name
    return not free and value != shown.start.get(name, control.default)


def _figure(hall: _Hall, deck: Deck, block: str) -> str:
    shown = figure(block.partition("\n")[2], deck.seed)
    explorable = shown.explorable
    if shown.page not in hall.pages:
        name = _next(f"deck-{deck.name}-", hall.pages.values())  # its lesson has pages, too
        hall.pages[shown.page] = name
        shelf.put(hall.site.folder / shelf.FOLDER, name, explorable, shown.vary, **shown.fixed)
    source = f"../{shelf.FOLDER}/{hall.pages[shown.page]}.html#{explorable.state(**shown.start)}"
    buttons = "".join(
        f'<button type="button" data-state="{html.escape(explorable.state(**values))}">'
        f"<kbd>{key}</kbd> {html.escape(label)}</button>"
        for key, (label, values) in enumerate(shown.presets.items(), start=1)
    )
    title, source = html.escape(explorable.title), html.escape(source)
    return (
        f'<div class="figure"><iframe title="{title}" data-src="{source}"></iframe>'
        f"{_printed(hall, shown)}</div>\n"
        f'<p class="presets">{buttons}</p>\n'
    )


def _values(explorable: Explorable, state: str) -> dict[str, Any]:
    found = explorable.from_state(state)
    if found.notices:
        raise ValueError(f"a figure of a deck cannot show {state!r}: {' '.join(found.notices)}")
    return dict(found.values)


def _printed(hall: _Hall, shown: Figure) -> str:
    """Return the figure at its last preset, for a PDF of the deck: there a frame is blank."""
    explorable, name = shown.explorable, _next("print-", hall.printed)
    hall.printed.append(name)
    values = {control.name: control.default for control in explorable.controls}
    values |= dict([shown.start, *shown.presets.values()][-1])
    at = int(values.pop(explorable.cursor.name))
    scene = explorable.scene(values)
    sentence = scene.say(explorable.cursor.name, at)
    picture = still.svg(scene.views, at, sentence, name)
    return (
        f'<div class="printed"><p>{html.escape(sentence)}</p>{still.texts(scene, at)}{picture}'
        "</div>"
    )


def _stops(explorable: Explorable, words: Iterable[str]) -> dict[str, set[Any]]:
    controls = {control.name: control for control in explorable.inputs}
    found = {}
    for word in words:
        name, _, stops = word.partition("=")
        if name not in controls:
            known = ", ".join(controls)
            raise ValueError(f"vary must name inputs of {explorable.name} ({known}), not {name!r}")
        found[name] = {controls[name].read(unquote_plus(stop)) for stop in stops.split(",")}
    return found


def _copy_reveal(site: Site) -> None:
    """Copy reveal.js from the package that carries it."""
    spec = find_spec("sphinx_revealjs")
    for folder in (spec and spec.submodule_search_locations) or ():
        home = Path(folder, "_static", "revealjs")
        if home.is_dir():
            for name in REVEAL:
                shutil.copyfile(home / name, site.file(f"{FOLDER}/reveal/{name}"))
            return
    raise FileNotFoundError("the decks need reveal.js, which comes with sphinx-revealjs")
