"""The rules that every test runs under."""

import os
import time
from uuid import uuid4

import pytest
from hypothesis import settings

# The same examples in every run, and never a verdict by the clock.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")


def pytest_terminal_summary(terminalreporter):
    """List what has no translation: it is shown in English, and stops nobody."""
    noted = [
        note for report in terminalreporter.getreports("passed") for note in report.user_properties
    ]
    for name, title in (
        ("untranslated", "not translated yet: see python tools/catalogue.py"),
        ("unmarked", "shown, but not collected: mark it with collapse_lib.words.later"),
    ):
        lines = [text for kind, text in noted if kind == name]
        if lines:
            terminalreporter.section(title)
            terminalreporter.write_line("\n".join(lines))


@pytest.fixture(autouse=True)
def home_of_progress(tmp_path_factory, monkeypatch):
    """Let no test read or write the progress of whoever runs it."""
    home = tmp_path_factory.getbasetemp() / f"home-{uuid4().hex}"  # made by whoever writes there
    monkeypatch.setenv("COLLAPSE_LIB_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def built_site(tmp_path_factory):
    """The site with one figure, one deck and one lesson that was run, but without JupyterLite.

    The first worker that asks builds it, the others wait.
    """
    from collapse_lib import site

    home = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        home = home.parent
    folder, done = home / "site", home / "site.done"
    try:
        folder.mkdir()
    except FileExistsError:
        while not done.exists():
            time.sleep(0.2)
    else:
        try:
            address = "https://example.org/suite/"
            one = ["00_start_here"]
            some = {"figures": ["loops"], "run": one, "decks": one}
            site.build(folder, url=address, browser=False, **some)
        finally:
            done.touch()
    assert (folder / "index.html").is_file(), "the site could not be built"
    return folder
