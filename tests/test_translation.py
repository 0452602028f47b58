"""Every panel can speak a second language, and switches on the screen.

A text that nobody has translated yet stays English: it is listed at the end of the tests, and
stops nobody. A translation that would fill in something else is a mistake.
"""

import ast
import hashlib
import json
import re
import shutil
import sys
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

import collapse_lib
from collapse_lib import figures, gallery, words
from collapse_lib.controls import Choice, Control
from collapse_lib.explorable import Explorable
from collapse_lib.figures import translation
from collapse_lib.gallery import start_questions
from collapse_lib.gallery.self_check import STATEMENTS, SelfCheck
from collapse_lib.gallery.which_is_real import WhichIsReal
from collapse_lib.surfaces import film

PACKAGE = Path(collapse_lib.__file__).parent
sys.path.append(str(PACKAGE.parent / "tools"))
import catalogue  # noqa: E402

NOTEBOOKS = PACKAGE.parent / "notebooks"
FIELD = re.compile(r"\{[^{}]*\}")
WORD = re.compile(r"[A-Za-z]{2}")
OTHERS = [code for code in words.languages() if code != "en"]
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


@pytest.fixture(scope="module")
def found():
    """What the code says, as the tool collects it."""
    return catalogue.collected()


def astray(messages):
    """Translations that fill in something else than the English text does."""
    for message in messages:
        if not message.id or message.fuzzy:
            continue
        english = message.id if isinstance(message.id, str) else message.id[1]
        forms = [message.string] if isinstance(message.string, str) else message.string
        for form in filter(None, forms):
            if sorted(FIELD.findall(form)) != sorted(FIELD.findall(english)):
                yield english


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_fills_in_what_the_english_text_does(code):
    assert list(astray(catalogue.read(catalogue.written(code)))) == []
    wrong = SimpleNamespace(id="{n:d} of {m:d}", string="{n:d} von {n:d}", fuzzy=False)
    assert list(astray([wrong])) == [wrong.id]


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_not_translated_yet_is_listed(code, found, record_property):
    lacking = catalogue.missing(catalogue.read(catalogue.written(code)), found)
    assert set(lacking) <= set(found) and len(lacking) < len(found)
    record_property("untranslated", catalogue.told(code, lacking, found))


def settings(panel):
    """The default, and each choice in its turn."""
    default = {control.name: control.default for control in panel.inputs}
    yield default
    chosen = [c for c in panel.inputs if isinstance(c, Choice) and panel.name != SLOW]
    for control in chosen:
        yield from ({**default, control.name: stop} for stop in control.stops[1:])


@pytest.mark.parametrize("name", PANELS)
def test_what_a_panel_shows_is_collected(name, found, monkeypatch, record_property):
    """A text that the tool does not find is listed: nobody could translate it."""
    panel = PANELS[name]
    asked = set()
    monkeypatch.setattr(translation, "_", lambda text: asked.add(text) or text)
    for values in settings(panel):
        panel.scene(values)
    readable = {text for text in asked if WORD.search(FIELD.sub("", text))}
    assert len(readable) > 2
    assert panel.title in found and {control.label for control in panel.controls} <= set(found)
    if loose := sorted(readable - set(found)):
        record_property("unmarked", f"{name}: {', '.join(loose)}")


# ---- the tool


TOY = """
from collapse_lib.classroom import Check, Guess, Number
from collapse_lib.controls import Choice
from collapse_lib.figures import Curve, bars
from collapse_lib.words import _, later, ngettext

MANY = 300
NAMES = {"a": "the first", "b": "the second"}
KINDS = tuple(f"{k}th" for k in range(4, 6))

def view(result, key, other, n):
    spread = "widest" if result else "narrowest"
    Curve(NAMES[key], result.y, {})
    Curve(f"of {MANY:,}, {spread}", result.y, {}, column=other)
    return bars({later("left"): 1, other: 2}, KINDS, title="A title", quantity=f"{n} left")

def card(measure):
    Choice({"none": "nothing", 1: "one"}, label=_("a label"))
    wrong = ((1, "too small"), (lambda: 2, "too large"), *((k, "odd") for k in measure))
    Check("Why?", Number(3, wrong, unit="words"), hints=("h1", "h2"), key="not.a.text")
    return Guess("Which?", {"This": (0, 1), "That": (1, measure())}, measure, "It was {low:d}.")

def count(n):
    return ngettext("{n:d} mouse", "{n:d} mice", n)
"""


def test_a_text_is_collected_where_it_is_declared():
    names = {}
    exec(TOY, names)
    collector = catalogue.Collector(names)
    collector.visit(ast.parse(TOY))
    said = {"A title", "left", "4th", "5th", "the first", "the second"}
    said |= {"nothing", "one", "a label", "too small", "too large", "odd", "words", "h1", "h2"}
    said |= {"Why?", "Which?", "This", "That", "It was {low:d}.", ("{n:d} mouse", "{n:d} mice")}
    assert {text for _line, text in collector.found} == said


