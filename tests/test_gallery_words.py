"""The two games of the telephone lesson: being the model, and being the people."""

import numpy as np
import pytest

from collapse_lib.gallery.next_word import LONGEST, NextWord
from collapse_lib.gallery.pass_it_on import SENTENCE, PassItOn
from collapse_lib.language import Corpus

TINY = Corpus("the cat sees the dog and the dog sees the cat and so on. " * 4, length=5)


def shown(card, kind):
    return [part for part in card.content["parts"] if part["kind"] == kind]


def labels(card):
    return [one["label"] for row in shown(card, "buttons") for one in row["buttons"]]


# ---- be the model


def test_the_offer_is_what_the_training_text_holds():
    game = NextWord(TINY)
    ids, counts = game.followers
    text = TINY.train.whole
    pairs = list(zip(text[:, :-1].ravel(), text[:, 1:].ravel(), strict=True))
    start = TINY.encode("the")[0]
    assert {int(i): int(n) for i, n in zip(ids, counts, strict=True)} == {
        int(b): pairs.count((start, b)) for a, b in set(pairs) if a == start
    }
    assert list(counts) == sorted(counts, reverse=True)
    assert labels(game)[0].startswith(TINY.vocabulary.tokens[ids[0]])


def test_a_word_is_taken_and_its_chance_remembered():
    game = NextWord(TINY)
    assert game.perplexity == 1 and game.loop == 0
    chances = []
    for _ in range(3):
        ids, counts = game.followers
        chances.append(counts[-1] / counts.sum())
        word = TINY.vocabulary.tokens[ids[-1]]
        game.say(word)
        assert game.last == word
    assert game.perplexity == pytest.approx(np.prod(chances) ** (-1 / 3))


def test_chance_draws_as_often_as_it_stands_there():
    game = NextWord(TINY, seed=3)
    ids, counts = game.followers
    drawn = dict.fromkeys(ids.tolist(), 0)
    for _ in range(2000):
        game.again()
        game.chance()
        drawn[int(TINY.encode(game.last)[0])] += 1
    p = counts / counts.sum()
    errors = (np.array([drawn[i] for i in ids.tolist()]) - 2000 * p) / np.sqrt(2000 * p * (1 - p))
    assert np.abs(errors).max() < 4.5
    assert np.abs((2000 / len(p) - 2000 * p) / np.sqrt(2000 * p)).max() > 4.5  # not all alike


def test_the_likeliest_word_walks_in_a_circle():
    game = NextWord()
    assert game.loop == 0
    game.likeliest(LONGEST - 1)
    assert game.loop > 0
    said = game.text
    assert f"circle of {game.loop} steps" in shown(game, "words")[-1]["text"]
    greedy = game.perplexity
    game.again()
    game.chance(LONGEST - 1)
    assert game.text != said and greedy < game.perplexity


def test_a_full_text_takes_no_more():
    game = NextWord()
    game._received(None, {"do": "likeliest", "value": LONGEST - 1}, None)
    game._received(None, {"do": "chance"}, None)
    assert shown(game, "words")[-1]["text"] == "The text ends here: start again."
    game._received(None, {"do": "again"}, None)
    assert game.text == "The" and game.content["parts"][1]["text"] == "The …"


def test_where_nothing_follows_the_text_ends():
    once = Corpus("a b c d e f g h i j k l m n o p q r s t", length=2)
    end = once.vocabulary.tokens[once.train.whole[0, 1]]
    game = NextWord(once, start=end)
    with pytest.raises(ValueError, match="The text ends here: start again"):
        game.likeliest()
    with pytest.raises(ValueError, match="The text ends here: start again"):
        game.chance()


def test_only_what_follows_can_be_said():
    with pytest.raises(ValueError, match="word must be one that follows 'the', not 'zebra'"):
        NextWord(TINY).say("zebra")


def test_words_are_shown_as_they_are():
    nasty = Corpus("the <b>bold</b> the <script> the <b>bold</b> & " * 8, length=5)
    assert any("<" in label for label in labels(NextWord(nasty)))  # card.js sets textContent


# ---- be the people


def play(game, *texts):
    for text in texts:
        game.hide()
        game.write(text)
        game.hand_on()


def test_a_sentence_goes_from_hand_to_hand():
    game = PassItOn(rounds=2)
    assert shown(game, "words")[-1]["text"] == SENTENCE and not game.done
    game.hide()
    assert SENTENCE not in str(game.content)
    game.write("On a  Friday a tall woman\ncarried two cages over a green bridge.")
    game.hand_on()
    assert game.texts[-1] == "On a Friday a tall woman carried two cages over a green bridge."
    assert shown(game, "words")[-1]["text"] == game.texts[-1]
    play(game, "Two cages were green.")
    assert game.done
    assert game.kept == [len(set(SENTENCE.lower().replace(",", "").strip(".").split())), 10, 3]
    (row,) = (r for r in shown(game, "table")[0]["rows"] if r[0] == "2")
    assert row == ["2", "Two cages were green.", "3"]
    said = shown(game, "words")[-1]["text"]
    assert said.endswith("3 arrived. Words in the last text that the first one did not have: 1.")
    game.again()
    assert game.texts == [SENTENCE] and not game.done


def test_the_line_is_bad():
    game = PassItOn("one two three four five six seven eight")
    assert game.room == 6
    game._received(None, {"do": "hide"}, None)
    game._received(None, {"do": "write", "value": "one two three four five six seven"}, None)
    game._received(None, {"do": "hand_on"}, None)
    assert shown(game, "words")[-1]["text"].startswith("You wrote 7 words, and only 6 get through")
    assert shown(game, "lines")[0]["value"] == "one two three four five six seven"
    game.write("  ")
    with pytest.raises(ValueError, match="Write down what you remember, then hand it on"):
        game.hand_on()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sentence": "too short"}, "sentence must have at least 8 words, not 2"),
        ({"rounds": 0}, "rounds must be a whole number of at least 1, not 0"),
    ],
)
def test_a_game_that_makes_no_sense_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        PassItOn(**arguments)
