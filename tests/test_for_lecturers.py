"""The lecturers' plans belong to the lessons that there are, and their minutes add up."""

import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from collapse_lib import gallery, theory

FOLDER = Path(__file__).parents[1] / "notebooks"
PLANS = dict(
    re.findall(
        r"^## (\d\d_\w+)\n(.*?)(?=^## |\Z)",
        (FOLDER / "for_lecturers.md").read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
)
LESSONS = [path.stem for path in sorted(FOLDER.glob("[0-9]*.ipynb"))]


def minutes(plan: str) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in re.findall(r"^\| (\d+)–(\d+) \|", plan, re.MULTILINE)]


def test_every_lesson_has_a_plan() -> None:
    assert set(LESSONS) <= set(PLANS)


@pytest.mark.parametrize("lesson", PLANS)
def test_the_minutes_add_up(lesson: str) -> None:
    plan = PLANS[lesson]
    steps = minutes(plan)
    assert steps[0][0] == 0
    assert all(before[1] == after[0] for before, after in pairwise(steps))
    assert all(a < b for a, b in steps)
    assert f" {steps[-1][1]} minutes" in plan.partition("|")[0]


@pytest.mark.parametrize("lesson", PLANS)
def test_the_parts_are_there(lesson: str) -> None:
    plan = PLANS[lesson]
    for part in ("Misconception", "Vote 1.", "Vote 2.", "Homework.", "Without power."):
        assert f"**{part}" in plan
    assert plan.count("<details>") == plan.count("</details>") == 3
    for vote in re.findall(r"\*\*Vote \d\.\*\*(.*?)</details>", plan, re.DOTALL):
        question, _, answer = vote.partition("<details>")
        assert re.findall(r"\*\*([A-D])\*\*", question) == list("ABCD")
        (right,) = re.findall(r"^\*\*([A-D])\*\*", answer, re.MULTILINE)
        others = set(re.findall(r"\b([A-D])\b", answer.replace(f"**{right}**", "")))
        assert others >= set("ABCD") - {right} or lesson == "08_your_own_data"


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_a_plan_names_is_in_the_lesson(lesson: str) -> None:
    cells = json.loads((FOLDER / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    named = set(re.findall(r"`([\w.]+(?:\(.*?\))?)`", PLANS[lesson].partition("**Homework")[0]))
    pieces = {name for name in named if re.match(r"ask\.|\w+_questions\.|gallery\.|[A-Z]", name)}
    for piece in pieces:
        if piece.startswith("gallery."):
            assert hasattr(gallery, piece.partition(".")[2])
        assert piece.rstrip(")") in code.replace("\n", ""), f"{lesson} has no {piece}"


def test_the_numbers_of_the_votes() -> None:
    dice = np.random.default_rng(0)
    assert 0.999**1000 == pytest.approx(0.368, abs=5e-4)
    assert 0.999**2000 == pytest.approx(0.14, abs=5e-3)
    assert theory.half_life(10) == pytest.approx(3, abs=0.5)
    assert theory.half_life(1000) == pytest.approx(346, abs=0.5)
    assert theory.half_life(57) == pytest.approx(20, abs=1)
    assert theory.half_life(50) == pytest.approx(17, abs=0.5)
    assert float(theory.refresh_variance_limit(100_000, 5)) == pytest.approx(0.91, abs=5e-3)
    assert float(theory.refresh_tempered_variance_limit(0.01, 0.99)) == pytest.approx(0.5, abs=0.01)
    heads = np.arange(11)
    chances = np.array([1, 10, 45, 120, 210, 252, 210, 120, 45, 10, 1]) / 1024
    assert chances[1.5**heads * 0.5 ** (10 - heads) > 1].sum() == pytest.approx(0.17, abs=5e-3)
    hats = np.ones(4000, int)
    for _ in range(10):
        hats = dice.binomial(20, hats / 20)
    error = 4.5 * np.sqrt(0.82 * 0.18 / hats.size)
    assert abs((hats == 0).mean() - 0.82) < error + 0.006
    for size, left in ((20, 6), (30, 8), (60, 16)):
        assert abs(np.median([words_left(size, 5, dice) for _ in range(200)]) - left) <= 1
    times = [rounds_to_one(300, dice) for _ in range(40)]
    assert 350 < np.median(times) < 700


def words_left(size: int, rounds: int, dice: np.random.Generator) -> int:
    """Copy words round by round."""
    words = np.arange(size)
    for _ in range(rounds):
        words = dice.choice(words, size=size)
    return len(set(words.tolist()))


def rounds_to_one(size: int, dice: np.random.Generator) -> int:
    """Count the rounds until all words are the same."""
    words, rounds = np.arange(size), 0
    while np.ptp(words):
        words, rounds = dice.choice(words, size=size), rounds + 1
    return rounds
