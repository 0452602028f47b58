"""What the numbers of *The telephone game* rest on."""

import numpy as np

from claims import given, measured, panel, seen
from collapse_lib import gallery, theory
from collapse_lib.gallery.retold import manual
from collapse_lib.gallery.telephone_questions import LINEAGES

told = given(20, 0.5, 0.8, 1, 10, 2000, 20_000, 10_000, 1000, 100, 40_000, 30, LINEAGES)
told.says(
    "words left, at {1} so far",
    "below {1}, its likely words",
    "its *perplexity*; {1} is complete certainty",
    "Still at {0.5}, go",
    "the *best {10}*, the likeliest that make up {90 %|0.9} (*best {90 %|0.9}*)",
    "Near {0.8} the last text",
    "and at {0.5} it *is* a loop",
    "the best {90 %|0.9} cut again",
    "{Twenty} lineages at once",
    "Of {20} lineages",
    "{eight in ten|0.8} know",
    'says "{70 %|0.7} rain" should be right {seven times in ten|0.7}',
    "on average with {100} words, and with {1,000}?",
    "Any text of {2,000} words or more will do, in any language; {20,000} are better",
    "reads only {10,000} words here",
    "With temperature {0.8} it runs",
    "learnt for {ten} rounds",
    "in the panel, at {40,000} words",
    "some {thirty} words along a row",
    "keys 3 and {4|4}, slowly",
    "by lot, with {1,000} words",
    "answer at minute {28|28}",
    "`NextWord()`: {twenty} times chance",
    "{1}, then slowly down to {0.5}",
    "at temperatures {1} and {0.8}",
    "at temperature {1} and at {0.8}",
    "at {0.8} the theory does not hold",
    "at {0.8} some 70",
    "a chance near {1|1} − exp",
    "at the start: temperature {1}, any",
    "A perplexity near {1} is",
    "temperature is below {1}, or",
    "It knows {1,000} words",
    "if there are {1,000}?",
    "toy: {40,000} words a generation",
    "It knows {half|6 / 12} a dozen words",
    "{A hundred|100} copies",
    "not {a hundred|100}.",
)

# ---- ten generations

start = panel(gallery.telephone_game, generations=10)
start.says(
    "About {half|1 - words / size} of the words are gone, and {96 or 97 %|whole('entropy')[10]} of the entropy is there",
    "Key 2: {half|1 - words / size} of the words are gone",
    "with about {half|words / size} of the words; at",
    "{Half|1 - words / size} of the words are gone, and their entropy has lost less than {a twentieth|1 - whole('entropy')[10]}",
    "It is about one {half|words / size}",
    "falls from about {9|own} to 1",
    "On real text it rises from about {320|riddle} to more",
    "far more than {2,567|size}, the blind",
    "has about {2,600|size} different words",
    "all of the about {2,600|size} words",
)
sure = panel(gallery.telephone_game, temperature=0.5, generations=10)
sure.says(
    "from about 9 to {1|own}: it has",
    "to more than {10,000|riddle}. That",
    "Generation 2 knows fewer than {half|at(2).words / size} of them",
)
greedy = panel(gallery.telephone_game, decoding="greedy", generations=10)
greedy.says(
    "{a handful|at(3).words <= 12} of words are left after {three|3} generations",
    "goes round in {three to six|words} words",
)
ten = panel(gallery.telephone_game, decoding="top_k", generations=10)
ten.says("cuts away {three words in four|1 - at(2).words / size} at once")
cautious = panel(gallery.telephone_game, temperature=0.8, generations=10)
cautious.says("some {70 to 95|words} words are left", "some {70 to 95|words} are left")
tenth = panel(gallery.telephone_game, temperature=0.8, real=0.1, generations=10)
tenth.says(
    "{A tenth|real} of fresh real text keeps about {two words in five|words / size} alive",
    "{a tenth|real} of fresh real text keeps {two words in five|words / size} alive",
)
fifth = panel(gallery.telephone_game, temperature=0.8, real=0.2, generations=10)
fifth.says("{a fifth|real} of it {three in five|words / size}")

# ---- which words go first

ten_on = panel(gallery.vocabulary_survival, generations=10)
ten_on.says(
    "{Nearly all|commonest > 95} of the commonest tenth is there, and some {13 to 21 %|rarest / 100} of the rarest (theory: {17|100 * whole('tenths_theory')[10][-1]})",
    "of the rarest tenth some {13 to 21 %|rarest / 100} are left",
    "words are left instead of {40 %|words_left / 100}, and",
)


