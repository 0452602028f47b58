"""The frame of every page: one title, one way through the site, light and dark."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collapse_lib import links

TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}site.css">
</head>
<body>
<nav aria-label="Site">{nav}</nav>
<main>
{body}
</main>
<footer><p>{credit}</p></footer>
{script}</body>
</html>
"""


@dataclass(frozen=True)
class Site:
    """A site being written.

    Parameters
    ----------
    folder : Path
        Where it goes.
    root : Path
        The repository that it shows.
    url : str
        Its address on the web; empty if nobody knows yet.
    parts : mapping of str to str
        What the site has, by name: the address of each part from the site's top.
    """

    folder: Path
    root: Path
    url: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)

    def write(self, path: str, title: str, body: str, script: str = "") -> None:
        """Write one page.

        Parameters
        ----------
        path : str
            From the site's top, such as ``lessons/first.html``.
        title : str
            Plain text.
        body, script : str
            Markup of the page's own; the script with its tags.
        """
        up = "../" * path.count("/")
        here = {name: where for name, where in self.parts.items() if where}
        nav = " · ".join(
            f"<strong>{html.escape(name)}</strong>"
            if where == path
            else f'<a href="{up}{where}">{html.escape(name)}</a>'
            for name, where in here.items()
        )
        home = links.repository()
        made = "Made with collapse_lib, under the MIT licence."
        source = f' <a href="{html.escape(home)}">The source</a>.' if home else ""
        text = TEMPLATE.format(
            title=html.escape(title),
            up=up,
            nav=nav,
            body=body,
            credit=made + source,
            script=script,
        )
        self.file(path).write_text(text, encoding="utf-8")

    def file(self, path: str) -> Path:
        """Return the file at a place of the site, its folder made."""
        found = self.folder / path
        found.parent.mkdir(parents=True, exist_ok=True)
        return found
