"""What a newcomer's JupyterLab does before any panel of ours is in it."""

from collections.abc import Callable
from types import SimpleNamespace

import nbformat
import pytest
from playwright.sync_api import Error

from .pages import Lab, Notebook, launch, stop_without_browser


@pytest.fixture
def plain(lab: Lab) -> str:
    """Put a notebook of two cells, one of them wrong, where JupyterLab looks; give its name."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in ("print(6 * 7)", "1 / 0")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, lab.folder / "plain.ipynb")
    return "plain.ipynb"


@pytest.mark.browser
def test_nothing_stands_between_a_newcomer_and_the_notebook(
    open_notebook: Callable[..., Notebook], plain: str
) -> None:
    notebook = open_notebook(plain)
    notebook.run_all()
    assert notebook.page.locator(".jp-OutputArea-output").first.inner_text().strip() == "42"
    assert notebook.page.locator(".jp-Dialog").count() == 0
    assert notebook.page.locator(".Toastify__toast").all_inner_texts() == []
    assert notebook.console_errors == []


@pytest.mark.browser
def test_an_error_in_a_cell_or_on_the_console_is_seen(
    open_notebook: Callable[..., Notebook], plain: str
) -> None:
    notebook = open_notebook(plain)
    notebook.run_all()
    assert len(notebook.cell_errors()) == 1
    notebook.page.evaluate("() => console.error('a deliberate error')")
    assert notebook.console_errors == ["a deliberate error"]


def test_a_missing_browser_is_said_and_fails_only_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    def launch_nothing(**_: object) -> None:
        raise Error("nothing at that path\nand more")

    bare = SimpleNamespace(chromium=SimpleNamespace(launch=launch_nothing))
    with pytest.raises(LookupError, match=r"no Chromium.*\(nothing at that path\)$"):
        launch(bare)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        stop_without_browser("no browser")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        stop_without_browser("no browser")
