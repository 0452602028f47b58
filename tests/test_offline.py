"""The bundle for a place without network: what is in it, and that it needs nothing else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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


def test_it_installs_and_speaks_without_a_network(unpacked, tmp_path):
    told = (unpacked / "README.txt").read_text(encoding="utf-8")
    assert 'install --no-index --find-links wheels "collapse_lib"' in told
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in told
    install = ["-m", "pip", "install", "--no-deps", "--no-index", "--target", str(tmp_path)]
    install += ["--find-links", "wheels", "collapse_lib"]
    code = "from collapse_lib import words; print(words.__file__, words.language('de'))"
    env = os.environ | DEAF | {"PYTHONPATH": str(tmp_path)}
    for words in (install, ["-c", code]):
        done = subprocess.run(
            [sys.executable, *words], cwd=unpacked, env=env, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path)) and done.stdout.endswith("de\n")


def test_what_cannot_be_is_said(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="root must be a checkout of the repository, not"):
        offline.bundle(tmp_path / "bundle.zip", root=tmp_path)
    monkeypatch.setattr(offline, "bundle", lambda *_, **__: offline._pip("wheel", "--no-such"))
    with pytest.raises(SystemExit, match="no such option"):
        __main__.main(["offline", str(tmp_path / "bundle.zip")])
    with pytest.raises(SystemExit, match="offline has no option --surprise"):
        __main__.main(["offline", "bundle.zip", "--surprise"])
    assert Path(tmp_path / "bundle.zip").exists() is False
