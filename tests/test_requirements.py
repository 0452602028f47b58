"""The pinned lists and the ranges in pyproject.toml speak of the same packages."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def pins(path: str) -> list[Requirement]:
    """The pinned packages of a requirements file, without those of the files it includes."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def unmet(ranges: list[str], pinned: list[Requirement], python: str) -> list[str]:
    """Which ranges do not hold exactly one of the pins that apply on this Python."""
    here = {"python_version": python}
    applies = [pin for pin in pinned if pin.marker is None or pin.marker.evaluate(here)]
    found = []
    for wanted in map(Requirement, ranges):
        versions = [str(pin.specifier)[2:] for pin in applies if pin.name == wanted.name]
        if len(versions) != 1 or versions[0] not in wanted.specifier:
            found.append(f"{wanted}: {versions}")
    return found


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_the_pins_lie_in_the_ranges(python: str) -> None:
    lessons, tests = pins("binder/requirements.txt"), pins("requirements-dev.txt")
    assert all(str(pin.specifier).startswith("==") for pin in lessons + tests)
    assert unmet(PROJECT["dependencies"] + EXTRAS["notebooks"], lessons, python) == []
    dev = [
        wanted for extra in ("dev", "film", "neural", "site", "tables") for wanted in EXTRAS[extra]
    ]
    own = [wanted for wanted in dev if Requirement(wanted).name != PROJECT["name"]]
    assert unmet(own, tests, python) == []


def test_a_pin_out_of_range_or_absent_is_caught() -> None:
    pinned = [Requirement("plotly==8.0"), Requirement('numpy==2.4.6; python_version < "3.12"')]
    assert unmet(["plotly>=6.1,<8"], pinned, "3.11") == ["plotly<8,>=6.1: ['8.0']"]
    assert unmet(["numpy>=2.0"], pinned, "3.11") == []
    assert unmet(["numpy>=2.0"], pinned, "3.13") == ["numpy>=2.0: []"]


def test_binder_runs_a_supported_python() -> None:
    runtime = (ROOT / "binder/runtime.txt").read_text(encoding="utf-8").strip()
    assert runtime.removeprefix("python-") in SpecifierSet(PROJECT["requires-python"])
