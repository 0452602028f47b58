"""What the lesson on headlines asks: a guess to commit to, a task in its panel, and checks.

One function per question, in the order of the lesson; each returns a card that is shown as the
last line of a cell. Right answers come from a run or from theory, when they are asked for.
"""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.classroom import Check, Guess, Scale, Several, Task
from collapse_lib.gallery.how_counted import PARAGRAPHS
from collapse_lib.gallery.scaling_law import scaling_law
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


def doubling() -> Guess:
    """Ask what one more doubling of a machine's examples does."""
    return Guess(
        "In a world of kinds without end a reader learns by heart. Whenever the real examples that "
        "he has read are doubled, a fifth of what was missing is found. Another one reads what a "
        "machine writes, which knows the 1,000 commonest kinds. After 800,000 examples he reads as "
        "many again. How much of what he is missing does he find?",
        {
            "a fifth, as ever": (15, 101),
            "a tenth": (5, 15),
            "next to nothing": (-1, 5),
        },
        measure=last_doublings,
        say="In ten tries he found typically {median:.2g} %, and in eight of ten between "
        "{low:.2g} and {high:.2g} %. What the machine does not know is in none of its examples.",
        key="07.doubling",
    )


def last_doublings() -> Array:
    """Return what the last doubling of `scaling_law` removes, in per cent, in ten tries."""
    return np.array([scaling_law(share=0, seed=seed).made_gain[-1] for seed in range(10)])


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
