"""What the numbers of *The error snowball* rest on."""

import numpy as np
from scipy.stats import binom

from claims import Rate, given, measured, panel, seen
from collapse_lib import GaussianMLE, Normal, gallery, metrics, simulate, theory

# ---- the coin

UP, DOWN, ROUNDS = 1.5, 0.5, 100
heads = np.arange(ROUNDS + 1)
chance = binom.pmf(heads, ROUNDS, 0.5)
wealth = UP**heads * DOWN ** (ROUNDS - heads)

coin = given(
    *(UP, DOWN, ROUNDS, 1, 200, 50, 300, 2_000_000_000, 20, 10),
    pair=UP * DOWN,
    fair=(UP + DOWN) / 2,
    better=(1.6 + DOWN) / 2 - 1,
    ahead=int(np.flatnonzero(wealth > 1)[0]),
    winning=float(chance[wealth > 1].sum()),
    rich=float(chance[66:].sum()),
    held=float((chance * wealth)[66:].sum()),
    ten=float(binom.sf(6, 10, 0.5)),
    rounds=lambda stake: float(np.log(0.5) / np.log(1 - stake**2) * 2),
    alike=lambda stake: 2 / stake**2,
)
coin.says(
    "{200} players",
    "player of {200} owns",
    "{two billion} players",
    "{two billion} players each",
    "{Two billion} people",
    "Among {two billion} there",
    "{twenty} worlds of",
    "{a hundred} rounds",
    "{hundred} rounds",
    "You have {1} coin",
    "you bet {half|0.5} of what you own",
    "multiplied by {1.5}**",
    "multiplied by {0.5}**",
    "times {1.5} or times {0.5}",
    "**times {1.5}**",
    "**times {0.5}**",
    "A toss is worth {1.5} or {0.5}, so {1|fair} on average",
    "on average a toss multiplies by {1|fair}",
    "tail together multiply by {1.5} × {0.5} = {0.75|pair}",
    "tail together multiply by {0.75|pair}",
    "has found the {0.75|pair}",
    "as fair as it gets, cost {three quarters|1 - pair**5 ± 0.02} of the money",
    "You own {100} at the start",
    "You own **{100}**",
    "starting with {100}",
    "{one of 200|1 / 200} players (of the first {200}",
    "after {two|2} rounds. **Write",
    "in your favour, by {5 %|better} a round",
    "$ is {a thousandth|1e-3} and $10^3$ {a thousand|1e3}",
    "(10⁻⁶ is {a millionth|1e-6}.)",
    "({10|10}⁻⁶ is",
    "$ is {a hundredth|1e-2}. *Right*",
    "you need {64|ahead} heads or more; {one player in 300|winning} has them",
    "{98 %|held} of the expected wealth belong to players with {66|66} heads or more, fewer than {one in a thousand|rich}",
    "carried by fewer than {one in a thousand|rich}",
    "At a stake of 0.5 {half|0.5} of the typical wealth is gone after {5|rounds(0.5)} rounds, at 0.1 after {138|rounds(0.1)}",
    "{A tenth|0.1 / 1} of the stake, {a hundred|rounds(0.01) / rounds(0.1)} times the time",
    "{Seventeen in a hundred|ten}",
    "{17 players in 100|ten} have more",
    "A stake of {0.2|0.2} is about as bad as *n* = {50|alike(0.2)} points",
    "a stake of {0.1|0.1} as *n* = {200|alike(0.1)}",
    "A stake of {0.2|0.2} is about as bad as {50|alike(0.2)} points",
    "a stake of {0.1|0.1} as {200|alike(0.1)} points",
    "Then to {0.02|0.02}. Is that",
    "in {eight of ten|0.8} worlds",
    "{eight in ten|0.8} own between",
    "{eight in ten|0.8} kept between",
    "has the typical player lost {half|0.5}?",
    "That is the stake of {0.5|0.5}. Move",
    "Then {three quarters|1 - 0.96 ** (68 / 2)} are gone: {half|0.5}, and {half|0.5} of the rest",
    "Then {17|17} heads and {17|17} tails",
    "Among {200} players it can",
)
pairs = given(17, pair=1.2 * 0.8, left=0.96**17)
pairs.says(
    "A head and a tail leave {0.96|pair}, and {17} such pairs leave a {half|left}",
    "multiply by {1.2|1.2} × {0.8|0.8} = {0.96|pair}. How many of both make a {half|left}",
    "{17} heads and {17} tails are needed",
)


@measured
def opening() -> dict[str, object]:
    """Return who holds the wealth after two tosses, as in the picture."""
    return {"held": seen(gallery.coin_wealth, seed=7).whole("shares")[2]}


