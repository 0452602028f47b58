"""The rules that every test runs under."""

from uuid import uuid4

import pytest
from hypothesis import settings

# The same examples in every run, and never a verdict by the clock.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def home_of_progress(tmp_path_factory, monkeypatch):
    """Let no test read or write the progress of whoever runs it."""
    home = tmp_path_factory.getbasetemp() / f"home-{uuid4().hex}"  # made by whoever writes there
    monkeypatch.setenv("COLLAPSE_LIB_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def built_site(tmp_path_factory):
    """The site with one figure and one lesson that was run; without JupyterLite."""
    from collapse_lib import site

    folder = tmp_path_factory.mktemp("site")
    some = {"figures": ["loops"], "run": ["00_start_here"]}
    site.build(folder, url="https://example.org/suite/", browser=False, **some)
    return folder
