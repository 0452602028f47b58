"""The reference is made from the docstrings, and every public name has one that says enough."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import collapse_lib

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def public_names() -> dict[str, object]:
    """Everything that the package and its public modules export, by its full name."""
    found: dict[str, object] = {}
    todo = [("collapse_lib", collapse_lib)]
    while todo:
        where, module = todo.pop()
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.ismodule(value):
                todo.append((f"{where}.{name}", value))
            elif inspect.isfunction(value) or (
                inspect.isclass(value) and not getattr(value, "_is_protocol", False)
            ):
                found[f"{where}.{name}"] = value
    return found


def undocumented(value: object) -> list[str]:
    """Parameters that the docstring of a function or class does not name."""
    text = inspect.getdoc(value) or ""
    if inspect.isclass(value):
        text += inspect.getdoc(value.__init__) or ""
    try:
        parameters = inspect.signature(value).parameters.values()
    except ValueError:  # a type alias has no signature
        return []
    named = re.findall(r"^([\w, *]+?)(?: :.*)?$", text, re.MULTILINE)
    known = {name.strip(" *") for line in named for name in line.split(",")}
    return [p.name for p in parameters if p.name not in known]


NAMES = public_names()


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_of_a_public_name_is_documented(name):
    assert len(inspect.getdoc(NAMES[name]) or "") > 40
    # every metric is called metric(model, truth), which `collapse_lib.metrics` says once
    assert undocumented(NAMES[name]) in ([], ["model", "truth"])


def test_a_forgotten_parameter_is_noticed():
    def shrink(n, real):
        """Shrink.

        Parameters
        ----------
        n : int
            Sample size.
        """

    assert undocumented(shrink) == ["real"]


def test_the_reference_is_built_by_the_command_in_the_readme(tmp_path):
    command = re.search(r"`(pdoc [^`]+)`", README)
    assert command is not None
    arguments = [*command[1].split()[1:], "--output-directory", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pdoc", *arguments], check=True, capture_output=True)
    page = (tmp_path / "collapse_lib.html").read_text(encoding="utf-8")
    for name in ("simulate", "GaussianMLE", "Refresh"):
        assert f'id="{name}"' in page
    assert (tmp_path / "collapse_lib" / "theory.html").is_file()
