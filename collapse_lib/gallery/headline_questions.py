"""What the lesson on headlines asks: a guess to commit to, a task in its panel, and checks.

One function per question, in the order of the lesson; each returns a card that is shown as the
last line of a cell. Right answers come from a run or from theory, when they are asked for.
"""

from __future__ import annotations

import numpy as np

from collapse_lib import theory
from collapse_lib.checks import Array
from collapse_lib.classroom import Check, Guess, Number, Scale, Several, Task
from collapse_lib.gallery.how_counted import PARAGRAPHS
from collapse_lib.surfaces.live import Panel

WORLDS = 200
TRIED = 300_000  # of which fewer than one in a thousand fit
ANY, PURE = 0.742, 0.025  # of the pages, in the study that the lesson takes apart


def text_behind() -> Guess:
    """Ask how much of the text is generated where 74 % of pages contain some."""
    return Guess(
        "“74 % of new pages contain AI text.” In the same study, 2.5 % of the pages were nothing "
        "but AI. How many per cent of the text on all these new pages together did AI write? "
        "(Nobody counted. So we made up 200 worlds in which both figures hold, and count there.)",
        Scale(0, 100, unit="%"),
        measure=lambda: 100 * text_in_worlds(),
        say="In 200 made-up worlds with both of these figures it was typically {median:d} %, and "
        "in eight of ten between {low:d} and {high:d} %. What the study itself published allows "
        "25 to 44 %. AI on most pages is not most of the text.",
        key="07.text",
    )


def published() -> Check:
    """Ask which of the published figures contradict each other."""
    return Check(
        "Which of these statements about the table are right?",
        Several(
            {
                "A and B contradict each other: 74 % cannot be 2.5 %.": (
                    False,
                    "A and B are the same pages, read by the same detector: any AI, or only AI.",
                ),
                "A and D contradict each other: 74 % is more than twice 35 %.": (
                    False,
                    "A counts pages with a trace of AI. D counts websites, with a verdict on "
                    "each. That alone can make the difference, as the panel below shows.",
                ),
                "C does not fit Ahrefs' classes: by them at most 39 % is at least half AI.": (
                    True,
                    "C and Ahrefs' upper classes count alike, what is at least half AI, a month "
                    "apart: 52 %, and at most 39 %. The way of counting does not explain that. "
                    "Articles are not like other pages, or a detector errs.",
                ),
                "By B, 2.5 % of the text on these pages is AI's.": (
                    False,
                    "B counts pages that are nothing but AI. Most AI text stands on mixed pages.",
                ),
                "Part of what E found is the detector's own error.": (
                    True,
                    "E is from February 2019, when hardly anybody wrote pages with a language "
                    "model. Most of what a detector finds there is a false alarm.",
                ),
            }
        ),
        hints=(
            "Two of the five are right.",
            "Two figures contradict each other only if they count the same thing at one time.",
            "Ask of each pair: of what, counted how, when, by which detector?",
        ),
        praise="Only C and Ahrefs' classes count alike at nearly the same time, and they disagree.",
        key="07.published",
    )


def harmless(panel: Panel) -> Task:
    """Ask for a world with a harmless headline and forgetful models.

    Parameters
    ----------
    panel : Panel
        A live panel of `how_counted`.
    """
    return Task(
        panel,
        lambda seen: seen["headline"] < 10 and seen["kinds"] < 45,
        "Find a world with a harmless headline (below 10 %) whose models forget all the same, "
        "and write fewer than 45 of the 60 kinds. (Not only AI-only sites can fill a web.)",
        Check(
            "Which of these move the right-hand picture?",
            Several(
                {
                    "Counting what is purely AI instead of any AI.": (
                        False,
                        "Press it: the orange curve jumps, the models do not notice.",
                    ),
                    "Counting sites instead of pages.": (
                        False,
                        "Press it: the orange curve jumps, the models do not notice.",
                    ),
                    "Keeping the old crawls.": (
                        True,
                        "Press it: the two curves of the right picture change places. It slows the "
                        "loss; it does not end it.",
                    ),
                    "How much of a page AI writes, where it helps.": (
                        True,
                        "Drag it to 1, with AI helping everywhere: then hardly any text is human.",
                    ),
                    "How strongly AI prefers the likely.": (
                        True,
                        "Drag it, in a world of nearly nothing but AI.",
                    ),
                }
            ),
            hints=(
                "Three of the five do.",
                "A model reads text. It knows nothing of how we count pages.",
                "Two of the toggles change the headline only.",
            ),
            praise="What a model meets is text: how much of it, by whom, and what else is kept.",
            key="07.harmless.moves",
        ),
        key="07.harmless",
    )


def threshold() -> Check:
    """Ask for a threshold, with its model and its parameter named."""
    return Check(
        "A normal distribution is learned again and again from very many points. Each model leaves "
        "out 5 % of its variance whenever it writes. With which share of fresh real data is half "
        "of the variance left in the long run?",
        Number(
            lambda: 100 * half_at(0.95),
            wrong=(
                ((0.8, 1.2), "That is the share for a loss of 1 %. Here it is 5 %."),
                ((2.3, 2.7), "Then a third is left."),
                ((9, 11), "Then two thirds are left."),
                ((45, 55), "With half of it real, 95 % are left."),
            ),
            within=0.1,
            almost=0.2,
            low=0,
            high=100,
            unit="%",
        ),
        hints=(
            "Set the loss in the cell above to 0.05, and run it.",
            "Which share in the list is nearest to 50 % of the variance?",
            "About as large as the loss itself.",
        ),
        praise="About 5 %. Model and parameter named: for another loss it is another share.",
        key="07.threshold",
    )


def half_at(bias: float) -> float:
    """Return the share of real data at which half of the variance is left.

    Parameters
    ----------
    bias : float
        Factor on the variance of what is generated, below 1.
    """
    shares = np.linspace(0, 0.5, 5_001)[1:]
    left = theory.refresh_tempered_variance_limit(shares, bias)
    return float(shares[np.abs(left - 0.5).argmin()])


def text_in_worlds() -> Array:
    """Return the share of generated text in made-up worlds with the two figures of a study.

    Returns
    -------
    ndarray, shape ``(200,)``
        One share per world; of its pages 74 % contain AI text and 2.5 % are nothing but AI, each
        within a point or two.

    Notes
    -----
    Worlds as in `how_counted`, in the long run; but how much AI writes on a page that it helps
    with follows a beta law whose width differs from world to world, so that not all hangs on one
    habit. The spread still hangs on which worlds one makes up: every share of helped sites and
    every dose is as likely as any other, and few AI sites are likelier than many.
    """
    rng = np.random.default_rng(0)
    helped, dose, farms, alike = rng.random((4, TRIED))
    farms, alike = farms**3, 0.3 * 20**alike
    untouched, whole = np.ones((2, TRIED))
    for written in range(PARAGRAPHS):  # a beta-binomial law: no paragraph, and all of them
        untouched *= (alike * (1 - dose) + written) / (alike + written)
        whole *= (alike * dose + written) / (alike + written)
    people = (1 - farms) * helped
    some, pure = people * (1 - untouched) + farms, people * whole + farms
    fits = (np.abs(some - ANY) < 0.02) & (np.abs(pure - PURE) < 0.01)
    return np.asarray((people * dose + farms)[fits][:WORLDS])
