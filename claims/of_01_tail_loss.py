"""What the numbers of *What was never drawn* rest on."""

from functools import cache

import numpy as np
from scipy.stats import binom

from claims import Rate, given, measured, panel, seen
from collapse_lib import CategoricalMLE, Zipf, gallery, simulate, theory
from collapse_lib.gallery import tail_questions
from collapse_lib.gallery.birds import BIRDS, likeness
from collapse_lib.gallery.field_guide import MISTAKE, RARE

# ---- the kiwi

missed = given(
    p=tail_questions.KIWI,
    n=1000,
    none=lambda n: float(theory.unseen_probability(n, tail_questions.KIWI)),
)
missed.says(
    "{One bird in a thousand|p}",
    "{One bird in 1,000|p}",
    "a kiwi ({1 in 1,000|p})",
    "a kind of {one in a thousand|p}",
    "photograph {a thousand} birds",
    "your {thousand} photographs",
    '"One bird in a thousand, {a thousand} photographs."',
    "you photograph {1,000} birds",
    "misses the kiwi with probability {0.999|1 - p}, and {a thousand} of them",
    "it is {0.999|1 - p} to the power n",
    "log({0.05|1 - .95}) / log({0.999|1 - p})",
    "miss it with probability ${0.999|1 - p}^",
    " = {0.368|none(1000)}$. In general",
    "of them do with {0.999|1 - p} to the power {1,000}",
    "**C**: {0.999|1 - p} to the power {1,000} is {0.368|none(1000)}",
    "Those {37 %|none(1000)} do not believe",
    "have it or have it not, so {half|0.5}. Ask for {2,000|2 * n} photographs: is it still a "
    "{half|0.5}? ({0.14|none(2000)}.)",
    "{1,000} show one on average, and none {37 times in 100|none(1000)}",
    "{95 %|.95} of {a thousand} leave you without a kiwi {39 times in 100|none(950)}",
    "A little more than {a thousand}: none {35 times in 100|none(1050)}",
    "With {20|20} times {a thousand} you have one {as good as surely|none(20_000) < 1e-8}",
    "with a chance of {95 %|1 - none(2995)}",
    "have none must fall to {5 %|none(2995)}",
    "for {95 %|1 - none(2995)} you need about {3|2995 * p} / p draws",
    "{100|100} new photographs show a kind of one in a thousand about {one time in ten|1 - none(100)}",
)

CLUBS, CLUB = 200, 500
clubs = given(clubs=CLUBS, club=CLUB)
clubs.says("{200} clubs of {500} photographers", "in {eight clubs of ten|0.8} between")

# ---- the field guide

SIZE, PARK, QUESTIONS, MACHINES = 500, len(BIRDS), 20, 500
park = given(
    kinds=PARK, n=SIZE, questions=QUESTIONS, rare=PARK - RARE.start, score=19, steep=Zipf(PARK, 2).p
)
park.says(
    "{forty} kinds",
    "the commonest makes up {six birds in ten|steep[0]}, the rarest {one in 2,600|steep[-1]}",
    "from {500} photographs",
    "one from {500} pictures",
    "from {500} pictures by the first",
    "generations of {500} pictures",
    "{twenty} questions",
    "You ask it {twenty} times",
    "answer **all {twenty}**",
    "answer all {twenty}, and",
    "one of the {twenty} rarest kinds",
    "one of the {20} rarest kinds",
    "pages lost, of {40}",
    "right answers, of {20}",
    "{19} of your {20} questions",
    '"{Twenty} more of the same sort"',
    "once: {forty} questions",
    "shares out {100 %|1} among them",
)


