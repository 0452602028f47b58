"""Decks: slides by reveal.js whose figures are live web pages, and questions for a hall.

A deck is one Markdown file in ``lectures/``. It begins with three lines between two ``---``::

    title: A copy of a copy
    minutes: 45
    seed: 7

and ``---`` on a line of its own begins a new slide. Three kinds of fenced block are special:
*figure* holds a permalink, a line ``vary`` with the stops of its sliders and a line per preset;
*vote* a question and an answer per line; *notes* what the speaker says, with the minutes that
the slide takes after the word.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from collapse_lib import gallery
from collapse_lib.explorable import Explorable
from collapse_lib.site import prose, shelf
from collapse_lib.site.page import Site
from collapse_lib.surfaces import asset

FOLDER = "lectures"
MOST = 8  # answers to a question: what three letters can tell apart
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

VOTE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Your vote</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../site.css">
</head>
<body>
<main>
<h1>Your vote</h1>
<p id="question">This page needs the address from the slide: it says which question is meant.</p>
<div id="answers"></div>
<p id="code" class="code" role="status"></p>
<p class="small">Nothing is sent from here. Your answer becomes three letters, which you write into
the chat or on a slip of paper. Choose anew after the talk: it makes new letters.</p>
</main>
<script type="application/json" id="questions">{questions}</script>
<script src="codes.js"></script>
<script src="vote.js"></script>
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


@dataclass
class _Room:
    """What is gathered while a deck is written: its figures' numbers, its questions."""

    site: Site
    deck: Deck
    figures: int = 0
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)


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
    questions: dict[str, Any] = {}
    for deck in decks.values():
        questions |= _write(site, deck)
    data = json.dumps(questions).replace("<", "\\u003c")
    site.file(f"{FOLDER}/vote.html").write_text(VOTE.format(questions=data), encoding="utf-8")
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


def _write(site: Site, deck: Deck) -> dict[str, dict[str, Any]]:
    room = _Room(site, deck)
    render = prose.renderer(
        fences={
            "figure": lambda text: _figure(room, text),
            "vote": lambda text: _vote(room, text),
            "notes": _notes,
        }
    )
    slides = "\n".join(
        f'<section data-timing="{60 * minutes(slide)}">\n{render(slide)}</section>'
        for slide in deck.slides
    )
    page = DECK.format(title=html.escape(deck.title), slides=slides, minutes=deck.minutes)
    site.file(deck.page).write_text(page, encoding="utf-8")
    return room.questions


def _notes(text: str) -> str:
    _, _, said = text.partition("\n")
    return f'<aside class="notes">{prose.renderer()(said)}</aside>\n'


# ---- figures


def _figure(room: _Room, text: str) -> str:
    _, state, *lines = text.strip().split("\n")
    explorable = getattr(gallery, state.partition("?")[0], None)
    if not isinstance(explorable, Explorable):
        raise ValueError(f"a figure must begin with a permalink of an explorable, not {state!r}")
    start = _values(explorable, state)
    if any(control.name == "seed" for control in explorable.inputs):
        start = {"seed": room.deck.seed} | start
    vary: dict[str, list[Any]] = {}
    presets = {}
    for line in lines:
        if line.startswith("vary "):
            vary = _stops(explorable, line.removeprefix("vary ").split())
        else:
            label, _, query = line.partition(": ")
            presets[label] = start | _values(explorable, f"{explorable.name}?{query.strip()}")
    for values in (start, *presets.values()):
        for name, stops in vary.items():
            stops.extend([values[name]] if name in values else [])
    room.figures += 1
    name = f"{room.deck.name}-{room.figures}"
    shelf.put(room.site.folder / shelf.FOLDER, name, explorable, vary, **start)
    source = html.escape(f"../{shelf.FOLDER}/{name}.html")
    buttons = "".join(
        f'<button type="button" data-state="{html.escape(explorable.state(**values))}">'
        f"<kbd>{key}</kbd> {html.escape(label)}</button>"
        for key, (label, values) in enumerate(presets.items(), start=1)
    )
    return (
        f'<div class="figure"><iframe title="{html.escape(explorable.title)}" data-src="{source}">'
        "</iframe></div>\n"
        f'<p class="presets">{buttons}</p>\n'
    )


def _values(explorable: Explorable[Any], state: str) -> dict[str, Any]:
    found = explorable.from_state(state)
    if found.notices:
        raise ValueError(f"a figure of a deck cannot show {state!r}: {' '.join(found.notices)}")
    return dict(found.values)


def _stops(explorable: Explorable[Any], words: Iterable[str]) -> dict[str, list[Any]]:
    controls = {control.name: control for control in explorable.inputs}
    found = {}
    for word in words:
        name, _, stops = word.partition("=")
        if name not in controls:
            known = ", ".join(controls)
            raise ValueError(f"vary must name inputs of {explorable.name} ({known}), not {name!r}")
        found[name] = [controls[name].read(stop) for stop in stops.split(",")]
    return found


# ---- votes


def _vote(room: _Room, text: str) -> str:
    _, question, *answers = text.strip().split("\n")
    if not 2 <= len(answers) <= MOST:
        raise ValueError(f"a vote must have 2 to {MOST} answers, not {len(answers)}: {question!r}")
    key = f"{room.deck.name}.{len(room.questions) + 1}"
    room.questions[key] = {"question": question, "answers": answers}
    rows = "".join(
        f'<li><span class="answer">{html.escape(answer)}</span>'
        + "".join(
            f'<label>{label} <input type="number" min="0" value="0" data-round="{number}"></label>'
            f'<meter min="0" max="1" value="0" data-round="{number}">0</meter>'
            for number, label in enumerate(("first", "again"))
        )
        + "</li>"
        for answer in answers
    )
    return (
        f'<div class="vote" data-vote="{key}">\n<h2>{html.escape(question)}</h2>\n'
        f'<div class="ballot"><ol type="A">{rows}</ol>{_code(room.site, key)}</div>\n'
        '<p class="steps"><button type="button" data-step="0" aria-pressed="true">Vote</button> '
        '<button type="button" data-step="1" aria-pressed="false">Talk <output>2:00</output>'
        '</button> <button type="button" data-step="2" aria-pressed="false">Vote again</button> '
        '<label>Letters from the chat <textarea rows="1" spellcheck="false"></textarea></label> '
        '<span role="status"></span></p>\n</div>\n'
    )


def _code(site: Site, key: str) -> str:
    """Return the QR code of a question, where the site's address is known."""
    if not site.url:
        return ""
    import segno

    address = f"{site.url}/{FOLDER}/vote.html#{key}"
    drawn = segno.make(address, micro=False).svg_inline(scale=6, light="#fff", omitsize=True)
    return f'<figure class="qr">{drawn}<figcaption>{html.escape(address)}</figcaption></figure>'


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
