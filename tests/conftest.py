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
