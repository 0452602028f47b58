"""Questions for a hall: vote, talk, vote again. The plans hold them, and a deck shows them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PLANS = "notebooks/for_lecturers.md"
MOST = 8  # answers to a question: what three letters can tell apart

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Your vote</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../site.css">
</head>
<body>
<main>
<h1>Your vote</h1>
<p id="question">This page needs the address from the slide: it says which question is meant.</p>
<div id="answers"></div>
<p id="code" class="code" role="status"></p>
<p class="small">Nothing is sent from here. Your answer becomes three letters, which you write into
the chat or on a slip of paper. Choose anew after the talk: it makes new letters.</p>
</main>
<script type="application/json" id="questions">{questions}</script>
<script src="codes.js"></script>
<script src="vote.js"></script>
</body>
</html>
"""


@dataclass(frozen=True)
class Question:
    """A question to vote on.

    Parameters
    ----------
    text : str
        What is asked.
    answers : tuple of str
        In the order of their letters.
    reveals : str
        In Markdown, for the speaker: which one is right, and what each of the others reveals.

    Raises
    ------
    ValueError
        If there is no choice, or too much of it.
    """

    text: str
    answers: tuple[str, ...]
    reveals: str = ""

    def __post_init__(self) -> None:
        """Check the answers."""
        if not 2 <= len(self.answers) <= MOST:
            raise ValueError(
                f"a vote must have 2 to {MOST} answers, not {len(self.answers)}: {self.text!r}"
            )


def find(root: Path) -> dict[str, tuple[Question, ...]]:
    """Return the questions of a repository's plans by lesson; none if it has no plans."""
    page = root / PLANS
    return read(page.read_text(encoding="utf-8")) if page.is_file() else {}


def read(text: str) -> dict[str, tuple[Question, ...]]:
    """Return the questions that a page of plans holds, by lesson."""
    parts = re.split(r"^## (\d\d_\w+)$", text, flags=re.MULTILINE)[1:]
    vote = re.compile(r"^\*\*Vote \d\.\*\*(.*?)<details>.*?</summary>(.*?)</details>", re.S | re.M)
    return {
        lesson: tuple(_question(asked, reveals) for asked, reveals in vote.findall(plan))
        for lesson, plan in zip(parts[::2], parts[1::2], strict=True)
    }


def _question(asked: str, reveals: str) -> Question:
    text, *answers = re.split(r"(?: ·)? \*\*[A-H]\*\* ", " ".join(asked.split()))
    return Question(text, tuple(answers), reveals.strip())


def ballot(key: str, question: Question, site: str = "") -> str:
    """Return the part of a slide where a hall's votes are counted, by hand or by letters.

    Parameters
    ----------
    key : str
        Names the question on the page where people vote.
    question : Question
        What is asked.
    site : str
        The site's address, where it is known: it makes the QR code.
    """
    rows = "".join(
        f'<li><span class="answer">{html.escape(answer)}</span>'
        + "".join(
            f'<label>{label} <input type="number" min="0" value="0" data-round="{number}"></label>'
            f'<meter min="0" max="1" value="0" data-round="{number}">0</meter>'
            for number, label in enumerate(("first", "again"))
        )
        + "</li>"
        for answer in question.answers
    )
    code = _code(f"{site}/vote.html#{key}") if site else ""
    return (
        f'<div class="vote" data-vote="{key}">\n<h2>{html.escape(question.text)}</h2>\n'
        f'<div class="ballot"><ol type="A">{rows}</ol>{code}</div>\n'
        '<p class="steps"><button type="button" data-step="0" aria-pressed="true">Vote</button> '
        '<button type="button" data-step="1" aria-pressed="false">Talk <output>2:00</output>'
        '</button> <button type="button" data-step="2" aria-pressed="false">Vote again</button> '
        '<label>Letters from the chat <textarea rows="1" spellcheck="false"></textarea></label> '
        '<span role="status"></span></p>\n</div>\n'
    )


def _code(address: str) -> str:
    import segno

    drawn = segno.make(address, micro=False).svg_inline(scale=6, light="#fff", omitsize=True)
    return f'<figure class="qr">{drawn}<figcaption>{html.escape(address)}</figcaption></figure>'


def page(questions: Mapping[str, Question]) -> str:
    """Return the page where people vote: it knows all questions, and shows the one asked for."""
    known = {key: {"question": q.text, "answers": q.answers} for key, q in questions.items()}
    return PAGE.format(questions=json.dumps(known).replace("<", "\\u003c"))
