"""Words: the language switches what is there."""

import pytest

from collapse_lib import gallery, words
from collapse_lib.classroom import BeTheModel, Check, Guess, Hall, Lectern, Number, Scale

from .hand import press, said, shown

WRONG = ((1, "one"), (2, "two"), (3, "three"))


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.language("en")


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
