"""What the lesson on the four suspects asks: guesses to commit to, and checks that answer back.

One function per question, in the order of the lesson; each returns a card that is shown as the
last line of a cell. Right answers come from a run, when they are asked for.
"""

from __future__ import annotations

import numpy as np

from collapse_lib import metrics
from collapse_lib.checks import Array
from collapse_lib.classroom import Check, Guess, Number, Reasoned, Several, Task
from collapse_lib.distributions import Normal
from collapse_lib.gallery.cats_and_horses import GAP, TRUTH
from collapse_lib.learners import GaussianMLE
from collapse_lib.mistakes import Preferring, Unlabelled
from collapse_lib.simulate import simulate
from collapse_lib.surfaces.live import Panel

UNLIMITED = 1_000_000_000


def between() -> Guess:
    """Ask how many animals a one-bump model puts between cats and horses."""
    return Guess(
        "Half of the animals are cats, about 25 cm tall, and half are horses, about 155 cm. A "
        "model knows only a typical height and a spread, and it learns from a billion animals. "
        "How many of the animals that it makes up are 50 to 110 cm tall?",
        {
            "Hardly any: it has seen too much data for that (below 2 %)": (0, 2),
            "A few, by mistake (2 to 10 %)": (2, 10),
            "About one in six (10 to 25 %)": (10, 25),
            "About one in three (25 to 45 %)": (25, 45),
            "Most of them (above 45 %)": (45, 100),
        },
        measure=_one_bump,
        say="The model made {median:.2g} % of its animals in between, where two real animals in a "
        "million are; and so it did in each of 50 runs.",
        key="04.between",
    )


def once() -> Check:
    """Ask what more generations do to an error of the model's form."""
    return Check(
        "With a billion animals, too, 35 % of what generation 1 makes up is in between. Generation "
        "2 learns from these, and so on. Before you press Play below: how many per cent are in "
        "between in generation 30?",
        Number(
            lambda: float(np.median(_one_bump(30))),
            wrong=(
                ((95, 100), "As if the error were made again each time. It is made once."),
                (
                    0,
                    "With unlimited data nothing shrinks, and no generation knows the truth.",
                ),
                ((40, 75), "More each time? Ask what one bump has to do to fit one bump."),
                ((1, 20), "Nobody puts the gap back: the real animals are not seen again."),
            ),
            within=0.05,
            low=0,
            high=100,
            unit="%",
        ),
        hints=(
            "What does generation 2 learn from, and can its model hold that?",
            "Generation 1 made one bump. Generation 2 fits one bump to it.",
            "Now press Play, and read the sentence of the panel at the end.",
        ),
        praise="The same 35 %. The model's form takes its toll once, at the start, and for good. "
        "More data do not help this form; another form can.",
        key="04.once",
    )


def signature(panel: Panel) -> Task:
    """Ask for the suspect whose error does not grow.

    Parameters
    ----------
    panel : Panel
        A live panel of `four_suspects`.
    """
    return Task(
        panel,
        lambda seen: sum(seen[name] > 1 for name in ("data", "procedure", "form", "hardware")) == 4,
        "Let all four suspects act, so that each alone makes an error of more than 1 %.",
        Check(
            "All together make a smaller error than the four single errors added up. Why?",
            Reasoned(
                "What one of them has taken, another cannot take again.",
                {
                    "The errors cancel, since some go up and some go down.": "Three of the four "
                    "only ever take away: they cannot cancel.",
                    "The panel shows medians, and medians do not add.": "True of medians, but the "
                    "gap is far too large: it is there with unlimited data, too.",
                    "The model learns to repair itself.": "It never sees the real landscape again. "
                    "From what could it learn that?",
                    "Together they need more generations.": "Move the generations to the end: the "
                    "gap grows.",
                },
                "A narrow wave that the model cannot hold is lost once.",
                {
                    "Errors are independent.": "Then they would simply add up, as the end of the "
                    "panel's sentence does. Here they do not.",
                    "To stop learning early protects the model.": "It takes the narrow "
                    "waves itself; set the others to innocent and look.",
                    "The hardware rounds the errors away.": "It cuts off digits of what is right "
                    "as well; alone it makes an error and removes none.",
                    "The orange line is one lineage only.": "It is a median over 30 lineages, as "
                    "the others are.",
                },
            ),
            hints=(
                "Look at the landscape: what is missing in the end, the wide hill or the narrow "
                "peaks?",
                "Which waves does the learning procedure lose first? Which can the form not hold?",
                "Two thieves in one house: the second one finds less.",
            ),
            praise="Procedure and form steal the same thing, the narrow peaks, and nobody can "
            "steal them twice.",
            key="04.signature.why",
        ),
        key="04.signature",
    )


