"""What the numbers of *Four suspects* rest on."""

import numpy as np
from scipy.stats import norm

from claims import Rate, given, measured, panel, seen
from collapse_lib import GaussianMixtureEM, gallery, metrics, simulate
from collapse_lib.gallery.cats_and_horses import CATS, GAP, HORSES, TRUTH, UNLIMITED

BUMP = float(metrics.mean(TRUTH, TRUTH)), float(metrics.sd(TRUTH, TRUTH))
HERD = np.array([21, 24, 27, 29, 148, 152, 158, 163])

# ---- cats and horses

zoo = given(
    *(*HERD.tolist(), *GAP, UNLIMITED, 1000, 10, 40, 20, 50),
    mean=HERD.mean(),
    sd=HERD.std(),
    cats=float(CATS.mean),
    horses=float(HORSES.mean),
    below=float(norm.cdf(0, *BUMP)),
    between=float(np.diff(norm.cdf(GAP, *BUMP))[0]),
    real=float(1 - np.sum(TRUTH.tails(*GAP))),
)
zoo.says(
    "are **{90|mean} plus or minus {65|sd}**",
    "**two numbers**: {90|mean}, plus or minus {65|sd}",
    "A herd: {21}, {24}, {27}, {29}, {148}, {152}, {158}, {163} cm",
    "taller than {29} and smaller than {148}",
    "Now {a thousand} animals",
    "about {a third|between}, however many",
    "learns from *{a billion}*",
    "learns from {a billion} animals",
    "With {a billion} animals",
    "many bumps** are {10} cm wide",
    "to 0, then to {40}. 2. **Animals seen** from {20} to {1,000}",
    "bumps {10} cm wide",
    "With {20} animals luck",
    "{8 in 100|below} of its animals",
    "{Half|0.5} of the animals are cats, about {25|cats} cm tall, and {half|0.5} are horses, about {155|horses} cm",
    "are {50} to {110} cm tall",
    "With a billion animals, too, {35 %|between} of what",
    "The same {35 %|between}. The",
    "where {two real animals in a million|real} are",
    "each of {50} runs",
)
blurred = panel(gallery.cats_and_horses, generations=30)
blurred.says(
    "{7 to 10 %|at(5).every_between / 100} are in between after {5|5} generations, {18 to 25 %|every_between / 100} after {30}",
    "a billion animals: {35 %|one_between / 100} are in between",
)
wide = panel(gallery.cats_and_horses, bandwidth=40, generations=1)
wide.says("Bumps {40} cm wide fill it at once ({19 %|every_between / 100})")


@measured
def scarce(seed: int = 0) -> dict[str, object]:
    """Return how often a kind is gone, of two-bump models that learn from 20 animals."""
    learner = GaussianMixtureEM(2)
    model = simulate(TRUTH, learner, n=20, generations=30, replicates=60, rng=seed)[30]
    below, above = model.tails(90, 90)
    return {"gone": Rate.of(np.minimum(below, above) < 1e-3), "between": 0}


scarce.says('are gone in about {two of three|gone} lineages, which "{0 %|between} in between"')

# ---- the four suspects

LOOSE = {"measured": 10, "steps": 100, "waves": 5, "bits": 5}
together = panel(gallery.four_suspects, **LOOSE, generations=60)
together.says(
    "measurements at {32} places",
    "over {sixty} generations",
    "{5} bits hold a digit and a {half|log10(2**bits) - 1}",
    "The data are loose: {10} measurements",
    "the four add up to about {115 %|total / 100}, and together they make {54 to 65 %|together / 100}",
    "of the four? {54 to 65 %|together / 100}, where the four add up to about {115|total}",
    "together make {54 to 65 %|together / 100} where each alone would add up to about {115|total}",
    "Five bits and {a hundred} steps",
)
given(1, 2, 4, 30, limit=0.01).says(
    "median over {30} lineages", "(except at {1}, {2}, {4}, …", "an error of more than {1 %|limit}"
)
data = panel(gallery.four_suspects, measured=10, generations=60)
data.says("in each generation, about {36 %|data / 100} after {sixty}")
procedure = panel(gallery.four_suspects, steps=100, generations=60)
procedure.says(
    "{22 %|at(20).procedure / 100} after {twenty|20} and {30 %|procedure / 100} after {sixty}: it"
)
form = panel(gallery.four_suspects, waves=5, generations=1)
form.says("a jump to {26 %|form / 100} in generation 1")
hardware = panel(gallery.four_suspects, bits=5, generations=60)
hardware.says(
    "anything at first, {0.03 %|at(1).hardware / 100}, and then faster and faster, {23 %|hardware / 100} after {sixty}: always",
    "lowers all alike, to about {half|1 - sqrt(hardware / 100)}",
)
loose = panel(gallery.four_suspects, measured=10, waves=5, generations=60)
loose.says("instead of about {47 %|together / 100}")
cured = panel(gallery.four_suspects, measured=1000, waves=5, generations=60)
cured.says("After {sixty} generations the error is {26 %|together / 100} instead")
plenty = panel(gallery.four_suspects, measured=1000, generations=60)
plenty.says("(data alone: about {0.36 %|data / 100})")
given(thieves=2).says("{Two thieves in one|thieves} house")

# ---- whose habit

habits = given(0.03, 1, 20, 100, 200, 2, fifth=1 / 5)
habits.says(
    "mean 0, spread {1}",
    "{One of the five|fifth} has no habit",
    "D is off by {0.03} each time",
    "about {0.03} more each time",
    "it prefers -{1}, or 0, or {2}",
    "-{1}: not what",
    "for {1}, {20}, {100} and {200} generations",
)


@measured
def spreads(seed: int = 0) -> dict[str, object]:
    """Return the spreads of the two learners that shrink, at generation 20."""
    b, e = (seen(gallery.whose_habit, 20, learner=name, seed=seed) for name in "BE")
    return {"b": b["spread.median"], "e": e["spread.median"]}


spreads.says("at generation 20: {0.94|b} and {0.65|e}")

# ---- a crowd

crowd = panel(gallery.crowd_of_models, generations=30)
crowd.says(
    "each of {200} crowds",
    "both are off by about {2.2|alike_rms} after {30} generations",
    "both are off by about {2.2|single_rms} after",
    "bring the error down to {0.75|diverse_rms} or so",
    "for {30} generations, and they agree",
    "over {thirty}?",
)
votes = given(
    worth=(0.5 * 900 + 0.5 * 30) / (0.5 * 900 + 0.5 * 30 / 8),
    once=1 / (0.5 + 0.5 / 8),
    eight=1 / np.sqrt(8),
    share=0.5,
)
votes.says(
    "{Half|share} of a mistake is habit, {half|share} chance (share of habit {0.5|share})",
    "{1.03|worth}, to be exact",
    "off by {a third|eight} of what",
    "it is not quite {two|once} in one generation",
    "Only {half|share} of them",
)
