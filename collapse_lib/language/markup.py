"""Text without the marks that tell a page how to look: they are no words of a language."""

from __future__ import annotations

import json
import re
from pathlib import Path

GONE = re.compile(r"```.*?```|~~~.*?~~~|\$\$.*?\$\$|<!--.*?-->|!\[[^\]]*\]\([^)]*\)", re.DOTALL)
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
LINK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])")
RULE = re.compile(r"^[ \t]*[|:*_=-][|:*_= \t-]*$", re.MULTILINE)  # a line of dashes
BEGINNING = re.compile(r"^[ \t]*(?:#{1,6}|[>*+-]|\d+[.)])[ \t]+", re.MULTILINE)
FORMULA = re.compile(r"(?<!\w)\$(?=\S)[^$]+(?<=\S)\$(?!\w)")
EMPHASIS = re.compile(r"(?<!\w)([*_~`]{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", re.DOTALL)


def unmarked(text: str) -> str:
    """Return a text without the marks of Markdown and HTML, as somebody would read it aloud.

    Parameters
    ----------
    text : str
        Markdown, HTML between its lines, or a plain text.

    Returns
    -------
    str
        The words. Headings, lists, links and table cells keep theirs; pictures, formulas and
        blocks of code are left out.

    Notes
    -----
    It goes by rules of thumb and does not parse: a plain text with lines that begin with a dash
    loses the dashes too, so look at what comes back.

    Examples
    --------
    >>> unmarked("## A *small* [link](a.html)")
    'A small link'
    """
    text = TAG.sub(" ", GONE.sub(" ", text))
    text = FORMULA.sub(" ", LINK.sub(r"\1", text))
    text = BEGINNING.sub("", RULE.sub("", text))
    for _nested in range(2):  # **bold, with a *word* in it**
        text = EMPHASIS.sub(r"\2", text)
    return text.replace("|", " ").strip()


def notebook_prose(folder: str | Path = ".") -> str:
    """Return what the notebooks in a folder say between their code, unmarked.

    Parameters
    ----------
    folder : str or Path, default "."
        Where they lie; folders in it are left out.

    Returns
    -------
    str
        Their Markdown in the order of their names; empty where there is none.

    Notes
    -----
    A file that is no notebook of today's format (4), or may not be read, has no say: look at
    the length of what comes back before you read it as the text of all.
    """
    found = []
    for path in sorted(Path(folder).expanduser().glob("*.ipynb")):
        try:
            cells = json.loads(path.read_bytes())["cells"]
            texts = ["".join(one["source"]) for one in cells if one["cell_type"] == "markdown"]
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            continue
        found += texts
    return unmarked("\n\n".join(found))
