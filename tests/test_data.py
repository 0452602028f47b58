"""A learner's own file: what is read, and one clear sentence for everything else."""

import numpy as np
import pytest

from collapse_lib import Empirical, read_column, read_labels


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
