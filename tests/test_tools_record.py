"""The record of what real tools do to themselves: complete, small, and still true of those here."""

import importlib.util
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[1] / "examples/tools_record.py"
spec = importlib.util.spec_from_file_location("tools_record", SCRIPT)
assert spec is not None and spec.loader is not None
tools = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)

RECORD = json.loads(tools.RECORD.read_text(encoding="utf-8"))
ROWS = RECORD["rows"]
# Rows of packages that the tests have anyway, and that take a second at most each.
AGAIN = {
    "jax_float32",
    "jax_std",
    "nltk_smoothing",
    "numpy_large_counts",
    "numpy_normal_tail",
    "numpy_std",
    "pandas_agg_np_var",
    "pandas_std",
    "scipy_gaussian_kde",
    "scipy_norm_fit",
    "sklearn_kernel_density_silverman",
    "statistics_normal_dist",
}


def test_every_row_says_what_was_measured_when_and_with_what():
    assert tools.RECORD.stat().st_size <= 200_000
    assert set(ROWS) <= set(tools.ROWS)
    for name, row in ROWS.items():
        package, guess, environment, _ = tools.ROWS[name]
        assert (row["package"], row["guess"], row["environment"]) == (package, guess, environment)
        assert row["version"] and row["seed"] == tools.SEED and row["date"].startswith("20")
        assert row["figures"] and all(np.isfinite(value) for value in row["figures"].values())


def test_versions_are_those_that_are_pinned():
    pinned = [
        pin.split("==") for pins in tools.ENVIRONMENTS.values() for pin in pins if "==" in pin
    ]
    for row in ROWS.values():
        known = [wanted for package, wanted in pinned if package == row["package"]]
        assert not known or row["version"].partition("+")[0] in known


@pytest.mark.parametrize("name", sorted(AGAIN))
def test_a_row_of_a_package_that_is_here_is_measured_again(name):
    """To a thousandth where the version is the same, else to a half: luck is rolled anew."""
    row, again = ROWS[name], tools.measured(name)
    same = row["package"] == "python" or row["version"] == again["version"]
    tolerance = {"rel": 1e-3, "abs": 1e-9} if same else {"rel": 0.5, "abs": 0.05}
    for figure, value in row["figures"].items():
        assert again["figures"][figure] == pytest.approx(value, **tolerance), figure


def test_these_tools_are_here():
    for name in AGAIN - {"statistics_normal_dist"}:
        try:
            version(ROWS[name]["package"])
        except PackageNotFoundError:  # pragma: no cover
            pytest.fail(f"{ROWS[name]['package']} belongs to the test environment")


def test_a_change_would_be_noticed():
    """The two denominators differ by more than the tolerance, whatever the version."""
    half, whole = (ROWS[name]["figures"]["half-life"] for name in ("numpy_std", "pandas_std"))
    assert whole != pytest.approx(half, rel=0.5)
    assert ROWS["numpy_std"]["figures"]["ddof"] == 0
    assert ROWS["statistics_normal_dist"]["figures"]["ddof"] == 1