opening.says(
    "the richest player {next to nothing|held[0] < 0.02}, the next nine {a tenth|held[1]}, the next {ninety|90} {two thirds|held[2]}"
)


def ridden(seed: int) -> np.ndarray:
    """Return the wealth of whoever leads at round 50, and of the others: ``(200, 101)``."""
    everybody = seen(gallery.coin_wealth, seed=seed).whole("wealth")
    return everybody[np.argsort(-everybody[:, 50], kind="stable")]


@measured
def leader() -> dict[str, object]:
    """Return what becomes of the leader at the dice of the lesson."""
    first, *others = ridden(7)
    return {
        "owned": first[50],
        "owns": first[100],
        "ahead": sum(o[100] > first[100] for o in others),
    }


leader.says(
    "Here the leader of round 50 owned {44|owned}, owns {0.1|owns} at round 100, and has been overtaken by {four|ahead} others"
)


@measured
def leaders(seed: int = 0) -> dict[str, object]:
    """Return how often the leader of round 50 has lost nine tenths at round 100."""
    runs = [ridden(50 * seed + k)[0] for k in range(50)]
    return {"fallen": Rate.of([one[100] <= 0.1 * one[50] for one in runs])}


leaders.says(
    "in {nine rolls of the dice out of ten|fallen}, whoever led at round 50 had lost {nine tenths|0.9}",
    "In {nine rolls of the dice out of ten|fallen} whoever leads at round 50 has lost {nine tenths|0.9}",
)

many = panel(gallery.coin_wealth, players=2_000_000_000, rounds=60, seed=7)
many.says("the average {holds|0.5 < mean < 2} for most of the game")

# ---- from coins to models

chains = given(
    *(50, 200, 300, 1, 100, 1000, 10),
    spread=float(np.exp(np.sqrt(2 * 300 * 2 / 49))),
    seventh=float(theory.replace_variance_median(1_000_000, 1_000_000)),
    half_life=lambda n, ddof=0: float(theory.half_life(n, ddof)),
    left=lambda t, n: float(theory.replace_variance_median(t, n)),
)
chains.says(
    "a model that sees {50} points: {300} factors",
    "variance of {50} points whose true variance is {1}",
    "close to {1}. Their product",
    "A model of {50} made-up points",
    "average of the factors is {1}.",
    "the cell with the {300} factors",
    "(`e-05` means *divided by {a hundred|100} {thousand|1000}*.)",
    "may give a product {a hundred|spread ± 50} times as large",
    "So here are {200} such chains",
    "Of {200} lineages",
    "{Two of the five|2 / 5} are true",
    "the unbiased estimator, at {half|half_life(1000) / half_life(1000, 1)} the speed",
    "runs at {half|half_life(1000) / half_life(1000, 1)} the speed",
    "the *mean* variance stays at {1|1} for ever",
    "With {10} points a generation (and 1/n), {half|left(3, 10)} of the typical variance is gone after {3|half_life(10)} generations. With {1,000} points, what is left of it after {300}?",
    "With {10} points a generation {half|left(3, 10)} of the typical variance is gone after {3|half_life(10)} generations. With {1,000} points?",
    "**C**: {346|half_life(1000)}, since",
    "{A hundred|1000 / 10} times the points, {a hundred|half_life(1000) / half_life(10) ± 15} times the generations",
    "is {half|0.5} of its typical variance gone",
    "learns from {1,000,000|1_000_000} made-up points",
    "About {0.35|half_life(1_000_000) / 1e6} n, so {350,000|half_life(1_000_000)} generations",
    "{A million|1e6} points take {a thousand|half_life(1e6) / half_life(1000)} times as long as {a thousand|1000}",
    "not a {half|0.5} is left, but about {a seventh|seventh}",
    "a collapse after {five|5} generations",
    "is seen after {five|5} generations",
)

hundred = panel(gallery.snowball, generations=100)
hundred.says(
    "at *n* = {10} the variance is {gone|smallest < 1e-6}, at {1,000} about {four fifths|largest} are left",
)
thousand = panel(gallery.snowball, generations=1000)
thousand.says(
    "at {10} points the variance is {gone|at(100).smallest < 1e-6}, at {1,000} about {four fifths|at(100).largest} are left"
)

# ---- the door

