"""binder/ as Binder reads it: repo2docker's own build pack, without Docker."""

import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

with warnings.catch_warnings():  # of its own imports
    warnings.simplefilter("ignore", DeprecationWarning)
    from repo2docker.app import Repo2Docker

ROOT = Path(__file__).parents[1]


@pytest.fixture
def pack(monkeypatch):
    """The build pack that repo2docker chooses for this repository."""
    monkeypatch.chdir(ROOT)
    app = Repo2Docker()
    for kind in app.buildpacks:
        found = kind(app.base_image)
        if found.detect():
            found.platform = "linux/amd64"
            return found
    pytest.fail("no build pack takes this repository")


def test_repo2docker_reads_what_we_meant(pack):
    assert pack.binder_dir == "binder"
    assert (
        pack.python_version == (ROOT / "binder/runtime.txt").read_text().strip()[len("python-") :]
    )
    scripts = "\n".join(script for _, script in pack.get_preassemble_scripts())
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in scripts


def test_the_packages_are_a_layer_of_their_own(pack):
    """So that a commit does not install them again: no line of the list may be a local path."""
    file = pack.render({"NB_UID": "1000", "NB_USER": "jovyan"})
    packages, everything = (
        file.index('-r "binder/requirements.txt"'),
        file.index("COPY --chown=1000:1000 src/ ${REPO_DIR}"),
    )
    assert packages < everything < file.index("binder/postBuild")


def test_what_runs_last_can_be_run_and_stops_at_an_error(pack):
    assert pack.get_post_build_scripts() == ["binder/postBuild"]
    text = (ROOT / "binder/postBuild").read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash") and re.search("^set -euo pipefail$", text, re.M)
    assert os.access(ROOT / "binder/postBuild", os.X_OK) or sys.platform == "win32"


def test_its_commands_are_commands(tmp_path):
    subprocess.run(["bash", "-n", str(ROOT / "binder/postBuild")], check=True)
