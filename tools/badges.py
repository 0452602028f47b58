"""Write the badges of the README: ``python tools/badges.py``.

They stand between two marks at its top, and follow from the addresses under ``[project.urls]`` in
pyproject.toml; without any there are none.
"""

from __future__ import annotations

import re
from pathlib import Path

from collapse_lib import links

README = Path(__file__).parents[1] / "README.md"
FIRST = "notebooks/00_start_here.ipynb"
LOGOS = {
    "Binder": "https://mybinder.org/badge_logo.svg",
    "Colab": "https://colab.research.google.com/assets/colab-badge.svg",
    "nbviewer": "https://raw.githubusercontent.com/jupyter/design/main/logos/Badges/nbviewer_badge.svg",
}
MARKED = re.compile(r"(<!-- badges[^>]*-->\n).*?(<!-- /badges -->\n)", re.DOTALL)


def badges() -> list[str]:
    """Return one line of Markdown for each place where the first notebook can be opened."""
    ways = {
        "Binder": links.binder(FIRST),
        "Colab": links.colab(FIRST),
        "nbviewer": links.nbviewer(FIRST),
    }
    lines = [f"[![{name}]({LOGOS[name]})]({way})" for name, way in ways.items() if way]
    texts = {"All figures and lessons on the web": links.homepage(), "Source": links.repository()}
    return lines + [f"[{text}]({way})" for text, way in texts.items() if way]


def fresh(readme: str) -> str:
    """Return the README with the badges of today.

    Raises
    ------
    ValueError
        If it has no place for them.
    """
    if not MARKED.search(readme):
        raise ValueError("README.md must hold the marks <!-- badges --> and <!-- /badges -->")
    lines = "".join(f"{line}\n" for line in badges())
    return MARKED.sub(lambda mark: f"{mark[1]}{lines}{mark[2]}", readme, count=1)


if __name__ == "__main__":
    README.write_text(fresh(README.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"README.md: {len(badges())} links")