def test_an_update_loses_no_translation(tmp_path, found):
    """Whoever runs the tool twice changes nothing the second time."""
    path = catalogue.written("de", tmp_path)
    path.parent.mkdir(parents=True)
    shutil.copy(catalogue.written("de"), path)
    before = catalogue.read(path)
    lacking = catalogue.missing(before, found)
    more = {**found, "Nobody has translated this.": ["a.py"], "10 % real": ["b.py"]}
    catalogue.update(path, catalogue.template(more))
    after = catalogue.read(path)
    assert catalogue.missing(after, more) == [*lacking, "Nobody has translated this."]
    assert all(after[m.id].string == m.string for m in before if m.id in found and not m.fuzzy)
    with path.open("rb") as file:
        compiled = GNUTranslations(BytesIO(words.compiled(file)))
    for text in set(more) - set(lacking) - {"Nobody has translated this."}:
        if isinstance(text, str):
            assert compiled.gettext(text) == after[text].string
        else:
            assert [compiled.ngettext(*text, n) for n in (1, 2)] == list(after[text].string)
    once = path.read_bytes()
    catalogue.update(path, catalogue.template(more))
    assert path.read_bytes() == once


def test_a_third_language_is_begun(tmp_path, found, monkeypatch, capsys):
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    monkeypatch.setattr(catalogue, "written", lambda code: tmp_path / f"{code}/LC_MESSAGES/c.po")
    monkeypatch.setattr(catalogue, "collected", lambda: {"Play": ["a.py"], "mouse": ["b.py"]})
    assert catalogue.main(["fr"]) == 0
    assert "fr: 0 of 2 texts are translated." in capsys.readouterr().out
    path = tmp_path / "fr/LC_MESSAGES/c.po"
    made = path.read_text(encoding="utf-8").replace(
        'msgid "Play"\nmsgstr ""', 'msgid "Play"\nmsgstr "Jouer"'
    )
    path.write_text(made, encoding="utf-8")
    assert catalogue.main(["fr", "--check"]) == 1
    assert "fr: 1 of 2 texts are translated.\n    b.py: mouse" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        catalogue.main(["klingon"])
    assert "such as fr, not 'klingon'" in capsys.readouterr().err


def test_a_built_library_needs_no_written_catalogue(tmp_path, monkeypatch):
    """A wheel has the built one only; a checkout without Babel falls back on it."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with catalogue.written("de").open("rb") as file:
        (folder / "collapse_lib.mo").write_bytes(words.compiled(file))
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    assert words.languages() == ("en", "de")
    words.language("de")
    assert words._("Play") == "Abspielen"
    shutil.copy(catalogue.written("de"), folder)
    monkeypatch.setitem(sys.modules, "babel.messages.pofile", None)
    words.language("en")
    words.language("de")
    assert words._("Play") == "Abspielen"
    (folder / "collapse_lib.mo").unlink()
    with pytest.raises(ModuleNotFoundError, match="babel"):
        words.language("de")
    assert words._("Play") == "Abspielen"


# ---- lessons and panels


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
            {"type": "bar", "x": ["10th", "7"], "name": "truth", "hovertemplate": "truth, %{x}"},
            {"type": "scatter", "x": 3, "name": "a & b", "meta": {"columns": ["truth: low"]}},
        ],
        "layout": {"xaxis": {"type": "linear", "title": {"text": "value"}}, "meta": {"title": "?"}},
        "marks": {"gone": "blind guessing"},
    }
    german = figures.told(view)
    assert german["data"][0] == {
        "type": "bar",
        "x": ["10.", "7"],
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


# ---- what leaves the notebook


class Marked(NullTranslations):
    """A language in which every text is marked as translated."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, msgid1, msgid2, n):
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.fixture
def marked(monkeypatch):
    monkeypatch.setattr(words, "_catalogue", Marked())
    monkeypatch.setattr(words, "_code", "de")


def loose(text):
    """The words of a text that were not translated."""
    while "⟦" in text:
        text = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return [word for word in re.findall(r"[A-Za-z][a-z]+", text) if word not in ("collapse", "lib")]


def test_a_web_page_is_in_one_language(marked, tmp_path):
    path = tmp_path / "page.html"
    snippet = gallery.variance_collapse.embed(path, {"n": (5, 10)}, plotly="cdn")
    page = path.read_text(encoding="utf-8")
    assert '<html lang="de">' in page
    data = json.loads(re.search(r'id="collapse-data">(.*?)</script>', page, re.S)[1])
    labels = [control["label"] for control in (data["cursor"], *data["inputs"])]
    title = re.search('title="([^"]*)"', snippet)[1]
    body = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", page[page.index("<body>") :], flags=re.S)
    assert body.count("⟦") > 10
    for text in (data["title"], *labels, title, body):
        assert "⟦" in text and loose(text) == []


def test_a_film_is_in_one_language(marked):
    panel = gallery.variance_collapse
    declared = panel.declaration.told()
    start = {control.name: control.default for control in panel.inputs}
    shown = [(panel.scene(start), 1), (panel.scene(start), 9)]
    frame, _ = film.pages(declared, declared.cursor, (1, 9), shown, start, 800)
    for note in frame.layout.annotations:
        assert loose(re.sub(r"<[^>]*>|variance_collapse\?.*", " ", note.text)) == []
    assert loose(film._told(declared, declared.cursor, (1, 9), shown)) == []
