"""Numbers and votes as people write them: nothing is lost, nothing is made up."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collapse_lib.classroom import read_guesses, read_number, read_votes

WRITTEN = {
    "12": 12,
    " 12 ": 12,
    "~0.3": 0.3,
    ".5": 0.5,
    "1,5": 1.5,
    "0,500": 0.5,
    "1,000": 1000,
    "1.500": 1.5,
    "1 000": 1000,
    "1\u202f000\u202f000": 1_000_000,
    "1'000": 1000,
    "1,234.5": 1234.5,
    "1.234,5": 1234.5,
    "1.000.000": 1_000_000,
    "−3": -3,
    "-0,5": -0.5,
    "1e-3": 1e-3,
    "10^-3": 1e-3,
    "10⁻³": 1e-3,
    "2·10⁻³": 2e-3,
    "2 x 10^3": 2000,
    "12%": 0.12,
    "12 per cent": 0.12,
    "5‰": 0.005,
    "3k": 3000,
    "2 million": 2_000_000,
    "1/8": 0.125,
    "½": 0.5,
    "1 in 1,000": 0.001,
    "3 out of 4": 0.75,
    "12 ± 3": 12,
    "twelve?": 12,
    "twenty-five": 25,
    "three hundred": 300,
    "two thousand five hundred": 2500,
    "half": 0.5,
    "zwölf": None,
    "zehn": 10,
    "12!!! I say 12": 12,
    "I think about 12 or so 👍": 12,
    "٣": 3,
    "\uff11\uff12": 12,
    "1️⃣": 1,
    "lol": None,
    "": None,
    "?": None,
    "nan": None,
    "inf": None,
    "1e999": None,
    "12 or 13": None,
    "+1": None,
    "https://example.org/12": None,
    "no one of us knows that really": None,
}
NOTED = {"10-20": 15, "10 to 20": 15, "10–20": 15, "<5": 5, "at least 10": 10}


@pytest.mark.parametrize(("text", "value"), WRITTEN.items())
def test_a_number_is_read(text, value):
    read = read_number(text)
    if value is None:
        assert read.value is None and read.why
    else:
        assert read.value == pytest.approx(value, rel=1e-12)
        assert read.why == ""


@pytest.mark.parametrize(("text", "value"), NOTED.items())
def test_what_was_not_quite_said_is_noted(text, value):
    read = read_number(text)
    assert read.value == value and read.why


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("12%", 12), ("1/8", 12.5), ("half", 50), ("10-20 %", 15), ("5‰", 0.5)],
)
def test_per_cent_is_the_unit_where_it_is_the_unit(text, value):
    assert read_number(text, unit="%").value == pytest.approx(value)


def test_the_ends_of_the_scale_settle_what_is_meant():
    assert read_number("1,500", low=0, high=10).value == 1.5
    assert read_number("1.500", low=100, high=5000).value == 1500
    assert read_number("12 of 300", low=1, high=300).value == 12
    assert read_number("400", low=0, high=300).said == "outside 0 to 300"
    assert read_number("-1", low=0).said == "outside 0 to ∞"


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    read = read_number(text, low=0, high=100)
    assert (read.value is None and read.why) or 0 <= read.value <= 100


@given(st.text("0123456789.,-−/%^eE kx10⁻³½:;\t\n", max_size=80))
def test_no_almost_number_breaks_the_reader(text):
    value = read_number(text).value
    assert value is None or math.isfinite(value)
    assert np.isfinite(read_guesses(text).values).all()


@given(st.floats(-1e12, 1e12, allow_subnormal=False))
def test_a_number_that_python_writes_comes_back(number):
    assert read_number(repr(number)).value == pytest.approx(number, rel=1e-12, abs=1e-300)


def test_a_hall_of_three_hundred():
    """As many kinds of lines as there are people; the answers were known before."""
    dice = random.Random(0)
    good = ["{n}", "~{n}", "{n}?", "{n} words", "I say {n}", "{n},0"]
    frames = ["P{i}: {said}", "10:4{d} P{i}: {said}", "[10:4{d}:01] P{i}: {said}", "P{i},{said}"]
    junk = ["lol", "what?", "https://example.org/{n}", "{n} or {n}1", "+1", "999999"]
    lines, expected = [], []
    for i in range(300):
        n = dice.randrange(1, 300)
        frame = dice.choice(frames if i else frames[:1])
        wrong = dice.random() < 0.2
        said = dice.choice(junk if wrong else good).format(n=n)
        if "," in said and "," in frame:
            said = str(n)
        who = f"erson {chr(65 + i // 26)}{chr(97 + i % 26)}"
        lines.append(frame.format(i=who, d=i % 9, said=said))
        if not wrong:
            expected.append(float(n))
    reading = read_guesses("\n".join(lines), 0, 300)
    assert reading.values.tolist() == expected
    assert len(reading.values) + len(reading.ignored) == 300
    assert all(why for _line, why in reading.ignored)


EXPORT = """\ufeff10:42 Anna: 12
[10:43:01] Bob (he/him): 1,5
10:42:01\t From  Carl Zeiss  to  Everyone : 20
12/03/2026, 10:42 - Dora: 7

Emil Müller 10:44 AM
33
guess: 4
guess: 5
Anna: 13
"Eve","2026-01-01 10:00","9"
Finn;10:44;8
Gus,6
lol
"""


def test_the_exports_of_this_world():
    reading = read_guesses(EXPORT, 0, 100)
    assert reading.values.tolist() == [1.5, 20, 7, 33, 4, 5, 13, 9, 8, 6]
    assert reading.ignored == (
        ("lol", "no number in it"),
        ("10:42 Anna: 12", "answered again further down"),
    )


def test_a_second_message_without_a_number_takes_nothing_back():
    assert read_guesses("Anna: 12\nAnna: oops, typo?").values.tolist() == [12]


def test_a_paste_beyond_reason_is_refused():
    with pytest.raises(ValueError, match="text must have at most 200,000 characters, not 200,001"):
        read_guesses("1" * 200_001)


VOTES = "A\nb)\nAnna: C\nB: because of it\n2\nThe middle one\nlol\nOption C!\nAnna: a\nA good one"


def test_votes_are_letters_numbers_or_the_words_themselves():
    reading = read_votes(VOTES, ["the first one", "the middle one", "the last one"])
    assert reading.values.tolist() == [0, 1, 1, 1, 1, 2, 0]
    assert [line for line, _why in reading.ignored] == ["lol", "A good one", "Anna: C"]


def test_a_letter_beyond_the_options_is_no_vote():
    assert read_votes("D\n4", ["x", "y", "z"]).values.size == 0


@given(st.text(max_size=200))
def test_no_paste_breaks_the_vote(text):
    places = read_votes(text, ["one", "two", "three"]).values
    assert np.isin(places, [0, 1, 2]).all()
