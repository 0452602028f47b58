"""Real text: what is accepted, how it is cut, and what is said about what is not."""

import builtins
import hashlib

import numpy as np
import pytest

from collapse_lib.language import Characters, Corpus, Words, corpus

STORY = "The old man told the boy a story about a bird that could not fly. " * 30


def test_the_default_text_is_prose():
    text = Corpus.default().text
    assert len(text) > 120_000
    assert Corpus.default(length=100).text == text
    for mark in ("::=", ">>>", "``", "**", "==", "| ", "{", "[", "\n", "  "):
        assert mark not in text
    sentences = text.split(". ")
    assert len(set(sentences)) > 0.99 * len(sentences)  # the manual says many things twice


def test_the_default_text_is_named_by_its_hash():
    corpus = Corpus.default()
    assert corpus.sha256 == hashlib.sha256(corpus.text.encode()).hexdigest()
    assert Corpus(corpus.text + "!").sha256 != corpus.sha256
    assert repr(corpus).startswith('Corpus("Python\'s manual": ')
    assert len(repr(corpus)) < 80


def test_every_tenth_document_is_held_out():
    corpus = Corpus(STORY, length=20)
    tokens = corpus.vocabulary.encode(Words().split(corpus.text))
    rows = tokens[: len(tokens) // 20 * 20].reshape(-1, 20)
    held = np.arange(len(rows)) % 10 == 9
    np.testing.assert_array_equal(corpus.held_out.whole, rows[held])
    np.testing.assert_array_equal(corpus.train.whole, rows[~held])
    assert corpus.train.ids.dtype == np.int32
    assert corpus.size == len(corpus.vocabulary)


def test_a_prompt_is_encoded_as_the_text_was():
    corpus = Corpus(STORY, length=20)
    assert corpus.decode(corpus.encode("A story about the boy.")) == "A story about the boy."
    with pytest.raises(ValueError, match="'gradient' is not"):
        corpus.encode("The gradient.")


def test_drawing_all_of_it_gives_all_of_it():
    corpus = Corpus(STORY, length=20)
    n = len(corpus.train.ids)
    rng = np.random.default_rng(0)
    drawn = corpus.expand((3,)).sample(n + 5, rng)
    assert drawn.shape == (n + 5, 3)
    whole = {tuple(row) for row in corpus.train.whole.tolist()}
    for member in range(3):
        rows = drawn[:n, member].reshape(-1, 20)
        np.testing.assert_array_equal(np.sort(rows, axis=0), np.sort(corpus.train.whole, axis=0))
        assert {tuple(row) for row in rows.tolist()} == whole
    assert not np.array_equal(drawn[:, 0], drawn[:, 1])


def test_a_small_draw_repeats_no_document_and_favours_none():
    corpus = Corpus(" ".join(f"w{i}" for i in range(100)), length=10)  # ten different documents
    rng = np.random.default_rng(1)
    first = corpus.expand((4000,)).sample(20, rng)[::10]
    assert np.all(first[0] != first[1])
    counts = np.bincount(np.unique(first, return_inverse=True)[1].ravel())
    expected = first.size / 9  # the tenth is held out
    assert len(counts) == 9
    assert np.all(np.abs(counts - expected) < 4.5 * np.sqrt(expected))


def test_words_and_grams_count_the_training_part():
    corpus = Corpus(STORY, length=20)
    np.testing.assert_allclose(
        corpus.words.p, np.bincount(corpus.train.ids, minlength=corpus.size) / len(corpus.train.ids)
    )
    assert corpus.grams(2).counts.sum() == corpus.train.whole[:, 1:].size
    assert corpus.grams(2) is corpus.grams(2)


# --- a learner's own text --------------------------------------------------------------------


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path):
    path = tmp_path / "story.txt"
    for encoding in ("utf-8", "utf-8-sig"):
        path.write_text(STORY, encoding=encoding)
        corpus = Corpus.read(path, length=20)
        assert corpus.text == STORY
        assert corpus.name == "story.txt"


def test_markup_is_text_like_any_other():
    text = "<script>alert('x')</script> & more words of no importance at all. " * 20
    corpus = Corpus(text, length=10)
    assert corpus.text == text
    assert {"<", "script", "&"} <= set(corpus.vocabulary.tokens)


def test_what_cannot_be_read_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        Corpus.read(tmp_path / "nothing.txt")
    path = tmp_path / "story.txt"
    path.write_bytes("été".encode("latin-1") * 1000)
    with pytest.raises(
        ValueError, match=r"'story.txt' must be plain text in UTF-8, but its byte 1"
    ):
        Corpus.read(path)
    path.write_bytes(b"a\0b" * 1000)
    with pytest.raises(ValueError, match=r"'story.txt' must be plain text, but it holds binary"):
        Corpus.read(path)
    path.write_bytes(b"a " * (corpus.LIMIT // 2 + 1))
    with pytest.raises(ValueError, match=r"must have at most 5,000,000 bytes, not 5,000,002"):
        Corpus.read(path)


def test_a_text_of_the_wrong_size_is_refused():
    for empty in ("", " \n\t", "\0"):
        with pytest.raises(ValueError, match="text must not be empty"):
            Corpus(empty)
    with pytest.raises(
        ValueError,
        match=r"text must have at least 2,000 words, for 10 documents of 200, not 480",
    ):
        Corpus(STORY)
    with pytest.raises(ValueError, match=r"at least 10,000 characters"):
        Corpus(STORY, Characters(), length=1000)
    with pytest.raises(
        ValueError, match=r"text must have at most 5,000,000 characters, not 5,000,"
    ):
        Corpus("a" * (corpus.LIMIT + 1))
    with pytest.raises(TypeError, match="text must be a string, not bytes"):
        Corpus(b"bytes")
    with pytest.raises(
        TypeError, match=r"tokenizer must be Words\(\) or Characters\(\), not 'words'"
    ):
        Corpus(STORY, "words")
    with pytest.raises(ValueError, match="length must be a whole number of at least 2, not 1"):
        Corpus(STORY, length=1)


def test_a_python_without_its_manual_says_what_to_do(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("pydoc_data"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    corpus._manual.cache_clear()
    corpus._default.cache_clear()
    try:
        with pytest.raises(ModuleNotFoundError, match=r"give a text of your own to Corpus\(text\)"):
            Corpus.default()
    finally:
        corpus._manual.cache_clear()


def test_markup_is_cut_to_its_sentences():
    topic = (
        "Titles of *this* kind\n*********************\n\n"
        "The ``value`` of an\n*object* is a well-\nknown thing.  See f(x) = 1 for more of it.\n\n"
        "   f(x) ::= 'code' of no use to us at all.\n\n"
        "* A bullet that is prose as well.\n\n"
        "Term\n   The thing that a term explains.\n\n"
        "The ``value`` of an object is a well-known thing.\n"
    )
    found = list(dict.fromkeys(corpus._sentences({"topic": topic})))
    assert found == [
        "The value of an object is a well-known thing.",
        "A bullet that is prose as well.",
        "The thing that a term explains.",
    ]
