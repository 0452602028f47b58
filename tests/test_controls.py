"""Controls check, snap, read and write; a permalink loses nothing and forgives much."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collapse_lib import Empirical, Normal
from collapse_lib.controls import Choice, Cursor, Data, Reroll, Slider
from collapse_lib.permalinks import State, read_state, settle, write_state

SIZE = Slider(5, 100_000, log=True, label="sample size").bind("n", int, 100)
RATIO = Slider(0, 1).bind("real", float, 0.0)
DDOF = Choice({0: "1/n", 1: "1/(n-1)"}).bind("ddof", int, 0)
SEED = Reroll().bind("seed", int, 0)
TRUTH = Normal()
DATA = Data().bind("truth", Normal, TRUTH)
CURSOR = Cursor("generations", 1, 200, start=50)
CONTROLS = (SIZE, RATIO, DDOF, SEED, DATA, CURSOR)


def test_a_log_slider_has_round_stops():
    assert SIZE.stops[:10] == (5, 6, 7, 8, 10, 12, 15, 20, 25, 30)
    assert SIZE.stops[-3:] == (70_000, 80_000, 100_000)
    assert all(type(stop) is int for stop in SIZE.stops)
    assert 40 <= len(SIZE.stops) <= 60


def test_a_plain_slider_has_equal_steps_and_both_ends():
    assert RATIO.stops == tuple(round(i / 100, 12) for i in range(101))
    assert Slider(0, 1, step=0.3).bind("x", float, 0.0).stops == (0.0, 0.3, 0.6, 0.9, 1.0)
    assert CURSOR.stops == tuple(range(1, 201))


@given(st.floats(5, 100_000))
def test_snapping_finds_the_nearest_stop_by_ratio(value):
    nearest = min(SIZE.stops, key=lambda stop: abs(np.log(stop / value)))
    snapped = SIZE.snap(value)
    assert abs(np.log(snapped / value)) <= abs(np.log(nearest / value)) + 1e-12


@given(st.floats(0, 1))
def test_snapping_finds_the_nearest_stop_by_difference(value):
    assert abs(RATIO.snap(value) - value) <= 0.005 + 1e-12


@pytest.mark.parametrize("control", [SIZE, RATIO, DDOF, SEED, CURSOR], ids=lambda c: c.name)
def test_every_stop_survives_the_trip_through_text(control):
    for stop in control.stops or (0, 7, 10**12):
        assert control.read(control.write(stop)) == stop
        assert control.snap(stop) == stop
        assert control.check(stop) == stop


def test_whole_numbers_may_come_from_numpy_and_from_floats():
    assert SIZE.check(np.int64(7)) == 7 and type(SIZE.check(np.int64(7))) is int
    assert SIZE.check(7.0) == 7
    assert RATIO.check(1) == 1.0 and type(RATIO.check(1)) is float


@pytest.mark.parametrize("value", [0, 4, 100_001, 10**9, 5.5, np.nan, np.inf, "7", None, True, [7]])
def test_a_size_out_of_range_gets_a_sentence(value):
    message = "n must be a whole number between 5 and 100,000, not"
    with pytest.raises(ValueError, match=message):
        SIZE.check(value)


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan, "half", True])
def test_a_ratio_out_of_range_gets_a_sentence(value):
    with pytest.raises(ValueError, match="real must be a number between 0 and 1, not"):
        RATIO.check(value)


@pytest.mark.parametrize("value", [2, "0", True, 0.0])
def test_a_choice_takes_only_its_options(value):
    with pytest.raises(ValueError, match="ddof must be 0 or 1, not"):
        DDOF.check(value)


@pytest.mark.parametrize("value", [-1, 1.5, "3", True])
def test_a_seed_is_a_whole_number(value):
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0, not"):
        SEED.check(value)


def test_data_must_be_of_their_type():
    with pytest.raises(ValueError, match="truth must be a Normal, not 3"):
        DATA.check(3)
    with pytest.raises(ValueError, match="truth cannot be read from the text 'ab': pass the data"):
        DATA.read("ab")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Slider(2, 1), "low must be below high, not 2 and 1"),
        (lambda: Slider(0, 1, log=True), "low must be above 0 on a log scale, not 0"),
        (lambda: Slider(0, 1, step=-1), "step must be above 0, not -1"),
        (lambda: Slider(0, 1, values=(0, 2, 1)), "values must increase from 0 to 1, not"),
        (lambda: Slider(0, 1, values=(0.1, 1)), "values must increase from 0 to 1, not"),
        (lambda: Choice({}), "options must name at least one value, not none"),
        (lambda: Cursor("t", 1, 9, start=10), "t must be a whole number between 1 and 9, not 10"),
        (lambda: Slider(5, 9).bind("n", int, 4), "n must be a whole number between 5 and 9, not 4"),
    ],
)
def test_a_control_that_makes_no_sense_says_so(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_labels_default_to_the_name():
    assert Slider(0, 1).bind("real_data", float, 0.0).label == "real data"


@given(
    n=st.sampled_from(SIZE.stops),
    real=st.sampled_from(RATIO.stops),
    ddof=st.sampled_from((0, 1)),
    seed=st.integers(0, 2**63),
    generations=st.integers(1, 200),
)
def test_a_permalink_restores_every_value(**values):
    text = write_state("lesson", CONTROLS, {**values, "truth": TRUTH})
    assert read_state(text, "lesson", CONTROLS).values == values
    assert read_state(text, "lesson", CONTROLS).notices == ()


def test_a_permalink_reads_like_a_sentence():
    values = {"n": 100, "real": 0.0, "ddof": 0, "seed": 0, "generations": 50, "truth": TRUTH}
    assert (
        write_state("lesson", CONTROLS, values)
        == "lesson?n=100&real=0&ddof=0&seed=0&generations=50"
    )


def test_own_data_add_their_fingerprint():
    values = {control.name: control.default for control in CONTROLS}
    mine = write_state("lesson", CONTROLS, {**values, "truth": Normal(1, 2)})
    assert read_state(mine, "lesson", CONTROLS).data == DATA.write(Normal(1, 2))
    assert DATA.write(Normal(1, 2)) != DATA.write(Normal(2, 1))
    assert DATA.write(Empirical([1.0, 2.0])) != DATA.write(Empirical([1.0, 3.0]))


def test_a_permalink_of_other_rules_is_read_and_says_so():
    for known in ("v=1&n=20", "n=20"):  # those of the first version need not name it
        assert read_state(f"panel?{known}", "panel", CONTROLS).notices == ()
    read = read_state("panel?v=2&n=20", "panel", CONTROLS)
    assert read.values == {"n": 20}
    assert "rules of version 2, and version 1 is known here" in read.notices[0]
    own = Slider(0, 9).bind("v", int, 0)
    assert read_state("panel?v=2", "panel", [own]).values == {"v": 2}


@pytest.mark.parametrize(
    ("text", "values", "notice"),
    [
        ("lesson?n=73", {"n": 70}, "n = 73 lies between two stops: showing 70."),
        ("lesson?m=3", {}, "There is no parameter m: ignored."),
        ("lesson?real=2", {}, "real must be a number between 0 and 1, not '2': ignored."),
        (
            "lesson?n=many",
            {},
            "n must be a whole number between 5 and 100,000, not 'many': ignored.",
        ),
        ("lesson?seed=x", {}, "seed must be a whole number of at least 0, not 'x': ignored."),
        ("lesson?ddof=2", {}, "ddof must be 0 or 1, not 2: ignored."),
        ("other?n=100", {"n": 100}, "This state belongs to other, not to lesson."),
        ("lesson?real=", {}, "real must be a number between 0 and 1, not '': ignored."),
        ("lesson?truth=1", {}, "There is no parameter truth: ignored."),
    ],
)
def test_a_permalink_forgives(text, values, notice):
    state = read_state(text, "lesson", CONTROLS)
    assert state.values == values
    assert state.notices == (notice,)


@given(st.text())
def test_no_text_whatever_is_an_error(text):
    read_state(text, "lesson", CONTROLS)


def test_a_value_settles_on_a_stop():
    assert settle(SIZE, 70).values == {"n": 70} and settle(SIZE, 70).notices == ()
    assert settle(SIZE, 73).values == {"n": 70}
    assert settle(SIZE, 73).notices == ("n = 73 lies between two stops: showing 70.",)
    far = "n must be a whole number between 5 and 100,000, not"
    assert settle(SIZE, 4, otherwise="showing 100").notices == (f"{far} 4: showing 100.",)
    assert settle(SIZE, "70") == State({}, (f"{far} '70': ignored.",))
    assert settle(SIZE, "70", text=True) == State({"n": 70})
    assert settle(DATA, Normal(1, 2)).notices == ()  # there is nothing to snap


def test_the_default_is_a_stop():
    """Else a panel could not start there."""
    assert Slider(0, 1, step=0.5).bind("x", float, 0.3).stops == (0, 0.3, 0.5, 1)
    assert Slider(1, 10, log=True).bind("n", int, 9).stops == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
