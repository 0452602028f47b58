"""Markdown, with formulas, as HTML that needs no script: formulas become MathML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any


def renderer(
    address: Callable[[str], str] = str, fences: dict[str, Callable[[str], str]] | None = None
) -> Callable[[str], str]:
    """Return a function from Markdown to HTML.

    Parameters
    ----------
    address : callable
        Where a link or picture of the text is found on the site.
    fences : mapping of str to callable, optional
        What becomes of the fenced blocks of a language, by its first word; the function gets
        the whole line after the fence's back quotes, a line break, and the text inside.

    Returns
    -------
    callable
        It takes a text and returns markup. Markup in the text stays as it is: the text must
        be as trustworthy as the site itself.
    """
    import mistune

    special = fences or {}

    class Renderer(mistune.HTMLRenderer):
        def heading(self, text: str, level: int, **_: Any) -> str:
            return f'<h{level} id="{slug(text)}">{text}</h{level}>\n'

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return super().link(text, address(url), title)

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return super().image(text, address(url), title)

        def block_code(self, code: str, info: str | None = None) -> str:
            first = (info or "").split(" ")[0]
            if first in special:
                return special[first](f"{info}\n{code}")
            return highlighted(code, first)

        def table_head(self, text: str) -> str:
            bare = not re.sub(r"<[^>]+>", "", text).strip()  # Markdown cannot leave the head out
            return "" if bare else f"<thead>\n<tr>\n{text}</tr>\n</thead>\n"

        def inline_math(self, text: str) -> str:
            return formula(text)

        def block_math(self, text: str) -> str:
            return f"<p>{formula(text, display='block')}</p>\n"

    plugins = ["math", "strikethrough", "table"]
    made = mistune.create_markdown(renderer=Renderer(escape=False), plugins=plugins)

    def render(text: str) -> str:
        return str(made(text))

    return render


def formula(latex: str, display: str = "inline") -> str:
    """Return a formula as MathML."""
    from latex2mathml.converter import convert

    return str(convert(latex, display=display))


def highlighted(code: str, language: str = "") -> str:
    """Return code, coloured where its language is known."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        coloured = highlight(code, get_lexer_by_name(language), HtmlFormatter(nowrap=True))
    except ClassNotFound:
        coloured = html.escape(code)
    return f'<pre tabindex="0"><code>{coloured}</code></pre>\n'


def colours() -> str:
    """Return the style sheet of highlighted code, for light and dark."""
    from pygments.formatters import HtmlFormatter

    light, dark = (
        HtmlFormatter(style=style).get_style_defs("code") for style in ("bw", "github-dark")
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def slug(heading: str) -> str:
    """Return the anchor of a heading."""
    text = html.unescape(re.sub(r"<[^>]+>", "", heading)).lower()
    return re.sub(r"[^\w]+", "-", text).strip("-")
