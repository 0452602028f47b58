"""Data of one's own: each panel says what it can use, and why not otherwise."""

import numpy as np
import pytest

from collapse_lib import Categorical, gallery, theory
from collapse_lib.gallery.your_data import Reason, YourData
from collapse_lib.gallery.your_kinds import CLASSES, EDGES
from collapse_lib.language import Corpus, Words
from collapse_lib.surfaces.live import Panel

TREES = np.random.default_rng(0).choice(["oak", "elm", "ash", "yew", "fir"], size=3_000)
TEXT = " ".join(TREES)
HEIGHTS = list(np.random.default_rng(1).normal(size=40))


def offers(data):
    return [
        made() for made in (YourData(data).numbers, YourData(data).kinds, YourData(data).telephone)
    ]


@pytest.mark.parametrize(
    ("data", "used", "sentences"),
    [
        (TEXT, (False, True, True), ["a text has no variance"]),
        (
            HEIGHTS,
            (True, False, False),
            ["40 of the 40 values are there only once", "no running text"],
        ),
        ([3, 1, 2, 2, 1, 3, 3], (True, True, False), ["no running text"]),
        (["oak", "elm", "oak"], (False, True, False), ["“oak” is no number", "no running text"]),
        (["oak"] * 3, (False, False, False), ["“oak”", "one kind only", "no running text"]),
        ([2, 2, 2], (False, False, False), ["all 3 values equal 2", "one kind only", "running"]),
        (
            "two words",
            (False, True, False),
            ["no variance", "2,000 words (marks count, too), and the text has 2"],
        ),
        ("height\n171,5\n168\n168", (True, True, False), ["no running text"]),
        (
            "171 168 tall 168",
            (False, True, False),
            ["column of numbers (“tall” is none)", "2,000 words"],
        ),
        (
            "height (cm)\n171\n168\nn/a\n168",
            (False, True, False),
            ["column of numbers (“n/a” is none)", "2,000 words"],
        ),
        (["1", "nan"], (False, False, False), ["“nan” is no number", "only once", "running"]),
    ],
)
def test_each_panel_says_what_it_can_use(data, used, sentences):
    made = offers(data)
    assert tuple(isinstance(one, Panel) for one in made) == used
    reasons = [one.why for one in made if isinstance(one, Reason)]
    for why, sentence in zip(reasons, sentences, strict=True):
        assert sentence.lower() in why.lower() and why.endswith(".")
    rows = YourData(data).parts()[0]["rows"]
    assert tuple(row[1] == "yes" for row in rows) == used


def test_the_panels_hold_the_data():
    numbers = YourData([3, 1, 2, 2, 1, 3, 3]).numbers()
    assert "data=" in numbers.state
    kinds = YourData(["oak", "elm", "oak"]).kinds()
    np.testing.assert_allclose(kinds.values["kinds"].p, [2 / 3, 1 / 3])


@pytest.mark.parametrize("data", ["", " \n", []])
def test_empty_data(data):
    with pytest.raises(ValueError, match="data must not be empty"):
        YourData(data)


@pytest.mark.parametrize("data", [7, b"oak elm", None])
def test_what_is_neither_text_nor_column(data):
    with pytest.raises(TypeError, match="data must be a text or a column, not"):
        YourData(data)


def test_more_kinds_than_can_be_shown():
    column = [str(number // 2) for number in range(50_000)]
    assert "25,000 kinds, more than 20,000" in YourData(column).kinds().why


def test_files(tmp_path):
    table, text = tmp_path / "trees.csv", tmp_path / "trees.txt"
    table.write_text("tree,height\noak,2.5\nelm,3\noak,2\n", encoding="utf-8")
    text.write_text(TEXT, encoding="utf-8")
    assert YourData.read(table, "tree").column == ["oak", "elm", "oak"]
    assert isinstance(YourData.read(table, "height").numbers(), Panel)
    assert YourData.read(str(text)).text == TEXT
    text.write_bytes("größe".encode("latin-1"))
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "nowhere").mkdir()
    nothing = "There is no file “none.txt” here. There is: "
    for path, column, sentence in (
        (table, None, "'trees.csv' is a table: name one of its columns too."),
        (table, "leaf", "'trees.csv' has no column 'leaf'; it has 'tree', 'height'."),
        (text, None, "'trees.txt' is not plain text in UTF-8: save it as that."),
        (tmp_path / "empty.txt", None, "'empty.txt' is empty."),
        (tmp_path / "none.txt", None, f"{nothing}“empty.txt”, “trees.csv”, “trees.txt”."),
        (tmp_path / "none.csv", "tree", "There is no file “none.csv” here."),
        (tmp_path / "nowhere" / "none.txt", None, f"{nothing}no file that ends in .csv or .txt."),
    ):
        unread = YourData.read(path, column)  # a sentence on the card, and in each panel's place
        assert unread.parts()[0]["text"].startswith(sentence)
        for made in (unread.numbers, unread.kinds, unread.telephone):
            assert sentence in made().why


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        (["3,5", "4,2", "2"], [3.5, 4.2, 2]),
        ("3,5\n4,2\n2\n", [3.5, 4.2, 2]),
        ("3,5; 4,2; 2", [3.5, 4.2, 2]),
        ("3,5, 4,2, 2", [3.5, 4.2, 2]),
        ("3.5 4.2\t-2e3", [3.5, 4.2, -2e3]),
        ("1,234 1,2 7", [1.234, 1.2, 7]),
    ],
)
def test_numbers_as_people_write_them(data, numbers):
    made = YourData(data)
    assert made.numbers().values["truth"].data.tolist() == sorted(numbers)
    said = made.parts()[0]["rows"][0][2]
    first = ", ".join(f"{number:g}" for number in numbers)
    assert f"{first}) with" in said
    assert ("decimal commas understood" in said) is ("," in str(data).replace(", ", ""))


