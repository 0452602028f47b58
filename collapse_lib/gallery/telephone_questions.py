"""What the lesson on the telephone game asks: guesses to commit to, and checks that answer back.

One function per question, in the order of the lesson; each returns a card that is shown as the
last line of a cell. Right answers come from a run, when they are asked for.
"""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.classroom import Check, Guess, Number, Reasoned, Scale, Several, Task
from collapse_lib.gallery.retold import manual
from collapse_lib.gallery.telephone_game import telephone_game
from collapse_lib.language import NGram, metrics
from collapse_lib.regimes import Greedy, Replace, Tempered
from collapse_lib.simulate import simulate
from collapse_lib.surfaces.live import Panel

LINEAGES = 20


def safest() -> Guess:
    """Ask how many words are left where every model takes the likeliest word."""
    return Guess(
        "Play it safe: every model always takes the likeliest next word. The real text has about "
        "2,600 different words. How many does the tenth model still know?",
        Scale(1, 2_600, log=True, whole=True, unit="words"),
        measure=_greedy,
        say="Of 20 lineages the typical (median) one knows {median:d}; eight in ten know {low:d} "
        "to {high:d}. The next game shows why.",
        key="03.safest",
    )


def noticed() -> Check:
    """Ask for the vocabulary that is left at temperature 1."""
    return Check(
        "Everything as it was at the start: temperature 1, any word, no real text. How many per "
        "cent of the words does generation 10 still know?",
        Number(
            lambda: float(100 * telephone_game().kept[10]),
            wrong=(
                ((90, 100), "That is the entropy, which hardly notices. Look at the words left."),
                ((0, 8), "So few? Then the temperature is below 1, or only the best words count."),
                ((62, 80), "Is there real text in it? Set the real-data ratio to 0."),
            ),
            within=0.04,
            low=0,
            high=100,
            unit="%",
        ),
        hints=(
            "The sentence counts the words; the blue line shows their share.",
            "Set generations to 10 and divide the first number of the sentence by the second.",
            "It is about one half.",
        ),
        praise="Half of the words are gone, and their entropy has lost less than a twentieth.",
        key="03.noticed",
    )


def moment(panel: Panel) -> Task:
    """Ask for the moment at which the model is surest, and what that says.

    Parameters
    ----------
    panel : Panel
        A panel of `telephone_game`.
    """
    return Task(
        panel,
        lambda seen: seen["generations"] == 10 and seen["temperature"] <= 0.5,
        "Go to generation 10 at temperature 1. Then drag the temperature slowly down to 0.5, with "
        "an eye on the last text and on both perplexities.",
        Check(
            "At 0.5 the tenth model is surer of its own text than any model before. What does "
            "that tell you about the model?",
            Reasoned(
                "It agrees with itself, and real text is a riddle to it",
                {
                    "It has understood the language": "It knows half a dozen words. Read the "
                    "last text aloud.",
                    "Its text is of high quality": "Read the last text aloud, and look at the "
                    "perplexity on real text.",
                    "It has become modest": "A perplexity near 1 is the opposite: certainty, at "
                    "every single word.",
                },
                because="Its kind of text has so few words that each is easy to foretell",
                unless={
                    "A low perplexity always means a good model": "On which text? On its own, "
                    "any parrot is perfect.",
                    "A low temperature makes it careful where it knows little": "It makes it "
                    "choose the likely words more often, known well or not.",
                    "It has read more text than the models before": "Each of them has read "
                    "equally much.",
                    "Ten rounds of training have taught it more": "Each was trained once, on "
                    "what the one before wrote.",
                    "It has forgotten only what nobody needs": "The held-out text is full of "
                    "what it has forgotten: look at the grey line.",
                },
            ),
            hints=(
                "There are two perplexities. Which text is each of them about?",
                "Compare the two lines at generation 1 and at generation 10.",
                "Count the different words of the last text. How hard is its next word?",
            ),
            praise="Certainty about one's own text is no skill: the text has become easy.",
            key="03.sure",
        ),
        key="03.moment",
    )


def closing() -> Check:
    """Ask how long a greedy walk can go on without coming back."""
    return Check(
        "A model looks at the one word before and always takes the likeliest next one. It knows "
        "1,000 words. After how many words must it be back at one it has said, at the latest?",
        Number(
            1_000,
            wrong=(
                ((19, 22), "So long is the loop on average, if the map is random."),
                ((37, 42), "That is the average on a random map. At the latest?"),
                ((4e5, 2e6), "Those are the pairs of words. How many places has the map?"),
                ((2, 8), "In this text it is soon. But it need not be: think of a long chain."),
            ),
            within=0.05,
            low=1,
            high=1e6,
            log=True,
            unit="words",
        ),
        hints=(
            "Where it goes next hangs on the last word alone.",
            "As soon as a word comes for the second time, everything after it comes again too.",
            "How long can a list of words be without any word twice, if there are 1,000?",
        ),
        praise="The word after the thousandth different one has been said before: it must close.",
        key="03.closing",
    )


def outside() -> Check:
    """Ask what the game shows about large models."""
    return Check(
        "Which of these does the game show, or do you know from what was said beside it?",
        Several(
            {
                "A word that left the training text can never be written by a model of word pairs "
                "again": (True, "It says only what it has read: gone is gone, without real text."),
                "A large language model may still write a word that its training text no longer "
                "has": (True, "A large model gives no word the probability 0: one may come back."),
                "Large models lose half of their words in ten generations": (
                    False,
                    "The pace belongs to this toy: 40,000 words a generation is very little.",
                ),
                "Favouring the likely words does more harm here than chance alone": (
                    True,
                    "Compare the words left at temperature 1 and at 0.8.",
                ),
                "A chatbot that is set to a low temperature forgets words": (
                    False,
                    "The temperature changes what it writes, not what it knows. Only a model that "
                    "learns from such a text has lost words.",
                ),
                "The real text has to be thrown away when a new model is trained": (
                    False,
                    "That is a choice. With *all text so far* no word was lost.",
                ),
            }
        ),
        hints=(
            "Three are true.",
            "Two of the false ones take something of this toy for a law.",
            "The third false one takes what a model writes for what it knows.",
        ),
        praise="The mechanism carries over; the pace does not.",
        key="03.outside",
    )


def _greedy() -> Array:
    corpus, regime = manual(), Tempered(Replace(), Greedy())
    lineage = simulate(
        corpus, NGram(2), regime, n=40_000, generations=10, replicates=LINEAGES, rng=0
    )
    return np.asarray(lineage.trace(metrics.survivors)[10])
