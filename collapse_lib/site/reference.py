"""The reference: pages made from the docstrings."""

from __future__ import annotations

import subprocess
import sys

from collapse_lib.site.page import Site

FOLDER = "reference"


def write(site: Site) -> None:
    """Write the reference of the whole library.

    Parameters
    ----------
    site : Site
        Where it goes, in a folder of its own.

    Notes
    -----
    In a process of its own: pdoc imports every module, and changes how some of them behave.
    """
    folder = site.folder / FOLDER
    command = [sys.executable, "-m", "pdoc", "--docformat", "numpy"]
    command += ["--output-directory", str(folder), "collapse_lib"]
    subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
