"""Data of one's own: each panel says what it can use, and why not otherwise."""

import gc
import itertools
import warnings
from collections import Counter
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collapse_lib import Categorical, Empirical, gallery, theory
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


EXCEL = "height\tmass\n171\t65\n168\t60\n180\t82\n"


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        ("1\u00a0234\n1\u202f500\n2\u00a0000\n", [1234, 1500, 2000]),
        ("1\u00a0234,5\n900,5\n", [1234.5, 900.5]),
        ("−3.2\n1\n2", [-3.2, 1, 2]),
        ("−3,2\n1\n2", [-3.2, 1, 2]),
        (["−3.2", "1"], [-3.2, 1]),
        ("171;\n168;\n", [171, 168]),
        ("171,\r\n168,\r\n", [171, 168]),
        ("\ufeff171\n168", [171, 168]),
        (np.array([1.5, 2, 2]), [1.5, 2, 2]),
        (range(3), [0, 1, 2]),
        ({"a": 1.5, "b": 2}.values(), [1.5, 2]),
    ],
)
def test_numbers_from_a_spreadsheet_or_a_program(data, numbers):
    assert YourData(data).numbers().values["truth"].data.tolist() == sorted(numbers)


@pytest.mark.parametrize("heading", ["height (cm)", "“Größe”", "PM2.5", "x y z"])
def test_a_heading_that_is_left_aside_is_named(heading):
    mine = YourData(f"{heading}\n171\n168\n168\n")
    assert f"below the heading “{heading}”; 171, 168, 168)" in mine.parts()[0]["rows"][0][2]
    assert mine.numbers().values["truth"].data.size == 3


@pytest.mark.parametrize("first", ["<0.1", "1,234.5", "n/a", "NaN", "-", "3_1", "12 a"])
def test_a_value_that_cannot_be_read_is_no_heading(first):
    said = YourData(f"{first}\n171\n168\n170\n").numbers().why
    assert said.startswith("variance of numbers: A text has no variance")
    assert f"“{first.split()[-1]}” is none" in said


@pytest.mark.parametrize("one", ["3_1", "1_000.5", "0x10", "1e999"])
def test_what_only_python_reads_as_a_number(one):
    assert f"“{one}” is no number" in YourData([one, "2", "3"]).numbers().why


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            EXCEL,
            "say which of its columns you mean, “height”, “mass”, by YourData(…, column='mass')",
        ),
        (EXCEL.replace("\t", ";"), "“height”, “mass”"),
        (EXCEL.replace("\t", ","), "“height”, “mass”"),
        ("height\tmass\n171\t65\n", "“height”, “mass”"),
        ("tree\theight\noak\t3\n", "“tree”, “height”"),
        ("oak,3\nelm,5\nash,2\n", "more than one value in a line is a table"),
        ("171\t65\n168\t60\n", "paste one column alone, or put commas"),
        ("171 65\n168 60\n", "paste one column alone, or put commas"),
        ("1 234\n900\n", "paste one column alone, or put commas"),  # may be a thousand
        ("height mass\n171 65\n168 60\n", "paste one column alone, or put commas"),
    ],
)
def test_a_pasted_table_asks_for_a_column(text, asked):
    with pytest.raises(ValueError) as caught:
        YourData(text)
    assert asked in str(caught.value)


def test_a_column_of_a_pasted_table():
    assert YourData(EXCEL, column="mass").column == ["65", "60", "82"]
    assert YourData('x;"y, z"\n1;"a, b"\n2;c\n', column="y, z").column == ["a, b", "c"]
    with pytest.raises(ValueError, match="the table has no column 'age'; it has 'height', 'mass'"):
        YourData(EXCEL, column="age")
    with pytest.raises(TypeError, match="column chooses from a pasted table"):
        YourData([1, 2], column="age")


class Series:
    """What the tool sees of a series of pandas: rows with names, and a name of its own."""

    ndim = 1

    def __init__(self, values, name, index="Index"):
        self.items, self.values = values.items, values.values
        self.name, self.index = name, type(index, (), {})()

    def __iter__(self):
        return iter(self.values())


@pytest.mark.parametrize(
    "counts",
    [
        {"oak": 100, "elm": 5},
        Counter({"oak": 100, "elm": 5, "ash": 0}),
        Series({"oak": np.int64(100), "elm": np.int64(5)}, "count"),
        {"oak": 100.0, "elm": 5},
    ],
)
def test_how_often_there_is_each_kind(counts):
    mine = YourData(counts)
    np.testing.assert_allclose(mine.kinds().values["kinds"].p, [100 / 105, 5 / 105])
    rows = mine.parts()[0]["rows"]
    assert rows[1][2] == "2 kinds among 105 labels, 0 of them once."
    assert "counts of kinds have no variance" in mine.numbers().why.lower()
    assert "no running text" in mine.telephone().why


def test_a_series_is_a_column_unless_it_counts():
    heights = {"a": 3, "b": 1, "c": 3}
    assert YourData(Series(heights, "height")).column == ["3", "1", "3"]
    assert YourData(Series(heights, "count", "RangeIndex")).column == ["3", "1", "3"]
    with pytest.raises(ValueError, match=r"not 'a': 0.5"):
        YourData(Series({"a": 0.5, "b": 0.5}, "proportion"))


