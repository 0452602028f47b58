"""Every notebook runs, is committed clean, and stays a lesson: short cells, no code to maintain."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = [path for path in sorted(FOLDER.rglob("*.ipynb")) if ".ipynb_" not in str(path)]
LINK = re.compile(r"""\]\(\s*<?([^)\s>]+)|(?:src|href)\s*=\s*["']([^"']+)["']""")
LONGEST = 15
BUILT = "build-"  # so begin the ids of cells in which a reader builds a panel: functions are theirs


def run(notebook: NotebookNode, folder: Path) -> list[str]:
    """Run a copy, headless, as if opened in `folder`; give what its cells said went wrong."""
    copy = nbformat.from_dict(notebook)
    client = NotebookClient(
        copy,
        allow_errors=True,
        kernel_name="python3",  # the kernel of this interpreter
        resources={"metadata": {"path": str(folder)}},
        timeout=300,
    )
    client.execute()
    outputs = [out for cell in copy.cells for out in cell.get("outputs", [])]
    failed = [f"{out.ename}: {out.evalue}" for out in outputs if out.output_type == "error"]
    return failed + [out.text for out in outputs if out.get("name") == "stderr"]


def untidy(notebook: NotebookNode) -> list[str]:
    """What a commit of this notebook should not hold."""
    found = []
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("kernelspec is not python3: JupyterLab would open with a question")
    if "widgets" in notebook.metadata:
        found.append("widget state is saved")
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        where = repr(cell.source.partition("\n")[0])
        lines = cell.source.splitlines()
        if cell.outputs:
            found.append(f"{where}: outputs are saved")
        if cell.execution_count is not None:
            found.append(f"{where}: an execution count is saved")
        if len(lines) > LONGEST:
            found.append(f"{where}: {len(lines)} lines are more than {LONGEST}")
        if not cell.id.startswith(BUILT):
            found += [f"{where}: defines {name}" for name in helpers(cell.source)]
    return found


def helpers(source: str) -> list[str]:
    """Classes and functions defined in a cell, but for the naive loop that a lesson shows."""
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    names = [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, definitions)]
    return [name for name in names if not name.startswith("naive")]


def broken_links(notebook: NotebookNode, folder: Path) -> list[str]:
    """Images and links of the text to a file that is not there, or is out of JupyterLab's reach."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    targets = [unquote("".join(found).partition("#")[0]) for found in LINK.findall(text)]
    files = [target for target in targets if target and not re.match(r"\w+:", target)]
    reach = {path.resolve() for path in folder.rglob("*")}  # opened there, it serves that folder
    return [name for name in files if (folder / name).resolve() not in reach]


def committed(path: Path) -> NotebookNode:
    """Read what git holds: the file may be a learner's, with the outputs of their last run."""
    show = ["git", "show", f":./{path.name}"]
    done = subprocess.run(show, cwd=path.parent, capture_output=True, encoding="utf-8")
    if done.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"git does not hold {path.name}")
    return nbformat.reads(done.stdout, as_version=4)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert broken_links(notebook, path.parent) == []
    assert run(notebook, path.parent) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_committed_clean(path: Path) -> None:
    notebook = committed(path)
    nbformat.validate(notebook)
    assert untidy(notebook) == []


def test_the_first_notebook_is_there() -> None:
    assert FOLDER / "00_start_here.ipynb" in NOTEBOOKS


def lesson(*cells: NotebookNode, **metadata: object) -> NotebookNode:
    """Build a notebook without fault, but for what is handed in."""
    kernelspec = {"name": "python3", "display_name": "Python 3"}
    return new_notebook(cells=list(cells), metadata={"kernelspec": kernelspec} | metadata)


GOOD = new_code_cell("import numpy as np\n\n\ndef naive_collapse(n):\n    return np.zeros(n)")


@pytest.mark.parametrize(
    ("notebook", "complaint"),
    [
        (lesson(GOOD, kernelspec={"name": "mine", "display_name": "Mine"}), "kernelspec"),
        (new_notebook(cells=[GOOD]), "kernelspec"),
        (lesson(GOOD, widgets={}), "widget state"),
        (lesson(new_code_cell("1", outputs=[new_output("stream", text="1")])), "outputs"),
        (lesson(new_code_cell("1", execution_count=1)), "execution count"),
        (lesson(new_code_cell("1\n" * 16)), "16 lines"),
        (lesson(new_code_cell("class Panel:\n    pass")), "defines Panel"),
        (lesson(new_code_cell("if True:\n    def draw():\n        pass")), "defines draw"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_untidy_notebook_is_caught(notebook: NotebookNode, complaint: str) -> None:
    assert untidy(lesson(GOOD)) == []
    (found,) = untidy(notebook)
    assert complaint in found


@pytest.mark.parametrize(
    "text",
    [
        "![a plot](images/gone.png)",
        '<img src="gone.svg">',
        "[next](01_gone.ipynb#why)",
        "[outside](../beside.md)",
    ],
)
def test_a_broken_link_is_caught(text: str, tmp_path: Path) -> None:
    (tmp_path / "beside.md").touch()
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "my map.md").touch()
    fine = new_markdown_cell("[a](my%20map.md#top), [b](https://example.org) and [c](#here)")
    assert broken_links(lesson(fine), folder) == []
    assert broken_links(lesson(fine, new_markdown_cell(text)), folder) != []


def test_a_failing_cell_is_caught(tmp_path: Path) -> None:
    (tmp_path / "beside.csv").write_text("7", encoding="utf-8")
    here = f"import sys; assert sys.executable == {sys.executable!r}"
    cells = [
        here,
        "print(open('beside.csv').read())",
        "1 / 0",
        "import warnings; warnings.warn('hm')",
    ]
    first, second = run(lesson(*map(new_code_cell, cells)), tmp_path)
    assert first == "ZeroDivisionError: division by zero"
    assert "UserWarning: hm" in second
