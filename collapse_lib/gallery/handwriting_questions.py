"""What the lesson on rare handwriting asks: guesses to commit to, and checks that answer back.

One function per question, in the order of the lesson; each returns a card that is shown as the
last line of a cell. Right answers come from a run or from counting, when they are asked for.
"""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.classroom import Check, Guess, Number, Reasoned, Scale, Several, Task
from collapse_lib.gallery.rare_handwriting import COMMON, DIGITS, learnt, written_right
from collapse_lib.images import ClassGaussianMLE, read_sevens, variance_kept
from collapse_lib.simulate import simulate
from collapse_lib.surfaces.live import Panel

ROUNDS = 10
FEW = 5
ANYTHING = float("inf")


def plain() -> Guess:
    """Ask what is left of the variety of a rare way to write a seven."""
    return Guess(
        "A model learns 95 sevens with a bar and 5 without; the next one learns 100 sevens that "
        "this one writes, and so on. After ten rounds, how different from one another are the "
        "sevens without a bar in a typical lineage? Call that their variety; that of the real "
        "ones is 1.",
        {
            "About as different as the others: quality falls evenly (above 0.7)": (0.7, ANYTHING),
            "Somewhat less (0.3 to 0.7)": (0.3, 0.7),
            "Little (0.05 to 0.3)": (0.05, 0.3),
            "Next to nothing (below 0.05)": (0, 0.05),
        },
        measure=_plain_sevens,
        say="Of 200 simulated lineages, {share:d} % ended as you said. The typical (median) one "
        "kept {median:.2g} of the variety; eight in ten kept between {low:.2g} and {high:.2g}.",
        key="05.plain",
    )


def badge() -> Guess:
    """Ask what an accuracy says of a model that has nearly lost a digit."""
    return Guess(
        "Make the 8 rare: 5 images among 455. Of the real digits, our reader reads 95 % right. "
        "Let the model of generation 10 write what it likes: which share does the reader read as "
        "it was meant?",
        Scale(0, 100, unit="%"),
        measure=lambda: written_right(learnt(8, FEW, 100, 0)[ROUNDS], 1),
        say="In 100 lineages the typical model's handwriting was read right in {median:.2g} % of "
        "the cases; in eight of ten lineages between {low:.2g} and {high:.2g} %. By this number "
        "it is no worse than people's.",
        key="05.badge",
    )


def blind(panel: Panel) -> Task:
    """Ask why the badge does not see what is lost.

    Parameters
    ----------
    panel : Panel
        A live panel of `rare_handwriting`.
    """
    return Task(
        panel,
        lambda seen: seen["images"] == FEW and seen["known"] < 50 and seen["badge"] > 90,
        "Leave 5 images of your digit, and find a generation in which the model knows fewer than "
        "half of the real ones, while the badge is above 90 %.",
        Check(
            "How can the badge stay high while a digit is lost?",
            Reasoned(
                "It judges only what the model still writes.",
                {
                    "The reader is too lenient.": "It reads real digits right 95 times in 100, "
                    "and it is the same reader all along.",
                    "The other digits get better, which makes up for it.": "Look at the blue "
                    "line: the model knows fewer of the other digits, too.",
                    "It is a median, and hides the bad lineages.": "Lineages that have lost the "
                    "digit have as high a badge as the others.",
                    "The digit is not really lost, only rarer.": "Look at the wall, and at how "
                    "many lineages no longer have it.",
                },
                "What is never written is never read wrong.",
                {
                    "Rare things are easy to read.": "The few that are left are read right "
                    "because they are all alike, and they are next to nothing in the average.",
                    "Averages are always misleading.": "An average of the right thing is fine: "
                    "try the share of real images that are known, digit by digit.",
                    "The reader was trained on too few images.": "It was trained on all 1,797.",
                    "Errors cancel out in a mean.": "Nothing cancels here: no error is counted "
                    "in the first place.",
                },
            ),
            hints=(
                "Say in your own words what the green line counts, and what the dark-orange one.",
                "Which images are shown to the reader of the badge? Who made them?",
                "A model that writes only perfect ones would have a badge of 100 %.",
            ),
            praise="The badge asks: is what it writes right? Nobody asked: what does it not "
            'write? Ask that, digit by digit: the line "your digit: known" does.',
            key="05.blind.why",
        ),
        key="05.blind",
    )


def share() -> Check:
    """Ask what a lost digit costs an average that goes by frequency."""
    total = COMMON * (DIGITS - 1) + FEW
    return Check(
        "Another badge: real digits are handed in as they come, 5 eights among 455 images, and "
        "the model says what they are. It now gets every eight wrong. By how much does the "
        "average fall at most, in % (percentage points)?",
        Number(
            100 * FEW / total,
            wrong=(
                (10, "One digit in ten, but not one image in ten."),
                ((50, 100), "That is what it costs the eights. How many images are eights?"),
                (FEW, "5 images, yes; of how many? And that in per cent."),
                (0, "Small, but not nothing: 5 images more are wrong."),
            ),
            within=0.06,
            low=0,
            high=100,
            unit="%",
        ),
        hints=(
            "An average over images counts each image once.",
            "Five images more are wrong, out of 455.",
            "5 / 455, in per cent.",
        ),
        praise="About one point. An average by frequency forgives whatever is rare.",
        key="05.share",
    )


def luck() -> Check:
    """Ask what one lineage says about who fades."""
    return Check(
        "Ten digits are equally frequent, and in one lineage the 3 is the first to be lost. "
        "What is true?",
        Several(
            {
                "There must be something about the 3 that makes it weaker.": (
                    False,
                    "Roll the dice again: it will be another. One lineage is an anecdote.",
                ),
                "Over many lineages each digit is the first to be lost about equally often.": (
                    True,
                    "Look at the bars on the right: a tenth each, give or take a little.",
                ),
                "Since it is luck, a large sample makes the loss impossible.": (
                    False,
                    "Try 50 images of each: later, and to the same end.",
                ),
                "If the eights are half as frequent, they are the first to be lost more often "
                "than others, but not always.": (
                    True,
                    "Set their share to 0.5: luck no longer treats all alike.",
                ),
                "Once lost, the 3 comes back if the other digits are learnt well.": (
                    False,
                    "Nothing in the other digits says what a 3 looked like, or how many there are.",
                ),
            }
        ),
        hints=(
            "Two of the five are true.",
            "Ask each statement of the right-hand picture, not of one lineage.",
            "Who is first is luck among equals; being rare loads the dice.",
        ),
        praise="That somebody fades is certain; who it is, is luck. Being rare makes it likelier, "
        "and no more than that.",
        key="05.luck",
    )


def _plain_sevens() -> Array:
    truth = read_sevens()
    lineage = simulate(truth, ClassGaussianMLE(2), n=100, generations=ROUNDS, replicates=200, rng=0)
    return np.asarray(variance_kept(1)(lineage[ROUNDS], truth))
