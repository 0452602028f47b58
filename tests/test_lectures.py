"""Decks: what a text becomes, what is refused, and whether our own can be held as planned."""

import json
import re
from itertools import accumulate
from math import prod

import numpy as np
import pytest

from collapse_lib import gallery, site
from collapse_lib.site import lectures, shelf, votes
from collapse_lib.surfaces.embed import LARGEST

OURS = lectures.find(site.ROOT / lectures.FOLDER)
LESSONS = [name for name in OURS if name != "00_start_here"]  # that one has a plan of its own
KEYS = re.findall(r"^- `(\w+)`", (site.ROOT / "notebooks/bibliography.md").read_text("utf-8"), re.M)
PLANS = (site.ROOT / votes.PLANS).read_text(encoding="utf-8")


def fences(deck, kind):
    """The blocks of a kind in a deck, slide by slide."""
    return [re.findall(rf"^```{kind}(.*?)^```$", text, re.S | re.M) for text in deck.slides]


def figures_of(deck):
    """The figures of a deck, each of which is checked when it is read."""
    return [lectures.figure(text, deck.seed) for (text,) in filter(None, fences(deck, "figure"))]


# ---- ours


def test_each_lesson_has_its_deck():
    workshops = ("08", "10")  # at the keyboard, without slides
    taught = {lesson for lesson in votes.read(PLANS) if not lesson.startswith(workshops)}
    assert set(OURS) == taught


@pytest.mark.parametrize("name", OURS)
def test_each_slide_has_notes_and_time(name):
    assert 8 <= len(OURS[name].slides) <= 12
    for text, (notes,) in zip(OURS[name].slides, fences(OURS[name], "notes"), strict=True):
        assert lectures.minutes(text) > 0 and len(notes.split()) > 8


@pytest.mark.parametrize("name", LESSONS)
def test_a_deck_keeps_the_time_of_its_plan(name):
    plan = PLANS.split(f"\n## {name}\n")[1].split("\n## ")[0]
    steps = {int(minute) for minute in re.findall(r"^\| \d+–(\d+) \|", plan, re.M)}
    ends = set(accumulate(map(lectures.minutes, OURS[name].slides)))
    assert steps <= ends and max(steps) == OURS[name].minutes


@pytest.mark.parametrize("name", LESSONS)
def test_a_deck_asks_what_its_plan_asks(name):
    asked = [block[1:].rstrip() for (block,) in filter(None, fences(OURS[name], "vote"))]
    assert [number for number in asked if number.isdigit()] == ["1", "2"]


@pytest.mark.parametrize("name", OURS)
def test_the_figures_can_show_what_their_keys_promise(name):
    figures = figures_of(OURS[name])
    assert len(figures) >= 2
    for figure in figures:
        assert len(figure.presets) >= 2 and prod(map(len, figure.vary.values())) <= LARGEST
        states = [figure.explorable.state(**values) for values in figure.presets.values()]
        assert len(set(states)) == len(states)


@pytest.mark.parametrize("name", LESSONS)
def test_a_deck_ends_with_what_carries_over_and_its_sources(name):
    last = OURS[name].slides[-1]
    assert "**Carries over:**" in last and "**Does not:**" in last
    cited = " ".join(block for blocks in fences(OURS[name], "sources") for block in blocks).split()
    assert cited and set(cited) <= set(KEYS)


def test_who_leads_the_coin_game_at_half_time_loses_nearly_all():
    coins = figures_of(OURS["02_error_snowball"])[0]
    told = [coins.explorable.sentence(**values) for values in coins.presets.values()][1:3]
    (lead, place), (rest, _) = (
        re.search(r"ride, owns (\S+): place (\d+)", s).groups() for s in told
    )
    assert place == "1" and float(rest) < float(lead) / 10


def test_how_often_the_plain_sevens_are_gone():
    dice, gone = np.random.default_rng(0), {}
    for start in (5, 50):
        plain = np.full(4000, start)
        for _ in range(10):
            plain = dice.binomial(100, plain / 100)
        gone[start] = (plain == 0).mean()
    assert abs(gone[5] - 0.4) < 0.005 + 4.5 * np.sqrt(0.4 * 0.6 / 4000) and gone[50] == 0


# ---- any

DECK = (
    "---\ntitle: T\nminutes: 3\nseed: 7\n---\n# T\n\n```notes 1\nHello\n```\n"
    "---\n{}\n\n```notes 2\n```\n"
)
PLAN = """## 00_other

**Vote 1.** Not this? **A** x · **B** y

<details><summary>Answer</summary>

**A**
</details>

## 01_t

**Vote 1.** Is 1 <
2? **A** yes, it
is · **B** no

<details><summary>Answer and what the others reveal</summary>

**A**.

- B: reads from *right* to left.
</details>
"""


def deck_with(tmp_path, slide, url="https://example.org", name="t"):
    """The page of a deck with one slide between two others, and its questions."""
    made = site.page.Site(tmp_path, tmp_path, url)
    lectures.write(made, {name: lectures.read(name, DECK.format(slide))})
    page, asked = (tmp_path / f"lectures/{each}.html" for each in (name, "vote"))
    questions = re.search(r'id="questions">(.*?)</script>', asked.read_text("utf-8"))
    return page.read_text("utf-8"), json.loads(questions[1])


