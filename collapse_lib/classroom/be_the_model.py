"""Be the model: the reader's own fits are the generations."""

from __future__ import annotations

import math

import numpy as np

from collapse_lib import figures, metrics, style
from collapse_lib.checks import Array, finite, positive, whole
from collapse_lib.classroom import parts
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part
from collapse_lib.classroom.progress import Entry
from collapse_lib.distributions import Normal
from collapse_lib.figures import Curve, View
from collapse_lib.learners import GaussianMLE
from collapse_lib.simulate import simulate
from collapse_lib.words import _, later

MACHINES = 200
REACH = 5.0  # half the width of the axis, in spreads of the truth


class BeTheModel(Card):
    """A game in which the reader fits bells by hand, generation after generation.

    The first points come from the truth, every later set from the bell that the reader drew
    last. At the end their five bells stand beside 200 machines that did the same.

    Parameters
    ----------
    n : int, default 10
        Points in each generation, at least 2.
    generations : int, default 5
        How many bells to fit.
    truth : Normal, optional
        Where the first points come from: one distribution, not a batch.
    seed : int, optional
        Which dice; by default others for everybody. It is shown at the end.
    key : str, optional
        Under which the bells are remembered; without one they are not.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    A person's spread differs from the machines' for two reasons: the luck of the points, and
    their own habit of drawing bells too wide or too narrow. The last sentence tells the second
    one apart; five generations are too few to tell it from chance for sure.
    """

    actions = ("mean", "spread", "commit", "again")

    _bell: tuple[float, float]
    _touched: bool

    def __init__(
        self,
        n: int = 10,
        generations: int = 5,
        truth: Normal | None = None,
        *,
        seed: int | None = None,
        key: str | None = None,
    ) -> None:
        self._n = whole("n", n, least=2)
        self._generations = whole("generations", generations, least=1)
        self._truth = truth or Normal()
        if self._truth.batch:
            raise ValueError(f"truth must be one distribution, not a batch of {self._truth.batch}")
        self._given_seed, self._entry = seed, Entry(key)
        self._start()
        self._restore()
        super().__init__(later("Be the model"))

    @property
    def fits(self) -> tuple[tuple[float, float], ...]:
        """Mean and spread (standard deviation) of every committed bell."""
        return tuple(self._fits)

    @property
    def points(self) -> Array:
        """The points on the screen, shape ``(n,)``: of the truth, or of the last bell."""
        return self._points

    @property
    def done(self) -> bool:
        """Whether all bells are committed."""
        return len(self._fits) == self._generations

    @property
    def seed(self) -> int:
        """Which dice; the same seed and the same bells give the same points."""
        return self._seed

    def mean(self, value: float) -> None:
        """Move the bell."""
        self._bell = float(finite("mean", value)), self._bell[1]
        self._touched = True
        self.tell()

    def spread(self, value: float) -> None:
        """Make the bell wider or narrower: its standard deviation."""
        self._bell = self._bell[0], float(positive("spread", value))
        self._touched = True
        self.tell()

    def set(self, mean: float, spread: float) -> None:
        """Move the bell and set its width."""
        self.mean(mean)
        self.spread(spread)

    def commit(self) -> None:
        """Take the bell as this generation's model, and draw the next points from it.

        Raises
        ------
        ValueError
            If the bell was not moved.
        """
        if self.done:
            return
        if not self._touched:
            raise ValueError(_("Move the bell over the points first."))
        self._fits.append(self._bell)
        self._entry.note(kind="bells", fits=[list(fit) for fit in self._fits], seed=self._seed)
        self._deal()
        self.tell()

    def again(self) -> None:
        """Begin a new game with new points."""
        self._entry.forget()
        self._start()
        self.tell()

    def machines(self) -> Array:
        """Return the variances of 200 machines with the same n, in units of the truth's.

        Returns
        -------
        ndarray, shape ``(generations + 1, 200)``
            Generation 0 is the truth.
        """
        lineage = simulate(
            self._truth,
            GaussianMLE(),
            n=self._n,
            generations=self._generations,
            replicates=MACHINES,
            rng=self._seed,
        )
        return np.asarray(lineage.trace(metrics.variance)) / float(self._truth.variance)

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        return self._end() if self.done else self._turn()

    # ---- inside

    def _start(self) -> None:
        fresh = np.random.SeedSequence().generate_state(1)[0] % 1_000_000
        self._seed = int(fresh) if self._given_seed is None else whole("seed", self._given_seed, 0)
        self._fits: list[tuple[float, float]] = []
        self._widths: list[float] = []  # of the points that each bell was fitted to
        self._deal()

    def _deal(self) -> None:
        """Draw the next points, from dice that hang on the generation alone."""
        source = Normal(*self._fits[-1]) if self._fits else self._truth
        rng = np.random.default_rng([self._seed, len(self._fits)])
        self._points = source.sample(self._n, rng)
        self._widths.append(float(self._points.std()))
        # far from any good answer, and the same each time: nothing to leave as it stands
        centre, unit = self._place
        self._bell, self._touched = (centre - 2.5 * unit, 0.5 * unit), False

    @property
    def _place(self) -> tuple[float, float]:
        return float(self._truth.mean), math.sqrt(float(self._truth.variance))

    def _turn(self) -> list[Part]:
        at, last = len(self._fits) + 1, self._generations
        centre, unit = self._place
        first = _(
            "Generation {at:d} of {last:d}. These {n:d} points came from the real thing. "
            "Move the bell so that it describes them, as a model would."
        )
        after = _(
            "Generation {at:d} of {last:d}. These {n:d} points were drawn from your own last "
            "bell. Describe them again: you know nothing else."
        )
        fields = {"at": at, "last": last, "n": self._n}
        alt = _("{n:d} points between {low:.2g} and {high:.2g}, half of them below {middle:.2g}")
        seen = {
            "n": self._n,
            "low": self._points.min(),
            "high": self._points.max(),
            "middle": np.median(self._points),
        }
        picture = parts.picture(
            self._view(), style.fill(alt, seen), height=230, bell=("mean", "spread")
        )
        step = 10.0 ** math.floor(math.log10(unit / 20))
        return [
            parts.words(style.fill(after if self._fits else first, fields), "question"),
            picture,
            parts.slider(
                "mean",
                _("middle"),
                self._bell[0],
                low=centre - 4 * unit,
                high=centre + 4 * unit,
                step=step,
            ),
            parts.slider(
                "spread", _("spread"), self._bell[1], low=0.02 * unit, high=3 * unit, step=step
            ),
            parts.buttons(
                parts.button("commit", _("This is my bell"), off=not self._touched, primary=True)
            ),
            parts.words("", live=True),
        ]

    def _view(self) -> View:
        centre, unit = self._place
        far = np.abs(self._points - centre).max() * 1.1
        reach = max(REACH * unit, float(far))
        top = 0.8 / unit
        if self._fits:  # room for a bell as high as the last one
            top = max(top, min(0.6 / self._fits[-1][1], 6 / unit))
        dots = {
            "type": "scatter",
            "mode": "markers",
            "name": _("points"),
            "x": self._points,
            "y": np.full(self._n, 0.03 * top),
            "marker": {"symbol": "circle", "size": 9, "color": style.faint(style.BLUE, 0.65)},
        }
        layout = style.layout(
            "",
            style.axis(_("value"), range=[centre - reach, centre + reach]),
            style.axis(_("density"), range=[0, top]),
        )
        return {"data": [dots], "layout": layout}

    def _end(self) -> list[Part]:
        variance = self.machines()
        mine = np.array([1.0, *(sd**2 / float(self._truth.variance) for _mean, sd in self._fits)])
        low, median, high = np.quantile(variance, [0.1, 0.5, 0.9], axis=1)
        narrower = int(np.sum(variance[-1] < mine[-1]))
        pairs = zip(self._fits, self._widths, strict=False)  # the last points have no bell yet
        too_wide = [spread / width for (_mean, spread), width in pairs]
        wide = math.exp(np.log(too_wide).mean())  # half and twice as wide make 1
        view = figures.lines(
            [
                Curve(
                    _("10 to 90 % of the machines"),
                    np.stack([low, high]),
                    style.line(style.SKY),
                    kind="band",
                ),
                Curve(_("typical machine"), median, style.line(style.BLUE, width=3.5)),
                Curve(_("you"), mine, style.line(style.ORANGE, width=3.5)),
            ],
            title=_("Variance, generation after generation"),
            quantity=_("variance (start = 1)"),
            log=True,
        )
        template = _(
            "After {last:d} generations your bell holds {mine:.2g} of the variance. "
            "Of {machines:d} machines the typical one holds {median:.2g}, eight in ten "
            "between {low:.2g} and {high:.2g}; {narrower:d} ended narrower than you."
        )
        habit = _(
            "Your bells were on average {wide:.2g} times as wide as the points in front of you. "
            "A habit is passed on like chance is, but it always pulls the same way."
        )
        fields = {
            "last": self._generations,
            "mine": mine[-1],
            "machines": MACHINES,
            "median": median[-1],
            "low": low[-1],
            "high": high[-1],
            "narrower": narrower,
            "wide": wide,
            "seed": self._seed,
        }
        said = style.fill(template, fields)
        view["layout"]["xaxis"]["dtick"] = max(1, self._generations // 10)
        row = _("Generation {t:d}: you {mine:.2g}, the typical machine {median:.2g}")
        rows = [
            style.fill(row, {"t": t, "mine": mine[t], "median": median[t]})
            for t in range(self._generations + 1)
        ]
        return [
            parts.words(
                style.fill(_("Your bells beside {machines:d} machines"), fields),
                "question",
            ),
            parts.picture(figures.resolve(view, self._generations), said, height=230),
            parts.words(said, live=True),
            parts.words(style.fill(habit, fields)),
            parts.fold(_("The numbers (variance, start = 1)"), rows),
            parts.words(style.fill(_("You rolled the dice number {seed:d}."), fields), "small"),
            parts.buttons(parts.button("again", _("Play again"))),
        ]

    def _restore(self) -> None:
        """Take up a game where it was left, if its record makes sense."""
        record = self._entry.record
        fits = record.get("fits", ())
        try:
            bells = [(float(mean), float(positive("spread", sd))) for mean, sd in fits]
            seed = whole("seed", record.get("seed", 0), least=0)
        except (TypeError, ValueError):
            return
        if not bells or len(bells) > self._generations:
            return
        self._seed, self._fits, self._widths = seed, [], []
        self._deal()
        for bell in bells:
            self._fits.append(bell)
            self._deal()
