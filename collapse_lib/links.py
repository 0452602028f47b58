"""What a page says of where it comes from: the version, and where the project lives on the web.

One place says the latter, ``[project.urls]`` in pyproject.toml.

``Repository`` is the address of the code, ``Homepage`` that of the site, where there is one.
Figures, the site and (by ``python tools/badges.py``) the README take their links from here;
what no address is known for is not promised.
"""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

VERSION = "1.0.0"
CHECKOUT = Path(__file__).parents[1] / "pyproject.toml"
GITHUB = "github.com"


def repository() -> str:
    """Return the address of the repository; empty where nobody named one."""
    return _named("Repository").removesuffix(".git")


def homepage() -> str:
    """Return the address of the site; empty where nobody named one."""
    return _named("Homepage")


def source(path: str) -> str:
    """Return the address of a file of the repository, such as a notebook; empty if unknown.

    Parameters
    ----------
    path : str
        From the root of the repository.
    """
    home = repository()
    return f"{home}/blob/HEAD/{path}" if home and path else home


def binder(path: str) -> str:
    """Return the address where Binder opens a notebook; empty unless the repository is on GitHub.

    Parameters
    ----------
    path : str
        From the root of the repository.
    """
    return _opened("https://mybinder.org/v2/gh/{name}/HEAD?urlpath=lab/tree/{path}", path)


def colab(path: str) -> str:
    """Return the address where Colab opens a notebook; empty unless the repository is on GitHub.

    Parameters
    ----------
    path : str
        From the root of the repository.

    Notes
    -----
    Colab brings the notebook alone: the library must be installed in a cell before it runs.
    """
    return _opened("https://colab.research.google.com/github/{name}/blob/HEAD/{path}", path)


def nbviewer(path: str) -> str:
    """Return the address where nbviewer shows a notebook; empty unless it is on GitHub.

    Parameters
    ----------
    path : str
        From the root of the repository.

    Notes
    -----
    Our notebooks are kept without outputs, so that it shows their texts and no figures.
    """
    return _opened("https://nbviewer.org/github/{name}/blob/HEAD/{path}", path)


def elsewhere(path: str) -> list[tuple[str, str]]:
    """Return the addresses where a notebook can be run or seen, each with a label.

    Parameters
    ----------
    path : str
        From the root of the repository.
    """
    ways = [
        (binder(path), "open it on Binder"),
        (colab(path), "open it in Colab (and install the library there first)"),
        (source(path), "see its source"),
    ]
    return [(address, label) for address, label in ways if address]


def _opened(address: str, path: str) -> str:
    """Fill in owner and name of the repository, and a path; empty if it is not on GitHub."""
    host, _, name = repository().removeprefix("https://").partition("/")
    return address.format(name=name, path=path) if host == GITHUB else ""


def _named(kind: str) -> str:
    """Return an address as the checkout, or else the installed package, names it."""
    if CHECKOUT.is_file():  # an installed package has none beside it
        project = tomllib.loads(CHECKOUT.read_text(encoding="utf-8")).get("project", {})
        urls = project.get("urls", {}) if project.get("name") == "collapse_lib" else {}
    else:
        try:
            listed: list[str] = metadata("collapse_lib").get_all("Project-URL") or []
        except PackageNotFoundError:
            listed = []
        urls = dict(url.split(", ", 1) for url in listed)
    return str(urls.get(kind, "")).rstrip("/")