@cache
def examined(n: int, steepness: float, seed: int) -> dict[str, object]:
    """Return what `MACHINES` machines of the third generation answer, and what they lost."""
    truth = Zipf(PARK, steepness)
    dice = {"n": n, "generations": 3, "replicates": MACHINES, "rng": seed}
    learnt = simulate(truth, CategoricalMLE(), **dice)[3].p
    weight = learnt[:, None, :] * likeness(MISTAKE)
    right = weight.argmax(axis=2) == np.arange(PARK)
    sure = (weight / weight.sum(axis=2, keepdims=True)).max(axis=2)
    served = right @ truth.p
    gone = learnt == 0
    rare = np.arange(PARK) >= RARE.start

    def least(score: int) -> Rate:
        return Rate.of(binom.sf(score - 1, QUESTIONS, np.minimum(served, 1)))

    return {
        "pages": Rate.of(gone.sum(axis=1)),
        "most_gone": Rate.of(gone.mean(axis=1) > 0.5),
        "least": least,
        "typical": float(np.median(served * QUESTIONS)),
        "birds": Rate.of(gone @ truth.p),
        "sure": float(np.median(sure[gone])),
        "very_sure": Rate.of([(sure[k][gone[k]] > 0.8).mean() for k in range(MACHINES)]),
        "wrong": Rate.of(1 - served),
        "rare_wrong": Rate.of((~right & rare) @ truth.p / truth.p[rare].sum()),
    }


@measured
def steep(seed: int = 0) -> dict[str, object]:
    """Return the park of the first machine."""
    return examined(SIZE, 2, seed)


steep.says(
    "More than {half|pages / 40} of the guide is gone",
    "{54 in 100|least(20)} answer",
    "{87 in 100|least(19)} at least {nineteen|19}",
    "while {23|pages} of the {40|40} pages are gone on average",
    "**{23|pages} of the {40|40} pages are gone",
    "**Vote 2.** {23|pages} of the machine's {40|40} pages are gone",
    "it is typically {91 %|sure} sure",
    "typically **{91 %|sure} sure**",
    "for {seven in ten|very_sure} of them more than {80 %|0.8}",
    "Some {3 visitors in 100|wrong} get a wrong bird",
    "rarest kinds, some {eight in ten|rare_wrong} go away",
    "rarest kinds, {8 in 10|rare_wrong} go away",
    "**D** in {87 of 100|least(19)} machines",
    "{17 of 40|1 - pages / 40} pages, so {17/40|1 - pages / 40} of the questions",
    "Here they are {3 %|birds} of all birds",
    "and {23|pages} wrong answers",
    "in the steep park it was {97 in 100|least(18)}",
    "where it was {23|pages}",
    "in the steep park they were {3 %|birds}",
    "| {19 or 20|19.5} | 15 or 16 |",
    "| {23|pages} | 20 |",
    "| {3 %|birds} | 23 % |",
)


@measured
def flat(seed: int = 0) -> dict[str, object]:
    """Return the park of the second machine."""
    return examined(100, 1, seed) | {"park": Zipf(PARK, 1).p}


flat.says(
    "Typically {15 or 16|typical} of {20|20} answers",
    "{16 in 100|least(18)} answer {18|18} or more",
    "{20|pages} of {40|40} on average, where it was",
    "**taken together** they are {23 %|birds} of all birds",
    "in the second park {23 %|birds}, and there B",
    "one bird in {four|1 / park[0]}",
    "{one bird in four|park[0]}",
    "learnt from {100} pictures",
    "| 3 % | {23 %|birds} |",
    "| 23 | {20|pages} |",
    "| 19 or 20 | {15 or 16|typical} |",
)
given(machines=5000).says(
    "Of {5,000} machines", "(of {5,000} such machines", "of {5,000} such machines 54"
)

# ---- the generations

tails = seen(gallery.tail_loss)
five = panel(gallery.tail_loss, generations=5)
five.says(
    "{Two hundred} kinds now, and {50} lineages",
    "compares {200} pictures by a machine with {200} real ones",
    "although {half|1 - kinds / 100} of what it should know is gone",
    "keeps about {half|kinds / 100} of the kinds",
    "1. {Half|1 - kinds / 100} of the kinds are gone, and {three quarters|1 - rarest / 100} of the "
    "rarest tenth",
    "or key 2: {half|1 - kinds / 100} of the kinds are gone",
    "typically off by {0.5 to 0.8|size_off} standard errors",
    "The number of kinds is some {3.6|-variety_off} standard errors too low",
    "Only the number of kinds falls, {always|mean(diff(left, axis=0) <= 0) == 1}",
    "{Half|1 - kinds / 100} of a machine's kinds are gone, by luck alone",
)


