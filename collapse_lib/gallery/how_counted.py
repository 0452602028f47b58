"""One web, eight headlines: what is counted, by which unit, and whether the old crawl is kept.

Sites begin to use AI, some as a help, some for everything. Whether a headline counts pages with
any AI in them or those that are purely AI, pages or sites, this year's crawl or all that was ever
crawled: the world is the same. A model that learns from the crawl knows nothing of headlines; it
meets a share of generated *text*, and that depends on whether old crawls are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from collapse_lib import figures, metrics, style
from collapse_lib.checks import Array
from collapse_lib.controls import Choice, Cursor, Reroll, Slider
from collapse_lib.distributions import Zipf
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import CategoricalMLE
from collapse_lib.metrics import Ensemble
from collapse_lib.regimes import Crawl, Draw, Fresh, Recipe, Regime, Temperature, Tempered
from collapse_lib.simulate import simulate

SITES = 400
PAGES = 5  # that a site publishes in a year
PARAGRAPHS = 20  # on a page
OLD_YEARS = 5  # of pages, on each site that is no AI site, before the first year
ADOPTED = 0.3  # of the sites that will use AI and do not yet, begin with it in a year
YEARS = 20
KINDS = 60
REPLICATES = 30
TRUTH = Zipf(KINDS)
T = np.arange(YEARS + 1)
SHARES = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.95, 0.98)
COUNTED = ("any", "pure")
UNITS = ("pages", "sites")
CRAWLS = ("throw", "keep")


@dataclass(frozen=True, eq=False)
class World:
    """What is on the web in each year, however it may be counted.

    Parameters
    ----------
    headlines : ndarray, shape ``(2, 2, 2, 21)``
        Per cent by what counts (any AI, purely AI), unit (pages, sites) and crawl (this year's,
        all so far), one number per year; year 0 is the web before.
    written : ndarray, shape ``(21,)``
        Paragraphs by AI in each year.
    published : ndarray, shape ``(21,)``
        All paragraphs of each year; in year 0 those of the old web.
    """

    headlines: Array
    written: Array
    published: Array

    @property
    def text(self) -> Array:
        """Per cent of the text that is generated, by crawl; shape ``(2, 21)``."""
        now = self.written / self.published
        return 100 * np.stack([now, self.written.cumsum() / self.published.cumsum()])


def world(helped: float, dose: float, farms: float, seed: int) -> World:
    """Simulate who writes what on 400 sites in 20 years.

    Parameters
    ----------
    helped : float
        Share of the ordinary sites that sooner or later use AI as a help.
    dose : float
        Share of the paragraphs that AI writes for them: from page to page between none and all.
    farms : float
        Share of sites that are new and leave everything to AI.
    seed : int
        Which dice to roll.
    """
    rng = np.random.default_rng(seed)
    kind, use, start = rng.random((3, SITES))
    mood = rng.random((SITES, YEARS, PAGES, 1))
    lot = rng.random((SITES, YEARS, PAGES, PARAGRAPHS))
    farm = kind < farms
    begins = 1 + np.floor(np.log(start) / np.log(1 - ADOPTED))
    using = (begins[:, None] <= T[1:]) & (farm | (use < helped))[:, None]
    with np.errstate(divide="ignore"):
        share = mood ** (np.float64(1) / dose - 1) if dose else np.zeros_like(mood)
    by_ai = (lot < np.where(farm[:, None, None, None], 1.0, share)) & using[:, :, None, None]
    words = by_ai.sum(axis=-1)  # paragraphs by AI: (sites, years, pages)
    there = using | ~farm[:, None]  # an AI site is not there before it begins
    old = np.where(farm, 0, OLD_YEARS * PAGES)[:, None]

    pages = np.hstack([old, there * PAGES])  # (sites, years + 1), like all that follows
    blank = np.zeros((SITES, 1), dtype=int)
    some = np.hstack([blank, (words > 0).sum(axis=-1)])
    whole = np.hstack([blank, (words == PARAGRAPHS).sum(axis=-1)])
    ways = []
    for counted, pure in ((some, False), (whole, True)):
        for of_sites in (False, True):
            for kept in (False, True):
                hit, size = (a.cumsum(axis=1) if kept else a for a in (counted, pages))
                if of_sites:
                    hit, size = (hit == size if pure else hit > 0) & (size > 0), size > 0
                ways.append(100 * hit.sum(axis=0) / size.sum(axis=0))
    return World(
        headlines=np.reshape(ways, (2, 2, 2, T.size)),
        written=np.append(0, words.sum(axis=(0, 2))),
        published=PARAGRAPHS * pages.sum(axis=0),
    )


@dataclass(frozen=True)
class Crawled(Regime):
    """Each generation meets a share of text by each of its predecessors.

    Parameters
    ----------
    met : tuple of tuple of float
        Entry t - 2 holds what generation t ≥ 2 meets: the share of human text, then that by
        generation 1, 2, … t - 1.
    """

    memory: ClassVar[int | None] = None

    met: tuple[tuple[float, ...], ...]

    def recipe(self, t: int, n: Any) -> Recipe:
        """Return `n` paragraphs of all origins, mixed."""
        if t == 1:
            return (Draw(Fresh(), n),)
        return (Draw(Crawl(tuple(range(t)), self.met[t - 2]), n),)


def crawled(seen: World, keep: bool) -> Crawled:
    """Return what the models meet: AI text of year y is by the model of the crawl before it."""
    met = []
    for year in T[1:]:
        by_ai = seen.written[1 : year + 1] * (1.0 if keep else T[1 : year + 1] == year)
        size = seen.published[: year + 1].sum() if keep else seen.published[year]
        met.append((1 - by_ai.sum() / size, *(by_ai / size)))
    return Crawled(tuple(met))


def headlines(others: Array, headline: Array, text: Array) -> View:
    """Draw the headline, the other ways to count, and what the model meets."""
    return figures.lines(
        [
            Curve("all eight ways to count", others, style.line(style.GREY), kind="crowd"),
            Curve("your headline", headline, style.line(style.ORANGE, width=4)),
            Curve("generated text", text, style.line(style.GREEN, width=3, dash="dash")),
        ],
        title="The headline",
        quantity="per cent",
        along="year",
        y_range=(0, 102),
    )


def models(band: Array, kinds: Array, kinds_other: Array) -> View:
    """Draw what becomes of the models that learn from one crawl and from the other."""
    return figures.lines(
        [
            Curve("your crawl, 10 to 90 %", band, style.line(style.BLUE), kind="band"),
            Curve("your crawl, median", kinds, style.line(style.BLUE, width=3.5)),
            Curve(
                "the other crawl, median",
                kinds_other,
                style.line(style.VERMILLION, width=2.5, dash="dot"),
            ),
        ],
        title=f"Kinds that the model writes, of {KINDS}",
        quantity="kinds",
        along="year",
        y_range=(0, KINDS + 2),
    )


@explorable(
    title="One web, eight headlines",
    views=(headlines, models),
    cursor=Cursor("years", 0, YEARS, start=YEARS),
    say={
        "any pages": "“{headline:.2g} % of pages contain AI text.” Year {years:d}: of the text in "
        "this crawl {text:.2g} % is generated, and the model that learns from it writes {kinds:d} "
        "of 60 kinds; with the other crawl {kinds_other:d}.",
        "pure pages": "“{headline:.2g} % of pages are purely AI.” Year {years:d}: of the text in "
        "this crawl {text:.2g} % is generated, and the model that learns from it writes {kinds:d} "
        "of 60 kinds; with the other crawl {kinds_other:d}.",
        "any sites": "“{headline:.2g} % of sites use AI.” Year {years:d}: of the text in this "
        "crawl {text:.2g} % is generated, and the model that learns from it writes {kinds:d} of "
        "60 kinds; with the other crawl {kinds_other:d}.",
        "pure sites": "“{headline:.2g} % of sites are purely AI.” Year {years:d}: of the text in "
        "this crawl {text:.2g} % is generated, and the model that learns from it writes {kinds:d} "
        "of 60 kinds; with the other crawl {kinds_other:d}.",
    },
    caveat="A toy: 400 sites, 60 kinds, and a detector that never errs. Which share is safe for a "
    "large model is not said here.",
    definition=7,
    lesson="notebooks/07_how_much_is_generated.ipynb",
    vary={
        "counted": None,
        "unit": None,
        "crawl": None,
        "helped": (0.9, 1),
        "dose": (0.35, 0.95),
        "farms": (0.02, 0.3, 0.95),
        "typical": (0.1,),
    },
)
def how_counted(
    counted: Annotated[
        str,
        Choice(
            {"any": "any AI", "pure": "purely AI"},
            label="what counts",
            help="Whether a page or site counts that has any AI text, or only one that has "
            "nothing else.",
        ),
    ] = "any",
    unit: Annotated[
        str, Choice({"pages": "pages", "sites": "sites"}, label="of what", help="What is counted.")
    ] = "pages",
    crawl: Annotated[
        str,
        Choice(
            {"throw": "throw it away", "keep": "keep it"},
            label="old crawl",
            help="Whether only this year's crawl is counted and learned from, or all so far.",
        ),
    ] = "throw",
    helped: Annotated[
        float,
        Slider(
            0,
            1,
            step=0.05,
            label="other sites that AI helps",
            help="Share of the ordinary sites that sooner or later use AI as a help.",
        ),
    ] = 0.9,
    dose: Annotated[
        float,
        Slider(
            0,
            1,
            step=0.05,
            label="of their text, by AI",
            help="Share of the paragraphs that AI writes for them.",
        ),
    ] = 0.35,
    farms: Annotated[
        float,
        Slider(
            0,
            0.98,
            values=SHARES,
            label="AI-only sites",
            help="Share of sites that are new and leave everything to AI.",
        ),
    ] = 0.02,
    typical: Annotated[
        float,
        Slider(
            0,
            0.3,
            step=0.05,
            label="AI prefers the likely",
            help="Models write at a temperature of one less this.",
        ),
    ] = 0.1,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate one web over 20 years, count it, and let models learn from its crawls.

    All shares are per cent: of the headline as it is counted and in all eight ways, and of the
    text in the crawl that is generated. `kinds`, of 60, are those that the model which learns from
    the crawl still writes, and from the other crawl; medians over 30 lineages.
    """
    seen = world(helped, dose, farms, seed)
    kinds = {}
    for way in CRAWLS:
        lineage = simulate(
            TRUTH,
            CategoricalMLE(),
            Tempered(crawled(seen, way == "keep"), Temperature(1 - typical)),
            n=1_000,
            generations=YEARS + 1,
            replicates=REPLICATES,
            rng=seed,
        )
        kinds[way] = lineage.trace(metrics.survivors)[1:]  # the model of year 0's crawl comes first
    place = COUNTED.index(counted), UNITS.index(unit), CRAWLS.index(crawl)
    mine, other = (Ensemble(kinds[way]) for way in (crawl, "keep" if crawl == "throw" else "throw"))
    return {
        "case": f"{counted} {unit}",
        "headline": seen.headlines[place],
        "others": seen.headlines.reshape(8, -1),
        "text": seen.text[place[2]],
        "kinds": mine.median,
        "kinds_other": other.median,
        "band": mine.band,
    }
