"""What the lesson on lost tails asks: a guess, a task in its panel, and checks that answer back.

One function per question, in the order of the lesson; each returns a card that is shown as the
last line of a cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from collapse_lib import theory
from collapse_lib.checks import Array
from collapse_lib.classroom import Check, Guess, Number, Reasoned, Scale, Several, Task
from collapse_lib.surfaces.live import Panel

KIWI = 0.001


def no_kiwi() -> Guess:
    """Ask how likely a thousand photographs miss what is one in a thousand."""
    return Guess(
        "How likely is it that your thousand photographs show no kiwi at all?",
        Scale(0, 100, unit="%"),
        measure=_clubs,
        say="200 clubs of 500 photographers tried it: in the typical club {median:.2g} % came home "
        "without a kiwi, and in eight clubs of ten between {low:.2g} and {high:.2g} %. Not with "
        "fewer kiwis: with none.",
        key="01.kiwi",
    )


def half_kept(panel: Panel) -> Task:
    """Ask for a share of real photographs that keeps half of the kinds, and for which half.

    Parameters
    ----------
    panel : Panel
        A live panel of `collapse_lib.gallery.tail_loss`.
    """
    question = Check(
        "Is it always the same kinds that are there?",
        Reasoned(
            "No: many are there in one generation and missing in the next",
            {
                "Yes: what survived the first generations is safe": (
                    "Nothing is safe: a kind that is there once can be missed the next time."
                ),
                "Yes: the real photographs always show the same kinds": (
                    "They are new photographs each time, and show the rare kinds by chance."
                ),
                "No: they die one by one, only more slowly": (
                    "Then the share would keep falling. Watch it from generation 20 to 60."
                ),
            },
            "Rare kinds are lost and come back, with a real photograph",
            {
                "The machine remembers the kinds of earlier generations": (
                    "It knows nothing but its last album."
                ),
                "The machine makes up kinds that it has never seen": (
                    "What is in no picture, it cannot show."
                ),
                "All kinds are equally likely to be photographed": (
                    "Then all the bars would be of one height."
                ),
                "The dice are rolled anew whenever you look": (
                    "They are rolled once, for the whole run."
                ),
                "More pictures of the machine bring the old kinds back": (
                    "They show only what the machine still knows."
                ),
            },
        ),
        hints=(
            "Move the slider of the real photographs to 0.1 and press Play.",
            "The sentence over the bars counts the kinds that were missing one generation ago.",
            "100 new photographs show a kind of one in a thousand about one time in ten.",
        ),
        praise="The share holds, but the kinds come and go: only a new photograph brings one back.",
        key="01.come-and-go",
    )
    return Task(
        panel,
        _half_is_left,
        "With albums of 1,000, steepness 1 and a faithful machine, find a share of real "
        "photographs that keeps about half of the kinds (45 to 65 %) at generation 40 or later.",
        question,
        key="01.half",
    )


def quiet_month() -> Check:
    """Ask what follows from a machine that shows nothing new."""
    return Check(
        "A machine's pictures have shown no new kind for a month. What follows?",
        Reasoned(
            "We have seen nearly all that the machine knows",
            {
                "We have seen nearly all that there is": (
                    "That would follow from pictures of the world, not from the machine's."
                ),
                "The machine knows nearly all that there is": (
                    "It may know an eighth of it, and would look just the same."
                ),
                "Another year of its pictures would show the rest": (
                    "What it does not know is in none of its pictures, however many."
                ),
            },
            "Counting pictures tells about the source that they were drawn from",
            {
                "A large sample tells about everything, wherever it comes from": (
                    "Size is no help to a sample that comes from the wrong place."
                ),
                "A machine that learnt from real photographs is the real world": (
                    "It is what one album has kept of the world."
                ),
                "Rare kinds are shown later than common ones, but they are shown": (
                    "If their share is small, yes. If it is zero, never."
                ),
                "The machine shows its kinds in order, the rare ones last": (
                    "It draws them blindly, by their shares."
                ),
                "The rule of Good and Turing fails for small samples": (
                    "It was right about the machine: of the machine, nothing was unseen."
                ),
            },
        ),
        hints=(
            "Ask where the pictures come from.",
            "The rule said that nothing is unseen, and more than a third was. Unseen of what?",
            "The rule speaks of the source of the pictures. Which source was that?",
        ),
        praise="More of the same does not fill it in: only the world shows what a machine lacks.",
        key="01.month",
    )


def rule_of_three() -> Check:
    """Ask how many photographs show a rare kind nearly surely."""
    return Check(
        "How many birds must you photograph to have a kiwi (1 in 1,000) with a chance of 95 %?",
        Number(
            _enough_photographs,
            (
                ((990, 1010), "1,000 show one on average, and none 37 times in 100."),
                ((940, 960), "95 % of a thousand leave you without a kiwi 39 times in 100."),
                ((1040, 1060), "A little more than a thousand: none 35 times in 100."),
                ((19_000, 21_000), "With 20 times a thousand you have one as good as surely."),
            ),
            low=100,
            high=100_000,
            log=True,
            unit="birds",
        ),
        hints=(
            "The chance to have none must fall to 5 %.",
            "After n photographs it is 0.999 to the power n.",
            "n = log(0.05) / log(0.999), with any logarithm.",
        ),
        praise="The rule of three: for 95 % you need about 3 / p draws of a kind of frequency p.",
        key="01.three",
    )


def watchers() -> Check:
    """Ask which checks notice that kinds are lost."""
    return Check(
        "Half of a machine's kinds are gone, by luck alone. Which checks can notice it?",
        Several(
            {
                "Counting the different kinds among its pictures, against as many real ones": (
                    True,
                    "The number of kinds only falls: count them, against real pictures.",
                ),
                "Asking for every kind once": (
                    True,
                    "Asking for every kind once turns every page, however rare its bird.",
                ),
                "The average size of a bird in its pictures": (
                    False,
                    "Luck has no direction: the average size is as often too high as too low.",
                ),
                "The share of the rarer half of the kinds, all taken together": (
                    False,
                    "The rare kinds that are left have taken over the share of the dead ones.",
                ),
                "How sure the machine says it is": (
                    False,
                    "It is sure of the nearest kind it knows, even where it cannot be right.",
                ),
                "The rule of Good and Turing, applied to its pictures": (
                    False,
                    "The rule speaks of what the machine knows, and that is all there.",
                ),
            }
        ),
        hints=(
            "There are two of them.",
            "Which numbers can go one way only when a kind dies?",
            "One counts kinds, the other asks for kinds instead of letting chance ask.",
        ),
        praise="Ask kind by kind, or count kinds (by many pictures, to see the rare). "
        "Averages and sums over pictures miss bad luck until little is left.",
        key="01.watchers",
    )


def _clubs() -> Array:
    """Return the per cent of 500 photographers without a kiwi, in each of 200 clubs."""
    kiwis = np.random.default_rng(0).binomial(1000, KIWI, (200, 500))
    return np.asarray(100 * (kiwis == 0).mean(axis=1))


def _half_is_left(seen: Mapping[str, Any]) -> bool:
    as_told = (seen["n"], seen["steepness"], seen["machine"]) == (1000, 1.0, "faithful")
    return (
        as_told
        and seen["real_count"] > 0
        and seen["generations"] >= 40
        and 45 <= seen["kinds"] <= 65
    )


def _enough_photographs() -> float:
    n = np.arange(1, 10_001)
    return float(n[np.asarray(theory.unseen_probability(n, KIWI)) <= 0.05][0])
