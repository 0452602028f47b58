"""The bundle for a place without network: what is in it, and that it needs nothing else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from collapse_lib import __main__, offline

NOWHERE = "http://127.0.0.1:9"  # nobody listens there: whoever asks the network, fails
DEAF = {f"{kind}_PROXY": NOWHERE for kind in ("HTTP", "HTTPS", "ALL")} | {"PIP_INDEX_URL": NOWHERE}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """A bundle of our own wheel, as `__main__` writes it; the whole one takes minutes."""
    place = tmp_path_factory.mktemp("offline")
    path = offline.bundle(place / "bundle.zip", dependencies=False)
    with zipfile.ZipFile(path) as packed:
        packed.extractall(place)
    return place / "bundle"


def test_everything_is_in_it(unpacked):
    (wheel,) = (unpacked / "wheels").glob("collapse_lib-*.whl")
    assert (unpacked / "notebooks" / "00_start_here.ipynb").is_file()
    assert (unpacked / "notebooks" / "for_lecturers.md").is_file()
    assert not list(unpacked.rglob(".ipynb_checkpoints"))
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    for name in ("surfaces/figure.js", "locales/de/LC_MESSAGES/collapse_lib.mo"):
        assert f"collapse_lib/{name}" in names


@pytest.fixture(scope="module")
def installed(unpacked, tmp_path_factory):
    """The wheel as a folder on Python's path, installed without a network, and that environment."""
    told = (unpacked / "README.txt").read_text(encoding="utf-8")
    assert 'install --no-index --find-links wheels "collapse_lib"' in told
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in told
    place = tmp_path_factory.mktemp("installed")
    env = os.environ | DEAF | {"PYTHONPATH": str(place)}
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index"]
    install += ["--target", str(place), "--find-links", "wheels", "collapse_lib"]
    subprocess.run(install, cwd=unpacked, env=env, capture_output=True, check=True)
    return place, env


OWN = """
import collapse_lib
from collapse_lib import gallery, words
from collapse_lib.gallery import snowball_questions, start_questions

panel = gallery.variance_collapse.widget(n=20)
frame = gallery.loops.embed("loops.html")
cards = start_questions.people(), snowball_questions.half()
panel.set(n=30)
cards[0].choose(100)
cards[0].commit()
cards[0].reveal()
words.language("de")
print(collapse_lib.__file__, panel.values["n"], cards[0].revealed, words._("Play"))
"""


def test_a_notebook_of_ones_own_needs_no_checkout(installed, tmp_path, monkeypatch):
    """A panel, a web page and a lesson's cards, from the wheel alone."""
    place, env = installed
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    cells = [nbformat.v4.new_code_cell(part) for part in OWN.split("\n\n")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute(cwd=str(tmp_path))
    (said,) = notebook.cells[-1].outputs
    where, *rest = said.text.split()
    assert Path(where).is_relative_to(place) and rest == ["30", "True", "Abspielen"]
    assert "<html" in (tmp_path / "loops.html").read_text(encoding="utf-8")


def test_what_cannot_be_is_said(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="root must be a checkout of the repository, not"):
        offline.bundle(tmp_path / "bundle.zip", root=tmp_path)
    monkeypatch.setattr(offline, "bundle", lambda *_, **__: offline._pip("wheel", "--no-such"))
    with pytest.raises(SystemExit, match="no such option"):
        __main__.main(["offline", str(tmp_path / "bundle.zip")])
    with pytest.raises(SystemExit, match="offline has no option --surprise"):
        __main__.main(["offline", "bundle.zip", "--surprise"])
    assert Path(tmp_path / "bundle.zip").exists() is False