@pytest.mark.parametrize("data", [["1,234", "2,500"], ["1,234", "7"], "1,234 2,500"])
def test_a_comma_that_may_be_a_thousand_is_not_guessed(data):
    assert "“1,234” may be a thousand or a decimal" in YourData(data).numbers().why


@pytest.mark.parametrize("data", ["1,2,3", "height 3.5 4.2", "1.234,5 2", "7"])
def test_what_is_not_only_numbers_stays_a_text(data):
    assert YourData(data).text == data


def test_a_panel_begins_where_the_line_says():
    mine = YourData(["oak", "elm", "oak"])
    panel = mine.kinds()
    panel.set(n=20, generations=7)
    again = mine.kinds(panel.state)
    assert again.values["n"] == 20 and again.values["generations"] == 7


def test_a_telephone_text_is_not_stretched():
    assert 2_000 <= YourData(TEXT).telephone().values["n"] <= 3_000


def test_the_classes_of_frequency():
    p = np.array([0.5, 0.3, 0.1, 0.05, 0.03, 0.01, 0.008, 0.0015, 0.0004, 0.0001, 0])
    result = gallery.your_kinds(kinds=Categorical(p))
    shares = p / p.sum()
    bounds = (1, *EDGES, 0)
    for place in range(len(CLASSES)):
        low, high = bounds[place + 1], bounds[place]
        inside = (shares >= low) & (shares < high) & (shares > 0)
        assert result.real[place] == inside.sum()
    assert result.total == 10 == result.real.sum()
    np.testing.assert_allclose(result.left[0], result.real)


def test_the_rare_go_first_and_theory_knows_how_many():
    kinds = Categorical(np.r_[np.full(4, 0.125), np.full(500, 0.001)])
    result = gallery.your_kinds(kinds=kinds, n=200)
    assert result.left[10, 0] > 3.5 and result.left[10].sum() < 100
    lost = 1 - theory.replace_survivors_mean(1, 200, kinds.p) / 504
    error = np.sqrt(504 * lost * (1 - lost) / 20)  # no more than that: kinds push each other out
    assert abs(result.left[1].sum() - result.in_theory[1]) < 4.5 * error
    assert abs(result.left[1].sum() - 504 * (1 - lost) ** 2) > 4.5 * error
    mixed = gallery.your_kinds(kinds=kinds, n=200, real=0.5)
    assert mixed.in_theory.size == 0 and mixed.real_count == 100
    assert mixed.left[50].sum() > 2 * result.left[50].sum()


def test_kinds_that_nobody_ever_drew_are_gone():
    kinds = Categorical(np.r_[1.0, np.full(3_000, 1e-5)])
    result = gallery.your_kinds(kinds=kinds, n=20)  # no lineage meets the last kind
    assert result.left[50].sum() < 3 and result.real.sum() == 3_001


def test_what_the_lesson_says_of_the_manual():
    """The numbers of its fold, within a tenth: another Python has another manual."""
    labels = Words().split(Corpus.default().text)
    count = np.sort(np.unique(labels, return_counts=True)[1])[::-1]
    kinds = Categorical(count.astype(float))
    result = gallery.your_kinds(kinds=kinds)
    told = {
        result.total: 2_719,
        (count == 1).sum(): 1_131,
        result.median[1]: 402,
        result.median[50]: 31,
        result.real[-1]: 2_269,
    }
    for values, said in (({"n": 32_000}, 464), ({"real": 0.1}, 211), ({"real": 0.5}, 377)):
        told[gallery.your_kinds(kinds=kinds, **values).median[50]] = said
    for found, said in told.items():
        assert found == pytest.approx(said, rel=0.1)
    assert 3 < result.left[50, -1] < 9