def diagnosis() -> Check:
    """Ask which learner has which habit."""
    return Check(
        "Which statements about the five learners are true?",
        Several(
            {
                "A has settled near 2, so it has found something real.": (
                    False,
                    "The real mean is 0. A settles at what it preferred from the start.",
                ),
                "D's mean goes on and on: a small shift, the same in every generation.": (
                    True,
                    "Look at D's mean in generations 20, 50 and 100: about 0.03 more each time.",
                ),
                "C blurs what it learns: its spread grows.": (
                    True,
                    "Look at C's spread after 100 generations, against all others.",
                ),
                "B loses spread faster than E.": (
                    False,
                    "Compare both at generation 20: 0.94 and 0.65.",
                ),
                "One look at generation 1 would have been enough to tell A from E.": (
                    False,
                    "At generation 1 the bands of A and E overlap widely, and you have one "
                    "model, not fifty.",
                ),
                "E pulls towards the middle, and loses spread faster than luck does.": (
                    True,
                    "B shows what luck alone does; E is far below it.",
                ),
            }
        ),
        hints=(
            "Three of the six are true.",
            "B has no habit at all: compare every other one with it.",
            "Ask of each curve: does it settle, or go on? And where was the truth?",
        ),
        praise="A chain shows the habit, and no model had to be opened. B's shows that it has "
        "none.",
        key="04.diagnosis",
    )


def mystery(seed: int = 3) -> Unlabelled:
    """Return a learner that nobody has labelled.

    Parameters
    ----------
    seed : int
        Which of three it is hangs on this number.

    Returns
    -------
    Unlabelled
        It prefers -1, or 0, or 2, as much as five examples would count.
    """
    preferred = (-1.0, 0.0, 2.0)
    return Unlabelled([Preferring(GaussianMLE(), (a,), 5.0) for a in preferred], rng=seed)


def preferred() -> Check:
    """Ask what the unlabelled learner of `mystery` prefers."""
    return Check(
        "The learner of the cell above is one of three: it prefers -1, or 0, or 2. Where does its "
        "own chain end? Write the number that its mean comes to.",
        Number(
            _end,
            wrong=(
                (0.0, "That is the real mean. Let its chain go on for 200 generations."),
                (2.0, "There A ended. This is another learner."),
                ((-0.5, -0.02), "That is one generation, or a few: mostly the luck of a sample."),
                ((-0.85, -0.55), "It is still on its way there: take more generations."),
            ),
            within=0.08,
            almost=0.15,
            low=-3,
            high=5,
        ),
        hints=(
            "Change generations = 1 in the cell to generations = 200, and run it again.",
            "A chain forgets the truth and keeps what the learner preferred from the start.",
            "Print the mean for 1, 20, 100 and 200 generations, one after the other.",
        ),
        praise="-1: not what it was shown, but what it brought along.",
        key="04.preferred",
    )


def votes() -> Check:
    """Ask what eight copies of one architecture are worth."""
    return Check(
        "Half of a mistake is habit, half chance (share of habit 0.5). Eight copies of one "
        "architecture have taught each other for 30 generations, and they agree. How many "
        "independent models is that worth?",
        Reasoned(
            "Hardly more than one.",
            {
                "Eight: so many agree.": "Eight independent ones would be off by a third of what "
                "one is off by. Compare that with the panel.",
                "About four: half of a mistake is chance, and averages out.": "Chance does, habit "
                "does not: it is not quite two in one generation. And how do the halves grow over "
                "thirty?",
                "About three, the root of eight.": "By that factor eight *independent* ones would "
                "be less off. These are copies.",
                "Less than one: copies make each other worse.": "Look again: the crowd is no more "
                "off than a model on its own.",
            },
            "Their habit is the same one, in every copy and in every generation, and it adds up.",
            {
                "Copies make exactly the same mistakes.": "Only half of them: what is chance is "
                "new for each copy.",
                "Chance is the larger part in the end.": "Set the share of habit to 0 and see how "
                "little chance alone makes.",
                "The mistakes of eight models cancel.": "Those of chance do. And habit?",
                "Each learns from the worst of the others.": "Each learns from what all of them "
                "wrote, the best and the worst.",
            },
        ),
        hints=(
            "Set the share of habit back to 0.5 and look at generation 30.",
            "How far off is a model on its own, how far the crowd of one architecture?",
            "Chance goes now up, now down; habit goes the same way each time, in all copies.",
        ),
        praise="1.03, to be exact. At a share of habit of 0 it would be eight: agreement counts "
        "as far as mistakes are independent. How far they are among real models, the toy does not "
        "know.",
        key="04.votes",
    )


def _one_bump(generation: int = 1) -> Array:
    run = simulate(TRUTH, GaussianMLE(), n=UNLIMITED, generations=generation, replicates=50, rng=0)
    below, above = run[generation].tails(*GAP)  # type: ignore[attr-defined]
    return np.asarray(100 * (1 - below - above))


def _end() -> float:
    run = simulate(Normal(), mystery(), n=100, generations=200, replicates=200, rng=0)
    return float(np.median(run.trace(metrics.mean)[200]))
