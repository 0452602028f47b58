"""Whatever is given to what is public: an answer, or a sentence that our own code says.

A bare error of numpy's or Python's, a warning, a NaN out of numbers and a wait are failures. The
long run, some minutes: ``FUZZ=10000 pytest -n0 tests/test_fuzz.py``.
"""

import inspect
import math
import os
import traceback
import warnings
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import collapse_lib
from collapse_lib import (
    GaussianMLE,
    Normal,
    Replace,
    Temperature,
    Zipf,
    budget,
    controls,
    data,
    distributions,
    learners,
    metrics,
    mistakes,
    regimes,
    theory,
)

HOUSE = str(Path(collapse_lib.__file__).parent)
EXAMPLES = int(os.environ.get("FUZZ", "500"))  # of all tests together
MODULES = (theory, distributions, learners, regimes, metrics, budget, data, controls, mistakes)
# What stands behind a door that has checked already.
ELSEWHERE = set("read_state write_state settle number numbers is_written shortened brought".split())
ELSEWHERE |= {"pasted_labels"}

numbers = st.one_of(
    st.sampled_from([0, 1, 2, 3, 10, 0.5, 0.1, 1.5, -1, 1e-300, 1e300, 2**52, 2**63, 10**400]),
    st.sampled_from([math.nan, math.inf, -math.inf, -0.0, True, np.float32(0.3), np.int8(4)]),
    st.integers(-3, 50),
    st.floats(-2, 2),
)
arrays = st.one_of(
    st.lists(numbers, max_size=4),
    st.lists(st.floats(0.01, 1), min_size=1, max_size=4).map(lambda p: list(np.array(p) / sum(p))),
    st.sampled_from(
        [[], [[1, 2], [3]], np.zeros((0, 3)), np.ones((2, 3)), np.eye(2), [[0.5, 0.5]]]
    ),
    st.lists(st.integers(0, 20), min_size=1, max_size=3).map(np.array),
)
strangers = st.one_of(
    st.sampled_from([None, "", "0.5", "ten", b"1", {}, {"a": 1}, object(), 1j, np.array("a")]),
    st.sampled_from([lambda x: x, len, {1, 2}, range(3), np.datetime64("nat"), Normal()]),
)
plausible = st.one_of(
    st.floats(0.01, 0.99),
    st.integers(1, 30),
    st.lists(st.floats(0.01, 1), min_size=1, max_size=4).map(lambda p: list(np.array(p) / sum(p))),
    st.lists(st.integers(2, 30), min_size=1, max_size=3),
    st.sampled_from([Normal(), Zipf(3), GaussianMLE()]),
    st.sampled_from([Replace(), Temperature(0.9)]),
)
values = st.one_of(*[plausible] * 6, numbers, arrays, strangers)
UNDEFINED = {"metrics.nearest_neighbour_ratio"}  # 0 / 0 where all points are the same


def callables():
    """What these modules export and can be called, but for what tells of its arguments."""
    return {
        f"{module.__name__.removeprefix('collapse_lib.')}.{name}": value
        for module in MODULES
        for name in getattr(module, "__all__", [n for n in vars(module) if n[0].isalpha()])
        if callable(value := getattr(module, name))
        and getattr(value, "__module__", "").startswith("collapse_lib")
        and not inspect.isabstract(value)
        and not getattr(value, "_is_protocol", False)
        and name not in ELSEWHERE
    }


CALLABLES = callables()


@st.composite
def calls(draw):
    """A function and a value for each parameter, most of them plausible, one of them seldom so."""
    name = draw(st.sampled_from(sorted(CALLABLES)))
    arguments = {}
    for parameter in inspect.signature(CALLABLES[name]).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is parameter.empty or draw(st.booleans()):
            arguments[parameter.name] = draw(values)
    return name, arguments


def verdict(name, arguments):
    """Return what is wrong with a call, or nothing."""
    function = CALLABLES[name]
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        try:
            answer = function(**arguments)
        except (ValueError, TypeError, OSError) as error:
            where = traceback.extract_tb(error.__traceback__)[-1].filename
            return "" if where.startswith(HOUSE) else f"{type(error).__name__}: {error}"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    if isinstance(answer, float | np.ndarray) and np.asarray(answer).dtype.kind == "f":
        undefined = "NaN" in (function.__doc__ or "") or name in UNDEFINED
        return "NaN" if np.isnan(answer).any() and not undefined else ""
    return ""


def test_the_judge_sees_bare_errors_warnings_and_nan(monkeypatch):
    """Wrong twins of four kinds: each is found."""
    for wrong, found in (
        (lambda x: [][1], "IndexError"),
        (lambda x: np.zeros(2) + np.zeros(3), "ValueError: operands"),
        (lambda x: np.float64(1e300) * 1e300, "RuntimeWarning"),
        (lambda x: np.array([math.nan]), "NaN"),
    ):
        monkeypatch.setitem(CALLABLES, "wrong", wrong)
        assert verdict("wrong", {"x": 1}).startswith(found)
    assert verdict("distributions.Normal", {"sd": -1}) == ""


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(calls())
def test_nothing_that_is_given_ends_in_a_bare_error(call):
    wrong = verdict(*call)
    assert not wrong, f"{call[0]}(**{call[1]!r}): {wrong}"
