"""A site to look at: its links, followed one by one."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

LINK = re.compile(r'\s(?:href|src|data-src)="([^"$]+)"')  # with $: a template in a script
PLACE = re.compile(r'\s(?:id|name)="([^"]+)"')


@dataclass(frozen=True)
class Page:
    """The addresses that a page names, and the places in it that can be named."""

    links: list[str]
    places: set[str]


def page(path: Path) -> Page:
    """Read what is needed of a page; text that only looks like a tag has no plain quotes."""
    text = path.read_text(encoding="utf-8")
    return Page([unescape(link) for link in LINK.findall(text)], set(PLACE.findall(text)))


def broken_links(folder: Path) -> list[str]:
    """Links of all pages that lead to no file of the folder, or to no place in its page."""
    pages = {path.resolve(): page(path) for path in sorted(folder.rglob("*.html"))}
    broken = []
    for path, here in pages.items():
        for link in here.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                broken.append(f"{path.name}: {link}")
            elif parts.fragment and target in pages and not _is_state(parts.fragment):
                if unquote(parts.fragment) not in pages[target].places:
                    broken.append(f"{path.name}: {link}")
    return broken


def _is_state(fragment: str) -> bool:
    return "?" in fragment and "=" in fragment
