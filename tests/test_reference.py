"""The reference is made from the docstrings, and every public name has one that says enough.

Of what computes something, that is: where it comes from, how it is misread, what it refuses.
"""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import collapse_lib
from collapse_lib import checks
from collapse_lib.learners import Learner

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


# --- what the science owes -------------------------------------------------------------------

SCIENCE = {
    *("distributions", "learners", "suffstats", "mistakes", "images"),
    *("regimes", "metrics", "theory", "budget", "watching", "auditing", "simulate", "sweep"),
}
# They run what others define, and have no formula that could have a source.
NO_SOURCE = {"Lineage", "SweepResult", "simulate", "sweep"}

LISTED = re.compile(r"^References\n-----", re.MULTILINE)
QUOTED = re.compile(
    r"\barXiv:\d{4}\.\d{5}|\([^()]*[A-Z][^()]*\b(?:1[7-9]|20)\d\d\)|\b[Dd]erived here\b"
)
CHECKS = {name for name, value in vars(checks).items() if inspect.isfunction(value)}


def is_science(value: object) -> bool:
    """Whether it is a law, a learner, a regime, a filter, a metric, or what is made of them."""
    _, module, *_ = f"{value.__module__}.".split(".")
    return module in SCIENCE or (inspect.isclass(value) and issubclass(value, Learner))


def refuses(value: object) -> bool:
    """Whether a function, or a method of a class, raises by itself or lets a check do it."""
    tree = ast.parse(dedent(inspect.getsource(inspect.unwrap(value))))
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    names = {getattr(function, "id", getattr(function, "attr", None)) for function in called}
    return bool(names & CHECKS) or any(isinstance(node, ast.Raise) for node in ast.walk(tree))


def missing(value: object) -> list[str]:
    """What a docstring of the science does not say."""
    text = inspect.getdoc(value) or ""
    own = vars(value).values() if inspect.isclass(value) else ()
    methods = (inspect.getdoc(method) or "" for method in own if callable(method))
    found = []
    if not (LISTED.search(text) or QUOTED.search(" ".join(text.split()))):
        found.append("a source, or that it is derived here")
    if not re.search(r"^Notes\n-----", text, re.MULTILINE):
        found.append("Notes, with a misreading")
    if refuses(value) and not re.search(r"^Raises\n---", "\n".join([text, *methods]), re.MULTILINE):
        found.append("Raises")
    return found


@pytest.mark.parametrize("name", [name for name, value in NAMES.items() if is_science(value)])
def test_the_science_names_its_sources_its_misreadings_and_what_it_refuses(name):
    lacks = missing(NAMES[name])
    if name.rpartition(".")[2] in NO_SOURCE:
        lacks.remove("a source, or that it is derived here")
    assert lacks == []


def test_a_docstring_that_says_too_little_is_noticed():
    def bare(n):
        """Return the half (of n = 2000)."""
        checks.whole("n", n, least=1)

    assert missing(bare) == [
        "a source, or that it is derived here",
        "Notes, with a misreading",
        "Raises",
    ]

    def good(n):
        """Return the half.

        Raises
        ------
        ValueError
            If there is none.

        Notes
        -----
        As in Good (Biometrika
        1953), though not to be read as a whole.
        """
        raise ValueError

    assert missing(good) == []

    class Method:
        """A class whose method is documented where it raises; derived here.

        Notes
        -----
        No whole.
        """

        def half(self):
            """Return it.

            Raises
            ------
            ValueError
                Always.
            """
            raise ValueError

    assert missing(Method) == []
    Method.half.__doc__ = "Return it."
    assert missing(Method) == ["Raises"]


# --- the pages -------------------------------------------------------------------------------


def test_the_reference_is_built_by_the_command_in_the_readme(tmp_path):
    command = re.search(r"`(pdoc [^`]+)`", README)
    assert command is not None
    arguments = [*command[1].split()[1:], "--output-directory", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pdoc", *arguments], check=True, capture_output=True)
    pages = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    absent = []
    for name in NAMES:
        where, _, own = name.rpartition(".")
        page = pages.get(tmp_path / f"{where.replace('.', '/')}.html", "")
        if f'id="{own}"' not in page:
            absent.append(name)
    assert absent == []


def test_base_classes_are_public_too():
    """Who writes a learner or a law of their own looks for what it inherits."""
    last = {name.rpartition(".")[2] for name in NAMES}
    bases = {"Distribution", "Learner", "PointLearner", "Regime"}
    assert last >= bases | {"Counts", "Gram", "Moments", "Sample", "Scatter"}
