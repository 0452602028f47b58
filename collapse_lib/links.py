"""Where the project lives on the web: one address, the repository's in pyproject.toml."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata

GITHUB = "github.com"


def repository() -> str:
    """Return the address of the repository; empty where the metadata name none.

    Notes
    -----
    It is read from the installed package, so that a changed address needs a new
    ``pip install``.
    """
    try:
        urls = metadata("collapse_lib").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    named: dict[str, str] = dict(url.split(", ", 1) for url in urls)
    return named.get("Repository", "").rstrip("/")


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
    host, _, name = repository().removeprefix("https://").partition("/")
    return (
        f"https://mybinder.org/v2/gh/{name}/HEAD?urlpath=lab/tree/{path}" if host == GITHUB else ""
    )


def elsewhere(path: str) -> list[tuple[str, str]]:
    """Return the addresses where a notebook can be seen or run, each with a label.

    Parameters
    ----------
    path : str
        From the root of the repository.
    """
    ways = [(binder(path), "open it on Binder"), (source(path), "see its source")]
    return [(address, label) for address, label in ways if address]
