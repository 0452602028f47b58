"""When nobody answers: a slider never lies, and what was lost on its way is said again."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import PATIENCE
from .lessons import key, settled
from .pages import Notebook

pytestmark = pytest.mark.browser

KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
SWALLOW = f"() => {{ {KERNEL}._ws.send = () => {{}} }}"  # sent, and lost on a dying line
CUT = f"() => {KERNEL}._ws.close()"


@pytest.fixture
def panel(open_notebook: Callable[..., Notebook]) -> Iterator[Locator]:
    """One live panel, alone in a notebook."""
    notebook = open_notebook("00_start_here.ipynb", viewport={"width": 1280, "height": 720})
    notebook.replace_cells(
        "from collapse_lib import gallery\ngallery.variance_collapse.widget(n=50)"
    )
    notebook.run_all()
    expect.set_options(timeout=PATIENCE)
    found = notebook.page.locator("[data-collapse=panel]")
    expect(found.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    yield found
    expect.set_options(timeout=None)


def notice(panel: Locator) -> Locator:
    """Give what the panel complains of."""
    return panel.locator("[data-collapse=notice]")


def readout(panel: Locator) -> Locator:
    """Give the number beside the sample size's slider."""
    return panel.locator(".collapse-input-n .widget-readout")


def test_what_was_lost_with_the_connection_is_said_again(panel: Locator) -> None:
    """The line dies while a slider moves: the panel follows all the same, now and later."""
    page: Page = panel.page
    page.evaluate(SWALLOW)
    key(panel, "sample size", "ArrowRight", "ArrowRight")
    page.evaluate(CUT)
    settled(panel, n=70)
    expect(notice(panel)).to_be_hidden()
    key(panel, "sample size", "ArrowRight")
    settled(panel, n=80)


@pytest.mark.parametrize("end", ["restartKernel", "shutdown"])
def test_without_a_kernel_the_slider_goes_back_and_the_panel_says_so(
    panel: Locator, end: str
) -> None:
    """The cursor, Play and the numbers live on."""
    panel.page.evaluate(f"() => window.jupyterapp.shell.currentWidget.sessionContext.{end}()")
    key(panel, "sample size", "ArrowRight")
    expect(notice(panel)).to_contain_text("Not connected to a kernel")
    expect(readout(panel)).to_have_text("50")
    state = panel.locator("[data-collapse=state]")
    expect(state).to_contain_text("n=50&real=0&")
    panel.locator("[data-collapse=on]").click()
    expect(state).to_contain_text("generations=51")
    panel.locator("[data-collapse=table] summary").click()
    expect(panel.locator("[data-collapse=table] td").first).to_be_visible()
