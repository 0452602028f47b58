"""Policies about data: what each generation is trained on.

A regime is data, not code. Its `recipe` lists the draws that make up a generation's training
set, so that the loop, the sentence under a figure and the theory all read the same thing.

Where to look
-------------
base        sources, draws, recipes: what a regime is
replace     only the newest model's output
accumulate  a pool that nothing leaves, whole or in part
refresh     some real data in each generation, new or always the same
weighted    real data that count for more
growing     sample sizes that grow
rollback    back to an earlier generation
crawl       real and made-up points that nobody can tell apart; a web that fills up
crowd       many learners that train on each other
tempered    models that are not sampled as they are: temperature, cut-offs, drift
filters     which of a model's points are let through
screens     what is done about a crawl: detector, importance weights, top-up
"""

from collapse_lib.regimes.accumulate import Accumulate, Subsample
from collapse_lib.regimes.base import (
    NEWEST,
    Crawl,
    Draw,
    Fixed,
    Fresh,
    Model,
    Pool,
    Recipe,
    Regime,
    Source,
    mix,
    real_count,
)
from collapse_lib.regimes.crawl import Blend, Web
from collapse_lib.regimes.crowd import Crowd
from collapse_lib.regimes.filters import (
    Curated,
    Kept,
    Slip,
    TruncatedNormal,
    Typical,
    Verifier,
    kept,
)
from collapse_lib.regimes.growing import Growing
from collapse_lib.regimes.refresh import Anchor, Refresh
from collapse_lib.regimes.replace import Replace
from collapse_lib.regimes.rollback import Rollback
from collapse_lib.regimes.screens import Detector, Importance, Screened, TopUp
from collapse_lib.regimes.tempered import (
    Greedy,
    Shift,
    Temperature,
    Tempered,
    TopK,
    TopP,
    shifted,
)
from collapse_lib.regimes.weighted import Weighted

__all__ = [
    "NEWEST",
    "Accumulate",
    "Anchor",
    "Blend",
    "Crawl",
    "Crowd",
    "Curated",
    "Detector",
    "Draw",
    "Fixed",
    "Fresh",
    "Greedy",
    "Growing",
    "Importance",
    "Kept",
    "Model",
    "Pool",
    "Recipe",
    "Refresh",
    "Regime",
    "Replace",
    "Rollback",
    "Screened",
    "Shift",
    "Slip",
    "Source",
    "Subsample",
    "Temperature",
    "Tempered",
    "TopK",
    "TopP",
    "TopUp",
    "TruncatedNormal",
    "Typical",
    "Verifier",
    "Web",
    "Weighted",
    "kept",
    "mix",
    "real_count",
    "shifted",
]