@pytest.mark.parametrize(
    ("counts", "pair"),
    [
        ({"oak": 0.5, "elm": 0.5}, "'oak': 0.5"),
        ({"oak": -1}, "'oak': -1"),
        ({"oak": "many"}, "'oak': 'many'"),
        ({"oak": np.nan}, "'oak': nan"),
        ({"oak": np.inf}, "'oak': inf"),
        ({"oak": [1, 2]}, "'oak': [1, 2]"),
        ({"oak": True}, "'oak': True"),
    ],
)
def test_counts_that_are_none(counts, pair):
    with pytest.raises(ValueError, match="data must say how often there is each kind") as caught:
        YourData(counts)
    assert str(caught.value).endswith(f"and not {pair}")


@pytest.mark.parametrize("gap", [None, np.nan, float("nan"), "", "  ", np.ma.masked])
def test_a_missing_value_is_no_kind(gap):
    for column in (["oak", "elm", gap, "oak"], [3, 2, gap, 3]):
        mine = YourData(column)
        for made in (mine.numbers, mine.kinds):
            assert "Value 3 is missing: fill it or leave it out." in made().why


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([[1, 2], [3, 4]], r"value 1 is \[1, 2\]"),
        (["oak", ("elm", 5)], r"value 2 is \('elm', 5\)"),
        (Counter("aab").most_common(), r"value 1 is \('a', 2\)"),
        ([b"oak"], "value 1 is b'oak'"),
        (np.eye(2), "not a whole ndarray"),
        (mock.Mock(columns=["a"], __iter__=lambda _: iter("a"), ndim=2), "text or a column|whole"),
        (bytearray(b"oak"), "data must be a text or a column, not bytearray"),
        (np.array(3.0), "not a whole ndarray"),
    ],
)
def test_a_table_of_python_is_no_column(data, sentence):
    with pytest.raises(TypeError, match=sentence):
        YourData(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([1e300, 2e300, 3.0], "largest of the numbers is 2e+300, which no picture can hold"),
        ([1e-200, 2e-200, 5e-200], "largest of the numbers is 5e-200, which no picture can hold"),
        ([1e154, -1e154], "which no picture can hold: give them in another unit"),
        ([1e16, 1e16 + 2], "differ by 2 at most and lie around 1e+16: subtract that from each"),
        ([1.7e9, 1.7e9 + 60], "differ by 60 at most"),
    ],
)
def test_the_table_asks_what_the_panel_asks(data, sentence):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mine = YourData(data)
        made = mine.numbers()
    assert isinstance(made, Reason) and sentence in made.why
    assert mine.parts()[0]["rows"][0][1] == "no"


@given(st.lists(st.floats(-1e300, 1e300) | st.integers(-5, 5), min_size=2, max_size=5))
@settings(max_examples=40, deadline=None)
def test_what_the_table_promises_the_panel_keeps(column):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mine = YourData(column)
        promised = mine.parts()[0]["rows"][0][1] == "yes"
        made = mine.numbers()
    assert isinstance(made, Panel if promised else Reason)
    made.close()


def test_sizes_are_looked_at_before_any_work(tmp_path, monkeypatch):
    def work(*_):
        raise AssertionError("split")

    monkeypatch.setattr(Words, "split", work)
    monkeypatch.setattr("collapse_lib.data.given._pasted", work)
    with pytest.raises(ValueError, match="the text has 6,000,000 characters, more than 5,000,000"):
        YourData("word " * 1_200_000)
    with pytest.raises(ValueError, match="at most 5,000,000 values"):
        YourData(itertools.repeat("a"))
    file = tmp_path / "large.txt"
    with file.open("wb") as large:
        large.truncate(200_000_000)
    assert "has 200,000,000 bytes, more than" in YourData.read(file).telephone().why


def test_a_path_as_people_write_it(tmp_path, monkeypatch):
    (tmp_path / "trees.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert YourData.read("~/trees.txt").text == TEXT
    assert Corpus.read("~/trees.txt").text == TEXT
    said = YourData.read("~/none.txt").kinds().why
    assert said.endswith("There is no file “none.txt” here. There is: “trees.txt”.")
    assert "is a folder: name a file in it" in YourData.read(tmp_path).kinds().why
    assert "There is no file" in YourData.read(TEXT).kinds().why  # a text in the place of a name
    with pytest.raises(TypeError, match="path must be the name of a file, not 5"):
        YourData.read(5)


def test_a_panel_whose_first_scene_fails_leaves_nothing_behind(capsys):
    with pytest.raises(ValueError, match="variance above 0"):
        gallery.variance_collapse.widget(truth=Empirical([1e300, 2e300]))
    gc.collect()
    assert capsys.readouterr().err == ""


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
        assert result.before[place] == inside.sum()
    assert result.total == 10 == result.before.sum()
    np.testing.assert_allclose(result.left[0], result.before)


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
    assert result.left[50].sum() < 3 and result.before.sum() == 3_001


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
        result.before[-1]: 2_269,
    }
    for values, said in (({"n": 32_000}, 464), ({"real": 0.1}, 211), ({"real": 0.5}, 377)):
        told[gallery.your_kinds(kinds=kinds, **values).median[50]] = said
    for found, said in told.items():
        assert found == pytest.approx(said, rel=0.1)
    assert 3 < result.left[50, -1] < 9
