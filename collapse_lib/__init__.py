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
regimes         on what each generation is trained
simulate        the loop, and the lineage it returns
metrics         one number per model
theory          closed-form curves to hold beside a simulation
data            a column of the learner's own measurements
gallery         the explorables: a simulation with sliders, in a notebook or a web page
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from collapse_lib import metrics, regimes
from collapse_lib.data import read_column
from collapse_lib.distributions import Categorical, Empirical, Mixture, Normal, StudentT, Zipf
from collapse_lib.learners import CategoricalMLE, GaussianMLE, Sampled
from collapse_lib.regimes import Accumulate, Anchor, Refresh, Replace, Subsample
from collapse_lib.simulate import Lineage, simulate

if TYPE_CHECKING:
    from collapse_lib import gallery, theory

__version__ = "0.1.0"

__all__ = [
    "Accumulate",
    "Anchor",
    "Categorical",
    "CategoricalMLE",
    "Empirical",
    "GaussianMLE",
    "Lineage",
    "Mixture",
    "Normal",
    "Refresh",
    "Replace",
    "Sampled",
    "StudentT",
    "Subsample",
    "Zipf",
    "gallery",
    "metrics",
    "read_column",
    "regimes",
    "simulate",
    "theory",
]

_LATER = ("gallery", "theory")  # they load scipy or the widgets, which a plain run never needs


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return import_module(f"collapse_lib.{name}")
    raise AttributeError(f"module 'collapse_lib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