def test_a_slide_carries_its_time_and_its_notes(tmp_path):
    page, _ = deck_with(tmp_path, "## Two\n\n**Bold**")
    assert '<section data-timing="60">' in page and '<section data-timing="120">' in page
    said = '<aside class="notes"><p>Minute 0 to 1 of 3.</p>\n<p>Hello</p>'
    assert said in page and "<strong>Bold</strong>" in page
    assert "Minute 1 to 3 of 3." in page and "globalThis.minutes = 3;" in page


def test_a_figure_has_one_seed_and_its_presets_are_on_its_page(tmp_path):
    slide = "```figure\nsnowball?n=50\nvary n=20,100\nSmall: n=20&generations=30\n<Big>: n=500\n```"
    page, _ = deck_with(tmp_path, slide)
    (source,) = re.findall(r'data-src="../figures/deck-t-1.html#(.*?)"', page)
    states = [source, *re.findall(r'data-state="(.*?)"', page)]
    assert [re.search(r"n=(\d+)&amp;", state)[1] for state in states] == ["50", "20", "500"]
    assert all("seed=7" in state for state in states) and "generations=30" in states[1]
    assert "<kbd>2</kbd> &lt;Big&gt;" in page
    data = (tmp_path / "figures/deck-t-1.html").read_text("utf-8")
    assert '"texts":["20","50","100","500"]' in data


def test_figures_that_differ_only_in_their_start_share_a_page(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(shelf, "put", lambda folder, name, *a, **k: made.append(name))
    block = "```figure\n{}?{}\nvary {}=20,50\n```\n"
    same = [block.format("snowball", start, "n") for start in ("n=20", "n=50&generations=9")]
    other = [block.format("one_way_door", "n=20", "n"), block.format("snowball", "ddof=1", "n")]
    page, _ = deck_with(tmp_path, "".join([*same, *other]))
    assert made == ["deck-t-1", "deck-t-2", "deck-t-3"]
    assert re.findall(r"figures/deck-t-(\d)", page) == ["1", "1", "2", "3"]


def test_a_value_with_a_space_is_written_as_in_a_permalink():
    figure = lectures.figure("confidence?generations=1\nvary regime=replace,temperature+0.8", 0)
    assert figure.vary == {"regime": ("replace", "temperature 0.8")}
    assert figure.explorable is gallery.confidence


def test_a_vote_has_letters_and_a_code_where_the_address_is_known(tmp_path):
    page, questions = deck_with(tmp_path, "```vote\nIs 1 < 2?\nYes\nNo </script>\n```")
    assert questions == {"t.1": {"question": "Is 1 < 2?", "answers": ["Yes", "No </script>"]}}
    assert "Is 1 &lt; 2?" in page and 'data-vote="t.1"' in page
    assert "https://example.org/lectures/vote.html#t.1" in page and "<svg" in page
    page, _ = deck_with(tmp_path, "```vote\nIs 1 < 2?\nYes\nNo\n```", url="")
    assert "<svg" not in page and "data-vote" in page


def test_a_vote_of_the_plan_brings_its_words_and_what_its_answers_reveal(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / votes.PLANS).write_text(PLAN, encoding="utf-8")
    page, questions = deck_with(tmp_path, "```vote 1\n```", name="01_t")
    assert questions == {"01_t.1": {"question": "Is 1 < 2?", "answers": ["yes, it is", "no"]}}
    shown, _, notes = page.partition('data-vote="01_t.1"')[2].partition('<aside class="notes">')
    assert "reads from" not in shown and "<em>right</em> to left" in notes
    with pytest.raises(ValueError, match=r"number from 1 to 1, of the lecturers' plan.*not '2'"):
        deck_with(tmp_path, "```vote 2\n```", name="01_t")


def test_sources_are_named_by_their_keys(tmp_path):
    page, _ = deck_with(tmp_path, "```sources good1953 peters\n```")
    assert '<a href="../lessons/bibliography.html">the list</a>: good1953, peters</p>' in page


@pytest.mark.parametrize(
    ("slide", "message"),
    [
        ("```vote\nQ?\nYes\n```", "a vote must have 2 to 8 answers, not 1: 'Q\\?'"),
        ("```vote 1\n```", "a vote must be a number from 1 to 0, .* own, not '1'"),
        ("```figure\nnothing?n=1\n```", "permalink of an explorable, not 'nothing\\?n=1'"),
        ("```figure\nloops?speed=2\n```", "a figure of a deck cannot show 'loops\\?speed=2': "),
        ("```figure\nsnowball?n=50\nvary speed=2\n```", "inputs of snowball \\(n, .*, not 'speed'"),
        ("```figure\nsnowball?n=50\nA: n=20\n```", "vary must name n, which 'A' moves: snowball"),
        (
            "```figure\nsnowball?n=50\n" + "".join(f"{i}: n=50\n" for i in range(10)) + "```",
            "a figure must have at most 9 presets, not 10: snowball\\?n=50",
        ),
        ("## Two\n\n```notes 4\n```", "sum over the slides of t, 7, not 3"),
    ],
)
def test_a_deck_that_makes_no_sense_is_refused(tmp_path, slide, message):
    with pytest.raises(ValueError, match=message):
        deck_with(tmp_path, slide)


def test_a_deck_begins_with_three_lines():
    with pytest.raises(ValueError, match="t must begin with title, minutes and seed"):
        lectures.read("t", "# T\n")


def test_without_reveal_the_decks_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr(lectures, "find_spec", lambda _: None)
    with pytest.raises(FileNotFoundError, match=r"reveal\.js, which comes with sphinx-revealjs"):
        lectures.write(site.page.Site(tmp_path, tmp_path), {})
