"""Small pictures in columns: each pixel where it belongs, at the cursor."""

import numpy as np
import pytest

from collapse_lib import figures
from collapse_lib.figures import resolve

PICTURES = np.random.default_rng(0).integers(0, 17, (4, 2, 3, 5, 6))


def wall(pictures=PICTURES, chosen=1):
    return figures.wall(
        pictures,
        ["a", "b", "<c>"],
        title="t",
        along="kind",
        highest=16,
        chosen=chosen,
        chosen_name="yours",
    )


@pytest.mark.parametrize("cursor", [0, 3])
def test_every_pixel_is_where_it_belongs(cursor):
    trace = resolve(wall(), cursor)["data"][0]
    shown = np.full((2 * 7, 3 * 8), -1)
    shown[trace["y"].astype(int), trace["x"].astype(int)] = trace["z"]
    for row, column in np.ndindex(2, 3):
        cell = shown[7 * row : 7 * (row + 1), 8 * column : 8 * (column + 1)]
        np.testing.assert_array_equal(cell[1:-1, 1:-1], PICTURES[cursor, row, column])
        assert cell.sum() == PICTURES[cursor, row, column].sum()  # bare paper round it


def test_the_frame_is_round_the_chosen_column():
    frame = wall(chosen=2)["data"][2]
    assert (frame["x"].min(), frame["x"].max()) == (15.5, 23.5)
    assert (frame["y"].min(), frame["y"].max()) == (-0.5, 13.5)
    axis = wall()["layout"]["xaxis"]
    assert axis["ticktext"] == ["a", "b", "&lt;c&gt;"]
    assert axis["tickvals"] == [3.5, 11.5, 19.5]


def test_only_the_frame_is_in_the_legend():
    assert [trace.get("showlegend", True) for trace in wall()["data"]] == [False, False, True]


def test_plotly_can_draw_it():
    assert len(figures.static({"wall": wall()}, 2, "").data) == 3


@pytest.mark.parametrize("pictures", [PICTURES[0], PICTURES[:, :, :2]])
def test_another_shape_gets_a_sentence(pictures):
    with pytest.raises(ValueError, match=r"pictures must have the shape .* with 3 columns, not"):
        wall(pictures)
