"""Numbers and templates read well, and say so when they cannot be filled."""

import numpy as np
import pytest

from collapse_lib import style


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (100_000, "d", "100000"),
        (100_000, ",d", "100,000"),
        (-3, "d", "−3"),
        (0.25, ".1g", "0.3"),  # half rounds away from zero, as in figure.js
        (2.5, ".1g", "3"),
        (0.496, ".2g", "0.5"),
        (0.00312, ".2g", "0.0031"),
        (0.0000312, ".2g", "3.1·10⁻⁵"),
        (2.04e-43, ".2g", "2·10⁻⁴³"),
        (0.000996, ".2g", "0.001"),  # rounding moves it to the next power of ten
        (999_999, ".2g", "1·10⁶"),
        (123_456, ".2g", "120000"),
        (-0.5, ".2g", "−0.5"),
        (0, ".2g", "0"),
        (5e-324, ".1g", "5·10⁻³²⁴"),
        (np.nan, ".2g", "unknown"),
        (-np.inf, ".2g", "−∞"),
        ("fresh", "", "fresh"),
    ],
)
def test_numbers_are_written_for_people(value, spec, text):
    assert style.write(value, spec) == text


@pytest.mark.parametrize("spec", ["x", ".2f", ".0g", "2g", ",.2g", "dd"])
def test_other_formats_are_refused(spec):
    with pytest.raises(ValueError, match=r'number format must be "d", ",d" or like "\.2g", not'):
        style.write(1, spec)


def test_a_template_is_filled_by_name():
    assert style.fill("{k:,d} of {n:,d} real", {"k": 5, "n": 5000}) == "5 of 5,000 real"


def test_a_template_names_only_what_there_is():
    with pytest.raises(ValueError, match="may name the fields k, n, not 'm'"):
        style.fill("{m:d}", {"k": 5, "n": 50})


def test_a_colour_can_be_made_faint():
    assert style.faint("#0072B2", 0.5) == "rgba(0,114,178,0.5)"