@measured
def beyond(seed: int = 0) -> dict[str, object]:
    """Return how often the average size is off by more than the pale strip."""
    truth = Zipf(tails["KINDS"], 1)
    mean = truth.p @ tails["SIZES"]
    error = np.sqrt(truth.p @ (tails["SIZES"] - mean) ** 2 / tails["CHECK"])
    lineages = {"n": 1000, "generations": 5, "replicates": 2000, "rng": seed}
    size = {"size": lambda model, truth: (model.p @ tails["SIZES"] - mean) / error}
    off = simulate(truth, CategoricalMLE(), record=size, **lineages).recorded["size"][-1]
    return {"beyond": Rate.of(np.abs(off) > 2)}


beyond.says("by more than {2|2} in about {one lineage of twenty|beyond}")
given(luck=1, strip=2, most=100, some=100).says(
    "off by about {1} (a *standard error*)",
    "within ±{2}, in the pale strip",
    "of at most {100} questions",
    "some {hundred} of its pictures",
)

steeper = panel(gallery.tail_loss, steepness=2, generations=1)
steeper.says(
    "3. {Four kinds in five|1 - kinds / 100} are gone",
    "Key 5: {four kinds in five|1 - kinds / 100} are gone at once",
    "more than {96 in 100|1 - mean(alive[1][5:])} of the rarer half",
    "and {no check notices|max(abs([median(size[1]), median(rare[1]), variety_off])) < 1}: not",
    "{98 visitors in 100|coverage / 100} find their bird",
)

favoured = panel(gallery.tail_loss, machine="favours", generations=5)
favoured.says(
    "taken together: {3.6|-rare_off} standard errors off at generation 5",
    "{a third|kinds / 100} of the kinds is left",
)
five.says("left instead of a {half|kinds / 100}")

mixed = panel(gallery.tail_loss, real=0.1, generations=40)
mixed.says(
    "With albums of {1,000}, steepness {1} and",
    "of the kinds ({45 to 65 %|kinds / 100})",
)

# ---- how much is missing

found = panel(gallery.discovery, days=60)
found.says(
    "{fifty} pictures a day",
    "There are {2,000} kinds to be found",
    "has learnt from {500} photographs",
    "the machine knows some {240|known} kinds",
    "You find about {400|at(20).world} by day 20, {630|at(40).world} by day 40, {950|at(80).world} by day "
    "80, {1,330|at(160).world} by day 160",
    "about {16 %|world_missing / 100} by both counts",
    "{16 %|world_estimate / 100} by both counts",
    "{next to nothing|machine_estimate < 1} is unseen, while {36 %|machine_missing / 100} of the birds",
    "nothing is unseen, and more than {a third|machine_missing / 100} was",
    "It may know {an eighth|known / KINDS} of it",
    "{two hundred} days of the machine's own pictures did not",
    "over {two hundred} days",
)


RUNS = 100


@measured
def last_new(seed: int = 0) -> dict[str, object]:
    """Return the last day on which the machine shows a new kind, in many runs."""
    new = [seen(gallery.discovery, seed=RUNS * seed + k).whole("machine_new") for k in range(RUNS)]
    low, typical, high = np.percentile([np.flatnonzero(one)[-1] for one in new], (10, 50, 90))
    return {"low": float(low), "typical": float(typical), "high": float(high)}


last_new.says(
    "nothing new after about day {55|typical} (in {eight runs of ten|.8}, day {45|low} to "
    "{75|high})"
)

many = panel(gallery.discovery, n=10_000, days=200)
many.says("learn from** {10,000} photographs", "rises to about {1,460|known} kinds")

# ---- many properties

ten = panel(gallery.high_dimensions, dimensions=10)
ten.says(
    "in the top {1 %|tail} of",
    "with ten, nearly {10 %|rare_theory / 100}",
    "already the {1,024|combinations} mixtures of *ten* properties need about {7,700|needed}",
)


@measured
def properties() -> dict[str, object]:
    """Return what is rare, and what must be met, by the number of properties."""
    return {
        "rare": lambda d: float(theory.any_tail_probability(d, 0.01)),
        "needed": lambda d: float(theory.orthants_sample_size_mean(d)),
    }


properties.says(
    "With one property, {1 %|rare(1)} of the things are rare",
    "with {a hundred|100}, {63 %|rare(100)}",
    "those of {20|20} properties {15 million|needed(20)}, of {50|50}",
    "$4\\cdot10^{{16|log10(needed(50) / 4)}}$",
)

# ---- for those who program

code = given(kinds=40, n=500, at_once=2000)
code.says("The library does this {two thousand} times at once")
