"""Words: every text of a card has a translation, and the language switches what is there."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import collapse_lib
from collapse_lib import gallery, words
from collapse_lib.classroom import BeTheModel, Check, Guess, Hall, Lectern, Number, Scale

from .hand import press, said, shown

PACKAGE = Path(collapse_lib.__file__).parent
FIELD = re.compile(r"\{[^{}]*\}")
WRONG = ((1, "one"), (2, "two"), (3, "three"))


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.language("en")


def catalogue(code):
    path = words.LOCALES / code / "LC_MESSAGES" / "collapse_lib.po"
    with path.open("rb") as file:
        return path, read_po(file, locale=code)


def spoken(package):
    """Every text that a part of the library says through gettext; plurals as pairs."""
    keywords = {"_": None, "later": None, "ngettext": (1, 2)}
    found = extract_from_dir(PACKAGE / package, keywords=keywords)
    return {text if isinstance(text, str) else tuple(text) for _file, _line, text, *_ in found}


OTHERS = [code for code in words.languages() if code != "en"]


def test_there_is_a_second_language():
    assert "de" in OTHERS


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_classroom_is_translated_with_its_fields(code):
    _path, kept = catalogue(code)
    texts = spoken("classroom")
    assert len(texts) > 100
    for text in texts:
        message = kept.get(text)
        assert message is not None, text
        english = [text] if isinstance(text, str) else list(text)
        other = [message.string] if isinstance(text, str) else list(message.string)
        assert all(other), text
        for one in other:
            assert sorted(FIELD.findall(one)) == sorted(FIELD.findall(english[-1])), text


@pytest.mark.parametrize("code", OTHERS)
def test_the_compiled_catalogue_is_the_written_one(code):
    """If not: ``pybabel compile -D collapse_lib -d collapse_lib/locales``."""
    path, kept = catalogue(code)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in kept:
        if isinstance(message.id, str):
            assert not message.id or compiled.gettext(message.id) == message.string
            continue
        for n in (1, 2):
            assert compiled.ngettext(*message.id, n) == message.string[n - 1]


def test_the_language_switches_what_is_on_the_screen():
    guess = Guess("?", Scale(0, 10), lambda: [1.0, 2.0, 3.0], "{median:d}")
    game = BeTheModel(seed=1)
    hall = Hall("?", low=0, high=10)
    tools = Lectern(gallery.variance_collapse.widget()).children[0]
    check = Check("?", Number(50, WRONG, high=100, within=0.01), hints=("1", "2", "3"))
    hall.paste("3\nlol\n400\n5-6")
    check.answer("lots")
    check.press()
    guess.choose(9)
    guess.commit()
    guess.reveal()
    cards = guess, game, hall, tools, check
    english = [card.content for card in cards]
    assert words.language("de") == "de" == words.language()
    assert said(check) == "„lots“ kann ich nicht als Zahl lesen: keine Zahl darin."
    assert said(guess).startswith("Es kam anders: Sie sagten 9.")
    assert game.content["title"] == "Seien Sie das Modell"
    assert shown(hall, "words")[1]["text"] == "2 Antworten zählen."
    assert shown(hall, "fold")[1]["items"] == [
        "lol: keine Zahl darin",
        "400: außerhalb von 0 bis 10",
    ]
    assert shown(tools, "buttons")[0]["buttons"][0]["label"] == "Anheften"
    press(hall, "paste", "7")
    assert shown(hall, "words")[1]["text"] == "1 Antwort zählt."
    press(hall, "paste", "3\nlol\n400\n5-6")
    words.language("en")
    assert [card.content for card in cards] == english


def test_what_is_said_changes_and_what_is_known_does_not():
    check = Check("?", Number(50, WRONG, high=100, within=0.01), hints=("1", "2", "3"))
    check.answer(60)
    check.press()
    words.language("de")
    assert said(check) == "Noch nicht. Das ist zu viel."
    assert check.voice == "not yet" and check.tries == 1


def test_a_language_that_there_is_not():
    with pytest.raises(ValueError, match=r"code must be one of en, .*de.*, not 'xx'"):
        words.language("xx")
    assert words.language() == "en"


def test_english_needs_no_catalogue():
    assert words._("Got it.") == "Got it." and words._("") == ""
    assert words.ngettext("{n:d} fish", "{n:d} fishes", 1) == "{n:d} fish"
    assert words.ngettext("{n:d} fish", "{n:d} fishes", 0) == "{n:d} fishes"
