"""Text into tokens and back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collapse_lib.language import Characters, Corpus, Vocabulary, Words
from collapse_lib.language.tokens import cleaned

SENTENCES = (
    "The cat sat; the dog (a big one) didn't. Then it left!",
    "Prices rose by 3.5 and/or fell: see e.g. the state-of-the-art page 12.",
    'He said "stop here" and went. "Go on" she wrote to the editor.',
    "Ça va bien, d'accord? Oui, c'est l'été.",
    "¿Qué es esto? Ya lo sé.",
    "हिन्दी में लिखा हुआ वाक्य। और एक वाक्य।",
    "これは日本語の文です。新しい文。",
    "ภาษาไทยไม่มีช่องว่าง",
    "Это предложение. Это второе.",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_come_back_as_they_were(sentence):
    words = Words()
    assert words.join(words.split(sentence)) == sentence


@pytest.mark.parametrize(
    "token",
    [
        "👨\u200d👩\u200d👧",  # a family, joined
        "👩🏽\u200d🚀",
        "🤷\u200d♀\ufe0f",
        "👍🏽",
        "❤\ufe0f",
        "🇩🇪",
        "#\ufe0f\u20e3",
        "1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
@pytest.mark.parametrize("tokenizer", [Words(), Characters()])
def test_an_emoji_is_one_token(tokenizer, token):
    assert tokenizer.split(token) == [token]
    assert tokenizer.split(f"so {token}, {token}").count(token) == 2


def test_flags_side_by_side_are_two():
    assert Words().split("🇩🇪🇫🇷!") == Characters().split("🇩🇪🇫🇷!") == ["🇩🇪", "🇫🇷", "!"]


@pytest.mark.parametrize("word", ["हम\u200cतुम", "क्\u200dष", "mile\u00adstone"])
def test_a_word_may_be_joined_inside(word):
    assert Words().split(f"{word} {word}.") == [word, word, "."]


def test_the_default_text_comes_back_but_for_a_few_sentences():
    corpus = Corpus.default()
    words = corpus.tokenizer
    sentences = corpus.text.split(". ")
    back = set(words.join(words.split(corpus.text)).split(". "))
    assert sum(sentence not in back for sentence in sentences) < 0.01 * len(sentences)


def test_a_sentence_keeps_the_capital_of_a_name():
    words = Words()
    tokens = words.split("The word is short. Words of Python are short. A python is long.")
    assert tokens == [
        *("The", "word", "is", "short", "."),
        *("Words", "of", "Python", "are", "short", "."),
        *("A", "python", "is", "long", "."),
    ]
    assert words.split("Is it short?", known={"is", "it", "short"}) == ["is", "it", "short", "?"]
    assert words.split("Python is", known={"Python", "is"}) == ["Python", "is"]


def test_scripts_without_spaces_have_a_token_per_character():
    assert Words().split("新しい文。") == ["新", "し", "い", "文", "。"]
    assert Words().split("हिन्दी में") == ["हिन्दी", "में"]  # marks stay with their letters


@given(st.text())
def test_characters_lose_nothing(text):
    assert Characters().join(Characters().split(text)) == text


@given(st.text())
def test_words_lose_nothing_but_space_and_case(text):
    text = cleaned(text)
    words = Words()
    tokens = words.split(text)
    assert "".join(words.pieces(tokens)) == words.join(tokens)
    assert len(words.pieces(tokens)) == len(tokens)
    before, after = ("".join(t.split()).casefold() for t in (text, words.join(tokens)))
    assert before == after


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs", "Cc", "Cs"])))
def test_cleaned_text_is_composed_and_can_be_stored(text):
    clean = cleaned(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert not set(clean) & set(map(chr, (0, 7, 27, 127, 0x85)))
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert cleaned(clean) == clean


def test_line_ends_of_every_system_are_the_same():
    assert cleaned("a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_a_vocabulary_is_ordered_by_frequency():
    vocabulary = Vocabulary.counted(["a", "b", "b", "c", "a", "b"])
    assert vocabulary.tokens == ("b", "a", "c")
    assert vocabulary.encode(["c", "b"]).tolist() == [2, 0]
    assert vocabulary.decode([2, 0]) == ["c", "b"]
    assert len(vocabulary) == 3
    assert "a" in vocabulary
    assert "d" not in vocabulary


def test_an_unknown_token_is_named():
    with pytest.raises(
        ValueError, match=r"tokens must be among the 1 of the vocabulary, and 'gradient' is not"
    ):
        Vocabulary(("a",)).encode(["gradient"])
