"""The floors of the house: a module imports only from below, and heavy packages stay upstairs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1] / "collapse_lib"
FLOORS = (
    "checks links blocks replacing words",
    "distributions suffstats dice theory data labelled",
    "learners regimes metrics",
    "memory",
    "simulate sweep images language mistakes budget",
    "watching auditing",
    "style",
    "figures controls definitions",
    "permalinks",
    "surfaces fields",
    "explorable classroom",
    "gallery",
    "site offline",
    "__main__",
)
FLOOR = {name: height for height, names in enumerate(FLOORS) for name in names.split()}
WIDGETS = {"anywidget", "ipywidgets"}
HEAVY = WIDGETS | {"plotly", "scipy", "sklearn"}


def imports(node: ast.AST, later: bool = False) -> Iterator[tuple[str, bool]]:
    """Every name that the code imports, and whether only once a function runs."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, later) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            package = "." * child.level + (child.module or "")
            yield from ((f"{package}.{alias.name}", later) for alias in child.names)
        else:
            typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from imports(child, later or typing_only or function)


def violations(module: str, source: str) -> list[str]:
    """What `module` ("figures", "learners.gaussian") imports against the rules."""
    home = module.partition(".")[0]
    floor = FLOOR.get(home, -1)  # a module without a floor may import nothing
    found = []
    for name, later in imports(ast.parse(source)):
        top, _, rest = name.partition(".")
        family = rest.partition(".")[0]
        if top == "":
            wrong = "a relative import hides the floor"
        elif top == "collapse_lib":
            below = FLOOR.get(family, len(FLOORS)) < floor
            wrong = "" if family == home or below else "not below"
        elif top in WIDGETS:
            wrong = "" if home in ("surfaces", "explorable", "classroom", "site") else "widgets"
        elif top == "plotly":
            wrong = "" if later and floor >= FLOOR["style"] else "plotly"
        elif top in HEAVY:
            wrong = "" if later or (top, home) == ("scipy", "theory") else "slow to load"
        else:
            continue
        found += [f"{module} imports {name}: {wrong}"] if wrong else []
    return found


def modules() -> list[Path]:
    return sorted(path for path in HOUSE.rglob("*.py") if path != HOUSE / "__init__.py")


def test_every_module_imports_only_from_below() -> None:
    assert len(modules()) > 10
    for path in modules():
        name = ".".join(path.relative_to(HOUSE).with_suffix("").parts)
        assert violations(name, path.read_text(encoding="utf-8")) == []
        assert name.partition(".")[0] in FLOOR, f"{name} has no floor yet"


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("distributions", "from collapse_lib.learners import GaussianMLE"),
        ("learners.gaussian", "from collapse_lib.metrics import variance"),
        ("learners.gaussian", "from collapse_lib import simulate"),
        ("dice", "def roll():\n    from collapse_lib.gallery import variance_collapse"),
        ("regimes", "from collapse_lib import Normal"),
        ("metrics", "from .simulate import Lineage"),
        ("unheard_of", "import collapse_lib.dice"),
        ("simulate", "def draw():\n    import plotly.graph_objects"),
        ("figures", "import plotly.graph_objects as go"),
        ("figures", "def draw():\n    from ipywidgets import IntSlider"),
        ("gallery.variance_collapse", "import anywidget"),
        ("metrics", "from scipy.special import ndtri"),
    ],
)
def test_the_rule_bites(module: str, source: str) -> None:
    assert violations(module, source)


def loaded_after(code: str) -> set[str]:
    """The heavy packages that a fresh interpreter holds after running `code`."""
    probe = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return HEAVY & set(done.stdout.split())


def test_importing_the_library_is_light() -> None:
    assert loaded_after("import collapse_lib") == set()
    assert "scipy" in loaded_after("import collapse_lib; collapse_lib.theory")
