"""Markup is no language: what is left is what somebody would read aloud."""

import pytest

from collapse_lib.language import Corpus, unmarked


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# A *small* [link](a.html)", "A small link"),
        (
            "**bold with a *word* in it** `code` and ~~struck~~ _out_",
            "bold with a word in it code and struck out",
        ),
        ("- one\n- two\n\n3. three\n> said", "one two three said"),
        ("| a | b |\n|---|:-:|\n| c | d |", "a b c d"),
        ("<details><summary>Open</summary>\n\nme</details>", "Open me"),
        ("![a chart](images/a.svg) and $x^2$ or $$y$$ left", "and or left"),
        ("before\n```python\nx = 1\n```\nafter", "before after"),
        ("title\n=====\n\n***\n\nend", "title end"),
    ],
)
def test_marks_go_and_words_stay(text, words):
    assert unmarked(text).split() == words.split()


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, 3 < 4 and 5 > 2; snake_case_names and 2 * 3 * 4 stay.",
        "It cost $5, then $10.",
        "A dash - like this - and a star* are no markup.",
    ],
)
def test_a_plain_text_stays_as_it_is(text):
    assert unmarked(text) == text


def test_a_corpus_of_it_knows_no_marks():
    marked = "## Title\n\n**The** [cat](c.html) sees `the` *dog*.\n\n" * 400
    tokens = Corpus(unmarked(marked)).vocabulary.tokens
    assert not {"#", "*", "[", "]", "`", "c.html"} & set(tokens)
    assert {"title", "the", "cat", "dog"} <= {token.lower() for token in tokens}
