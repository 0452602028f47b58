"""Every panel and the first lesson speak a second language, and switch on the screen."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import collapse_lib
from collapse_lib import figures, gallery, words
from collapse_lib.controls import Choice, Control, Data, Slider
from collapse_lib.explorable import Explorable
from collapse_lib.figures import spoken
from collapse_lib.gallery import start_questions
from collapse_lib.gallery.self_check import STATEMENTS, SelfCheck
from collapse_lib.gallery.which_is_real import WhichIsReal

PACKAGE = Path(collapse_lib.__file__).parent
NOTEBOOKS = PACKAGE.parent / "notebooks"
FIELD = re.compile(r"\{[^{}]*\}")
WORD = re.compile(r"[A-Za-z]{2}")
LESSON = [
    *(f"gallery/{name}.py" for name in ("self_check", "start_questions", "which_is_real")),
    "figures/spoken.py",
    "surfaces/scene.py",
]
PANELS = {
    name: panel
    for name in gallery.__all__
    if isinstance(panel := getattr(gallery, name), Explorable)
}
SLOW = "rare_handwriting"  # shows the same words at each setting


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.language("en")


@cache
def catalogue():
    path = words.LOCALES / "de" / "LC_MESSAGES" / "collapse_lib.po"
    with path.open("rb") as file:
        return read_po(file, locale="de")


def complaints(texts):
    """Texts without a German one, or with one that fills in something else."""
    found = []
    for text in texts:
        message = catalogue().get(text)
        english = text if isinstance(text, str) else text[1]
        german = message and (message.string if isinstance(text, str) else message.string[1])
        if not german or sorted(FIELD.findall(german)) != sorted(FIELD.findall(english)):
            found.append(text)
    return found


def declared(panel):
    """What a panel says besides its views."""
    yield panel.title
    yield from [panel.say] if isinstance(panel.say, str) else panel.say.values()
    for control in panel.controls:
        if isinstance(control, Data):
            continue
        yield control.label
        yield from control.options.values() if isinstance(control, Choice) else ()
        yield control.shown if isinstance(control, Slider) else ""


def settings(panel):
    """The default, and each choice in its turn."""
    default = {control.name: control.default for control in panel.inputs}
    yield default
    chosen = [c for c in panel.inputs if isinstance(c, Choice) and panel.name != SLOW]
    for control in chosen:
        yield from ({**default, control.name: stop} for stop in control.stops[1:])


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_translated(name, monkeypatch):
    asked = set(declared(PANELS[name]))
    monkeypatch.setattr(spoken, "_", lambda text: asked.add(text) or text)
    for values in settings(PANELS[name]):
        PANELS[name].scene(values)
    readable = {text for text in asked if WORD.search(FIELD.sub("", text))}
    assert len(readable) > 5
    assert complaints(readable) == []


@pytest.mark.parametrize("file", LESSON)
def test_the_first_lesson_is_translated(file):
    keywords = {"_": None, "later": None, "ngettext": (1, 2)}
    found = extract_from_file("python", PACKAGE / file, keywords=keywords)
    texts = {text if isinstance(text, str) else tuple(text) for _line, text, *_ in found}
    assert texts
    assert complaints(texts) == []


def test_the_german_notebook_is_the_english_one():
    """Each text was translated from the present one, and the code computes the same."""
    english, german = (
        json.loads((NOTEBOOKS / path).read_text(encoding="utf-8"))["cells"]
        for path in ("00_start_here.ipynb", "de/00_start_here.ipynb")
    )
    assert [cell["id"] for cell in english] == [cell["id"] for cell in german]
    for old, new in zip(english, german, strict=True):
        source, other = "".join(old["source"]), "".join(new["source"])
        if old["cell_type"] == "markdown":
            seal = hashlib.sha256(source.encode()).hexdigest()[:12]
            assert new["metadata"]["translated_from"] == seal, f"translate {old['id']} again"
        elif "print(" in source:  # it says what it found in German
            assert source.count("\n") == other.count("\n")
        else:
            assert other.startswith(source)


def test_a_missing_text_is_found():
    assert complaints({"Nobody has translated this."}) == ["Nobody has translated this."]


def test_a_live_panel_switches_and_comes_back():
    panel = gallery.variance_collapse.widget(n=50, real=0.1)
    english = dict(panel._flat)
    words.language("de")
    n, real, kind, *_ = panel.children[0].children
    assert [n.description, real.description] == ["Stichprobengröße", "Anteil echter Daten"]
    assert [label for label, _ in kind.options] == ["jedes Mal neue", "immer derselbe"]
    assert kind.value == "fresh"
    assert panel._flat["sentence"].startswith("Generation {generations:d}: die typische (Median)")
    assert panel._flat["readouts/real"] == "5 von 50 echt"
    assert panel._flat["texts/Play"] == "Abspielen"
    assert panel._flat["texts/title"] == "Eine Normalverteilung vergisst ihre Varianz"
    assert panel._flat["views/fan/data/2/name"] == "eine Linie"
    kind.value = "fixed"
    assert panel.values["real_data"] == "fixed"
    kind.value = "fresh"
    words.language("en")
    same = [key for key, leaf in english.items() if isinstance(leaf, str)]
    assert all(panel._flat[key] == english[key] for key in same)
    panel.close()
    words.language("de")  # a closed panel says nothing more


def test_a_view_keeps_its_parts_and_its_data():
    words.language("de")
    view = {
        "data": [
            {"type": "bar", "x": ["rarest", "7"], "name": "truth", "hovertemplate": "truth, %{x}"},
            {"type": "scatter", "x": 3, "name": "a & b", "meta": {"columns": ["truth: low"]}},
        ],
        "layout": {"xaxis": {"type": "linear", "title": {"text": "value"}}, "meta": {"title": "?"}},
        "marks": {"gone": "blind guessing"},
    }
    german = figures.told(view)
    assert german["data"][0] == {
        "type": "bar",
        "x": ["seltenstes", "7"],
        "name": "Wahrheit",
        "hovertemplate": "Wahrheit, %{x}",
    }
    assert german["data"][1]["meta"] == {"columns": ["Wahrheit: unten"]}
    assert german["data"][1]["x"] == 3 and german["data"][1]["name"] == "a & b"
    assert german["layout"]["xaxis"] == {"type": "linear", "title": {"text": "Wert"}}
    assert german["marks"] == {"gone": "blindes Raten"}


def test_the_cards_of_the_first_lesson_switch():
    guess, game, check = start_questions.people(), WhichIsReal(), SelfCheck()
    english = [card.content for card in (guess, game, check)]
    words.language("de")
    assert game.content["title"] == "Welche ist echt?"
    assert "300 Menschen" in str(guess.content)
    assert STATEMENTS[0][0] not in str(check.content)
    check.tick([0])
    check.keep()
    assert "Festgehalten." in str(check.content)
    check.change()
    check.tick([])
    words.language("en")
    assert [card.content for card in (guess, game, check)] == english


def test_a_figure_speaks_german_too():
    words.language("de")
    assert gallery.loops.sentence(steps=5).startswith("Schritt 5, verschiedene Wörter")
    figure = gallery.variance_collapse.figure(n=50)
    assert "die typische (Median) Varianz" in figure.layout.title.text


def test_a_control_without_a_label_has_a_name():
    assert all(c.label for p in PANELS.values() for c in p.controls if isinstance(c, Control))
