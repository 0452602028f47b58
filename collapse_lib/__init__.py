"""Model collapse, simulated: what happens to models that learn from models.

The shape sentence: *new axes stack in front, a model's own shape stays at the back*. Draws
have shape ``(n, *batch)``, traces ``(generation, *batch)``; replicates are just batch.

    truth ──observe──▶ statistic ──fit──▶ model ──┐
                          ▲                       │   one generation
                          └──── regime ◀──observe─┘

Where to look
-------------
distributions   the truth, and the models fitted to it
suffstats       what a learner keeps of data: statistics that add and scale
dice            random numbers that stay put when a parameter moves
learners        model families and their fitting rules
regimes         on what each generation is trained, how models are sampled, what is filtered
mistakes        errors of a learner that are not sampling noise
simulate        the loop, and the lineage it returns
sweep           a grid of simulations, on as many machines as there are
watching        when somebody notices, and what can still be saved
auditing        ask about your own tool: what does it do when it eats its own output?
budget          what to buy: real points, verification, compute
metrics         one number per model
theory          closed-form curves to hold beside a simulation, each with its source
images          handwritten digits that learn from handwritten digits
language        the telephone game: text that learns from text
data            a column of the reader's own measurements

figures         arrays into pictures, each a plain value
controls        what a parameter looks like: slider, choice, dice, cursor
permalinks      the state of a panel as text
explorable      a function with controls: a live panel, a figure, a web page, a sentence
fields          what such a function returned, by name
surfaces        how a picture gets onto a screen: live in a notebook, alone in a web page
style, words    how things look and how numbers read; in which language they are said
definitions     the eight meanings of collapse, and which of them a picture shows

classroom       guesses, checks, tasks, a hall's votes, a lecturer's tools
gallery         the explorables and the questions of the lessons
site            the web site: lessons, slides and panels as static files
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from collapse_lib import distributions, learners, regimes, suffstats
from collapse_lib.data import read_column, read_labels
from collapse_lib.distributions import (
    Bernoulli,
    Categorical,
    Design,
    Empirical,
    Fitted,
    GaussianMixture,
    Histogram,
    KernelDensity,
    LinearModel,
    Mixture,
    MultivariateNormal,
    Normal,
    Poisson,
    StudentT,
    Table,
    Zipf,
)
from collapse_lib.explorable import Explorable, explorable
from collapse_lib.learners import (
    KDE,
    CategoricalMLE,
    FromEstimator,
    FromFunctions,
    GaussianLocationMLE,
    GaussianMixtureEM,
    GaussianMLE,
    GradientDescent,
    Gridded,
    HistogramMLE,
    LeastSquares,
    MultivariateGaussianMLE,
    PoissonMLE,
    Rounded,
    Sampled,
)
from collapse_lib.links import VERSION
from collapse_lib.regimes import (
    Accumulate,
    Anchor,
    Blend,
    Crowd,
    Curated,
    Detector,
    Greedy,
    Growing,
    Importance,
    Refresh,
    Replace,
    Rollback,
    Screened,
    Shift,
    Slip,
    Subsample,
    Temperature,
    Tempered,
    TopK,
    TopP,
    TopUp,
    Typical,
    Verifier,
    Web,
    Weighted,
)
from collapse_lib.simulate import Lineage, simulate
from collapse_lib.sweep import SweepResult, sweep

if TYPE_CHECKING:
    from collapse_lib import (
        budget,
        classroom,
        gallery,
        images,
        language,
        metrics,
        mistakes,
        theory,
        watching,
    )
    from collapse_lib.auditing import Audit, audit
    from collapse_lib.mistakes import Biased, Noisy, Preferring, Unlabelled, quirks
    from collapse_lib.watching import notice, rescue

__version__ = VERSION

__all__ = [
    "KDE",
    "Accumulate",
    "Anchor",
    "Audit",
    "Bernoulli",
    "Biased",
    "Blend",
    "Categorical",
    "CategoricalMLE",
    "Crowd",
    "Curated",
    "Design",
    "Detector",
    "Empirical",
    "Explorable",
    "Fitted",
    "FromEstimator",
    "FromFunctions",
    "GaussianLocationMLE",
    "GaussianMLE",
    "GaussianMixture",
    "GaussianMixtureEM",
    "GradientDescent",
    "Greedy",
    "Gridded",
    "Growing",
    "Histogram",
    "HistogramMLE",
    "Importance",
    "KernelDensity",
    "LeastSquares",
    "Lineage",
    "LinearModel",
    "Mixture",
    "MultivariateGaussianMLE",
    "MultivariateNormal",
    "Noisy",
    "Normal",
    "Poisson",
    "PoissonMLE",
    "Preferring",
    "Refresh",
    "Replace",
    "Rollback",
    "Rounded",
    "Sampled",
    "Screened",
    "Shift",
    "Slip",
    "StudentT",
    "Subsample",
    "SweepResult",
    "Table",
    "Temperature",
    "Tempered",
    "TopK",
    "TopP",
    "TopUp",
    "Typical",
    "Unlabelled",
    "Verifier",
    "Web",
    "Weighted",
    "Zipf",
    "audit",
    "budget",
    "classroom",
    "distributions",
    "explorable",
    "gallery",
    "images",
    "language",
    "learners",
    "metrics",
    "mistakes",
    "notice",
    "quirks",
    "read_column",
    "read_labels",
    "regimes",
    "rescue",
    "simulate",
    "suffstats",
    "sweep",
    "theory",
    "watching",
]

# Loaded when first asked for: scipy and the widgets are slow, and a bare run needs none of these.
_MODULES = (
    "budget",
    "classroom",
    "gallery",
    "images",
    "language",
    "metrics",
    "mistakes",
    "theory",
    "watching",
)
_LATER = {name: name for name in _MODULES}
_LATER |= dict.fromkeys(("Biased", "Noisy", "Preferring", "Unlabelled", "quirks"), "mistakes")
_LATER |= dict.fromkeys(("notice", "rescue"), "watching")
_LATER |= dict.fromkeys(("Audit", "audit"), "auditing")


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'collapse_lib' has no attribute {name!r}")
    module = import_module(f"collapse_lib.{_LATER[name]}")
    return module if name == _LATER[name] else getattr(module, name)


def __dir__() -> list[str]:
    return __all__