door = panel(gallery.one_way_door, generations=200)
door.says(
    "average frequency stays near {0.1|mean ± 0.045}, as in the truth",
    "vanished from {nine lineages in ten|lost / 100}",
    "average stays near {0.1|mean ± 0.045}, while {nine lineages in ten|lost / 100} have lost",
    "in the long run {one lineage in ten|rare} keeps nothing",
)
ajar = panel(gallery.one_way_door, real=1, generations=200)
ajar.says(
    "{One real example in fifty|real / n}",
    "one fresh real example in {fifty}",
    "some {40 to 50 lineages in a hundred|lost / 100} *are* at 0",
)

# ---- bounded errors

bounded = panel(gallery.bounded_errors, real=0.2)


@measured
def errors() -> dict[str, object]:
    """Return what the formulas of the panel say, far beyond its horizon too."""
    return {
        "harmonic": lambda t: float(np.log(t) + np.euler_gamma + 1 / (2 * t)),
        "cross": int(
            np.flatnonzero(np.cumsum(1 / np.arange(1.0, 201)) > 5 * (1 - 0.8 ** np.arange(1, 201)))[
                -1
            ]
        ),
        "first": int(
            np.argmax(np.cumsum(1 / np.arange(1.0, 201)) >= 5 * (1 - 0.8 ** np.arange(1, 201)))
        ),
        "left": lambda t: float(theory.schedule_variance_median(10 * np.arange(1, t + 1))[-1]),
    }


errors.says(
    "With a *growth* of {1|1} the tenth sample is {ten times|10} as large as the first, with {2|2} {a hundred|10**2} times",
    "after {10|10} generations, and after {a billion|1e9}?",
    "after {a billion|1e9} generations its error is {21.3|harmonic(1e9)} times the bias, and with the real data it still rests at {5|1 / 0.2} times",
    "Above {1|1}. Each generation's error is about {1|1} divided",
    "growth of exactly {1|1} it sinks",
    "growth of exactly {1|1} looks",
    "first sample of {10|10} it is {0.55|left(200)} after {200|200} generations and {0.43|left(2000)} after {2,000|2000}",
)
pull = given(0.15, share=0.2, bias=0.03)
pull.says(
    "the blue curve at {0.15}",
    "{0.2|share} × {0.15|bias / share} = {0.03|bias}",
    "share times {0.15}",
    "Share × {0.15} = {0.03|bias}",
    "error rests at {1|bias / 0.03}, far",
    "error rests at {0.06|bias / 0.5}",
    "a bias of {1 %|0.01}",
    "(*b* times {1|1} + ½",
    "variances {1|1}/*i*²",
)

# ---- first passage, and bounds


def lineages(seed: int, generations: int, ddof: int = 0) -> np.ndarray:
    """Return variances of 2,000 lineages of 100 points, shape ``(generations + 1, 2000)``."""
    told = {"n": 100, "generations": generations, "replicates": 2000, "rng": seed}
    return simulate(Normal(), GaussianMLE(ddof), **told).trace(metrics.variance)


@measured
def passage(seed: int = 0) -> dict[str, object]:
    """Return when the lineages are down to a hundredth."""
    when = (lineages(seed, 1000) <= 0.01).argmax(axis=0)
    low, middle, high = np.percentile(when, (10, 50, 90))
    return {
        "mean": Rate.of(when),
        "low": low,
        "middle": middle,
        "high": high,
        "theory": theory.replace_passage_mean(0.01, 100),
    }


passage.says(
    "is a lineage down to {a hundredth|0.01}?",
    "For *n* = {100} and the estimator 1/n the mean is {233|mean} generations",
    "but {half|0.5} of the lineages are there after {209|middle}, and {eight in ten|0.8} between {118|low} and {373|high}",
)


@measured
def again(seed: int = 0) -> dict[str, object]:
    """Return how often a lineage that lost half is above its start later on."""

    def back(variance: np.ndarray) -> Rate:
        down = np.maximum.accumulate(variance <= 0.5, axis=0)
        return Rate.of(((variance > 1) & down).any(axis=0)[down[-1]])

    return {"mle": back(lineages(seed, 1500)), "unbiased": back(lineages(seed, 1500, 1))}


again.says(
    "lost {half|0.5}, {18 in 100|mle} are above their start once more later on (with 1/(n-1): {42 in 100|unbiased})"
)


@measured
def bound(seed: int = 0) -> dict[str, object]:
    """Return how many standard deviations are above 0.3 after 800 generations, and the bound."""
    alive = lineages(seed, 800, 1)[-1] > 0.3**2
    return {"bound": float(np.exp(-800 / 400) / 0.3), "alive": Rate.of(alive)}


bound.says(
    "for *n* = {100|100}, *k* = {800|800} and $\\varepsilon$ = {0.3|0.3} it says {0.45|bound}, and in a simulation it is {0.08|alive}"
)
