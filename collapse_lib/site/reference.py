"""The reference: pages made from the docstrings."""

from __future__ import annotations

import re
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
    for path in folder.rglob("*.html"):
        path.write_text(mended(path.read_text(encoding="utf-8")), encoding="utf-8")


def mended(page: str) -> str:
    """Return a page of pdoc's without its links to members that it does not describe."""
    known = set(re.findall(r'\sid="([^"]+)"', page))

    def keep(match: re.Match[str]) -> str:
        return match[0] if match[1] in known else match[2]

    return re.sub(r'<a href="#([^"]+)"[^>]*>(.*?)</a>', keep, page)