@measured
def halves(seed: int = 0) -> dict[str, object]:
    """Return in which generation half of the words is gone, for two lengths of text."""

    def half(n: int) -> int:
        left = seen(gallery.vocabulary_survival, n=n, seed=seed).whole("words_left")
        return int(np.argmax(np.asarray(left) < 50))

    return {"short": half(5_000), "long": half(20_000)}


halves.says(
    "In which generation is {half|0.5} of the words gone",
    "In the {sixth|short == 6}, and in the {seventh or eighth|long in (7, 8)}",
)


@measured
def lives() -> dict[str, object]:
    """Return how long words last by how often they stand in the text."""
    life = [
        float(
            np.flatnonzero(
                1 - np.exp(-m * theory.replace_type_survival(np.arange(400), 10**9, 1)) < 0.5
            )[0]
        )
        for m in (25, 100)
    ]
    return {"longer": life[1] / life[0]}


lives.says(
    "written {four times|100 / 25} as often lasts about {four times|longer} as many generations",
    "*g*<sub>k</sub> ≈ {2|2}/*k*",
)
pushed = panel(gallery.vocabulary_survival, n=20_000, temperature=0.9, generations=10)
pushed.says(
    "after {ten} generations some {23 %|words_left / 100} of the words",
    "has lost {11 to 14 %|1 - commonest / 100}",
)

# ---- sure, and right

network = panel(gallery.confidence, generations=10)
network.says(
    "goes from {23 %|at(1).network_sure / 100} sure and {22 %|at(1).network_right / 100} right to {28 %|network_sure / 100} sure and {12 %|network_right / 100} right",
    "real text rises from about {140|whole('network_real')[1]} to eleven",
    "still rises, from about {140|whole('network_real')[1]} to 230",
)
looping = panel(gallery.confidence, regime="temperature 0.8", generations=10)
looping.says("about 140 to {eleven thousand|whole('network_real')[10]}")
keeping = panel(gallery.confidence, regime="accumulate", generations=10)
keeping.says("from about 140 to {230|whole('network_real')[10]}")

# ---- circles


@measured
def arrows() -> dict[str, object]:
    """Return what follows the word *as* in the text of the panel."""
    corpus = manual()
    word, a, the = corpus.vocabulary.encode(["as", "a", "the"])
    after = corpus.train.ids[1:][corpus.train.ids[:-1] == word]
    return {"a": int((after == a).sum()), "the": int((after == the).sum())}


arrows.says("followed by *a* {38|a} times and by *the* {34|the} times")
small = panel(gallery.loops, arrows="map", states=100)
small.says("About {7|mean} steps, and about 20")
large = panel(gallery.loops, arrows="map", states=1000)
large.says(
    "steps, and about {20|mean}: {ten times|1000 / 100} the words, {three times|sqrt(10)} the loop",
    "a loop has about {20|mean} steps",
)

# ---- one message, or many

one_habit = panel(gallery.whisper, steps=20)
one_habit.says(
    "along {a hundred} chains",
    "all {hundred} chains",
    "{A hundred} chains pass",
    "(some {40 %|kept / 100} right)",
)
own_habits = panel(gallery.whisper, shared=0, steps=20)
own_habits.says(
    "(some {40 %|kept / 100} right)",
    "finds the {whole sentence|vote == 100} again",
    "finds the {sentence|vote == 100} again",
)
two = panel(gallery.whisper, architectures=2, steps=20)
two.says("two architectures already bring the vote to more than {eight words in ten|vote / 100}")
five = panel(gallery.whisper, architectures=5, steps=20)
five.says("and five to {nearly all|vote >= 94}")

# ---- what was measured in a larger model: Shumailov and others, cited beside it

nature = given(125e6, 115, 34, 20, 28, 35, 60)
nature.says(
    "model of {125 million} parameters",
    "a perplexity of {115} on that text, the one tuned on real text about {34}",
    '"from {20} to {28} perplexity points"',
    "*from {20} to {28}*",
    "a baseline of {34} and a figure whose axis goes from {35} to {60}",
    "*a loss of {20} to {28} points*, to about {54 to 62|(34 + 20 + 34 + 28) / 2}",
    "With {a tenth|0.1} of the real text kept",
)
