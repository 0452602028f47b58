"""A learner's own file: what is read, and one clear sentence for everything else."""

import tracemalloc

import numpy as np
import pytest

from collapse_lib import Empirical, read_column, read_labels
from collapse_lib.data import pasted_labels


@pytest.fixture
def csv(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "birds.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_column_is_read(csv, separator, start):
    path = csv(f"{start}bird{separator}mass\nwren{separator}9.5\n\nrook{separator} 4.5e2\n")
    np.testing.assert_array_equal(read_column(path, "mass"), [9.5, 450])
    np.testing.assert_array_equal(read_column(str(path), "mass"), [9.5, 450])
    assert Empirical(read_column(path, "mass")).mean == 229.75


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("bird,size\nwren,1\n", "'birds.csv' has no column 'mass'; it has 'bird', 'size'"),
        ("", "'birds.csv' has no column 'mass'; it has no columns"),
        ("mass\n", "column 'mass' of 'birds.csv' is empty"),
        ("mass\n1\nheavy\n", "column 'mass' holds 'heavy' in line 3, which is not a number$"),
        ("a;mass\nx;1\nx;2,5\n", "holds '2,5' in line 3, which is not a number: write a decimal"),
        ("mass\n1\nNaN\n", "column 'mass' holds 'NaN' in line 3, not a finite number"),
        ("mass\n1\ninf\n", "column 'mass' holds 'inf' in line 3, not a finite number"),
        ("bird,mass\nwren,1\nrook,\n", "column 'mass' has no value in line 3"),
        ("bird,mass\nwren,1\nrook\n", "column 'mass' has no value in line 3"),
        ("mass\n2\n2\n2\n", "is constant: all 3 values equal 2, so there is no spread to lose"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(csv, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_column(csv(text), "mass")


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*nothing\.csv"):
        read_column(tmp_path / "nothing.csv", "mass")


def test_another_encoding(csv):
    with pytest.raises(ValueError, match=r"'birds\.csv' is not UTF-8 text: save it as CSV UTF-8"):
        read_column(csv("mass,größe\n1,2\n", encoding="latin-1"), "mass")


LOGGER = '"#";"Date Time, GMT+00:00";"RH, %"\n1;"01/02/20 00:00";45.2\n2;"01/02/20 01:00";46\n'


@pytest.mark.parametrize(
    ("text", "column", "cells"),
    [
        (LOGGER, "RH, %", ["45.2", "46"]),
        (LOGGER.replace(";", "\t"), "RH, %", ["45.2", "46"]),
        (LOGGER.replace(";", ", "), "RH, %", ["45.2", "46"]),  # a blank before the quote
        ("Temperature, °C;Humidity\n21,5;60\n22,5;61\n", "Humidity", ["60", "61"]),
        ("Temperature, °C;Humidity\n21,5;60\n22,5;61\n", "Temperature, °C", ["21,5", "22,5"]),
        ("Temperature, °C;Humidity, %\n21,5;60,1\n", "Humidity, %", ["60,1"]),
        ("mass\n2,5\n3,5\n", "mass", ["2,5", "3,5"]),  # and not 2 and 3
        ("mass\n2;5\n3,5\n", "mass", ["2;5", "3,5"]),
        ("a,b,\n1,2,\n3,4,\n", "b", ["2", "4"]),  # a comma at each end
        ("a,b\n1,2,,\n", "b", ["2"]),
        ("a,b,c\n1,2\n", "b", ["2"]),  # the empty cells at the end left out
        ("\n\na,b\n1,2\n", "b", ["2"]),
        ("a,gro\u0308\u00dfe\n1,2\n", "gr\u00f6\u00dfe", ["2"]),
        ("a, b \n1,2\n", " b", ["2"]),
        ('city,n\n"New\nYork",1\n"Los ""A""",2\n', "city", ["New\nYork", 'Los "A"']),
        (
            "city\nA\u2028B\nC\x0bD\nE\x85F\nG\x0cH\n",
            "city",
            ["A\u2028B", "C\x0bD", "E\x85F", "G\x0cH"],
        ),
        ("a,b\r\n1,2\r\n", "b", ["2"]),
        ("a,b\r1,2\r", "b", ["2"]),
        ('size\n5" pipe\n', "size", ['5" pipe']),
    ],
)
def test_cells_stay_whole_and_columns_apart(csv, text, column, cells):
    assert read_labels(csv(text), column) == cells
    assert pasted_labels(text, column) == cells


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('x\n1\n2\n"3\n4\n5\n', "the double quote that opens in line 4 is not closed"),
        ('x\n1\n"tit\nowl\n"wren\n', "the double quote that opens in line 3 is not closed"),
        ('x\n1\n"' + "3\n" * 100_000, "line 3 begins a cell of more than 131,072 characters"),
        ('x,"y\n1,2\n3,4\n', "the double quote that opens in line 1 is not closed"),
        ('x,y\n1,2\n"5" pipe",4\n', "the double quote that opens in line 3 is not closed"),
        ("x,y,x\n1,2,3\n", "'birds.csv' has 2 columns 'x': give each a name of its own"),
        ("x,y\n1,2\n1,2,5\n", r"line 3 of 'birds.csv' has 3 cells, and the header 2: put double"),
        ("x;y\n1;2\n1;2;5\n", "double quotes around a cell that holds a semicolon"),
        (
            "Report 2020\nbirds of May\nx,y\n1,2\n",
            "'birds.csv' begins with 'Report 2020', and its column 'x' stands in line 3: delete "
            "the lines above the header",
        ),
        ("sep=;\nx;y\n1;2\n", "begins with 'sep=;', and its column 'x' stands in line 2"),
        ("sep=,\nx,y\n1,2\n", "begins with 'sep=,', and its column 'x' stands in line 2"),
        (
            ",".join(f"c{i}" for i in range(300)),
            r"no column 'x'; it has 'c0', .*'c19' and 280 more$",
        ),
        ("x\n" + "word " * 30_000 + "\n", "line 2 begins a cell of more than 131,072 characters"),
        ("x\n" + "word " * 20_000 + "\n", r"holds '(word ){7}word…' in line 2, which is not a"),
        ("x\n3_1\n", "holds '3_1' in line 2, which is not a number"),
        ("x\n1 234\n", "holds '1 234' in line 2, which is not a number"),
        ("x\n1\xa02\n", r"holds '1\\xa02' in line 2, which is not a number"),
        ('x\n"3\n4"\n', r"holds '3\\n4' in line 2, which is not a number"),
    ],
)
def test_a_file_is_never_misread_in_silence(csv, text, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        read_column(csv(text), "x")
    assert len(str(caught.value)) < 500


def test_a_cell_of_two_lines_is_counted_as_two(csv):
    with pytest.raises(ValueError, match="the double quote that opens in line 4 is not closed"):
        read_labels(csv('x\n"a\nb"\n"c\n'), "x")


def test_numbers_as_tables_print_them(csv):
    path = csv("x\n\u22123.2\n1\u00a0234.5\n-1\u202f000\u202f000\n12\u2009345\n1e3\n")
    np.testing.assert_array_equal(read_column(path, "x"), [-3.2, 1234.5, -1e6, 12345, 1000])


def test_a_line_is_counted_as_an_editor_counts(csv):
    path = csv('x,n\n"New\nYork",1\nA\u2028B,2\n\nD,\n')
    with pytest.raises(ValueError, match="column 'n' has no value in line 6"):
        read_column(path, "n")


def test_a_path_as_people_write_it(csv, tmp_path, monkeypatch):
    csv("x\n1\n2\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    np.testing.assert_array_equal(read_column("~/birds.csv", "x"), [1, 2])
    with pytest.raises(IsADirectoryError, match="'~' is a folder: name a file in it"):
        read_column("~", "x")
    for nowhere in ("~nobody-of-that-name/x.csv", "x" * 5_000, "a\0b", ""):
        with pytest.raises(FileNotFoundError, match="there is no file ") as caught:
            read_column(nowhere, "x")
        assert len(str(caught.value)) < 300
    for wrong in (5, None, b"birds.csv"):
        with pytest.raises(TypeError, match="path must be the name of a file, not"):
            read_column(wrong, "x")
    with pytest.raises(TypeError, match="column must be the name of a column, not 0"):
        read_labels(tmp_path / "birds.csv", 0)


def test_only_the_column_is_kept(csv):
    rows = "".join(f"{i},{'long ' * 20},{i % 7}\n" for i in range(50_000))
    path = csv("n,text,kind\n" + rows)
    tracemalloc.start()
    numbers = read_column(path, "n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    labels = read_labels(path, "kind")
    again = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert numbers.size == len(labels) == 50_000 and path.stat().st_size > 5e6
    assert peak < 2e6 and again < 2e6
    assert len(set(map(id, labels))) == 7


def test_labels_are_read_as_they_are_written(csv):
    path = csv("bird,mass\n wren ,1\nWren,2\n\n9.50,3\n")
    assert read_labels(path, "bird") == ["wren", "Wren", "9.50"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "bird,mass\nwren,1\n,2\n",
            "column 'bird' has no value in line 3: fill it or drop the line",
        ),
        ("bird,mass\n", "column 'bird' of 'birds.csv' is empty"),
        ("kind\nwren\n", "'birds.csv' has no column 'bird'; it has 'kind'"),
    ],
)
def test_labels_that_cannot_be_used_get_a_sentence(csv, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_labels(csv(text), "bird")
